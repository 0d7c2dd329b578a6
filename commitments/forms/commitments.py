"""What the secretariat writes of a commitment: what was promised, by whom, where it was said, for when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from commitments.enums import Origin
from commitments.models import Commitment
from commitments.models.commitments import QUOTE_LIMIT, WORDING_LIMIT
from commitments.perms import can_publish_commitments
from common.forms import DayInput
from common.text import fold
from measures.forms import SourceField
from measures.models import Measure, Source
from meetings.forms.meetings import MeetingChoice
from meetings.models import Meeting, MinutesSection
from members.enums import Audience, Role
from members.forms.papers import KEY_LENGTH, NamesField, RowForm, ticked_first
from members.models import User, WorkingGroup
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Mapping

SUGGESTED = 200
MOST_PARTS = 999
NOT_A_DAY = _("This is not a day: write it as 2015-01-22.")


class InstitutionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """By the name that people say, with the whole one."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.acronym})" if obj.acronym else str(obj.name)


class MeasuresField(NamesField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} – {obj.short_title}"


class SectionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A section of the meeting chosen. One of another meeting is understood, and refused by its name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} {obj.heading}".strip() or str(_("Section without a heading"))


class ParentField(forms.CharField):
    """Another commitment, by its wording or by its address, as the list of suggestions writes it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.user: Any = None

    def clean(self, value: Any) -> Commitment | None:
        text = super().clean(value).strip()
        if not text:
            return None
        rows: Any = Commitment.objects.visible_to(self.user)
        found: Commitment | None = rows.filter(slug=text).first()
        if found is None:
            wanted = fold(text)
            found = next((row for row in rows if fold(row.wording) == wanted), None)
        if found is None:
            raise ValidationError(
                _("“%(text)s” is none of the commitments: choose a suggestion."),
                params={"text": text},
            )
        return found


class PlaceForm(RowForm):
    """Where something was said: a meeting and a section of its minutes, or a source of the library."""

    meeting = MeetingChoice(
        label=_("Meeting"),
        queryset=Meeting.objects.none(),
        required=False,
        empty_label=pgettext_lazy("meeting", "None"),
    )
    section = SectionChoice(
        label=_("Section of its minutes"),
        queryset=MinutesSection.objects.none(),
        required=False,
        empty_label=_("None in particular"),
    )
    source = SourceField(
        label=_("Source"),
        required=False,
        widget=forms.TextInput(attrs={"list": "sources", "autocomplete": "off"}),
        help_text=_("Of the library: begin to type its title or its key."),
        error_messages={
            "unknown": _(
                "“%(text)s” is not in the library of sources: choose a suggestion, or leave this empty. A source is added to the library on the sheet of a measure’s status."
            )
        },
    )
    locator = forms.CharField(
        label=_("Place in the source"),
        max_length=150,
        required=False,
        help_text=_("Such as “p. 12” or “art. 8”."),
    )

    def open_to(self, user: User) -> None:
        """Offer what this person may see; of the sections, those of the meeting chosen so far."""
        self.user = user
        meetings: Any = self.fields["meeting"]
        meetings.queryset = Meeting.objects.visible_to(user).in_order()
        sections: Any = self.fields["section"]
        rows: Any = MinutesSection.objects.visible_to(user)
        meeting = self.typed("meeting")
        shown = rows.filter(minutes__meeting=meeting) if meeting else rows.none()
        chosen = self.typed("section")
        if chosen:
            # Of another meeting: the service says so, at its field.
            shown = shown | rows.filter(pk=chosen)
        sections.queryset = shown.select_related("minutes__meeting").order_by("position", "pk")

    def typed(self, name: str) -> int | None:
        """The primary key in a field so far, whether it was sent or is proposed."""
        value = (
            self.data.get(name)
            if self.is_bound
            else self.get_initial_for_field(self.fields[name], name)
        )
        key = str(getattr(value, "pk", value) or "")
        return int(key) if key.isdecimal() and len(key) < KEY_LENGTH else None

    @property
    def sources(self) -> Any:
        """What is suggested for the source."""
        return Source.objects.visible_to(self.user).values_list("short", "citation")


class DeadlineForm(RowForm):
    """For when it is promised. The day is asked for only when the words do not tell it."""

    deadline_words = forms.CharField(
        label=_("Deadline, as it was said"),
        max_length=150,
        required=False,
        help_text=_(
            "In the words that were used: “before the end of 2014”, “first half of 2015”. Left empty: without a deadline."
        ),
    )
    late_from = forms.DateField(
        label=_("First day on which it is late"),
        required=False,
        widget=DayInput,
        help_text=_("Only if the words do not tell it."),
        error_messages={"invalid": NOT_A_DAY},
    )


class CommitmentForm(PlaceForm, DeadlineForm):
    """A commitment. When it was made, and for when, is asked only of a new one: later on events tell it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    institution = InstitutionChoice(
        label=_("Who promises"),
        queryset=Institution.objects.none(),
        empty_label=_("Choose an institution"),
        error_messages={"required": _("Say who promises.")},
    )
    function = forms.CharField(
        label=_("By the voice of"),
        max_length=200,
        required=False,
        help_text=_("An office, such as “ministre de l’Intérieur”; no name of a private person."),
    )
    wording = forms.CharField(
        label=_("What is promised, in our words"),
        max_length=WORDING_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Short: it is the title of the commitment, read by whoever may see it."),
        error_messages={"required": _("Write what is promised.")},
    )
    quote = forms.CharField(
        label=_("The exact words"),
        max_length=QUOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Shown only to those who may read the section that they come from."),
    )
    origin = forms.ChoiceField(
        label=_("Where it was made"), choices=Origin.choices, initial=Origin.MEETING
    )
    made_on = forms.DateField(
        label=_("Made on"),
        widget=DayInput,
        error_messages={"required": _("Give the day."), "invalid": NOT_A_DAY},
    )
    text = forms.CharField(
        label=_("How it was made"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A line for the thread, if there is more to say of it."),
    )
    measures = MeasuresField(
        label=_("Measures that it is about"),
        queryset=Measure.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    parent = ParentField(
        label=_("Part of another commitment"),
        required=False,
        widget=forms.TextInput(attrs={"list": "parents", "autocomplete": "off"}),
        help_text=_("One of its points: begin to type its wording."),
    )
    position = forms.IntegerField(
        label=_("Its place among the points"),
        required=False,
        min_value=0,
        max_value=MOST_PARTS,
    )
    remark = forms.CharField(
        label=_("Remark"),
        max_length=QUOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Read by whoever may see the commitment."),
    )
    audience = forms.ChoiceField(
        label=_("Who may see it"),
        choices=Audience.choices,
        initial=Audience.MEMBERS,
        error_messages={"required": _("Choose who may see it.")},
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
    field_order = [
        "version", "institution", "function", "wording", "quote", "origin", "meeting", "section", "source", "locator",
        "made_on", "deadline_words", "late_from", "text", "measures", "parent", "position", "remark", "audience",
        "named_people", "named_groups",
    ]  # fmt: skip

    # Fields by part of the page, each with its title.
    PARTS = (
        ("promise", ("institution", "function", "wording", "quote")),
        ("place", ("origin", "made_on", "meeting", "section", "source", "locator", "text")),
        ("deadline", ("deadline_words", "late_from")),
        ("about", ("measures", "parent", "position", "remark")),
        ("readers", ("audience", "named_people", "named_groups")),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        user: User,
        commitment: Commitment | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        known = initial_of(commitment) if commitment is not None else {}
        super().__init__(data, initial={**known, **(initial or {})})
        self.commitment = commitment
        self.open_to(user)
        if commitment is not None:
            for name in ("made_on", "deadline_words", "late_from", "text"):
                del self.fields[name]
        rows: dict[str, Any] = {
            "institution": Institution.objects.visible_to(user),
            "measures": Measure.objects.visible_to(user)
            .select_related("plan")
            .order_by("plan", "number_key", "pk"),
            "named_people": _people(user, commitment),
            "named_groups": WorkingGroup.objects.visible_to(user),
        }
        for name, queryset in rows.items():
            field: Any = self.fields[name]
            field.queryset = queryset
        ticked_first(self, "measures")
        parent: Any = self.fields["parent"]
        parent.user = user
        audience: Any = self.fields["audience"]
        audience.choices = _audiences(user, commitment)

    def add_errors(self, error: ValidationError) -> None:
        """What the event that makes it refuses of its day is said at the day of this form."""
        if hasattr(error, "error_dict") and "on" in error.error_dict:
            error = ValidationError(
                {
                    ("made_on" if name == "on" else name): each
                    for name, each in error.error_dict.items()
                }
            )
        super().add_errors(error)

    def content(self) -> dict[str, Any]:
        """What the services take."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        data["people"], data["groups"] = data.pop("named_people"), data.pop("named_groups")
        data["position"] = data["position"] or 0
        return data

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them, part by part."""
        return [
            (key, [self[name] for name in names if name in self.fields])
            for key, names in self.PARTS
            if any(name in self.fields for name in names)
        ]

    @property
    def parents(self) -> Any:
        """Commitments that it might be part of: whole ones, the last recorded first."""
        rows: Any = Commitment.objects.visible_to(self.user).filter(parent=None)
        if self.commitment is not None:
            rows = rows.exclude(pk=self.commitment.pk)
        return rows.order_by("-pk").values_list("wording", "institution__name")[:SUGGESTED]


def initial_of(commitment: Commitment) -> dict[str, Any]:
    """A commitment as its form shows it."""
    return {
        "version": commitment.version,
        "institution": commitment.institution_id,
        "function": commitment.function,
        "wording": commitment.wording,
        "quote": commitment.quote,
        "origin": commitment.origin,
        "meeting": commitment.meeting_id,
        "section": commitment.section_id,
        "source": commitment.source.short if commitment.source else "",
        "locator": commitment.locator,
        "measures": [row.pk for row in commitment.measures.all()],
        "parent": commitment.parent.wording if commitment.parent else "",
        "position": commitment.position,
        "remark": commitment.remark,
        "audience": commitment.audience,
        "named_people": [row.pk for row in commitment.named_people.all()],
        "named_groups": [row.pk for row in commitment.named_groups.all()],
    }


def _audiences(user: User, commitment: Commitment | None) -> list[tuple[Any, Any]]:
    """Without the right to publish, what is public stays so, and nothing becomes it."""
    if can_publish_commitments(user):
        return list(Audience.choices)
    is_public = commitment is not None and commitment.audience == Audience.PUBLIC
    return [
        (value, label)
        for value, label in Audience.choices
        if (value == Audience.PUBLIC) == is_public
    ]


def _people(user: User, commitment: Commitment | None) -> Any:
    """Whoever may come in today; and those named already, who can be taken off the list."""
    named: Any = User.objects.visible_to(user).exclude(role=Role.ADMINISTRATOR)
    kept = commitment.named_people.all() if commitment else User.objects.none()
    return (
        named.who_may_come_in(timezone.localdate()) | named.filter(pk__in=kept.values("pk"))
    ).distinct()
