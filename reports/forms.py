"""What to make a report of: a plan, an assessor and a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.typography import long_date
from plan.models import Institution, Plan
from reports.snapshot import default_day

if TYPE_CHECKING:
    import datetime as dt

    from members.models import User


class PlanField(forms.ModelChoiceField[Plan]):
    def label_from_instance(self, obj: Plan) -> str:
        return obj.short_title


class AssessorField(forms.ModelChoiceField[Institution]):
    def label_from_instance(self, obj: Institution) -> str:
        return obj.short_name


class ExportForm(forms.Form):
    """Left empty, the assessor is the plan's lead one and the day that of its last published finding."""

    plan = PlanField(
        label=_("Plan"), queryset=Plan.objects.none(), to_field_name="slug", empty_label=None
    )
    assessor = AssessorField(
        label=_("Assessed by"),
        queryset=Institution.objects.none(),
        to_field_name="key",
        required=False,
        empty_label=_("Lead assessor of the plan"),
    )
    on = forms.DateField(
        label=_("As it stood on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = Plan.objects.visible_to(user).for_page()
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        assessors = Institution.objects.filter(
            assessed_plans__in=plans
        ) | Institution.objects.filter(lead_assessed_plans__in=plans)
        self.fields["assessor"].queryset = assessors.distinct()  # type: ignore[attr-defined]

    def clean_on(self) -> dt.date | None:
        on: dt.date | None = self.cleaned_data["on"]
        if on is not None and on > timezone.localdate():
            raise ValidationError(_("This day has not come yet."))
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        plan: Plan | None = data.get("plan")
        if plan is None or self.errors:
            return data
        assessor: Institution = data.get("assessor") or plan.lead_assessor
        if assessor != plan.lead_assessor and not plan.assessors.contains(assessor):
            raise ValidationError({"assessor": _("This institution does not assess this plan.")})
        on: dt.date = data.get("on") or default_day(plan, assessor)
        if on < plan.known_since():
            day = long_date(plan.known_since())
            raise ValidationError(
                {"on": _("Nothing was known of this plan before %(day)s.") % {"day": day}}
            )
        return {**data, "assessor": assessor, "on": on}
