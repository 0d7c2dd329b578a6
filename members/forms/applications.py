from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from common.uploads import PrivateFileField
from members.enums import PaperKind, PaperVerdict
from members.forms.papers import RowForm, VersionForm
from members.models import Association
from members.models.applications import TEXT_LIMIT
from members.models.associations import TEXT_LIMIT as CARD_LIMIT

if TYPE_CHECKING:
    from members.models import MembershipApplication, User

LONG = {"rows": 8}


def _text(label: Any, *, limit: int = TEXT_LIMIT, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        widget=forms.Textarea(attrs={**LONG, "maxlength": limit}),
        validators=[MaxLengthValidator(limit)],
        **options,
    )


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=DayInput(),
        error_messages={"invalid": _("This is not a day: write it as 2017-03-08.")},
        **options,
    )


class AssociationField(forms.ModelChoiceField[Association]):
    def label_from_instance(self, obj: Association) -> str:
        return obj.name


class RecordForm(RowForm):
    """What the secretariat writes down when an association asks to join."""

    name = forms.CharField(label=_("Name of the association"), max_length=200)
    acronym = forms.CharField(label=_("Acronym"), max_length=30, required=False)
    site = forms.URLField(label=_("Site"), max_length=200, required=False, assume_scheme="https")
    supported_by = AssociationField(
        label=_("Supported by"),
        queryset=Association.objects.none(),
        required=False,
        empty_label=_("nobody"),
    )
    received_on = _day(_("Received on"), initial=timezone.localdate)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["supported_by"]
        choice.queryset = Association.objects.visible_to(user)


class TextsForm(VersionForm):
    """What the candidate writes itself."""

    about_trafficking = _text(
        _("Work already done on trafficking"),
        help_text=_("In a few paragraphs, with the pages of the activity reports that name it."),
    )
    motivation = _text(_("Reasons to join"))

    @staticmethod
    def values_of(application: MembershipApplication) -> dict[str, Any]:
        return {
            "version": application.version,
            "about_trafficking": application.about_trafficking,
            "motivation": application.motivation,
        }


class WholeForm(RecordForm, TextsForm):
    """Everything, for the secretariat."""

    field_order = ["version", "name", "acronym", "site", "supported_by", "received_on"]

    @staticmethod
    def values_of(application: MembershipApplication) -> dict[str, Any]:
        return {
            **TextsForm.values_of(application),
            "name": application.name,
            "acronym": application.acronym,
            "site": application.site,
            "supported_by": application.supported_by_id,
            "received_on": application.received_on,
        }


class AddPaperForm(RowForm):
    kind = forms.ChoiceField(
        label=_("Kind of paper"),
        choices=[("", "—"), *PaperKind.choices],
        error_messages={"required": _("Choose the kind of paper.")},
    )
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        min_value=1900,
        max_value=2200,
        help_text=_("Of an activity report; nothing for the other papers."),
    )
    file = PrivateFileField()


class FingerprintForm(RowForm):
    """A change of a paper that says which file was seen."""

    fingerprint = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        error_messages={"required": _("Open this page again: it was not sent whole.")},
    )


class ReplacePaperForm(FingerprintForm):
    file = PrivateFileField(label=_("New file"))


class JudgeForm(FingerprintForm):
    verdict = forms.ChoiceField(
        label=_("What this paper is worth"),
        choices=PaperVerdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    valid_until = _day(
        _("Valid until"), required=False, help_text=_("The last day. Empty: for good.")
    )
    remark = forms.CharField(
        label=_("Why it must be replaced"),
        max_length=300,
        required=False,
        help_text=_("The candidate reads it."),
    )


class HearingForm(VersionForm):
    hearing_on = _day(_("Day of the hearing"))


class DecisionForm(VersionForm):
    """Accepted, as a new association or as one that was invited until then; or declined, and why."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("accepted", _("Accepted")), ("declined", _("Declined"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    decided_on = _day(_("Decided on"), initial=timezone.localdate)
    reason = _text(
        _("Reason"), limit=2_000, help_text=_("Needed when it is declined: the letter gives it.")
    )
    association = AssociationField(
        label=_("Association that joins"),
        queryset=Association.objects.none(),
        required=False,
        empty_label=_("a new one, from this application"),
        help_text=_("Or one that took part as a guest until it might join."),
    )
    presentation = _text(
        _("Presentation on the public card"),
        limit=CARD_LIMIT,
        help_text=_("Of a new association. Anyone will read it: correct it first."),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        choice: Any = self.fields["association"]
        choice.queryset = Association.objects.visible_to(user).invited_on_day(timezone.localdate())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == "declined" and not data.get("reason", "").strip():
            self.add_error("reason", ValidationError(_("Say why: the letter gives the reason.")))
        return data


class WithdrawForm(VersionForm):
    reason = _text(_("Reason, if you wish to give one"), limit=2_000)


class InviteForm(RowForm):
    email = forms.EmailField(label=_("E-mail address of the contact"))
    guest_until = _day(
        _("May come in until"), help_text=_("The first day without access; the decision ends it.")
    )


class LetterForm(RowForm):
    body = forms.CharField(
        label=_("Text of the letter"),
        widget=forms.Textarea(attrs={"rows": 20, "lang": "fr"}),
        max_length=10_000,
        error_messages={"required": _("Write the text of the letter.")},
        help_text=_(
            "An empty line between paragraphs. The head, the date, the object and the signature are added."
        ),
    )
