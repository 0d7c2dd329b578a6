"""Whether a letter may be read by somebody who may not read what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from common.markdown import without_notes
from common.text import fold
from meetings.enums import MinutesStatus
from members.enums import Audience, Role
from members.models import GroupMembership

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from commitments.models import Commitment, Letter
    from meetings.models import MinutesSection
    from members.models import User, WorkingGroup

# The fewest words by which a quote is told from what anybody may have written.
FEWEST_WORDS = 5


def narrowest(commitments: Collection[Commitment]) -> str:
    """The audience of a letter about commitments: within the collective, and no wider than theirs.

    What is for people named is left to the secretariat until somebody chooses whom.
    """
    audiences = {commitment.audience for commitment in commitments}
    if audiences & {Audience.NAMED, Audience.SECRETARIAT}:
        return Audience.SECRETARIAT
    return Audience.MEMBERS


def may_quote(section: MinutesSection | None, audience: str) -> bool:
    """Whether a letter for that audience may print words of a section; lists of names are not compared."""
    if section is None or audience == Audience.SECRETARIAT:
        return True
    is_shown = section.minutes.status != MinutesStatus.DRAFT
    return is_shown and section.audience in {Audience.PUBLIC, Audience.MEMBERS}


def too_wide(
    *,
    audience: str,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    commitments: Iterable[Commitment],
    body: str,
) -> list[str]:
    """In words, the commitments and the sections quoted that not every reader of the letter may read.

    A constant number of queries.
    """
    rows = list(commitments)
    prefetch_related_objects(rows, "section__minutes")
    if audience == Audience.NAMED:
        live = GroupMembership.objects.live_on(timezone.localdate())
        for of in ("", "section__"):
            groups_named = Prefetch(f"{of}named_groups__memberships", live)
            prefetch_related_objects(rows, f"{of}named_people", groups_named)
    wrong = []
    for commitment in rows:
        if _is_wider(audience, people, groups, commitment):
            wrong.append(
                _(
                    "Some whom the letter is for may not read this commitment: “%(commitment)s”. It is open only to: %(who)s."
                )
                % {"commitment": commitment, "who": commitment.get_audience_display()}
            )
        section = commitment.section
        if section is not None and quotes(body, commitment):
            is_shown = section.minutes.status != MinutesStatus.DRAFT
            if audience != Audience.SECRETARIAT and (
                not is_shown or _is_wider(audience, people, groups, section)
            ):
                wrong.append(
                    _(
                        "The letter prints the exact words of “%(commitment)s”: they come from the section “%(section)s”, which some whom the letter is for may not read."
                    )
                    % {"commitment": commitment, "section": section}
                )
    return wrong


def readers_left_out(letter: Letter) -> list[str]:
    """The same of a letter as it is saved."""
    # The querysets of every room's restricted rows do not know which row they are of.
    commitments: Any = letter.commitments.select_related("section")
    return too_wide(
        audience=letter.audience,
        people=list(letter.named_people.all()),
        groups=list(letter.named_groups.all()),
        commitments=commitments,
        body=f"{letter.subject}\n{letter.body}",
    )


def quotes(body: str, commitment: Commitment) -> bool:
    """Whether a text holds a clause of the exact words of a commitment."""
    told = _bare(body)
    for sign in ".;!?…:\n":
        told = told.replace(sign, " ")
    told = " ".join(told.split())
    quote = _bare(commitment.quote)
    for sign in ".;!?…:":
        quote = quote.replace(sign, "\n")
    clauses = [" ".join(clause.split()) for clause in quote.split("\n")]
    return any(
        clause in told
        for clause in clauses
        if clause and (len(clause.split()) >= FEWEST_WORDS or len(clauses) == 1)
    )


def _bare(text: str) -> str:
    """Without what typography or a copyist may change."""
    return fold(without_notes(text)).translate(dict.fromkeys(map(ord, '«»“”"*_'), " "))


def _is_wider(
    audience: str,
    people: Collection[User],
    groups: Collection[WorkingGroup],
    row: Commitment | MinutesSection,
) -> bool:
    if audience == Audience.SECRETARIAT or row.audience == Audience.PUBLIC:
        return False
    if audience != Audience.NAMED:
        return row.audience != Audience.MEMBERS
    if row.audience == Audience.MEMBERS:
        return any(person.role == Role.GUEST for person in people)
    if row.audience == Audience.SECRETARIAT:
        return True
    known_groups = set(row.named_groups.all())
    # Those who are in the groups today, fetched by `too_wide`; an association has nobody's key.
    members = {each.person_id for group in known_groups for each in group.memberships.all()}
    known_people = members | {person.pk for person in row.named_people.all()}
    return not known_groups.issuperset(groups) or not known_people.issuperset(
        person.pk for person in people
    )
