"""Corrections of circulated minutes: proposed by members on a passage, accepted or refused one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from common.changes import explain
from common.search import index
from common.typography import long_date
from common.versions import StaleRowError
from meetings.enums import CorrectionState, MinutesStatus, StepKind
from meetings.models import Correction, Minutes, MinutesSection
from meetings.passages import find_passage
from meetings.perms import can_annotate, can_decide_corrections
from meetings.services.life import add_step, keep_version
from meetings.services.voices import check_voice
from members.services.notices import tell

if TYPE_CHECKING:
    from members.models import Association, User


@transaction.atomic
def propose_correction(
    *,
    section: MinutesSection,
    by: User,
    passage: str,
    replacement: str,
    reason: str = "",
    association: Association | None = None,
) -> Correction:
    """Propose other words for a passage. It is kept as the source of the section writes it.

    Raises PermissionDenied, and ValidationError by field: after the day for remarks, or when the passage is not found
    exactly once.
    """
    if not can_annotate(by) or not _may_read(by, section):
        raise PermissionDenied
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=section.minutes_id)
    check_remarks_are_open(minutes)
    check_voice(by, association)
    current = MinutesSection.objects.get(pk=section.pk)
    start, end = _the_place(current.text, passage)
    correction = Correction(
        section=current,
        passage=current.text[start:end],
        replacement=replacement,
        reason=reason,
        author=by,
        association=association,
    )
    if correction.passage == replacement:
        raise ValidationError({"replacement": _("Write what should be read instead.")})
    correction.full_clean()
    correction.save()
    return correction


@transaction.atomic
def withdraw_correction(*, correction: Correction, version: int, by: User) -> None:
    """Take back what one proposed, as long as nobody decided. Raises StaleRowError."""
    if correction.author_id != by.pk or not can_annotate(by):
        raise PermissionDenied
    current = Correction.lock_version(correction.pk, version)
    _check_open(current)
    current.delete()


@transaction.atomic
def accept_correction(
    *, correction: Correction, version: int, by: User, answer: str = ""
) -> Correction:
    """Put the new words in the place of the passage, and write the step down.

    Raises PermissionDenied, StaleRowError when somebody decided meanwhile, ValidationError when the text was changed so
    that the passage no longer stands in it once.
    """
    _check_may_decide(by)
    # The minutes first, as adoption does: two that wait for each other would wait for ever.
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=correction.section.minutes_id)
    current = Correction.lock_version(correction.pk, version)
    _check_open(current)
    if minutes.status != MinutesStatus.CIRCULATED:
        raise ValidationError(_("The text of adopted minutes is locked: add an erratum."))
    # The queryset of every room's restricted rows does not know which row it is of.
    rows: Any = MinutesSection.objects.select_for_update().filter(minutes=minutes)
    sections: dict[int, MinutesSection] = {row.pk: row for row in rows}
    keep_version(list(sections.values()), why=_("Before a correction"))
    section = sections[current.section_id]
    start, end = _the_place_now(section.text, current.passage)
    section.text = section.text[:start] + current.replacement + section.text[end:]
    section.version += 1
    section.written_by, section.written_at = by, timezone.now()
    explain(section, _("Correction accepted: %(reason)s") % {"reason": current.reason or "–"})
    section.full_clean()
    section.save()
    index(section)
    _decide(current, CorrectionState.ACCEPTED, by, answer)
    if current.decided_at is not None:
        add_step(minutes=minutes, kind=StepKind.CORRECTED, at=current.decided_at, by=by)
    _tell_author(current, minutes, by, gettext_noop("A correction that you proposed is accepted."))
    return current


@transaction.atomic
def refuse_correction(*, correction: Correction, version: int, by: User, answer: str) -> Correction:
    """Leave the text as it is, and tell the author why. Raises PermissionDenied, StaleRowError, ValidationError."""
    _check_may_decide(by)
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=correction.section.minutes_id)
    current = Correction.lock_version(correction.pk, version)
    _check_open(current)
    if not answer.strip():
        raise ValidationError({"answer": _("Tell its author why.")})
    _decide(current, CorrectionState.REFUSED, by, answer)
    _tell_author(current, minutes, by, gettext_noop("A correction that you proposed is answered."))
    return current


def check_remarks_are_open(minutes: Minutes) -> None:
    """Raises ValidationError unless the minutes are circulated and the last day for remarks is not past."""
    if minutes.status == MinutesStatus.DRAFT:
        raise ValidationError(_("These minutes are not circulated yet."))
    if minutes.status == MinutesStatus.ADOPTED:
        raise ValidationError(_("These minutes are adopted: their text is locked."))
    if not are_remarks_open(minutes) and minutes.remarks_until is not None:
        raise ValidationError(
            _("Remarks were expected until %(day)s. Write to the secretariat.")
            % {"day": long_date(minutes.remarks_until)}
        )


def are_remarks_open(minutes: Minutes) -> bool:
    """Whether members may still annotate and propose corrections. Minutes without a last day wait for adoption."""
    last = minutes.remarks_until
    return minutes.status == MinutesStatus.CIRCULATED and (
        last is None or timezone.localdate() <= last
    )


def _may_read(by: User, section: MinutesSection) -> bool:
    return MinutesSection.objects.visible_to(by).filter(pk=section.pk).exists()


def _the_place(text: str, passage: str) -> tuple[int, int]:
    """For whoever proposes."""
    places = find_passage(text, passage.strip())
    if not places:
        raise ValidationError(
            {"passage": _("These words are not in the section: copy them from its text.")}
        )
    if len(places) > 1:
        raise ValidationError(
            {
                "passage": ngettext(
                    "These words stand %(number)s time in the section: take some more around them, so that one can tell which.",
                    "These words stand %(number)s times in the section: take some more around them, so that one can tell which.",
                    len(places),
                )
                % {"number": len(places)}
            }
        )
    return places[0]


def _the_place_now(text: str, passage: str) -> tuple[int, int]:
    """For whoever accepts: the text may have changed since."""
    count = text.count(passage)
    if count == 1:
        start = text.index(passage)
        return start, start + len(passage)
    if not count:
        raise ValidationError(
            _(
                "The text has changed since this was proposed: the passage is no longer in it. Correct the section itself, then refuse the correction and say so."
            )
        )
    raise ValidationError(
        _(
            "The passage now stands several times in the section, and nothing tells which one is meant. Correct the section itself, then refuse the correction and say so."
        )
    )


def _check_may_decide(by: User) -> None:
    if not can_decide_corrections(by):
        raise PermissionDenied


def _check_open(correction: Correction) -> None:
    """Of two who decide at once, the second one learns what the first one did."""
    if correction.state != CorrectionState.PROPOSED:
        raise StaleRowError(correction)


def _decide(correction: Correction, state: CorrectionState, by: User, answer: str) -> None:
    correction.state = state
    correction.decided_by, correction.decided_at = by, timezone.now()
    correction.answer = answer.strip()
    correction.full_clean()
    correction.save()


def _tell_author(correction: Correction, minutes: Minutes, by: User, words: str) -> None:
    if correction.author_id == by.pk:
        return
    path = reverse("meetings:corrections", args=[minutes.meeting.slug])
    tell(people=[correction.author], words=words, path=path)
