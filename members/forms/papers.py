from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import HouseForm
from common.uploads import PrivateFileField
from members.enums import Audience, Role
from members.models import User, WorkingGroup

if TYPE_CHECKING:
    from members.models import Paper

# The longest whole number that both databases hold.
KEY_LENGTH = 18


class RowForm(HouseForm, forms.Form):
    """A form on a row that several people may change: it says which version was read."""

    def add_errors(self, error: ValidationError) -> None:
        """What a service refuses, at its field when the form has it."""
        told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
        for name, messages in told.items():
            self.add_error(name if name in self.fields else None, messages)


class NamesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Rows by their keys. A key longer than any is refused here: SQLite would stop at it."""

    def _check_values(self, value: Any) -> Any:
        for key in value:
            if len(str(key)) > KEY_LENGTH:
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(key)[:KEY_LENGTH]},
                )
        return super()._check_values(value)  # type: ignore[misc]


def ticked_first(form: forms.Form, name: str) -> None:
    """Put what is ticked at the head of a list of boxes, where it is seen without scrolling."""
    field: Any = form.fields[name]
    values = [getattr(value, "pk", value) for value in form[name].value() or ()]
    keys = [int(key) for key in values if str(key).isdecimal() and len(str(key)) <= KEY_LENGTH]
    rows = field.queryset
    is_ticked = Case(When(pk__in=keys, then=Value(0)), default=Value(1))
    field.queryset = rows.order_by(is_ticked, *(rows.query.order_by or rows.model._meta.ordering))


class VersionForm(RowForm):
    """Nothing but the version: for a change that has no other field."""

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=1,
        error_messages={"required": _("Open this page again: it was not sent whole.")},
    )


class PaperForm(RowForm):
    """What is said of a paper; who may read it is for the secretariat to choose."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    title = forms.CharField(label=_("Title"), max_length=200)
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        initial=Audience.SECRETARIAT,
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
    file = PrivateFileField()

    def __init__(
        self,
        *args: Any,
        user: User,
        paper: Paper | None = None,
        chooses_audience: bool = True,
        is_internal: bool = False,
    ) -> None:
        initial: dict[str, Any] = {}
        if paper is not None:
            initial = {
                "version": paper.version,
                "title": paper.title,
                "audience": paper.audience,
                "named_people": list(paper.named_people.all()),
                "named_groups": list(paper.named_groups.all()),
            }
        super().__init__(*args, initial=initial)
        if paper is not None:
            del self.fields["file"]
        if not chooses_audience:
            for name in ("audience", "named_people", "named_groups"):
                del self.fields[name]
            return
        audience: Any = self.fields["audience"]
        if is_internal:
            audience.choices = [
                (Audience.NAMED, _("its representatives, the secretariat and the people named")),
                (Audience.SECRETARIAT, _("its representatives and the secretariat")),
            ]
        people: Any = self.fields["named_people"]
        # The administrator runs the machine and reads none of these, named or not.
        named = User.objects.visible_to(user).exclude(role=Role.ADMINISTRATOR)
        kept = paper.named_people.all() if paper else User.objects.none()
        # Somebody named whose mandate has ended stays on the list, and can be taken off it.
        people.queryset = (
            named.who_may_come_in(timezone.localdate()) | named.filter(pk__in=kept.values("pk"))
        ).distinct()
        groups: Any = self.fields["named_groups"]
        groups.queryset = WorkingGroup.objects.visible_to(user)


class ReplaceForm(VersionForm):
    file = PrivateFileField(label=_("New file"))
