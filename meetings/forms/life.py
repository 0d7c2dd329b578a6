from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from common.typography import long_date
from meetings.models import Meeting
from meetings.services.life import meetings_that_may_adopt
from members.forms.papers import RowForm, VersionForm

if TYPE_CHECKING:
    from meetings.models import Minutes
    from members.models import User

# What the collective usually leaves for remarks.
DAYS_FOR_REMARKS = dt.timedelta(days=14)
NOTE_LIMIT = 300


class CirculateForm(VersionForm):
    """When remarks end; and, where there is something to look at, that somebody has looked."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remarks_until = forms.DateField(
        label=_("Last day for remarks"),
        widget=DayInput,
        help_text=_("Members may annotate and propose corrections until the end of that day."),
    )
    looked = forms.BooleanField(
        label=_("I have looked at each of these passages: what stays may be read by its readers."),
        error_messages={"required": _("Look at the passages above, then tick this box.")},
    )

    def __init__(self, *args: Any, has_warnings: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["remarks_until"].initial = timezone.localdate() + DAYS_FOR_REMARKS
        if not has_warnings:
            del self.fields["looked"]


class LastDayForm(VersionForm):
    remarks_until = forms.DateField(
        label=_("Last day for remarks"),
        widget=DayInput,
        help_text=_("Members may annotate and propose corrections until the end of that day."),
    )


class AdoptingMeetingField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{long_date(obj.first_on)} – {obj.title}" if obj.first_on else str(obj)


class AdoptForm(VersionForm):
    """At which meeting, on which day. Any meeting can be sent: the service says what is wrong with an earlier one."""

    meeting = AdoptingMeetingField(
        label=_("Adopted at"),
        queryset=Meeting.objects.none(),
        error_messages={"required": _("Choose the meeting that adopted them.")},
    )
    on = forms.DateField(
        label=_("Day of adoption"),
        widget=DayInput,
        required=False,
        help_text=_("Empty: the day of that meeting."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LIMIT,
        help_text=_("Such as “unanimously”. Every reader of the minutes sees it."),
    )

    def __init__(self, *args: Any, user: User, minutes: Minutes, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["meeting"]
        field.queryset = Meeting.objects.visible_to(user).with_days()
        offered = list(meetings_that_may_adopt(minutes))
        self.is_too_early = not offered and not self.is_bound
        field.choices = [("", "—"), *((row.pk, field.label_from_instance(row)) for row in offered)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        meeting = data.get("meeting")
        if meeting is not None and data.get("on") is None and "on" not in self.errors:
            today = timezone.localdate()
            data["on"] = min(meeting.last_on or today, today)
        return data


class ErratumForm(RowForm):
    on = forms.DateField(label=_("Dated"), widget=DayInput)
    text = forms.CharField(
        label=_("Erratum"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What should be read, and where. It is shown after the section, with its day."),
    )
