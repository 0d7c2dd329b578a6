"""What is asked when a letter goes one step further."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commitments.enums import Escalation, SentBy
from commitments.models.letters import BODY_LIMIT
from common.forms import DayInput
from common.uploads import PrivateFileField
from members.forms.papers import NamesField, RowForm, VersionForm
from plan.models import Institution

if TYPE_CHECKING:
    from commitments.models import Letter, LetterTemplate
    from members.models import User

NOTE_LIMIT = 300


class DayForm(VersionForm):
    """A step taken on a day, today unless somebody says otherwise."""

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **options: Any) -> None:
        days = {
            name: timezone.localdate()
            for name, field in self.base_fields.items()
            if isinstance(field, forms.DateField)
        }
        super().__init__(*args, initial={**days, **(initial or {})}, **options)


class SignForm(DayForm):
    dated_on = forms.DateField(label=_("Dated"), widget=DayInput)
    reference = forms.CharField(
        label=_("Reference"),
        max_length=30,
        required=False,
        validators=[
            RegexValidator(r"^[\w./ -]*$", _("Write it with letters, digits, spaces, “-”, “/”."))
        ],
        help_text=_("Left empty, the next one of the year."),
    )


class SendForm(DayForm):
    on = forms.DateField(label=_("Day on which it left"), widget=DayInput)
    sent_by = forms.ChoiceField(
        label=_("How"),
        choices=SentBy.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say how the letter was sent.")},
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=NOTE_LIMIT,
        required=False,
        help_text=_("Such as the number of the registered post."),
    )

    def __init__(self, *args: Any, letter: Letter, **options: Any) -> None:
        super().__init__(*args, **options)
        sent_by: Any = self.fields["sent_by"]
        if letter.email:
            return
        sent_by.choices = [choice for choice in SentBy.choices if choice[0] != SentBy.EMAIL]


class ReplyForm(DayForm):
    dated_on = forms.DateField(label=_("Dated"), widget=DayInput)
    summary = forms.CharField(
        label=pgettext_lazy("reply", "What it says"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("In short."),
    )
    uploaded = PrivateFileField(
        label=_("Paper received"),
        required=False,
        help_text=_("Optional. PDF, Word, Excel, OpenDocument, PNG, JPEG or text; at most 25 MB."),
    )


class SilentForm(DayForm):
    on = forms.DateField(label=_("Closed on"), widget=DayInput)
    note = forms.CharField(label=_("Note"), max_length=NOTE_LIMIT, required=False)


class OthersForm(RowForm):
    """To whom the same letter is written as well."""

    institutions = NamesField(
        label=_("Other addressees"),
        queryset=Institution.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one institution.")},
    )

    def __init__(self, *args: Any, user: User, letter: Letter) -> None:
        super().__init__(*args)
        institutions: Any = self.fields["institutions"]
        institutions.queryset = Institution.objects.visible_to(user).exclude(
            pk=letter.institution_id
        )


class TemplateForm(RowForm):
    """A template: a letter with words between braces where the facts will stand."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(label=_("Name"), max_length=100)
    escalation = forms.ChoiceField(
        label=_("Step"), choices=Escalation.choices, initial=Escalation.LETTER
    )
    subject = forms.CharField(label=_("Subject"), max_length=250)
    body = forms.CharField(
        label=_("Text"), max_length=BODY_LIMIT, widget=forms.Textarea(attrs={"rows": 18})
    )
    closing = forms.CharField(
        label=_("Closing formula"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, template: LetterTemplate | None = None) -> None:
        initial = {}
        if template is not None:
            initial = {name: getattr(template, name) for name in self.base_fields}
        super().__init__(*args, initial=initial)

    def hold_errors(self) -> None:
        """Say nothing of what is wrong yet: the form comes back before it was to be saved."""
        self._errors = forms.utils.ErrorDict()

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
