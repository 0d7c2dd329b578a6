"""What is enclosed with a letter, whether its addressee may see it, and the files to attach to a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from common.uploads import content_type_of
from meetings.enums import Presence
from meetings.models import Meeting, MeetingPaper, Minutes, MinutesSection
from members.enums import Role
from members.models import Paper, User

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
    """The labels of what an institution may not be sent.

    It may see what anyone sees; and of a meeting in which it took part, what is for the members.
    """
    return [facts.label for facts in enclosures if not _may_see(institution, facts)]


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


def _may_see(institution: Institution, facts: EnclosureFacts) -> bool:
    # The querysets of every room's restricted rows do not know which row they are of.
    rows: Any
    if facts.paper is not None:
        rows = Paper.objects.visible_to(AnonymousUser()).filter(pk=facts.paper.pk)
    elif facts.meeting_paper is not None:
        reader = _reader(institution, facts.meeting_paper.meeting)
        rows = MeetingPaper.objects.visible_to(reader).filter(pk=facts.meeting_paper.pk)
    elif facts.minutes is not None:
        reader = _reader(institution, facts.minutes.meeting)
        rows = MinutesSection.objects.visible_to(reader).filter(minutes=facts.minutes.pk)
    else:
        return False
    return bool(rows.exists())


def _reader(institution: Institution, meeting: Meeting) -> Reader:
    """As whom an institution reads what belongs to a meeting: a member, where it took part; else anyone."""
    took_part = Q(institutions=institution) | Q(
        attendances__institution=institution,
        attendances__presence__in=[Presence.PRESENT, Presence.REPRESENTED],
    )
    if not Meeting.objects.filter(took_part, pk=meeting.pk).exists():
        return AnonymousUser()
    # No account has this key: on no list of names, in no group, a member and nobody in particular.
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
