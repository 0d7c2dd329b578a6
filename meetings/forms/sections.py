"""What the editor of minutes asks for: a section, its title, its readers; decisions and follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput, HouseForm
from common.typography import long_date
from measures.models import Measure
from meetings.enums import DecisionMeans
from meetings.linking import measures_of
from meetings.models import MinutesSection
from meetings.models.minutes import SECTION_LIMIT
from meetings.perms import can_publish_sections
from members.enums import Audience, Role
from members.forms.papers import NamesField, RowForm, VersionForm
from members.models import Association, User, WorkingGroup
from plan.models import Institution

if TYPE_CHECKING:
    from meetings.models import Decision, FollowUp, Minutes
    from plan.models import Plan

LEVELS = [(level, str(level)) for level in range(1, 5)]
# What adoption locks.
WORDS = ("number", "heading", "level", "text", "session")


class TextField(forms.CharField):
    """A text kept as it was typed, to the last space: what is typed next begins there."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, required=False, max_length=SECTION_LIMIT, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without the length: a browser would drop the end of what is pasted, and say nothing."""
        return {**super().widget_attrs(widget), "maxlength": False}


class MeasuresField(NamesField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number} – {obj.short_title}"


class ShortNames(NamesField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class ShortName(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.short_name)


class SessionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return " – ".join(filter(None, [long_date(obj.on), obj.title, obj.place]))


class SectionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    pass


class TitleForm(VersionForm):
    """The number, the heading and its level, changed from the list."""

    number = forms.CharField(label=_("Number as printed"), max_length=30, required=False)
    heading = forms.CharField(label=_("Heading"), max_length=500, required=False)
    level = forms.TypedChoiceField(label=_("Level"), choices=LEVELS, coerce=int)


class AutosaveForm(forms.Form):
    """What is typed, as it is sent while it is typed."""

    version = forms.IntegerField(min_value=1)
    number = forms.CharField(max_length=30, required=False)
    heading = forms.CharField(max_length=500, required=False)
    text = TextField()
    measures = NamesField(queryset=Measure.objects.none(), required=False)
    institutions = NamesField(queryset=Institution.objects.none(), required=False)

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["measures"].queryset = Measure.objects.visible_to(user)
        fields["institutions"].queryset = Institution.objects.visible_to(user)


class AddSectionForm(RowForm):
    """A new section, after another one or at the end."""

    number = forms.CharField(label=_("Number as printed"), max_length=30, required=False)
    heading = forms.CharField(label=_("Heading"), max_length=500, required=False)
    level = forms.TypedChoiceField(
        label=_("Level"), choices=LEVELS, coerce=int, required=False, empty_value="1"
    )
    after = SectionChoice(
        label=_("After"),
        queryset=MinutesSection.objects.none(),
        required=False,
        empty_label=_("at the end"),
    )

    def __init__(self, *args: Any, minutes: Minutes, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        rows: Any = MinutesSection.objects.visible_to(user).filter(minutes=minutes)
        after: Any = self.fields["after"]
        after.queryset = rows.select_related("minutes__meeting").defer("text")


class DateForm(VersionForm):
    dated_on = forms.DateField(label=_("Date of the minutes"), required=False, widget=DayInput)


class SectionForm(TitleForm):
    """A whole section. Of adopted minutes only its readers and its subjects are open."""

    text = TextField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 20}))
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
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
    measures = MeasuresField(
        label=_("Measures"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    institutions = ShortNames(
        label=_("Institutions"),
        queryset=Institution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    session = SessionField(
        label=_("Session"), queryset=None, required=False, empty_label=_("all of them")
    )
    proposes_measure = forms.CharField(
        label=_("Measure proposed"),
        max_length=20,
        required=False,
        help_text=_(
            "The number of a measure that it proposes to add to the plan, such as “4 bis”."
        ),
    )

    def __init__(self, *args: Any, section: MinutesSection, user: User, plan: Plan | None) -> None:
        people, groups = list(section.named_people.all()), list(section.named_groups.all())
        measures = list(section.measures.all())
        super().__init__(
            *args,
            initial={
                "version": section.version,
                "number": section.number,
                "heading": section.heading,
                "level": section.level,
                "text": section.text,
                "audience": section.audience,
                "named_people": people,
                "named_groups": groups,
                "measures": measures,
                "institutions": list(section.institutions.all()),
                "session": section.session_id,
                "proposes_measure": section.proposes_measure,
            },
        )
        fields: Any = self.fields
        # The administrator runs the machine and reads none of these, named or not.
        named = User.objects.visible_to(user).exclude(role=Role.ADMINISTRATOR)
        # Somebody named whose mandate has ended stays on the list, and can be taken off it.
        fields["named_people"].queryset = (
            named.who_may_come_in(timezone.localdate())
            | named.filter(pk__in=[person.pk for person in people])
        ).distinct()
        fields["named_groups"].queryset = WorkingGroup.objects.visible_to(user)
        fields["measures"].queryset = measures_of(plan, user, [row.pk for row in measures])
        fields["institutions"].queryset = Institution.objects.visible_to(user)
        fields["session"].queryset = section.minutes.meeting.sessions.order_by("on", "pk")
        if fields["session"].queryset.count() < 2 and section.session_id is None:
            del fields["session"]
        self._limit_audience(section, user)
        if section.is_locked:
            for name in WORDS:
                if name in fields:
                    fields[name].disabled = True

    def _limit_audience(self, section: MinutesSection, user: User) -> None:
        """Opening a section to anyone, and closing it again, is for who publishes."""
        if can_publish_sections(user):
            return
        audience: Any = self.fields["audience"]
        if section.audience == Audience.PUBLIC:
            for name in ("audience", "named_people", "named_groups"):
                self.fields[name].disabled = True
        else:
            audience.choices = [
                choice for choice in Audience.choices if choice[0] != Audience.PUBLIC
            ]

    def content(self) -> dict[str, Any]:
        """What `edit_section` takes."""
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("number", "heading", "level", "text", "audience")},
            "session": data.get("session"),
            "people": data["named_people"],
            "groups": data["named_groups"],
            "measures": data["measures"],
            "institutions": data["institutions"],
            "proposes_measure": data["proposes_measure"],
        }


class DecisionForm(RowForm):
    """A decision, by consensus or by a vote that is counted."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    text = forms.CharField(
        label=_("Decision"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    means = forms.ChoiceField(
        label=_("How"), choices=DecisionMeans.choices, initial=DecisionMeans.CONSENSUS
    )
    votes_for = forms.IntegerField(label=_("For"), required=False, min_value=0, max_value=32_767)
    votes_against = forms.IntegerField(
        label=_("Against"), required=False, min_value=0, max_value=32_767
    )
    abstentions = forms.IntegerField(
        label=_("Abstentions"), required=False, min_value=0, max_value=32_767
    )

    def __init__(self, *args: Any, decision: Decision | None = None, **options: Any) -> None:
        if decision is not None:
            names = ("version", "text", "means", "votes_for", "votes_against", "abstentions")
            options["initial"] = {name: getattr(decision, name) for name in names}
        super().__init__(*args, **options)

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class FollowUpForm(RowForm):
    """Who does what, by when: in words as it was said, and as a day where one can be told."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    text = forms.CharField(
        label=_("To be done"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    association = ShortName(
        label=_("Association"), queryset=Association.objects.none(), required=False
    )
    institution = ShortName(
        label=_("Institution"), queryset=Institution.objects.none(), required=False
    )
    who = forms.CharField(
        label=_("Somebody else"),
        max_length=150,
        required=False,
        help_text=_("A function or a group, such as “le secrétariat”."),
    )
    due_words = forms.CharField(label=_("By when, as said"), max_length=100, required=False)
    due_on = forms.DateField(label=_("Last day"), required=False, widget=DayInput)

    def __init__(
        self, *args: Any, user: User, follow_up: FollowUp | None = None, **options: Any
    ) -> None:
        if follow_up is not None:
            names = ("version", "text", "association", "institution", "who", "due_words", "due_on")
            options["initial"] = {name: getattr(follow_up, name) for name in names}
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["association"].queryset = Association.objects.visible_to(user)
        fields["institution"].queryset = Institution.objects.visible_to(user)

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class CloseForm(VersionForm):
    """That it is done, and what came of it."""

    done_on = forms.DateField(label=_("Done on"), required=False, widget=DayInput)
    done_note = forms.CharField(label=_("What came of it"), max_length=300, required=False)


class FollowUpFilterForm(HouseForm, forms.Form):
    """Which follow-ups are listed. What makes no sense matches nothing, rather than everything."""

    etat = forms.ChoiceField(
        label=_("State"), choices=[("", _("to be done")), ("fait", _("done"))], required=False
    )
    qui = forms.ChoiceField(
        label=_("Whose"),
        choices=[("", _("everyone’s")), ("moi", _("my associations’"))],
        required=False,
    )
