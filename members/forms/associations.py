"""The card of an association: all of it for the secretariat, what it says of itself for its representatives."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.changes import as_words, label_of
from common.differences import word_differences
from common.forms import AddressField, DayInput, HouseForm
from members.enums import AssociationState
from members.models import Association
from members.models.associations import TEXT_LIMIT
from members.services.associations import (
    NetworkEntry,
    PublicationEntry,
    networks_of,
    publications_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.safestring import SafeString

OWN_FIELDS = ["presentation", "site"]
LINK_FIELDS = ["has_link", "link_checked_on", "link_url"]
ALL_FIELDS = [
    "name", "acronym", *OWN_FIELDS, "invited_on", "joined_on", "is_joining_day_known", "left_on", *LINK_FIELDS,
]  # fmt: skip
PART_LIMIT = 30
EMPTY_ROWS = 3
WORDS_LIMIT = 100
OLDEST_YEAR, NEWEST_YEAR = 1800, 2200


class CardForm(HouseForm, forms.ModelForm[Association]):
    """The fields of a card that somebody may write, and the version that they read."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Why (optional, kept in the history)"), max_length=100, required=False
    )

    class Meta:
        model = Association
        fields = ALL_FIELDS
        field_classes = {"site": AddressField, "link_url": AddressField}
        widgets = {
            "presentation": forms.Textarea(attrs={"rows": 10, "maxlength": TEXT_LIMIT}),
            "invited_on": DayInput,
            "joined_on": DayInput,
            "left_on": DayInput,
            "link_checked_on": DayInput,
        }

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, instance: Association, own: bool = False
    ) -> None:
        initial = {"version": instance.version} if instance.pk else {}
        super().__init__(data, instance=instance, initial=initial)
        if own:
            for name in set(self.fields) - {*OWN_FIELDS, "version", "why"}:
                del self.fields[name]

    def clean_presentation(self) -> str:
        # Browsers send line ends of their own: they are no change of the text.
        text: str = self.cleaned_data["presentation"]
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def clean(self) -> dict[str, Any]:
        """What the database would refuse too, said at the field to correct."""
        data = super().clean() or self.cleaned_data
        invited, joined, left = (data.get(name) for name in ("invited_on", "joined_on", "left_on"))
        if {"invited_on", "joined_on"} <= set(data) and not invited and not joined:
            self.add_error(
                "joined_on", _("Say since when the association is invited, or a member.")
            )
        if invited and joined and joined < invited:
            self.add_error("joined_on", _("It cannot join before it was invited."))
        if left and any(day and left < day for day in (invited, joined)):
            self.add_error("left_on", _("It cannot leave before it came."))
        if {"has_link", "link_checked_on"} <= set(data) and (
            (data["has_link"] is None) != (data["link_checked_on"] is None)
        ):
            self.add_error(
                "link_checked_on", _("Give both what was found and the day of the check.")
            )
        return data

    def content(self) -> dict[str, Any]:
        """The fields as `members.services.associations` takes them."""
        return {name: self.cleaned_data[name] for name in ALL_FIELDS if name in self.fields}


# In a spreadsheet's cell it stands between a name, a year and an address.
no_bar = RegexValidator(r"\|", _("Write it without the sign |."), inverse_match=True)


class NetworkForm(HouseForm, forms.Form):
    name = forms.CharField(label=_("Network"), max_length=150, validators=[no_bar])
    url = AddressField(label=_("Address"), max_length=200, required=False)

    def entry(self) -> NetworkEntry:
        return NetworkEntry(self.cleaned_data["name"], self.cleaned_data["url"])


class PublicationForm(HouseForm, forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200, validators=[no_bar])
    year = forms.IntegerField(
        label=_("Year"),
        required=False,
        validators=[MinValueValidator(OLDEST_YEAR), MaxValueValidator(NEWEST_YEAR)],
    )
    url = AddressField(label=_("Address"), max_length=200, required=False)

    def entry(self) -> PublicationEntry:
        data = self.cleaned_data
        return PublicationEntry(data["title"], data["year"], data["url"])


class PartSet(forms.BaseFormSet[Any]):
    """Rows of a card: those there are, and empty ones to add. A row is removed by its box, or by emptying it."""

    def clean(self) -> None:
        seen = set()
        for form in self._filled():
            key = next(iter(form.cleaned_data.values()))
            if key in seen:
                form.add_error(next(iter(form.fields)), _("This is already in the list above."))
            seen.add(key)

    def _filled(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if form.is_valid() and form.has_changed() and not form.is_removed()
        ]

    def entries(self) -> list[Any]:
        return [form.entry() for form in self._filled()]


class _Row:
    """A row may be emptied: that removes it."""

    data: Mapping[str, Any]
    fields: dict[str, Any]
    cleaned_data: dict[str, Any]
    add_prefix: Any

    def has_changed(self) -> bool:
        """What is asked is whether the row says anything: an empty one is neither checked nor kept."""
        names = (name for name in self.fields if name != "DELETE")
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in names)

    def is_removed(self) -> bool:
        return bool(self.cleaned_data.get("DELETE"))


class NetworkRow(_Row, NetworkForm):
    pass


class PublicationRow(_Row, PublicationForm):
    pass


def _rows(form: type[Any]) -> Any:
    return forms.formset_factory(
        form,
        formset=PartSet,
        extra=EMPTY_ROWS,
        can_delete=True,
        max_num=PART_LIMIT,
        validate_max=True,
        absolute_max=PART_LIMIT + EMPTY_ROWS,
    )


NetworkRows = _rows(NetworkRow)
PublicationRows = _rows(PublicationRow)


class Card:
    """The whole sheet: the fields and the two lists, read and said together."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        association: Association | None = None,
        own: bool = False,
    ) -> None:
        self.association = association
        # A model form writes into its row: the one that the page shows stays as it is.
        instance = Association() if association is None else copy(association)
        self.form = CardForm(data, instance=instance, own=own)
        self.before_networks = networks_of(association) if association else []
        self.before_publications = publications_of(association) if association else []
        self.networks = NetworkRows(
            data, prefix="networks", initial=[vars(one) for one in self.before_networks]
        )
        self.publications = PublicationRows(
            data, prefix="publications", initial=[vars(one) for one in self.before_publications]
        )
        for rows in (self.networks, self.publications):
            for row in rows:
                row.empty_permitted = True
                row.use_required_attribute = False

    def is_valid(self) -> bool:
        # All three are asked, so that everything wrong is said at once.
        valid = [part.is_valid() for part in (self.form, self.networks, self.publications)]
        return all(valid)

    @property
    def has_errors(self) -> bool:
        return bool(
            self.form.errors
            or self.networks.total_error_count()
            or self.publications.total_error_count()
        )

    def content(self) -> dict[str, Any]:
        return {
            **self.form.content(),
            "networks": self.networks.entries(),
            "publications": self.publications.entries(),
            "why": self.form.cleaned_data["why"],
        }

    def add_errors(self, error: ValidationError) -> None:
        """Say what the service refused, at its field when the form has it."""
        if not hasattr(error, "error_dict"):
            self.form.add_error(None, error)
            return
        for name, messages in error.error_dict.items():
            self.form.add_error(name if name in self.form.fields else None, messages)

    def differences_from(self, current: Association) -> list[tuple[str, SafeString]]:
        """What was typed compared with a row as it stands now, field by field."""
        content = self.content()
        texts = []
        for name in content:
            if name == "why":
                continue
            if name in {"networks", "publications"}:
                now: Sequence[Any] = (networks_of if name == "networks" else publications_of)(
                    current
                )
                label = gettext("Networks") if name == "networks" else gettext("Publications")
                texts.append((label, "\n".join(map(str, now)), "\n".join(map(str, content[name]))))
                continue
            field = Association._meta.get_field(name)
            old, new = (as_words(value, field) for value in (getattr(current, name), content[name]))
            texts.append((label_of(field), old, new))
        return [(label, word_differences(old, new)) for label, old, new in texts if old != new]


class AssociationFilterForm(forms.Form):
    """Which cards are shown."""

    q = forms.CharField(
        label=_("Words of the name"),
        max_length=WORDS_LIMIT,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    etat = forms.ChoiceField(
        label=_("State"), choices=[("", _("Any state")), *AssociationState.choices], required=False
    )


class LinkCheckForm(forms.Form):
    """What was found on an association's site, in one click: the day is today unless another is said."""

    has_link = forms.TypedChoiceField(
        choices=[("yes", _("It has the link")), ("no", _("It has not"))],
        coerce=lambda word: word == "yes",
        error_messages={"required": _("Say whether the link is there.")},
    )
    on = forms.DateField(label=_("Day"), required=False, widget=DayInput)
    url = AddressField(label=_("Page that carries it"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"] or timezone.localdate()
        if on > timezone.localdate():
            raise ValidationError(_("A check cannot be in the future."))
        return on
