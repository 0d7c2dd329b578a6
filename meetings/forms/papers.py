from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.forms import DayInput
from common.uploads import PrivateFileField
from meetings.forms.agenda import MeasuresField
from meetings.models.minutes import SECTION_LIMIT
from meetings.perms import can_publish_meeting_papers
from members.enums import Audience, Role
from members.forms.papers import NamesField, RowForm
from members.models import Association, User, WorkingGroup
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from meetings.models import MeetingPaper, Question


class AudienceForm(RowForm):
    """Who may read a row, and by name when it is for the people named."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=Audience.choices,
        initial=Audience.MEMBERS,
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
    measures = MeasuresField()

    def __init__(
        self, *args: Any, user: User, row: MeetingPaper | Question | None, can_be_public: bool
    ) -> None:
        super().__init__(*args, initial=self.content_of(row) if row is not None else {})
        audience: Any = self.fields["audience"]
        if not can_be_public:
            audience.choices = [
                choice for choice in Audience.choices if choice[0] != Audience.PUBLIC
            ]
        people: Any = self.fields["named_people"]
        # The administrator runs the machine and reads none of these, named or not.
        named = User.objects.visible_to(user).exclude(role=Role.ADMINISTRATOR)
        kept: Any = row.named_people.values("pk") if row else User.objects.none().values("pk")
        # Somebody named whose mandate has ended stays on the list, and can be taken off it.
        people.queryset = (
            named.who_may_come_in(timezone.localdate()) | named.filter(pk__in=kept)
        ).distinct()
        groups: Any = self.fields["named_groups"]
        groups.queryset = WorkingGroup.objects.visible_to(user)
        measures: Any = self.fields["measures"]
        measures.offer(user)

    @classmethod
    def content_of(cls, row: Any) -> dict[str, Any]:
        many = {"named_people", "named_groups", "measures", "institutions"}
        return {
            name: list(getattr(row, name).all()) if name in many else getattr(row, name)
            for name in cls.base_fields
            if name != "file"
        }

    def content(self) -> dict[str, Any]:
        """What the service takes, under its names."""
        names = {"named_people": "people", "named_groups": "groups"}
        return {
            names.get(name, name): value
            for name, value in self.cleaned_data.items()
            if name not in {"version", "file"}
        }

    @classmethod
    def words_of(cls, content: Mapping[str, Any]) -> dict[str, str]:
        """A content as somebody reads it, to be compared."""
        return {name: _words(name, value) for name, value in content.items() if name != "version"}


def _words(name: str, value: Any) -> str:
    if name == "audience":
        return str(dict(Audience.choices).get(value, ""))
    if value is None or isinstance(value, str):
        return value or ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if hasattr(value, "__iter__"):
        return ", ".join(sorted(str(row) for row in value))
    return str(value)


class MeetingPaperForm(AudienceForm):
    """What is said of a paper. Its file is given when it is added, or replaced on its own page."""

    title = forms.CharField(label=_("Title"), max_length=250)
    dated_on = forms.DateField(label=_("Dated"), required=False, widget=DayInput)
    summary = forms.CharField(
        label=_("Summary"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    text = forms.CharField(
        label=_("Text to comment on"),
        max_length=SECTION_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In Markdown. Members comment on its passages until the day below."),
    )
    comments_until = forms.DateField(label=_("Comments until"), required=False, widget=DayInput)
    institutions = NamesField(
        label=_("Institutions"),
        queryset=Institution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    file = PrivateFileField(
        required=False,
        help_text=_("Optional. PDF, Word, Excel, OpenDocument, PNG, JPEG or text; at most 25 MB."),
    )
    field_order = (
        "title",
        "dated_on",
        "file",
        "audience",
        "named_people",
        "named_groups",
        "summary",
        "text",
        "comments_until",
        "measures",
        "institutions",
    )

    def __init__(self, *args: Any, user: User, row: MeetingPaper | None = None) -> None:
        is_public = row is not None and row.audience == Audience.PUBLIC
        can_publish = can_publish_meeting_papers(user)
        super().__init__(*args, user=user, row=row, can_be_public=can_publish or is_public)
        if is_public and not can_publish:
            # What anyone reads is corrected by the secretariat, and taken back by the coordinator alone.
            audience: Any = self.fields["audience"]
            audience.choices = [
                choice for choice in Audience.choices if choice[0] == Audience.PUBLIC
            ]
        institutions: Any = self.fields["institutions"]
        institutions.queryset = Institution.objects.visible_to(user)
        if row is not None:
            del self.fields["file"]


class QuestionForm(AudienceForm):
    """A question and its answer; anyone outside the collective reads neither."""

    text = forms.CharField(
        label=_("Question"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    institution = forms.ModelChoiceField(
        label=_("Asked to"), queryset=Institution.objects.none(), required=False
    )
    association = forms.ModelChoiceField(
        label=_("Asked by"), queryset=Association.objects.none(), required=False
    )
    sent_on = forms.DateField(label=_("Sent on"), required=False, widget=DayInput)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    answered_on = forms.DateField(label=_("Answered on"), required=False, widget=DayInput)
    field_order = (
        "text",
        "institution",
        "association",
        "sent_on",
        "answer",
        "answered_on",
        "audience",
        "named_people",
        "named_groups",
        "measures",
    )

    def __init__(self, *args: Any, user: User, row: Question | None = None) -> None:
        super().__init__(*args, user=user, row=row, can_be_public=False)
        institution: Any = self.fields["institution"]
        institution.queryset = Institution.objects.visible_to(user)
        association: Any = self.fields["association"]
        association.queryset = Association.objects.visible_to(user)
