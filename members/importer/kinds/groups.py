"""Working groups and their members."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DayInput
from common.text import fold
from members.forms.groups import GroupForm
from members.importer.kinds.base import (
    Done,
    Kind,
    Outcome,
    WrongLineError,
    check,
    differences_of,
    errors_of,
)
from members.models import (
    GroupMembership,
    WorkingGroup,
)
from members.services.groups import (
    add_group,
    add_group_member,
    change_group_member,
    revise_group,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.utils.safestring import SafeString

    from members.importer.files import Cell
    from members.importer.kinds.base import Reader


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
            raise errors_of(error, {"person": "email"}) from error
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
        check(form)
        content = form.content()
        if before is None:
            group = add_group(slug=line["slug"], why=why, **content)
            self._known[group.slug] = group
            return group, Outcome.ADDED, []
        differences = differences_of(WorkingGroup, before, content)
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
        content = check(GroupMemberDaysForm(dict(line)))
        name = f"{group.name} – {next(iter(who.values()))}"
        found = (
            GroupMembership.objects.filter(group=group, since=content["since"], **who)
            .order_by("pk")
            .first()
        )
        if found is None:
            add_group_member(group=group, why=why, **who, **content)
            return Done(Outcome.ADDED, name)
        differences = differences_of(GroupMembership, found, content)
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
