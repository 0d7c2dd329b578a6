"""The marks of promises: what they are and what came of them, by shape. They never stand without words beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.enums import EventKind, State
from common.typography import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from commitments.fates import Part

register = template.Library()

_RING = '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
_SHAPES = {
    # A ring to be filled, with its seed.
    "promised": f'{_RING}<circle cx="8" cy="8" r="2" fill="currentColor"/>',
    # A clock.
    "late": f'{_RING}<path d="M8 4.2V8l2.6 1.8" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "no_news": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-dasharray="2 2.7"/>',
    # What leaves, and what comes back.
    "reminded": '<path d="M2.5 3l11 5-11 5z" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-linejoin="round"/>',
    "answered": '<path d="M2.5 3h11v7.5H8L4.8 13.6v-3.1H2.5z" fill="none" stroke="currentColor"'
    ' stroke-width="1.8" stroke-linejoin="round"/>',
    "partly_kept": f'{_RING}<path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor"/>',
    "kept": '<circle cx="8" cy="8" r="7" fill="currentColor"/>',
    "broken": f'{_RING}<path d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2" stroke="currentColor" stroke-width="1.8"/>',
    "overtaken": f'{_RING}<path d="M4.5 8h7" stroke="currentColor" stroke-width="2"/>',
    "made": f'{_RING}<circle cx="8" cy="8" r="2" fill="currentColor"/>',
    "reaffirmed": f'{_RING}<circle cx="8" cy="8" r="3.2" fill="currentColor"/>',
    "postponed": '<path d="M2 8h10M8.4 3.8L12.6 8l-4.2 4.2" fill="none" stroke="currentColor"'
    ' stroke-width="2.2"/>',
    "retracted": '<path d="M3.5 3.5l9 9M12.5 3.5l-9 9" stroke="currentColor" stroke-width="2"/>',
}
_TONES = {
    "promised": "unknown",
    "made": "unknown",
    "reaffirmed": "unknown",
    "late": "none",
    "no_news": "none",
    "postponed": "partial",
    "reminded": "partial",
    "answered": "partial",
    "partly_kept": "partial",
    "kept": "full",
    "broken": "none",
    "overtaken": "unknown",
    "retracted": "unknown",
}
_MARKS = {
    name: mark_safe(  # noqa: S308 (constants)
        f'<svg class="level-mark mark-{_TONES[name]}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        f"{shape}</svg>"
    )
    for name, shape in _SHAPES.items()
}


@register.filter
def promise_mark(value: str) -> SafeString:
    """The drawing of a state, or of what happened. Decorative: the words beside it say the same."""
    return _MARKS[str(value)]


@register.filter
def promise_shape(value: str) -> SafeString:
    """The same without its frame, to be put in a larger drawing. 16 × 16."""
    return mark_safe(_SHAPES[str(value)])  # noqa: S308 (constants)


@register.filter
def promise_tone(value: str) -> str:
    """The tone of a state, or of what happened: full, partial, none, unknown."""
    return _TONES[str(value)]


@register.filter
def state_label(value: str) -> str:
    return str(State(value).label)


@register.filter
def kind_label(value: str) -> str:
    return str(EventKind(value).label)


# Words of every row of a long list: a filter says them ten times faster than a translated block.


@register.filter
def days_late_words(days: int) -> str:
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": number(days)}


@register.filter
def unanswered_words(days: int) -> str:
    words = ngettext("no answer for %(days)s day", "no answer for %(days)s days", days)
    return words % {"days": number(days)}


@register.filter
def postponed_words(times: int) -> str:
    return ngettext("postponed once", "postponed %(times)s times", times) % {"times": times}


@register.filter
def measure_words(number: str) -> str:
    return _("Measure %(number)s") % {"number": number}


# --- Bars ---------------------------------------------------------------------------------------------------------------


@register.filter
def fates_bar(parts: Sequence[Part]) -> SafeString:
    """One bar cut by fates, with the same in words: `parts` are those that hold a promise. The page holds the hatching."""
    words = escape(", ".join(f"{part.number} {part.words}" for part in parts))
    drawn = "".join(_stretch(part) for part in parts if part.width)
    return mark_safe(  # noqa: S308 (numbers and constants, and words that are escaped)
        f'<svg class="bar" viewBox="0 0 150 24" width="150" height="24" role="img" aria-label="{words}">{drawn}</svg>'
    )


def _stretch(part: Part) -> str:
    tone, place = part.fate.tone, f'x="{part.x}" y="1" width="{part.width}" height="22"'
    hatch = f'<rect class="bar-partial-hatch" {place}/>' if tone == "partial" else ""
    number = (
        f'<text class="tone-{tone}" x="{part.middle}" y="17">{part.number}</text>'
        if part.has_room
        else ""
    )
    return f'<rect class="bar-{tone}" {place}/>{hatch}{number}'
