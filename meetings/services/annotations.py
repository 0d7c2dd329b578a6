"""What members say of a passage, of circulated minutes or of a paper sent for comment, until a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.typography import long_date
from measures.models import Measure
from meetings.mentions import find_mentions
from meetings.models import Annotation, MeetingPaper, Minutes, MinutesSection
from meetings.passages import find_passage
from meetings.perms import can_annotate, can_decide_corrections, can_edit_own_remarks
from meetings.services.corrections import are_remarks_open, check_remarks_are_open
from meetings.services.voices import check_voice
from plan.models import Plan

if TYPE_CHECKING:
    from members.models import Association, User


@transaction.atomic
def add_annotation(
    *,
    by: User,
    text: str,
    section: MinutesSection | None = None,
    paper: MeetingPaper | None = None,
    passage: str = "",
    measure: Measure | None = None,
    association: Association | None = None,
) -> Annotation:
    """Add a remark on a text that its author may read. Without a measure, the only one that it speaks of is taken.

    Raises PermissionDenied, and ValidationError by field: after the day, or when the passage is not in the text.
    """
    if not can_annotate(by) or not _may_read(by, section, paper):
        raise PermissionDenied
    _check_open(section, paper)
    check_voice(by, association)
    annotation = Annotation(
        section=section,
        paper=paper,
        passage=_words_of(section, paper, passage.strip()),
        text=text,
        association=association,
        author=by,
    )
    annotation.measure = measure or measure_found(annotation)
    annotation.full_clean()
    annotation.save()
    return annotation


@transaction.atomic
def edit_annotation(
    *,
    annotation: Annotation,
    version: int,
    by: User,
    text: str,
    measure: Measure | None,
    association: Association | None,
) -> Annotation:
    """Change one’s own remark until the day; the secretariat any. Raises StaleRowError, ValidationError by field."""
    check_may_edit(by, annotation)
    current = Annotation.lock_version(annotation.pk, version)
    if association != current.association:
        check_voice(current.author, association)
    current.text, current.measure, current.association = text, measure, association
    current.full_clean()
    current.save()
    return current


@transaction.atomic
def delete_annotation(*, annotation: Annotation, version: int, by: User) -> None:
    """Take one’s own remark back until the day; the secretariat any. Raises StaleRowError, ValidationError."""
    check_may_edit(by, annotation)
    Annotation.lock_version(annotation.pk, version).delete()


def check_may_edit(by: User, annotation: Annotation) -> None:
    """Raises PermissionDenied; ValidationError when it is one’s own and the day is past."""
    if can_decide_corrections(by):
        return
    if annotation.author_id != by.pk or not can_edit_own_remarks(by):
        raise PermissionDenied
    if not _may_read(by, annotation.section, annotation.paper):
        raise PermissionDenied
    _check_open(annotation.section, annotation.paper)


def are_comments_open(paper: MeetingPaper) -> bool:
    """Whether a paper is sent for comment, and the last day is not past."""
    return paper.comments_until is not None and timezone.localdate() <= paper.comments_until


def is_open(annotation: Annotation) -> bool:
    """Whether its author may still change it."""
    if annotation.paper is not None:
        return are_comments_open(annotation.paper)
    return annotation.section is not None and are_remarks_open(annotation.section.minutes)


def measure_found(annotation: Annotation) -> Measure | None:
    """The one measure that a remark speaks of: named in it, or in its passage, or the only one of its section."""
    about = annotation.section or annotation.paper
    tied = list(about.measures.all()[:2]) if about is not None else []
    plan = tied[0].plan if tied else Plan.objects.order_by("-pk").first()
    if plan is None:
        return None
    for words in (annotation.text, annotation.passage):
        numbers = {number for mention in find_mentions(words, plan) for number in mention.numbers}
        if len(numbers) == 1:
            return Measure.objects.filter(plan=plan, number=numbers.pop()).first()
    return tied[0] if len(tied) == 1 else None


def _may_read(by: User, section: MinutesSection | None, paper: MeetingPaper | None) -> bool:
    if section is not None:
        return MinutesSection.objects.visible_to(by).filter(pk=section.pk).exists()
    return paper is not None and MeetingPaper.objects.visible_to(by).filter(pk=paper.pk).exists()


def _check_open(section: MinutesSection | None, paper: MeetingPaper | None) -> None:
    if section is not None:
        # Locked, so that nobody adopts the minutes in between.
        rows = Minutes.objects.select_for_update(of=("self",))
        check_remarks_are_open(rows.get(pk=section.minutes_id))
    elif paper is None or paper.comments_until is None:
        raise ValidationError(_("This paper is not sent for comment."))
    elif not are_comments_open(paper):
        raise ValidationError(
            _("Remarks were expected until %(day)s. Write to the secretariat.")
            % {"day": long_date(paper.comments_until)}
        )


def _words_of(section: MinutesSection | None, paper: MeetingPaper | None, passage: str) -> str:
    """The passage as the source of the text writes it."""
    if not passage:
        return ""
    text = section.text if section is not None else paper.text if paper is not None else ""
    places = find_passage(text, passage)
    if not places:
        raise ValidationError({"passage": _("These words are not in the text: copy them from it.")})
    start, end = places[0]
    return text[start:end]
