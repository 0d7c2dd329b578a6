"""Minutes to import: the file or the text, then everything that was understood of it, to be corrected."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from common.markdown import render
from common.numbers import natural_key
from common.uploads import LIMIT, PrivateFileField, TooLargeFile
from meetings.enums import MeetingKind, Presence
from meetings.forms.meetings import HourInput
from meetings.importer.headings import HEADING_LIMIT, NUMBER_LIMIT
from meetings.importer.reading import SUFFIXES, prepare
from meetings.services.imports import (
    AttendanceFacts,
    MinutesFacts,
    SectionFacts,
    attendance_facts,
    section_facts,
)
from meetings.services.meetings import SessionFacts
from members.enums import Audience, Role
from members.forms.papers import NamesField, RowForm
from members.models import Association, User, WorkingGroup
from plan.models import Institution, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from meetings.importer.participants import Participant
    from meetings.importer.understanding import Understanding

# A web request holds a thousand fields; each section has five.
MOST_SECTIONS = 140
LEVELS = [(level, str(level)) for level in range(1, 5)]
LEAVE_OUT, AS_WRITTEN = "", "words"
PROPOSED_LIMIT = 20
MOST_WORDS = 30
RENDERED_LIMIT = 30_000
# By whom somebody was represented is not in a list: it is told on the meeting's own page. Of the lines that a list gives
# as represented, that much is kept.
PRESENCES = [choice for choice in Presence.choices if choice[0] != Presence.REPRESENTED]


class MinutesFileField(PrivateFileField):
    """One of the types that can be read, checked as every private file is."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Word, OpenDocument, Markdown or text; at most 25 MB."))
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ",".join(SUFFIXES)}

    def to_python(self, data: Any) -> Any:
        if data is None or isinstance(data, TooLargeFile) or not 0 < (data.size or 0) <= LIMIT:
            return super().to_python(data)
        suffix = PurePath(data.name or "").suffix.lower()
        if suffix in {".docm", ".dotm"}:
            raise ValidationError(_("This file holds macros: save it again without."))
        if suffix not in SUFFIXES:
            raise ValidationError(
                _("Minutes are imported from %(types)s."), params={"types": ", ".join(SUFFIXES)}
            )
        if suffix in {".txt", ".md"}:
            content = data.read()
            data.seek(0)
            if prepare(data.name, content) != content:
                data = SimpleUploadedFile(data.name, prepare(data.name, content))
        return super().to_python(data)


class ImportForm(RowForm):
    file = MinutesFileField(required=False)
    text = forms.CharField(
        label=_("or the text, pasted"),
        required=False,
        strip=False,
        max_length=1_000_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    plan = forms.ModelChoiceField(
        label=_("Plan whose measures it speaks of"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("None"),
    )

    def __init__(self, *args: Any, user: User) -> None:
        plans = Plan.objects.visible_to(user).order_by("-starts_on", "pk")
        super().__init__(*args, initial={"plan": plans.first()})
        plan: Any = self.fields["plan"]
        plan.queryset = plans

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("file")) == bool(data.get("text", "").strip()):
            raise ValidationError(_("Choose a file, or paste a text: one of the two."))
        return data


class PreviewForm(RowForm):
    """What an import would write. Texts are not here: they come from the file again, word for word."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind of meeting"), choices=MeetingKind.choices, initial=MeetingKind.INTERNAL
    )
    starts_at = forms.TimeField(
        label=_("Begins at"),
        required=False,
        widget=HourInput,
        help_text=_("Of a meeting of one day."),
    )
    ends_at = forms.TimeField(label=_("Ends at"), required=False, widget=HourInput)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    dated_on = forms.DateField(label=_("Minutes dated"), required=False, widget=DayInput)
    audience = forms.ChoiceField(
        label=_("Who may read the sections"),
        choices=[choice for choice in Audience.choices if choice[0] != Audience.PUBLIC],
        error_messages={"required": _("Choose who may read it.")},
    )
    named_people = NamesField(
        label=_("People named"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only for the audience “the people named”."),
    )
    named_groups = NamesField(
        label=_("Groups named"),
        queryset=WorkingGroup.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Whoever is in the group on the day of reading."),
    )
    agenda = forms.CharField(
        label=_("Agenda"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One point a line."),
    )
    takes_next = forms.BooleanField(label=_("Enter the next meeting too"), required=False)
    next_on = forms.DateField(label=_("Its day"), required=False, widget=DayInput)
    next_starts_at = forms.TimeField(label=_("Begins at"), required=False, widget=HourInput)
    next_ends_at = forms.TimeField(label=_("Ends at"), required=False, widget=HourInput)
    next_place = forms.CharField(label=_("Place"), max_length=200, required=False)

    def __init__(
        self,
        data: Any,
        *,
        user: User,
        found: Understanding,
        associations: Sequence[Association],
        institutions: Sequence[Institution],
        numbers: Sequence[str],
    ) -> None:
        self.found = found
        self.known = {natural_key(number): number for number in numbers}
        self.associations = {f"a{row.pk}": row for row in associations}
        self.institutions = {f"i{row.pk}": row for row in institutions}
        super().__init__(data, initial=_initial(found))
        people: Any = self.fields["named_people"]
        # The administrator runs the machine and reads none of these, named or not.
        named = User.objects.visible_to(user).exclude(role=Role.ADMINISTRATOR)
        people.queryset = named.who_may_come_in(timezone.localdate())
        groups: Any = self.fields["named_groups"]
        groups.queryset = WorkingGroup.objects.visible_to(user)
        self._add_days()
        self._add_sections()
        self._add_participants()

    # --- Its fields ---------------------------------------------------------------------------------------------------

    def _add(self, name: str, field: forms.Field, *, css: str = "form-control") -> None:
        field.widget.attrs.setdefault("class", css)
        self.fields[name] = field

    def _add_days(self) -> None:
        self.day_names = [f"day_{rank}" for rank in range(len(self.found.days) + 2)]
        for rank, name in enumerate(self.day_names):
            label = _now("Day %(rank)d") % {"rank": rank + 1}
            self._add(name, forms.DateField(label=label, required=rank == 0, widget=DayInput()))
        for name, day in zip(self.day_names, self.found.days, strict=False):
            self.initial[name] = day

    def _add_sections(self) -> None:
        for rank, draft in enumerate(self.found.sections):
            name = f"s{rank}"
            self._add(
                f"{name}_number",
                forms.CharField(
                    label=_("Number as printed"), max_length=NUMBER_LIMIT, required=False
                ),
            )
            self._add(
                f"{name}_heading",
                forms.CharField(label=_("Heading"), max_length=HEADING_LIMIT, required=False),
            )
            self._add(
                f"{name}_level",
                forms.TypedChoiceField(label=_("Level"), choices=LEVELS, coerce=int),
                css="form-select",
            )
            self._add(
                f"{name}_measures",
                forms.CharField(label=_("Measures"), max_length=200, required=False),
            )
            if draft.is_taken:
                taken = forms.BooleanField(
                    label=_("Already taken above: do not keep it as a section"), required=False
                )
                self.fields[f"{name}_taken"] = taken
                self.initial[f"{name}_taken"] = self.found.is_said_twice(draft)
            if rank:
                joined = forms.BooleanField(label=_("Part of the one before"), required=False)
                self.fields[f"{name}_joined"] = joined
            proposed = [draft.proposes] if draft.proposes else []
            self.initial.update(
                {
                    f"{name}_number": draft.number,
                    f"{name}_heading": draft.heading,
                    f"{name}_level": draft.level,
                    f"{name}_measures": ", ".join([*draft.measures, *proposed]),
                }
            )

    def _add_participants(self) -> None:
        associations = [(key, row.name) for key, row in self.associations.items()]
        institutions = [(key, row.name) for key, row in self.institutions.items()]
        for rank, one in enumerate(self.found.participants):
            choices: list[Any] = [
                (LEAVE_OUT, _("left out of the list")),
                (AS_WRITTEN, _("kept as written")),
                (_("Associations"), associations),
            ]
            # Matched to an association, it is no institution: long lists are for the others.
            if one.association is None:
                choices.append((_("Institutions"), institutions))
            who = forms.ChoiceField(label=one.label, choices=choices, required=False)
            self._add(f"p{rank}_who", who, css="form-select")
            is_represented = one.presence == Presence.REPRESENTED
            presence = forms.ChoiceField(
                label=_("Presence"), choices=Presence.choices if is_represented else PRESENCES
            )
            self._add(f"p{rank}_presence", presence, css="form-select")
            self.initial[f"p{rank}_who"] = _choice(one)
            self.initial[f"p{rank}_presence"] = one.presence

    # --- What the page shows ------------------------------------------------------------------------------------------

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[name] for name in self.day_names]

    def sections(self) -> Iterator[dict[str, Any]]:
        for rank, draft in enumerate(self.found.sections):
            name = f"s{rank}"
            yield {
                "rank": rank + 1,
                "title": draft.title,
                # Rendering takes its time: a very long text is shown as it will be stored.
                "html": render(draft.text) if len(draft.text) <= RENDERED_LIMIT else draft.text,
                "word_count": len(draft.text.split()),
                "number": self[f"{name}_number"],
                "heading": self[f"{name}_heading"],
                "level": self[f"{name}_level"],
                "measures": self[f"{name}_measures"],
                "joined": self[f"{name}_joined"] if rank else None,
                "taken": self[f"{name}_taken"] if draft.is_taken else None,
                "only_here": self.found.only_in(draft)[:MOST_WORDS] if draft.is_taken else [],
            }

    def participants(self) -> Iterator[dict[str, Any]]:
        for rank, one in enumerate(self.found.participants):
            yield {"one": one, "who": self[f"p{rank}_who"], "presence": self[f"p{rank}_presence"]}

    # --- What was corrected -------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.section_measures = {
            rank: self._measures(rank, data.get(f"s{rank}_measures", ""))
            for rank in range(len(self.found.sections))
        }
        self._check_nothing_is_lost(data)
        names_nobody = not data.get("named_people") and not data.get("named_groups")
        if data.get("audience") == Audience.NAMED and names_nobody:
            self.add_error("audience", _("Name at least one person or one group."))
        if data.get("takes_next") and not data.get("next_on"):
            self.add_error("next_on", _("Give its day."))
        return data

    def _check_nothing_is_lost(self, data: dict[str, Any]) -> None:
        """A section that is not kept, since it was taken above: what was corrected there must still say it.

        Words that were never taken are shown beside it, and may be left knowingly.
        """
        told = data.get("agenda", "").splitlines()
        for rank, one in enumerate(self.found.participants):
            who = data.get(f"p{rank}_who", LEAVE_OUT)
            if who != LEAVE_OUT:
                told.append(one.label if who == AS_WRITTEN else one.kept_words)
        for rank, draft in enumerate(self.found.sections):
            if not data.get(f"s{rank}_taken"):
                continue
            shown = set(self.found.only_in(draft))
            lost = [word for word in self.found.only_in(draft, told=told) if word not in shown]
            if lost:
                words = " ".join(lost[:MOST_WORDS])
                message = _(
                    "“%(words)s” would be nowhere any more: keep this section, or what you took out above."
                )
                self.add_error(f"s{rank}_taken", ValidationError(message, params={"words": words}))

    def _measures(self, rank: int, typed: str) -> tuple[tuple[str, ...], str]:
        """The plan's numbers, and the one that it has not, which the section proposes."""
        numbers = [part.strip() for part in re.split(r"[,;]", typed) if part.strip()]
        tied = [self.known[natural_key(one)] for one in numbers if natural_key(one) in self.known]
        others = [one for one in numbers if natural_key(one) not in self.known]
        if len(others) > 1 or any(
            len(one) > PROPOSED_LIMIT or not one[0].isdigit() for one in others
        ):
            self.add_error(
                f"s{rank}_measures",
                _("Numbers of measures parted by commas; at most one that the plan has not."),
            )
            return (), ""
        return tuple(dict.fromkeys(tied)), others[0] if others else ""

    def facts(self) -> MinutesFacts:
        data = self.cleaned_data
        days = list(dict.fromkeys(data[name] for name in self.day_names if data.get(name)))
        is_one = len(days) == 1
        return MinutesFacts(
            title=data["title"],
            kind=data["kind"],
            sessions=[
                SessionFacts(
                    on=day,
                    starts_at=data["starts_at"] if is_one else None,
                    ends_at=data["ends_at"] if is_one else None,
                    place=data["place"],
                )
                for day in sorted(days)
            ],
            sections=self._section_facts(set(days)),
            dated_on=data["dated_on"],
            audience=data["audience"],
            people=data["named_people"] if data["audience"] == Audience.NAMED else (),
            groups=data["named_groups"] if data["audience"] == Audience.NAMED else (),
            agenda=[line.strip() for line in data["agenda"].splitlines() if line.strip()],
            attendance=list(self._attendance()),
            next_session=SessionFacts(
                on=data["next_on"],
                starts_at=data["next_starts_at"],
                ends_at=data["next_ends_at"],
                place=data["next_place"],
            )
            if data["takes_next"]
            else None,
        )

    def _section_facts(self, days: Iterable[Any]) -> list[SectionFacts]:
        facts: list[SectionFacts] = []
        for rank, draft in enumerate(self.found.sections):
            if self.cleaned_data.get(f"s{rank}_taken"):
                continue
            on = self.found.session_of(draft)
            measures, proposes = self.section_measures[rank]
            one = SectionFacts(
                number=self.cleaned_data[f"s{rank}_number"],
                heading=self.cleaned_data[f"s{rank}_heading"],
                level=self.cleaned_data[f"s{rank}_level"],
                text=section_facts(draft, None).text,
                measures=measures,
                proposes=proposes,
                on=on if on in days else None,
            )
            if facts and self.cleaned_data.get(f"s{rank}_joined"):
                facts[-1] = _joined(facts[-1], one)
            else:
                facts.append(one)
        return facts

    def _attendance(self) -> Iterator[AttendanceFacts]:
        for rank, one in enumerate(self.found.participants):
            who = self.cleaned_data[f"p{rank}_who"]
            if who == LEAVE_OUT:
                continue
            found = attendance_facts(one)
            yield AttendanceFacts(
                association=self.associations.get(who),
                institution=self.institutions.get(who),
                label=one.label if who == AS_WRITTEN else "",
                capacity=found.capacity,
                presence=self.cleaned_data[f"p{rank}_presence"],
                on=found.on,
            )


def _choice(one: Participant) -> str:
    if one.row is not None:
        return f"{'a' if one.association is not None else 'i'}{one.row.pk}"
    return LEAVE_OUT if one.is_person else AS_WRITTEN


def _joined(before: SectionFacts, one: SectionFacts) -> SectionFacts:
    """A section put into the one before it: its heading becomes a line of the text, in bold."""
    title = f"{one.number} {one.heading}".strip()
    parts = [before.text, f"**{title}**" if title else "", one.text]
    return SectionFacts(
        number=before.number,
        heading=before.heading,
        level=before.level,
        text="\n\n".join(part for part in parts if part),
        measures=tuple(dict.fromkeys([*before.measures, *one.measures])),
        proposes=before.proposes or one.proposes,
        on=before.on,
    )


def _initial(found: Understanding) -> dict[str, Any]:
    next_one = found.next_meeting
    return {
        "title": found.title,
        "kind": MeetingKind.INTERNAL,
        "starts_at": found.starts_at if len(found.days) == 1 else None,
        "ends_at": found.ends_at if len(found.days) == 1 else None,
        "place": found.place,
        "dated_on": found.dated_on,
        "audience": found.audience,
        "agenda": "\n".join(found.agenda),
        "next_on": next_one and next_one.on,
        "next_starts_at": next_one and next_one.starts_at,
        "next_ends_at": next_one and next_one.ends_at,
        "next_place": next_one.place if next_one else "",
    }
