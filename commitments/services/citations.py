"""A public commitment, or one of its events, in the library of sources: from there any assessment cites it by its key."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from commitments.enums import EventKind
from commitments.models import Commitment, CommitmentCitation
from commitments.perms import can_edit_commitments
from commitments.standing import effective, standing
from common.typography import french, long_date
from measures.enums import SourceKind
from measures.models import Source
from members.enums import Audience

if TYPE_CHECKING:
    from commitments.models import CommitmentEvent
    from commitments.standing import Standing
    from members.models import User

KEY_LIMIT = 50
SHORT_LIMIT = 150
# Reports are in French, whoever puts a source into the library.
LANGUAGE_OF_NOTES = "fr"


@transaction.atomic
def cite(*, commitment: Commitment, event: CommitmentEvent | None = None, by: User) -> Source:
    """The source that stands for a commitment, or for one of its events; made the first time.

    The library is read by anyone: only a public commitment comes in, and its note holds nothing that is not public.
    Raises PermissionDenied, ValidationError.
    """
    if not can_edit_commitments(by):
        raise PermissionDenied
    rows: Any = Commitment.objects.select_for_update(of=("self",))
    current: Commitment = rows.get(pk=commitment.pk)
    if current.audience != Audience.PUBLIC:
        raise ValidationError(
            _("Only a public commitment is cited: its notes are printed for anyone.")
        )
    known = CommitmentCitation.objects.filter(commitment=current, event=event)
    citation = known.select_related("source").first()
    if citation is not None:
        return citation.source
    events = effective(current.events.all())
    if event is not None and event.pk not in {each.pk for each in events}:
        raise ValidationError(_("This event is not, or no longer, one of this commitment."))
    source = _source(current, event, events)
    source.full_clean()
    source.save()
    citation = CommitmentCitation(source=source, commitment=current, event=event)
    citation.full_clean()
    citation.save()
    return source


def address_of(commitment: Commitment, event: CommitmentEvent | None = None) -> str:
    """Where a note leads: the thread, or the event in it."""
    place = f"#evenement-{event.pk}" if event is not None else ""
    return f"{settings.SITE_URL}{commitment.get_absolute_url()}{place}"


def _source(
    commitment: Commitment, event: CommitmentEvent | None, events: list[CommitmentEvent]
) -> Source:
    told = standing(events, events[-1].on)
    if told is None:
        raise ValidationError(_("Nothing tells when it was made: record that first."))
    with translation.override(LANGUAGE_OF_NOTES):
        return Source(
            key=_free_key(commitment, event),
            kind=SourceKind.WEB,
            author=commitment.institution.name,
            dated_on=event.on if event is not None else told.made_on,
            url=address_of(commitment, event),
            citation=_note(commitment, event, told),
            short=_short(commitment, event),
        )


def _note(commitment: Commitment, event: CommitmentEvent | None, told: Standing) -> str:
    """The whole note, in Markdown on one line."""
    who = commitment.institution.name
    if commitment.function:
        who = f"{who} ({commitment.function})"
    parts = [
        who,
        f"*{_plain(commitment.wording)}*",
        _("commitment made on %(day)s") % {"day": long_date(told.made_on)},
    ]
    meeting = commitment.meeting
    if meeting is not None and meeting.is_public:
        parts.append(_("at the meeting “%(title)s”") % {"title": _plain(meeting.title)})
    if told.deadline_words:
        parts.append(_("to be kept: “%(words)s”") % {"words": _plain(told.deadline_words)})
    note = ", ".join(parts)
    if event is not None and event.kind != EventKind.MADE:
        what = _("%(what)s on %(day)s") % {
            "what": event.get_kind_display().lower(),
            "day": long_date(event.on),
        }
        note = f"{note} ; {what}"
    return french(note)


def _short(commitment: Commitment, event: CommitmentEvent | None) -> str:
    name = commitment.institution.acronym or commitment.institution.name
    words = _("Commitment of %(who)s: %(what)s") % {"who": name, "what": commitment.wording}
    day = f" ({long_date(event.on)})" if event is not None else ""
    room = SHORT_LIMIT - len(day) - 1
    return french(words if len(words) <= room else f"{words[: room - 1].rstrip()}…") + day


def _plain(words: str) -> str:
    """Words that a note prints as they are: nothing in them is a mark of Markdown."""
    return "".join(f"\\{sign}" if sign in r"\`*_[]<>^" else sign for sign in words)


def _free_key(commitment: Commitment, event: CommitmentEvent | None) -> str:
    stem = (
        f"engagement-{commitment.slug}".lower()
        .replace("_", "-")
        .replace("engagement-engagement-", "engagement-")
    )
    day = f"-{event.on.isoformat()}" if event is not None else ""
    stem = stem[: KEY_LIMIT - len(day)].rstrip("-") + day
    taken = set(Source.objects.filter(key__startswith=stem).values_list("key", flat=True))
    names = chain([stem], (f"{stem}-{rank}" for rank in count(2)))
    return next(name for name in names if name not in taken)
