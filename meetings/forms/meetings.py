from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.differences import word_differences
from common.forms import DayInput, HouseForm
from common.typography import long_date
from meetings.enums import MeetingKind
from meetings.models import Meeting
from meetings.models.meetings import TEXT_LIMIT
from meetings.perms import can_publish_meetings
from meetings.services.meetings import MOST_SESSIONS, SessionFacts
from members.forms.papers import NamesField, RowForm
from members.models import WorkingGroup
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from members.models import User

PREFIX = "sessions"


class HourInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class MeetingChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A meeting told from the others by its day."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.first_on:%Y-%m-%d} – {obj.title}" if obj.first_on else str(obj.title)


class MeetingForm(RowForm):
    """What a meeting is. Only who publishes may tell anyone of it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(
        label=_("Kind of meeting"), choices=MeetingKind.choices, initial=MeetingKind.INTERNAL
    )
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=TEXT_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    group = forms.ModelChoiceField(
        label=_("Working group"),
        queryset=WorkingGroup.objects.none(),
        required=False,
        empty_label=_("The whole collective"),
        help_text=_("Its members are those who are asked to come."),
    )
    institutions = NamesField(
        label=_("Institutions met"),
        queryset=Institution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quorum = forms.IntegerField(
        label=_("Quorum"),
        required=False,
        min_value=1,
        max_value=1_000,
        help_text=_("How many associations must be present or represented."),
    )
    previous = MeetingChoice(
        label=_("Follows the meeting"),
        queryset=Meeting.objects.none(),
        required=False,
        help_text=_("It takes up what that one left open."),
    )
    is_public = forms.BooleanField(
        label=_("Anyone may know of it"),
        required=False,
        help_text=_(
            "Its day, its title and its place, and those sections of its adopted minutes that are for everyone."
        ),
    )

    def __init__(self, *args: Any, user: User, meeting: Meeting | None = None) -> None:
        super().__init__(*args, initial=_initial(meeting))
        self.was_public = meeting is not None and meeting.is_public
        if not can_publish_meetings(user):
            del self.fields["is_public"]
        rows: dict[str, Any] = {
            "group": WorkingGroup.objects.visible_to(user),
            "institutions": Institution.objects.visible_to(user),
            "previous": Meeting.objects.visible_to(user)
            .in_order()
            .exclude(pk=meeting.pk if meeting else 0),
        }
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset

    def content(self) -> dict[str, Any]:
        """What the service takes; what the form does not ask stays as it is."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        data.setdefault("is_public", self.was_public)
        return data

    def hold_errors(self) -> None:
        """Show what is typed without judging it yet."""
        self._errors = forms.utils.ErrorDict()

    def typed_words(self) -> dict[str, str]:
        return _words(self.content())

    @staticmethod
    def words_of(meeting: Meeting) -> dict[str, str]:
        return _words(_initial(meeting))


def _initial(meeting: Meeting | None) -> dict[str, Any]:
    if meeting is None:
        return {}
    return {
        "version": meeting.version,
        "title": meeting.title,
        "kind": meeting.kind,
        "purpose": meeting.purpose,
        "group": meeting.group,
        "institutions": list(meeting.institutions.all()),
        "quorum": meeting.quorum,
        "previous": meeting.previous,
        "is_public": meeting.is_public,
    }


def _words(content: Mapping[str, Any]) -> dict[str, str]:
    """The content as somebody reads it, to be compared."""
    return {
        "title": content["title"],
        "kind": str(dict(MeetingKind.choices)[content["kind"]]),
        "purpose": content["purpose"],
        "group": str(content["group"] or ""),
        "institutions": ", ".join(sorted(str(row) for row in content["institutions"])),
        "quorum": str(content["quorum"] or ""),
        "previous": str(content["previous"] or ""),
        "is_public": _now("yes") if content["is_public"] else _now("no"),
    }


class SessionForm(HouseForm, forms.Form):
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    on = forms.DateField(
        label=_("Day"), widget=DayInput, error_messages={"required": _("Give the day.")}
    )
    starts_at = forms.TimeField(label=_("Begins at"), required=False, widget=HourInput())
    ends_at = forms.TimeField(label=_("Ends at"), required=False, widget=HourInput())
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    room = forms.CharField(label=_("Room"), max_length=100, required=False)
    title = forms.CharField(label=_("Title of the session"), max_length=200, required=False)
    host = forms.ModelChoiceField(
        label=_("Host institution"), queryset=Institution.objects.none(), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        begins, ends = data.get("starts_at"), data.get("ends_at")
        if ends is not None and begins is None and "starts_at" not in self.errors:
            self.add_error("starts_at", _("Give the hour at which it begins too."))
        elif ends is not None and begins is not None and ends <= begins:
            self.add_error("ends_at", _("A meeting cannot end before it begins."))
        return data


class SessionFormSet(
    forms.formset_factory(  # type: ignore[misc]
        SessionForm,
        extra=0,
        min_num=1,
        max_num=MOST_SESSIONS,
        absolute_max=MOST_SESSIONS,
        can_delete=True,
    )
):
    """The sittings of a meeting, one line each; an empty line is no sitting."""

    def __init__(self, data: Any = None, *, meeting: Meeting | None = None) -> None:
        rows = list(meeting.sessions.select_related("host")) if meeting else []
        # Read once for all lines.
        hosts = Institution.objects.visible_to(AnonymousUser())
        self.hosts = [("", ""), *((row.pk, str(row)) for row in hosts)]
        super().__init__(data, prefix=PREFIX, initial=[_session(row) for row in rows])

    @staticmethod
    def count_in(data: Mapping[str, Any]) -> int:
        count = str(data.get(f"{PREFIX}-TOTAL_FORMS", ""))
        return min(int(count), MOST_SESSIONS) if count.isdecimal() else 1

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Take this session off")
        form.fields["host"].queryset = Institution.objects.visible_to(AnonymousUser())
        form.fields["host"].choices = self.hosts

    def hold_errors(self) -> None:
        self.is_valid()
        for form in self.forms:
            form._errors = forms.utils.ErrorDict()
        self._non_form_errors = self.error_class()

    def facts(self) -> list[SessionFacts]:
        return [
            SessionFacts(**{name: data[name] for name in SessionForm.base_fields})
            for form in self.forms
            if (data := form.cleaned_data) and not data.get("DELETE") and data.get("on")
        ]

    def typed_words(self) -> str:
        return _told(self.facts())

    @staticmethod
    def words_of(meeting: Meeting) -> str:
        return _told([SessionFacts(**_session(row)) for row in meeting.sessions.all()])

    @staticmethod
    def differences(saved: str, typed: str) -> list[tuple[str, str]]:
        return [(_now("Sessions"), word_differences(saved, typed))] if saved != typed else []


def _session(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SessionForm.base_fields}


def _told(sessions: list[SessionFacts]) -> str:
    lines = []
    for facts in sorted(sessions, key=lambda facts: facts.on):
        hours = [f"{hour:%H:%M}" for hour in (facts.starts_at, facts.ends_at) if hour]
        words = [long_date(facts.on), "–".join(hours), facts.place, facts.room, facts.title]
        lines.append(", ".join(word for word in (*words, str(facts.host or "")) if word))
    return "\n".join(lines)


class CopyForm(RowForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    on = forms.DateField(label=_("Day"), widget=DayInput, help_text=_("Of its first session."))
