from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.forms import HouseForm
from meetings.enums import Capacity, Presence
from meetings.models import Session
from meetings.services.attendance import day_of
from members.forms.papers import RowForm
from members.models import Association, Mandate, User
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from meetings.models import Attendance, Meeting
    from meetings.services.attendance import Line

FIELDS = (
    "association",
    "institution",
    "label",
    "session",
    "person",
    "name",
    "function",
    "capacity",
    "presence",
    "represented_by",
)


class AttendanceForm(RowForm):
    """One line of the list: an association, an institution's interlocutor, or words when neither is known here."""

    association = forms.ModelChoiceField(
        label=_("Association"), queryset=Association.objects.none(), required=False
    )
    person = forms.ModelChoiceField(
        label=_("Represented there by"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Whoever held a mandate for it on that day."),
    )
    institution = forms.ModelChoiceField(
        label=_("Institution"), queryset=Institution.objects.none(), required=False
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Of an office holder who acts in public, no one else."),
    )
    function = forms.CharField(label=_("Function"), max_length=200, required=False)
    label = forms.CharField(
        label=_("Neither: in words"),
        max_length=200,
        required=False,
        help_text=_("A body that is not known here. Never a private person’s name."),
    )
    capacity = forms.ChoiceField(
        label=_("As"), choices=Capacity.choices, initial=Capacity.INTERLOCUTOR
    )
    presence = forms.ChoiceField(
        label=_("Presence"), choices=Presence.choices, initial=Presence.PRESENT
    )
    represented_by = forms.ModelChoiceField(
        label=_("Represented by the association"),
        queryset=Association.objects.none(),
        required=False,
    )
    session = forms.ModelChoiceField(
        label=_("Session"),
        queryset=Session.objects.none(),
        required=False,
        empty_label=_("All of them"),
    )

    def __init__(
        self, *args: Any, user: User, meeting: Meeting, attendance: Attendance | None = None
    ) -> None:
        initial = {name: getattr(attendance, name) for name in FIELDS} if attendance else {}
        super().__init__(*args, initial=initial)
        sessions = meeting.sessions.all()
        # Of any of its days: the service asks for the right one.
        held = Mandate.objects.visible_to(user)
        live = Mandate.objects.none()
        for day in {session.on for session in sessions} or {day_of(meeting)}:
            live = live | held.live_on(day)
        rows: dict[str, Any] = {
            "association": Association.objects.visible_to(user),
            "represented_by": Association.objects.visible_to(user),
            "institution": Institution.objects.visible_to(user),
            "person": User.objects.visible_to(user).filter(pk__in=live.values("person")),
            "session": sessions,
        }
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset
        if len(sessions) < 2:
            del self.fields["session"]


class LineForm(HouseForm, forms.Form):
    """An association in the quick list. Choices are given, read once for all lines."""

    presence = forms.ChoiceField(
        label=_("Presence"), choices=[("", "–"), *Presence.choices], required=False
    )
    represented_by = forms.TypedChoiceField(label=_("Represented by"), required=False)
    person = forms.TypedChoiceField(label=_("Who came"), required=False)

    def __init__(self, data: Any, *, line: Line, associations: Mapping[str, Association]) -> None:
        initial = {
            "presence": line.presence,
            "represented_by": line.represented_by.pk if line.represented_by else "",
            "person": line.person.pk if line.person else "",
        }
        super().__init__(data, prefix=f"a{line.association.pk}", initial=initial)
        self.line = line
        people = {str(person.pk): person for person in line.people}
        if line.person is not None:
            people.setdefault(str(line.person.pk), line.person)
        for name, rows in (("represented_by", associations), ("person", people)):
            field: Any = self.fields[name]
            field.choices = [
                ("", "–"),
                *((key, _name_of(row)) for key, row in rows.items() if row != line.association),
            ]
            field.coerce, field.empty_value = rows.get, None
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} – {line.association.short_name}"

    def typed_line(self) -> Line:
        """What was typed; who represents counts only for who is represented, who came for who is present."""
        data = self.cleaned_data
        presence = data["presence"]
        return replace(
            self.line,
            presence=presence,
            represented_by=data["represented_by"] if presence == Presence.REPRESENTED else None,
            person=data["person"] if presence == Presence.PRESENT else None,
        )


def _name_of(row: Any) -> str:
    return str(getattr(row, "short_name", row))


def told(lines: Sequence[Line]) -> str:
    """The quick list as somebody reads it, to be compared."""
    words = dict(Presence.choices)
    return "\n".join(
        " ".join(
            str(word)
            for word in (
                line.association.short_name,
                words[Presence(line.presence)],
                line.represented_by.short_name if line.represented_by else "",
                line.person or "",
            )
            if word
        )
        for line in lines
        if line.presence
    )
