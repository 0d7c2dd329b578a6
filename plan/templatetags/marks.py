"""The marks of levels: a disc, a half disc, a ring, a dotted ring. They never stand without words beside them."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from plan.enums import Meaning

register = template.Library()

_SHAPES = {
    Meaning.FULL: '<circle cx="8" cy="8" r="7" fill="currentColor"/>',
    Meaning.PARTIAL: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor"/>',
    Meaning.NONE: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>',
    Meaning.UNKNOWN: '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"'
    ' stroke-dasharray="2 2.7"/>',
}
_MARKS = {
    meaning: mark_safe(  # noqa: S308 (constants)
        f'<svg class="level-mark mark-{meaning.value}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
        f"{shape}</svg>"
    )
    for meaning, shape in _SHAPES.items()
}


@register.filter
def mark(meaning: str) -> SafeString:
    """The drawing of a meaning. Decorative: the words beside it say the same."""
    return _MARKS[Meaning(meaning)]
