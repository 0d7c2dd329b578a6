"""What is enclosed with a letter, whether its addressee may see it, and the files to attach to a mail."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from common.uploads import content_type_of
from meetings.enums import MeetingKind, MinutesStatus, Presence
from meetings.models import Attendance, Meeting, MeetingPaper, Minutes, MinutesSection
from members.enums import Role
from members.models import Paper, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import QuerySet

    from commitments.models import LetterEnclosure
    from plan.models import Institution

    Reader = User | AnonymousUser
    MinutesFileMaker = Callable[[Minutes, Reader], bytes]


@dataclass(frozen=True)
class EnclosureFacts:
    """One thing enclosed; `label` is as printed."""

    label: str
    paper: Paper | None = None
    meeting_paper: MeetingPaper | None = None
    minutes: Minutes | None = None

    @classmethod
    def of(cls, row: LetterEnclosure) -> EnclosureFacts:
        return cls(row.label, row.paper, row.meeting_paper, row.minutes)


class Seen:
    """What an institution may be sent: what anyone sees and, of a meeting in which it took part, what is for the members.

    A constant number of queries, whatever is asked, and none before.
    """

    def __init__(self, institution: Institution) -> None:
        self._institution = institution

    def refusal(self, facts: EnclosureFacts) -> str:
        """Why it may not be sent something, to go on a sentence; nothing when it may."""
        if facts.paper is not None:
            is_seen, reason = facts.paper.pk in self._papers, _for_whom(facts.paper)
        elif facts.meeting_paper is not None:
            is_seen = facts.meeting_paper.pk in self._meeting_papers
            reason = _for_whom(facts.meeting_paper)
            reason = self._unless_absent(facts.meeting_paper.meeting_id, reason)
        elif facts.minutes is not None:
            is_draft = facts.minutes.status == MinutesStatus.DRAFT
            is_seen, reason = facts.minutes.pk in self._minutes, _("they are not circulated yet")
            if not is_draft:
                closed = _("none of their sections is open to the members of the collective")
                reason = self._unless_absent(facts.minutes.meeting_id, closed)
        else:
            is_seen, reason = False, _("nothing is chosen")
        return "" if is_seen else reason

    def _unless_absent(self, meeting: int, reason: str) -> str:
        if meeting in self._meetings:
            return reason
        return _("it was not at this meeting, and this is not open to everyone")

    @cached_property
    def _meetings(self) -> set[int]:
        return set(meetings_with(self._institution).values_list("pk", flat=True))

    @cached_property
    def _papers(self) -> set[int]:
        # The querysets of every room's restricted rows do not know which row they are of.
        rows: Any = Paper.objects.visible_to(AnonymousUser())
        return set(rows.values_list("pk", flat=True))

    @cached_property
    def _meeting_papers(self) -> set[int]:
        open_to_all: Any = MeetingPaper.objects.visible_to(AnonymousUser())
        as_member: Any = MeetingPaper.objects.visible_to(_member())
        theirs = as_member.filter(meeting__in=self._meetings)
        return {pk for rows in (open_to_all, theirs) for pk in rows.values_list("pk", flat=True)}

    @cached_property
    def _minutes(self) -> set[int]:
        open_to_all: Any = MinutesSection.objects.visible_to(AnonymousUser())
        as_member: Any = MinutesSection.objects.visible_to(_member())
        theirs = as_member.filter(minutes__meeting__in=self._meetings)
        return {
            pk for rows in (open_to_all, theirs) for pk in rows.values_list("minutes", flat=True)
        }


def meetings_with(institution: Institution) -> QuerySet[Meeting]:
    """Those in which it took part: it was there, or was met. An internal meeting may only be about it."""
    there = Attendance.objects.filter(
        institution=institution, presence__in=[Presence.PRESENT, Presence.REPRESENTED]
    )
    met = Q(institutions=institution) & ~Q(kind=MeetingKind.INTERNAL)
    return Meeting.objects.filter(met | Q(pk__in=there.values("meeting"))).distinct()


def _for_whom(row: Paper | MeetingPaper) -> str:
    return _("it is not open to everyone, only to: %(who)s") % {"who": row.get_audience_display()}


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    content_type: str


# Minutes have no file of their own: the room that lays them out says here how (`reports`).
_makers: list[MinutesFileMaker] = []


def register_minutes_file(maker: MinutesFileMaker) -> None:
    """`maker` gives the PDF of minutes as one reader may read them. It raises PdfError."""
    _makers[:] = [maker]


def what_addressee_may_not_see(
    institution: Institution, enclosures: Iterable[EnclosureFacts]
) -> list[str]:
    """The labels of what an institution may not be sent."""
    seen = Seen(institution)
    return [facts.label for facts in enclosures if seen.refusal(facts)]


def refused_enclosures(institution: Institution, enclosures: Iterable[EnclosureFacts]) -> list[str]:
    """In words, what an institution may not be sent, why, and what can be done."""
    seen = Seen(institution)
    told = [(facts.label, seen.refusal(facts)) for facts in enclosures]
    return [
        _(
            "%(institution)s may not read “%(label)s”: %(reason)s. Take it off the list, or have it opened first."
        )
        % {"institution": institution.name, "label": label, "reason": reason}
        for label, reason in told
        if reason
    ]


def without_file(enclosures: Iterable[EnclosureFacts]) -> list[str]:
    """The labels of what cannot be attached to a mail: no file is kept of it."""
    return [
        facts.label
        for facts in enclosures
        if facts.minutes is None and not _file_of(facts.paper or facts.meeting_paper)
    ]


def attachments_of(
    institution: Institution, enclosures: Sequence[LetterEnclosure]
) -> list[Attachment]:
    """The files of what is enclosed, as the addressee may read them. Raises PdfError, OSError."""
    return [_attachment(institution, EnclosureFacts.of(row)) for row in enclosures]


def _reader(institution: Institution, meeting: Meeting) -> Reader:
    """As whom an institution reads what belongs to a meeting: a member, where it took part; else anyone."""
    took_part = meetings_with(institution).filter(pk=meeting.pk).exists()
    return _member() if took_part else AnonymousUser()


def _member() -> User:
    """No account has this key: on no list of names, in no group, a member and nobody in particular."""
    member = User(pk=0, role=Role.MEMBER)
    member.__dict__["may_come_in"] = True
    return member


def _attachment(institution: Institution, facts: EnclosureFacts) -> Attachment:
    if facts.minutes is not None:
        meeting = facts.minutes.meeting
        content = _makers[0](facts.minutes, _reader(institution, meeting))
        return Attachment(f"compte-rendu-{meeting.slug}.pdf", content, "application/pdf")
    row = facts.paper or facts.meeting_paper
    file = _file_of(row)
    if row is None or file is None:
        raise FileNotFoundError(facts.label)
    with file.open("rb") as opened:
        return Attachment(row.file_name, opened.read(), content_type_of(row.file_name))


def _file_of(row: Paper | MeetingPaper | None) -> Any:
    return row.file if row is not None and row.file else None
