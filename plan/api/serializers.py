"""Plans and institutions as data. Fields are declared one by one: a new column is not published by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from common.endpoints import AddressField
from plan.models import (
    Institution,
    InstitutionAttachment,
    Level,
    Milestone,
    Plan,
    PlanVersion,
    Priority,
    Scale,
)


class LevelSerializer(serializers.ModelSerializer[Level]):
    class Meta:
        model = Level
        fields = ["key", "label", "short_label", "position", "meaning"]


class ScaleSerializer(serializers.ModelSerializer[Scale]):
    levels = LevelSerializer(many=True, read_only=True)

    class Meta:
        model = Scale
        fields = ["name", "levels"]


class InstitutionBriefSerializer(serializers.ModelSerializer[Institution]):
    """Who, wherever an institution is mentioned."""

    url = AddressField("api:institutions-detail", {"key": "key"})

    class Meta:
        model = Institution
        fields = ["url", "key", "short_name"]


class AttachmentSerializer(serializers.ModelSerializer[InstitutionAttachment]):
    attached_to = InstitutionBriefSerializer(read_only=True)

    class Meta:
        model = InstitutionAttachment
        fields = ["attached_to", "since", "until", "note"]


class InstitutionSerializer(serializers.ModelSerializer[Institution]):
    url = AddressField("api:institutions-detail", {"key": "key"})
    attachments = AttachmentSerializer(many=True, read_only=True)

    class Meta:
        model = Institution
        fields = [
            "url", "key", "name", "acronym", "short_name", "kind", "website", "about", "remark", "attachments",
        ]  # fmt: skip


class PlanVersionSerializer(serializers.ModelSerializer[PlanVersion]):
    class Meta:
        model = PlanVersion
        fields = ["label", "dated_on", "status", "note"]


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    class Meta:
        model = Milestone
        fields = ["label", "on"]


class PlanSerializer(serializers.ModelSerializer[Plan]):
    url = AddressField("api:plans-detail", {"plan": "slug"})
    predecessor = AddressField(
        "api:plans-detail",
        {"plan": "slug"},
        allow_null=True,
        help_text=_("The plan that this one follows."),
    )
    scale = ScaleSerializer(read_only=True)
    lead_assessor = InstitutionBriefSerializer(read_only=True)
    assessors = InstitutionBriefSerializer(many=True, read_only=True)
    versions = PlanVersionSerializer(many=True, read_only=True)
    milestones = MilestoneSerializer(many=True, read_only=True)

    class Meta:
        model = Plan
        fields = [
            "url", "slug", "title", "short_title", "summary", "remark", "adopted_on", "starts_on", "ends_on",
            "predecessor", "scale", "lead_assessor", "assessors", "versions", "milestones",
        ]  # fmt: skip


class PrioritySerializer(serializers.ModelSerializer[Priority]):
    url = AddressField("api:priorities-detail", {"plan": "plan.slug", "number": "number"})
    plan: serializers.SlugRelatedField[Plan] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )

    class Meta:
        model = Priority
        fields = ["url", "plan", "number", "position", "title", "text"]
