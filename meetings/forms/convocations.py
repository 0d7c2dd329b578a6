from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from meetings.enums import Answer
from members.forms.papers import NamesField, RowForm, VersionForm
from members.models import Association, User

if TYPE_CHECKING:
    from meetings.models import Invitee


class ConveneForm(VersionForm):
    """Which guests are asked too; and whether those who have it are sent it again, since something changed."""

    guests = NamesField(
        label=_("Guests asked to this meeting"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They will see this meeting, its agenda and the papers that name them."),
    )
    is_repeated = forms.BooleanField(
        label=_("Send it again to those who have it, since something changed"), required=False
    )

    def __init__(self, *args: Any, guests: Any, is_convened: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["guests"]
        field.queryset = guests
        if not is_convened:
            del self.fields["is_repeated"]


class AnswerForm(RowForm):
    """Whether somebody comes. Only an association is represented by another."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )
    represented_by = forms.ModelChoiceField(
        label=_("By which association"),
        queryset=Association.objects.none(),
        required=False,
        help_text=_("Only if you are represented."),
    )

    def __init__(self, *args: Any, invitee: Invitee, user: Any) -> None:
        initial = {"answer": invitee.answer, "represented_by": invitee.represented_by}
        super().__init__(*args, initial=initial)
        if invitee.association is None:
            answer: Any = self.fields["answer"]
            answer.choices = _without_representation()
            del self.fields["represented_by"]
            return
        represented_by: Any = self.fields["represented_by"]
        represented_by.queryset = Association.objects.visible_to(user).exclude(
            pk=invitee.association.pk
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        is_asked = "represented_by" in self.fields and "represented_by" not in self.errors
        is_represented = data.get("answer") == Answer.REPRESENTED
        if is_asked and is_represented and not data.get("represented_by"):
            self.add_error("represented_by", _("Say which association represents yours."))
        return data


def _without_representation() -> list[tuple[str, Any]]:
    return [choice for choice in Answer.choices if choice[0] != Answer.REPRESENTED]
