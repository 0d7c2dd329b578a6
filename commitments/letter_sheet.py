"""A letter as it is read: on its page, and beside the form while it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone, translation

from commitments.letter_pdf import members_on, signatory_lines
from commitments.letter_words import facts_of, fill
from commitments.models.letters import BODY_LIMIT
from common.markdown import render
from common.typography import long_date
from meetings.models import MeetingPaper, Minutes
from members.models import Paper
from members.services.letters import COLLECTIVE

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.safestring import SafeString

    from commitments.forms.letters import LetterSheetForm
    from commitments.models import Commitment, Letter, LetterEnclosure
    from members.models import User


@dataclass(frozen=True)
class Enclosed:
    """Something enclosed, as printed; its address when the reader may see it."""

    label: str
    path: str = ""


@dataclass(frozen=True)
class Sheet:
    """What is printed, in the order of use."""

    reference: str
    addressee: str
    address: str
    place: str
    on: dt.date
    subject: str
    salutation: str
    body: SafeString
    closing: str
    signatory: Sequence[str]
    copies: Sequence[str]
    enclosures: Sequence[Enclosed]
    members: Sequence[str]
    is_draft: bool
    collective: str = COLLECTIVE

    @property
    def day(self) -> str:
        """In French, whatever the language of the page."""
        with translation.override("fr"):
            return long_date(self.on)


# Of somebody who is not known yet. Letters are in French.
SALUTATION = "Madame, Monsieur"
# What is printed as it is written.
WORDS = ("addressee", "address", "place", "subject", "salutation", "closing")


def sheet_of(letter: Letter, user: User | AnonymousUser) -> Sheet:
    """A letter as somebody may read it. At most six queries, whatever it encloses."""
    on = letter.dated_on or timezone.localdate()
    copies: Any = letter.copies.all()
    enclosures: Any = letter.enclosures.all()
    return Sheet(
        reference=letter.reference,
        on=on,
        body=render(letter.body),
        signatory=signatory_lines(letter.signatory),
        copies=[copy.wording for copy in copies],
        enclosures=_enclosed(enclosures, user),
        members=members_on(on) if letter.lists_members else [],
        is_draft=letter.is_draft,
        **{name: getattr(letter, name) for name in WORDS},
    )


def sheet_typed(letter: Letter, typed: LetterSheetForm) -> Sheet:
    """The same of what is typed and not saved, be it wrong."""
    form = typed.fields
    said: Mapping[str, Any] = form.cleaned_data if form.is_bound else form.initial
    words = {
        name: str(said.get(name) or form[name].value() or "")
        for name in (*WORDS, "body", "signatory")
    }
    on = said.get("dated_on") or timezone.localdate()
    return Sheet(
        reference=letter.reference,
        on=on,
        # What is too long to be kept is too long to be shown.
        body=render(words.pop("body")[:BODY_LIMIT]),
        signatory=signatory_lines(words.pop("signatory")),
        copies=[line.wording for line in typed.copies.lines],
        enclosures=[Enclosed(line.wording) for line in typed.enclosures.lines],
        members=members_on(on) if said.get("lists_members") else [],
        is_draft=letter.is_draft,
        **words,
    )


def sheet_of_template(text: Mapping[str, str], commitment: Commitment) -> Sheet:
    """What a template would say of a promise today, to whoever made it."""
    today = timezone.localdate()
    institution = commitment.institution
    facts = facts_of([commitment], institution, today, commitment.audience)
    facts["appel"] = SALUTATION
    return Sheet(
        reference="",
        addressee=institution.name,
        address="",
        place="",
        on=today,
        subject=fill(text["subject"], facts),
        salutation=f"{SALUTATION},",
        body=render(fill(text["body"], facts)),
        closing=fill(text["closing"], facts),
        signatory=[],
        copies=[],
        enclosures=[],
        members=[],
        is_draft=True,
    )


def _enclosed(enclosures: Iterable[LetterEnclosure], user: User | AnonymousUser) -> list[Enclosed]:
    """Each with its address, where the reader may see it. One query for each kind of thing that is enclosed."""
    rows = list(enclosures)
    paths: dict[tuple[str, int], str] = {}
    papers = {row.paper_id for row in rows if row.paper_id}
    if papers:
        for paper in Paper.objects.visible_to(user).filter(pk__in=papers):
            paths["paper", paper.pk] = reverse("members:paper-download", args=[paper.pk])
    meeting_papers = {row.meeting_paper_id for row in rows if row.meeting_paper_id}
    if meeting_papers:
        seen: Any = MeetingPaper.objects.visible_to(user).filter(pk__in=meeting_papers)
        for one in seen.select_related("meeting"):
            slug = one.meeting.slug
            paths["meeting_paper", one.pk] = (
                reverse("meetings:paper-download", args=[slug, one.pk])
                if one.file
                else f"{one.meeting.get_absolute_url()}#pieces"
            )
    minutes = {row.minutes_id for row in rows if row.minutes_id}
    if minutes:
        read = Minutes.objects.visible_to(user).filter(pk__in=minutes)
        for each in read.select_related("meeting"):
            paths["minutes", each.pk] = each.get_absolute_url()
    return [Enclosed(row.label, paths.get(_thing(row), "")) for row in rows]


def _thing(row: LetterEnclosure) -> tuple[str, int]:
    for name in ("paper", "meeting_paper"):
        pk = getattr(row, f"{name}_id")
        if pk is not None:
            return name, pk
    return "minutes", row.minutes_id or 0
