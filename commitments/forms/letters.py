from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from commitments.audiences import too_wide
from commitments.enums import Escalation
from commitments.forms.letter_lines import CopyLines, EnclosureLines
from commitments.models import Commitment, Letter, LetterTemplate
from commitments.models.letters import BODY_LIMIT
from commitments.standing import OPEN
from common.differences import word_differences
from common.forms import DayInput
from common.typography import long_date
from members.enums import Audience, Role
from members.forms.papers import NamesField, RowForm, ticked_first
from members.models import User, WorkingGroup
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

CLOSING_LIMIT = 500
ADDRESS_LIMIT = 500
# Rows that are read as a list of names.
MANY = ("commitments", "named_people", "named_groups")


class CommitmentsField(NamesField):
    """Commitments with boxes, each told with how it stands today."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Commitments it is about"))
        super().__init__(
            queryset=Commitment.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    def label_from_instance(self, obj: Any) -> str:
        words = f"{obj.wording} – {obj.institution.short_name}"
        if obj.is_late:
            today = timezone.localdate()
            late = _now("late since %(day)s") % {"day": long_date(min(obj.late_from, today))}
            return f"{words} ({late})"
        return f"{words} ({obj.deadline_words})" if obj.deadline_words else words


def commitments_to_offer(
    user: User, institution: Institution | None, chosen: Collection[int]
) -> QuerySet[Commitment]:
    """Those that are chosen, and those that an institution still owes; the late ones first."""
    rows: Any = Commitment.objects.visible_to(user).standing_on(timezone.localdate())
    offered = Q(pk__in=chosen)
    if institution is not None:
        offered |= Q(institution=institution, state__in=OPEN)
    found = rows.filter(offered).select_related("institution")
    # The order is by what `standing_on` annotates.
    ordered: QuerySet[Commitment] = found.order_by("-is_late", "late_from", "pk")
    return ordered


def commitments_asked(user: User, slugs: Collection[str]) -> list[Commitment]:
    """Those named in an address, that the reader may see."""
    if not slugs:
        return []
    rows: Any = Commitment.objects.visible_to(user).filter(slug__in=slugs)
    return list(rows.select_related("institution"))


class StartForm(RowForm):
    """To whom, about what, from which template. The template says how far the letter goes."""

    institution = forms.ModelChoiceField(
        label=_("Addressee"),
        queryset=Institution.objects.none(),
        error_messages={"required": _("Choose to whom it is written.")},
    )
    commitments = CommitmentsField()
    template = forms.ModelChoiceField(
        label=_("Template"),
        queryset=LetterTemplate.objects.none(),
        required=False,
        empty_label=_("The one that the site brings"),
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        user: User,
        institution: Institution | None,
        asked: Collection[Commitment],
        step: str = Escalation.LETTER,
    ) -> None:
        templates = list(LetterTemplate.objects.order_by("pk"))
        fitting = [row for row in templates if row.escalation == step] or templates
        initial = {
            "institution": institution,
            "commitments": [row.pk for row in asked],
            "template": fitting[0].pk if fitting else None,
        }
        super().__init__(*args, initial=initial)
        choice: Any = self.fields["institution"]
        choice.queryset = Institution.objects.visible_to(user)
        commitments: Any = self.fields["commitments"]
        commitments.queryset = commitments_to_offer(user, institution, _chosen(self, asked))
        ticked_first(self, "commitments")
        template: Any = self.fields["template"]
        template.queryset = LetterTemplate.objects.order_by("escalation", "name")
        if templates:
            template.empty_label = None
        template.label_from_instance = lambda row: f"{row.name} – {row.get_escalation_display()}"


def _chosen(form: forms.Form, kept: Collection[Commitment]) -> list[int]:
    """Keys that are ticked, or were when the page was opened."""
    typed = form.data.getlist("commitments") if form.is_bound else []  # type: ignore[attr-defined]
    return [row.pk for row in kept] + [
        int(key) for key in typed if key.isdecimal() and len(key) <= 18
    ]


class LetterForm(RowForm):
    """The text of a letter and who reads it. Its copies and enclosures are lists beside it (`letter_lines`)."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    escalation = forms.ChoiceField(label=_("Step"), choices=Escalation.choices)
    institution = forms.ModelChoiceField(
        label=_("Institution"), queryset=Institution.objects.none()
    )
    addressee = forms.CharField(
        label=_("To whom"),
        max_length=200,
        help_text=_("The office holder, such as “Monsieur le ministre de l’Intérieur”."),
    )
    address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=ADDRESS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_("As it is to be read through the window of the envelope, line by line."),
    )
    email = forms.EmailField(
        label=_("E-mail of the office"),
        required=False,
        help_text=_("An address of the institution, not somebody’s own."),
    )
    place = forms.CharField(label=_("Place"), max_length=60)
    dated_on = forms.DateField(
        label=_("Dated"),
        required=False,
        widget=DayInput,
        help_text=_("Left empty, the day on which it is signed."),
    )
    subject = forms.CharField(label=_("Subject"), max_length=250)
    salutation = forms.CharField(label=_("Salutation"), max_length=100)
    body = forms.CharField(
        label=_("Text"),
        max_length=BODY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("In Markdown: an empty line begins a paragraph, *words* are in italics."),
    )
    closing = forms.CharField(
        label=_("Closing formula"),
        max_length=CLOSING_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    signatory = forms.CharField(
        label=_("Signatory"), max_length=200, help_text=_("Name and office, as they are printed.")
    )
    lists_members = forms.BooleanField(
        label=_("Print the associations that are members on that day"), required=False
    )
    commitments = CommitmentsField(
        help_text=_(
            "What becomes of the letter is told on each of them. Those of the institution that are still open, and those chosen already."
        )
    )
    audience = forms.ChoiceField(
        label=_("Who may read it once it is sent"),
        # A letter is read within the collective.
        choices=[choice for choice in Audience.choices if choice[0] != Audience.PUBLIC],
        error_messages={"required": _("Choose who may read it.")},
        help_text=_("No more people than may read its commitments."),
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

    def __init__(
        self, *args: Any, user: User, letter: Letter, asked: Collection[Commitment] = ()
    ) -> None:
        kept: list[Any] = list(letter.commitments.all())
        initial = {name: getattr(letter, name) for name in self.base_fields if name not in MANY}
        initial["commitments"] = [row.pk for row in (*kept, *asked)]
        initial["named_people"] = list(letter.named_people.all())
        initial["named_groups"] = list(letter.named_groups.all())
        super().__init__(*args, initial=initial)
        institution: Any = self.fields["institution"]
        institution.queryset = Institution.objects.visible_to(user)
        commitments: Any = self.fields["commitments"]
        commitments.queryset = commitments_to_offer(
            user, letter.institution, _chosen(self, [*kept, *asked])
        )
        ticked_first(self, "commitments")
        people: Any = self.fields["named_people"]
        # The administrator runs the machine and reads none of these, named or not.
        named = User.objects.visible_to(user).exclude(role=Role.ADMINISTRATOR)
        # Somebody named whose mandate has ended stays on the list, and can be taken off it.
        people.queryset = (
            named.who_may_come_in(timezone.localdate())
            | named.filter(pk__in=letter.named_people.values("pk"))
        ).distinct()
        groups: Any = self.fields["named_groups"]
        groups.queryset = WorkingGroup.objects.visible_to(user)

    def hold_errors(self) -> None:
        """Say nothing of what is wrong yet: the form comes back before it was to be saved."""
        self._errors = forms.utils.ErrorDict()

    def addressee_typed(self, letter: Letter) -> Institution:
        """The institution that is chosen so far: it decides what can be enclosed."""
        field = self.fields["institution"]
        try:
            chosen: Institution | None = field.clean(self["institution"].value())
        except ValidationError:
            chosen = None
        return chosen or letter.institution

    def content(self) -> dict[str, Any]:
        """What the service takes, under its names."""
        names = {"named_people": "people", "named_groups": "groups"}
        return {
            names.get(name, name): value
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


class LetterSheetForm:
    """All that a letter is: its fields, its copies and its enclosures, read and checked together."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        letter: Letter,
        asked: Collection[Commitment] = (),
    ) -> None:
        self.fields = LetterForm(data, user=user, letter=letter, asked=asked)
        self.copies = CopyLines(user, letter)
        self.enclosures = EnclosureLines(user, letter, self.fields.addressee_typed(letter))
        if data is not None:
            for lines in self.lists:
                lines.read(data)

    @property
    def lists(self) -> tuple[CopyLines, EnclosureLines]:
        return self.copies, self.enclosures

    def act(self, action: str) -> bool:
        """Whether a button of a list was pressed; then the list has done what it says."""
        return any(lines.act(action) for lines in self.lists)

    def is_valid(self) -> bool:
        # All are asked, so that everything wrong is said at once.
        return all([self.fields.is_valid(), *(lines.is_valid() for lines in self.lists)])

    @property
    def has_errors(self) -> bool:
        wrong_lines = any(
            lines.errors or any(line.errors for line in lines.lines) for lines in self.lists
        )
        return bool(self.fields.errors) or wrong_lines

    def add_errors(self, error: ValidationError) -> None:
        """What a service refuses, at its field or at its list."""
        told: dict[str, Any] = (
            error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error}
        )
        for lines in self.lists:
            lines.errors.extend(told.pop(lines.prefix, []))
        names = {"people": "named_people", "groups": "named_groups"}
        for name, messages in told.items():
            field = names.get(name, name)
            self.fields.add_error(field if field in self.fields.fields else None, messages)

    def left_out(self) -> list[str]:
        """What keeps the letter, as it stands in the form, from being signed for those whom it is for."""
        form = self.fields
        said: Mapping[str, Any] = form.cleaned_data if form.is_bound else form.initial
        if not said.get("audience"):
            return []
        offered: Any = form.fields["commitments"]
        keys = [getattr(row, "pk", row) for row in said.get("commitments", ())]
        return too_wide(
            audience=said["audience"],
            people=list(said.get("named_people", ())),
            groups=list(said.get("named_groups", ())),
            commitments=offered.queryset.filter(pk__in=keys).select_related("section"),
            body=f"{said.get('subject', '')}\n{said.get('body', '')}",
        )

    def content(self) -> dict[str, Any]:
        return {
            **self.fields.content(),
            "copies": self.copies.facts(),
            "enclosures": self.enclosures.facts(),
        }

    def differences_from(self, letter: Letter) -> list[tuple[str, str]]:
        """Field by field, from the saved text to the one typed."""
        form = self.fields
        saved = {name: _words(name, getattr(letter, name)) for name in _compared(form)}
        typed = {name: _words(name, form.cleaned_data.get(name)) for name in saved}
        told: list[tuple[str, str]] = [
            (str(form.fields[name].label), word_differences(saved[name], typed[name]))
            for name in saved
            if saved[name] != typed[name]
        ]
        copies: Any = letter.copies.all()
        enclosures: Any = letter.enclosures.all()
        lists = [
            (_now("Copies"), [row.wording for row in copies], self.copies.words),
            (_now("Enclosures"), [row.label for row in enclosures], self.enclosures.words),
        ]  # fmt: skip
        told += [
            (label, word_differences("\n".join(before), after))
            for label, before, after in lists
            if "\n".join(before) != after
        ]
        return told


def _compared(form: LetterForm) -> list[str]:
    return [name for name in form.fields if name != "version"]


def _words(name: str, value: Any) -> str:
    """A value as somebody reads it."""
    if name in {"audience", "escalation"}:
        choices = {**dict(Audience.choices), **dict(Escalation.choices)}
        return str(choices.get(value, ""))
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if name in MANY:
        rows = value.all() if hasattr(value, "all") else value or ()
        return ", ".join(sorted(str(row) for row in rows))
    return str(value or "")
