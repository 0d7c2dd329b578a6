"""What can be imported, and is exported in the same form: associations, mandates, participations, working groups.

Headers are part of the format: they are French whatever the language of the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.changes import as_words, label_of
from common.differences import word_differences
from common.forms import DayInput
from common.text import fold
from members.enums import MandateKind
from members.forms.associations import Card
from members.forms.groups import GroupForm
from members.importer.files import day_of, header_key, text_of
from members.models import (
    Association,
    GroupMembership,
    Mandate,
    Participation,
    User,
    WorkingGroup,
)
from members.perms import can_end_mandates, can_import
from members.services.associations import (
    add_association,
    is_reserved,
    networks_of,
    publications_of,
    record_participation,
    revise_association,
)
from members.services.groups import (
    add_group,
    add_group_member,
    change_group_member,
    revise_group,
)
from members.services.mandates import correct_mandate, give_mandate

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django.utils.safestring import SafeString

    from members.importer.files import Cell

    Reader = User | AnonymousUser


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Done:
    """What a line came to."""

    outcome: Outcome
    name: str
    differences: Sequence[tuple[str, SafeString]] = ()


class WrongLineError(Exception):
    """A line that cannot be taken; messages by field ("" when they are about the whole line)."""

    def __init__(self, errors: Mapping[str, Iterable[str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


def _errors_of(error: ValidationError, names: Mapping[str, str] | None = None) -> WrongLineError:
    if not hasattr(error, "error_dict"):
        return WrongLineError({"": error.messages})
    names = names or {}
    return WrongLineError(
        {
            names.get(name, "" if name == "__all__" else name): messages
            for name, messages in error.message_dict.items()
        }
    )


def _check(form: forms.BaseForm) -> dict[str, Any]:
    if not form.is_valid():
        raise WrongLineError(
            {
                "" if name == NON_FIELD_ERRORS else name: list(map(str, errors))
                for name, errors in form.errors.items()
            }
        )
    return form.cleaned_data


def _differences(
    model: Any, before: Any, content: Mapping[str, Any]
) -> list[tuple[str, SafeString]]:
    found = []
    for name, value in content.items():
        column = model._meta.get_field(name)
        old, new = as_words(getattr(before, name), column), as_words(value, column)
        if old != new:
            found.append((label_of(column), word_differences(old, new)))
    return found


class Kind:
    """One kind of table. An instance reads one file: it keeps what it looked up."""

    key: ClassVar[str]
    words: ClassVar[Any]
    # Field of a line → header, in the order of the export.
    columns: ClassVar[dict[str, str]]
    days: ClassVar[frozenset[str]] = frozenset()
    may_import: ClassVar[Callable[[Any], bool]] = staticmethod(can_import)
    # Exported for those who read, not looked at when read back.
    for_readers: ClassVar[frozenset[str]] = frozenset()

    def wanted(self) -> dict[str, str]:
        return {name: head for name, head in self.columns.items() if name not in self.for_readers}

    def values(self, cells: Mapping[str, Cell]) -> dict[str, str]:
        """The cells of a line by field, as text."""
        return {
            name: (day_of if name in self.days else text_of)(cells.get(header_key(header)))
            for name, header in self.wanted().items()
        }

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        """What may be said once in a file."""
        raise NotImplementedError

    def take(self, line: Mapping[str, str], why: str) -> Done:
        """Write a line through the services. Raises WrongLineError."""
        raise NotImplementedError

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        """The lines of the export: what somebody may see."""
        raise NotImplementedError

    # --- Lookups shared by the kinds ---

    @cached_property
    def _associations(self) -> dict[str, Association]:
        """By key, name and acronym. One query."""
        found: dict[str, Association] = {}
        rows = list(Association.objects.order_by("pk"))
        for names in ("acronym", "name", "slug"):
            found |= {fold(getattr(row, names)): row for row in rows if getattr(row, names)}
        return found

    def _association(self, word: str) -> Association:
        if not word:
            raise WrongLineError({"association": [_("Name the association.")]})
        found = self._associations.get(fold(word))
        if found is None:
            raise WrongLineError(
                {
                    "association": [
                        _("No association has the key or the name “%(word)s”: add it first.")
                        % {"word": word}
                    ]
                }
            )
        return found

    @cached_property
    def _people(self) -> dict[str, User]:
        return {user.email.lower(): user for user in User.objects.order_by("pk")}

    def _person(self, address: str) -> User:
        if not address:
            raise WrongLineError({"email": [_("Give the person’s e-mail address.")]})
        found = self._people.get(address.lower())
        if found is None:
            raise WrongLineError(
                {
                    "email": [
                        _("Nobody has an account with the address %(address)s: invite them first.")
                        % {"address": address}
                    ]
                }
            )
        return found


YES, NO = "oui", "non"
BOOLEANS = {"oui": YES, "yes": YES, "1": YES, "vrai": YES, "true": YES, "x": YES} | {
    "non": NO, "no": NO, "0": NO, "faux": NO, "false": NO,
}  # fmt: skip


def _boolean(name: str, word: str) -> str:
    if word and fold(word) not in BOOLEANS:
        raise WrongLineError({name: [_("Write “oui” or “non”.")]})
    return BOOLEANS.get(fold(word), "")


def _printed(value: bool | None) -> str:  # noqa: FBT001 (the value of a cell)
    return "" if value is None else YES if value else NO


class Associations(Kind):
    key = "associations"
    words = gettext_lazy("Associations")
    columns: ClassVar = {
        "slug": "Clé",
        "name": "Nom",
        "acronym": "Sigle",
        "presentation": "Présentation",
        "site": "Site",
        "invited_on": "Invitée depuis",
        "joined_on": "Membre depuis",
        "is_joining_day_known": "Jour d’adhésion connu",
        "left_on": "Partie le",
        "has_link": "Lien vers le Collectif",
        "link_checked_on": "Lien vérifié le",
        "link_url": "Page du lien",
        "networks": "Réseaux",
        "publications": "Publications",
    }
    days = frozenset({"invited_on", "joined_on", "left_on", "link_checked_on"})

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        return (line["slug"] or fold(line["name"]),)

    def take(self, line: Mapping[str, str], why: str) -> Done:
        found = self._find(line)
        card = Card(self._posted(line), association=found)
        if not card.is_valid():
            raise WrongLineError(self._card_errors(card))
        content = card.content() | {"why": why}
        try:
            if found is None:
                row = add_association(slug=line["slug"], **content)
                return Done(Outcome.ADDED, row.name)
            differences = card.differences_from(found)
            if not differences:
                return Done(Outcome.UNCHANGED, found.name)
            revise_association(association=found, version=found.version, **content)
        except ValidationError as error:
            raise _errors_of(error) from error
        return Done(Outcome.CHANGED, found.name, differences)

    @cached_property
    def _known(self) -> dict[str, Association]:
        rows = Association.objects.prefetch_related("networks", "publications")
        return {row.slug: row for row in rows} | {fold(row.name): row for row in rows}

    def _find(self, line: Mapping[str, str]) -> Association | None:
        slug = line["slug"]
        if slug:
            found = self._known.get(slug)
            if found is not None and found.slug != slug:
                found = None
            if found is None and is_reserved(slug):
                raise WrongLineError({"slug": [_("This key is the address of another page.")]})
            return found
        return self._known.get(fold(line["name"]))

    def _posted(self, line: Mapping[str, str]) -> dict[str, str]:
        """The line as the form of the page is posted."""
        posted = {
            name: value for name, value in line.items() if name not in {"networks", "publications"}
        }
        if _boolean("is_joining_day_known", line["is_joining_day_known"]) == NO:
            del posted["is_joining_day_known"]
        else:
            posted["is_joining_day_known"] = "on"
        word = _boolean("has_link", line["has_link"])
        posted["has_link"] = {YES: "true", NO: "false"}.get(word, "unknown")
        posted |= _part_rows("networks", line["networks"], ("name", "url"))
        posted |= _part_rows("publications", line["publications"], ("title", "year", "url"))
        return posted

    def _card_errors(self, card: Card) -> dict[str, list[str]]:
        errors = {
            "" if name == NON_FIELD_ERRORS else name: list(map(str, messages))
            for name, messages in card.form.errors.items()
        }
        for name, rows in (("networks", card.networks), ("publications", card.publications)):
            words = list(map(str, rows.non_form_errors()))
            for number, row in enumerate(rows, start=1):
                words += [
                    _("line %(number)s of the cell: %(words)s") % {"number": number, "words": each}
                    for messages in row.errors.values()
                    for each in messages
                ]
            if words:
                errors[name] = words
        return errors

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        rows = Association.objects.visible_to(user).prefetch_related("networks", "publications")
        for row in sorted(rows, key=_place):
            yield [
                row.slug,
                row.name,
                row.acronym,
                row.presentation,
                row.site,
                row.invited_on,
                row.joined_on,
                _printed(row.is_joining_day_known),
                row.left_on,
                _printed(row.has_link),
                row.link_checked_on,
                row.link_url,
                "\n".join(map(str, networks_of(row))),
                "\n".join(map(str, publications_of(row))),
            ]


def _part_rows(prefix: str, cell: str, names: Sequence[str]) -> dict[str, str]:
    """A cell of several lines, “Réseau | https://…”, as the rows of the page are posted."""
    lines = [line for line in cell.split("\n") if line.strip()]
    posted = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        parts = [part.strip() for part in line.split(" | " if " | " in line else "|")]
        if len(parts) > len(names):
            raise WrongLineError(
                {
                    prefix: [
                        _("Too many parts in “%(line)s”: %(parts)s.")
                        % {"line": line, "parts": " | ".join(names)}
                    ]
                }
            )
        posted |= {
            f"{prefix}-{number}-{name}": part for name, part in zip(names, parts, strict=False)
        }
    return posted


def _place(association: Association) -> tuple[str, int]:
    """Names in an order that is the same on every database."""
    return fold(association.name), association.pk


class MandateForm(forms.Form):
    """The cells of a mandate that are no reference to another row."""

    kind = forms.ChoiceField(choices=MandateKind.choices)
    function = forms.CharField(max_length=120, required=False)
    since = forms.DateField(widget=DayInput)
    until = forms.DateField(widget=DayInput, required=False)


class Mandates(Kind):
    key = "mandats"
    words = gettext_lazy("Mandates")
    # Whoever may give one by hand.
    may_import: ClassVar[Callable[[Any], bool]] = staticmethod(can_end_mandates)
    columns: ClassVar = {
        "email": "Adresse",
        "person": "Personne",
        "association": "Association",
        "kind": "Type",
        "function": "Fonction",
        "since": "Depuis",
        "until": "Jusqu’au",
    }
    days = frozenset({"since", "until"})
    for_readers = frozenset({"person"})
    KINDS: ClassVar = {MandateKind.TITULAR: "titulaire", MandateKind.ALTERNATE: "suppléant"}

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        found = self._associations.get(fold(line["association"]))
        return (line["email"].lower(), found.slug if found else line["association"], line["since"])

    def take(self, line: Mapping[str, str], why: str) -> Done:
        person, association = self._person(line["email"]), self._association(line["association"])
        kinds = {fold(word): kind for kind, word in self.KINDS.items()} | {
            "suppleante": MandateKind.ALTERNATE
        }
        kind = kinds.get(fold(line["kind"]))
        if kind is None:
            raise WrongLineError({"kind": [_("Write “titulaire” or “suppléant”.")]})
        content = _check(MandateForm({**line, "kind": kind}))
        name = f"{person.name} – {association.short_name}"
        found = self._known.get((person.pk, association.pk, content["since"]))
        try:
            if found is None:
                give_mandate(person=person, association=association, reason=why, **content)
                return Done(Outcome.ADDED, name)
            differences = _differences(Mandate, found, content)
            if not differences:
                return Done(Outcome.UNCHANGED, name)
            correct_mandate(mandate=found, version=found.version, reason=why, **content)
        except ValidationError as error:
            raise _errors_of(error, {"person": "email"}) from error
        return Done(Outcome.CHANGED, name, differences)

    @cached_property
    def _known(self) -> dict[tuple[int, int, dt.date], Mandate]:
        return {
            (row.person_id, row.association_id, row.since): row
            for row in Mandate.objects.order_by("-pk")
        }

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        return self.lines_of(
            Mandate.objects.visible_to(user).select_related("person", "association")
        )

    def lines_of(self, rows: Iterable[Mandate]) -> Iterable[Sequence[Cell]]:
        for row in sorted(rows, key=lambda row: (_place(row.association), row.since, row.pk)):
            yield [
                row.person.email,
                row.person.name,
                row.association.slug,
                self.KINDS[MandateKind(row.kind)],
                row.function,
                row.since,
                row.until,
            ]


class ParticipationForm(forms.Form):
    on = forms.DateField(widget=DayInput)
    occasion = forms.CharField(max_length=200)


class Participations(Kind):
    key = "participations"
    words = gettext_lazy("Participations")
    columns: ClassVar = {"association": "Association", "on": "Date", "occasion": "Occasion"}
    days = frozenset({"on"})

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        found = self._associations.get(fold(line["association"]))
        return (found.slug if found else line["association"], line["on"], line["occasion"])

    def take(self, line: Mapping[str, str], why: str) -> Done:
        association = self._association(line["association"])
        content = _check(ParticipationForm(dict(line)))
        name = f"{association.short_name} – {content['on']} – {content['occasion']}"
        if (association.pk, content["on"], content["occasion"]) in self._known:
            return Done(Outcome.UNCHANGED, name)
        try:
            record_participation(association=association, **content)
        except ValidationError as error:
            raise _errors_of(error) from error
        return Done(Outcome.ADDED, name)

    @cached_property
    def _known(self) -> set[tuple[int, dt.date, str]]:
        return set(Participation.objects.values_list("association_id", "on", "occasion"))

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        cards = Association.objects.visible_to(user)
        rows = Participation.objects.filter(association__in=cards).select_related("association")
        for row in sorted(rows, key=lambda row: (row.on, row.occasion, _place(row.association))):
            yield [row.association.slug, row.on, row.occasion]


class Groups(Kind):
    """One line for each member; a group without members has one line without."""

    key = "groupes"
    words = gettext_lazy("Working groups")
    columns: ClassVar = {
        "slug": "Clé du groupe",
        "name": "Nom du groupe",
        "purpose": "Objet",
        "created_on": "Créé le",
        "closed_on": "Clos le",
        "association": "Association",
        "email": "Personne",
        "since": "Depuis",
        "until": "Jusqu’au",
    }
    days = frozenset({"created_on", "closed_on", "since", "until"})
    GROUP: ClassVar = ("name", "purpose", "created_on", "closed_on")

    def __init__(self) -> None:
        self._said: dict[str, tuple[str, ...]] = {}

    def identity(self, line: Mapping[str, str]) -> tuple[str, ...]:
        return (line["slug"], fold(line["association"]), line["email"].lower(), line["since"])

    def take(self, line: Mapping[str, str], why: str) -> Done:
        if not line["slug"]:
            raise WrongLineError({"slug": [_("Give the key of the group.")]})
        self._check_said_alike(line)
        try:
            group, outcome, differences = self._take_group(line, why)
            if not (line["association"] or line["email"] or line["since"] or line["until"]):
                return Done(outcome, group.name, differences)
            done = self._take_member(group, line, why)
        except ValidationError as error:
            raise _errors_of(error, {"person": "email"}) from error
        if done.outcome == Outcome.UNCHANGED and outcome != Outcome.UNCHANGED:
            return Done(Outcome.CHANGED, done.name, differences)
        return Done(done.outcome, done.name, [*differences, *done.differences])

    def _check_said_alike(self, line: Mapping[str, str]) -> None:
        told = tuple(line[name] for name in self.GROUP)
        if self._said.setdefault(line["slug"], told) != told:
            raise WrongLineError(
                {"slug": [_("An earlier line says something else of this group.")]}
            )

    def _take_group(
        self, line: Mapping[str, str], why: str
    ) -> tuple[WorkingGroup, Outcome, list[tuple[str, SafeString]]]:
        found = self._known.get(line["slug"])
        form = GroupForm(
            {name: line[name] for name in self.GROUP}, instance=found or WorkingGroup()
        )
        # A model form writes into its row as it checks it.
        before = None if found is None else WorkingGroup.objects.get(pk=found.pk)
        _check(form)
        content = form.content()
        if before is None:
            group = add_group(slug=line["slug"], why=why, **content)
            self._known[group.slug] = group
            return group, Outcome.ADDED, []
        differences = _differences(WorkingGroup, before, content)
        if not differences:
            return before, Outcome.UNCHANGED, []
        group = revise_group(group=before, version=before.version, why=why, **content)
        self._known[group.slug] = group
        return group, Outcome.CHANGED, differences

    def _take_member(self, group: WorkingGroup, line: Mapping[str, str], why: str) -> Done:
        if line["association"] and line["email"]:
            raise WrongLineError({"email": [_("Choose an association, or a person, not both.")]})
        who: dict[str, Any] = (
            {"person": self._person(line["email"])}
            if line["email"]
            else {"association": self._association(line["association"])}
        )
        content = _check(GroupMemberDaysForm(dict(line)))
        name = f"{group.name} – {next(iter(who.values()))}"
        found = (
            GroupMembership.objects.filter(group=group, since=content["since"], **who)
            .order_by("pk")
            .first()
        )
        if found is None:
            add_group_member(group=group, why=why, **who, **content)
            return Done(Outcome.ADDED, name)
        differences = _differences(GroupMembership, found, content)
        if not differences:
            return Done(Outcome.UNCHANGED, name)
        change_group_member(membership=found, why=why, **content)
        return Done(Outcome.CHANGED, name, differences)

    @cached_property
    def _known(self) -> dict[str, WorkingGroup]:
        return {group.slug: group for group in WorkingGroup.objects.order_by("pk")}

    def rows(self, user: Reader) -> Iterable[Sequence[Cell]]:
        groups = WorkingGroup.objects.visible_to(user).prefetch_related(
            "memberships__association", "memberships__person"
        )
        for group in sorted(groups, key=lambda group: (fold(group.name), group.pk)):
            told: list[Cell] = [
                group.slug,
                group.name,
                group.purpose,
                group.created_on,
                group.closed_on,
            ]
            members = sorted(
                group.memberships.all(), key=lambda row: (row.since, fold(str(row)), row.pk)
            )
            for row in members:
                association = row.association.slug if row.association else ""
                email = row.person.email if row.person else ""
                yield [*told, association, email, row.since, row.until]
            if not members:
                yield [*told, "", "", None, None]


class GroupMemberDaysForm(forms.Form):
    since = forms.DateField(widget=DayInput)
    until = forms.DateField(widget=DayInput, required=False)


KINDS: dict[str, type[Kind]] = {
    kind.key: kind for kind in (Associations, Mandates, Participations, Groups)
}


def kinds_for(user: Reader) -> list[type[Kind]]:
    """What somebody may import."""
    return [kind for kind in KINDS.values() if kind.may_import(user)]
