"""What happened to a commitment: each kind with the fields that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from commitments.enums import EventKind
from commitments.forms.commitments import NOT_A_DAY, DeadlineForm, PlaceForm
from commitments.models import Letter
from common.forms import DayInput
from members.forms.papers import RowForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from commitments.models import Commitment
    from members.models import User

CHOSEN = [
    (kind.value, kind.label)
    for kind in EventKind
    if kind not in {EventKind.MADE, EventKind.RETRACTED}
]


class LetterChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return " – ".join(words for words in (obj.reference, obj.subject) if words)


class EventForm(PlaceForm, DeadlineForm):
    """Something that happened. A new deadline goes with a promise that is postponed, and with no other event."""

    kind = forms.ChoiceField(
        label=_("What happened"),
        choices=CHOSEN,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    on = forms.DateField(
        label=_("Day"),
        widget=DayInput,
        error_messages={"required": _("Give the day."), "invalid": NOT_A_DAY},
    )
    text = forms.CharField(
        label=_("In words"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was said, answered or done. Read by whoever may see the commitment."),
    )
    deadline_words = forms.CharField(
        label=_("New deadline, as it was said"),
        max_length=150,
        required=False,
        help_text=_("Only for a promise that is postponed, in the words that were used."),
    )
    letter = LetterChoice(
        label=_("Letter"),
        queryset=Letter.objects.none(),
        required=False,
        empty_label=_("None"),
        help_text=_("Of those about this commitment."),
    )
    field_order = [
        "kind", "on", "text", "deadline_words", "late_from", "meeting", "section", "letter", "source", "locator",
    ]  # fmt: skip

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        commitment: Commitment,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        proposed = {"on": timezone.localdate(), **(initial or {})}
        super().__init__(data, initial=proposed)
        self.open_to(user)
        letters: Any = self.fields["letter"]
        letters.queryset = Letter.objects.visible_to(user).filter(commitments=commitment)

    def content(self) -> dict[str, Any]:
        """What the service takes."""
        return dict(self.cleaned_data)


class RetractForm(RowForm):
    """What was wrong about an event."""

    text = forms.CharField(
        label=_("What was wrong"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say what was wrong.")},
    )


class CorrectForm(DeadlineForm):
    """When a commitment was made, and for when, said anew."""

    on = forms.DateField(
        label=_("Made on"),
        widget=DayInput,
        error_messages={"required": _("Give the day."), "invalid": NOT_A_DAY},
    )
    text = forms.CharField(
        label=_("How it was made"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ["on", "deadline_words", "late_from", "text"]
