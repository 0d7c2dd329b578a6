"""Meetings and what was said there, as data. Texts are the Markdown that was written."""

from __future__ import annotations

import datetime as dt

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.endpoints import AddressField
from measures.api.serializers import MeasureBriefSerializer, PageField
from meetings.models import Decision, Erratum, FollowUp, Meeting, MinutesSection, Session
from plan.api.serializers import InstitutionBriefSerializer

MEETING = "api:meetings-detail"


class SessionSerializer(serializers.ModelSerializer[Session]):
    class Meta:
        model = Session
        fields = ["on", "starts_at", "ends_at", "title", "place", "room"]


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    """What anyone who may know of a meeting knows of it: its agenda and its minutes have pages of their own."""

    url = AddressField(MEETING, {"slug": "slug"})
    page = PageField()
    sessions = SessionSerializer(many=True, read_only=True)

    class Meta:
        model = Meeting
        fields = ["url", "page", "slug", "title", "kind", "sessions"]


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    class Meta:
        model = Decision
        fields = ["text", "means", "votes_for", "votes_against", "abstentions"]


class FollowUpBriefSerializer(serializers.ModelSerializer[FollowUp]):
    class Meta:
        model = FollowUp
        fields = ["text", "whose", "due_words", "due_on", "done_on", "done_note"]


class ErratumSerializer(serializers.ModelSerializer[Erratum]):
    class Meta:
        model = Erratum
        fields = ["on", "text"]


class SectionSerializer(serializers.ModelSerializer[MinutesSection]):
    url = AddressField("api:minutes-sections-detail", {"id": "pk"})
    page = PageField()
    meeting = AddressField(MEETING, {"slug": "meeting.slug"}, source="minutes")
    status = serializers.CharField(source="minutes.status")
    said_on = serializers.SerializerMethodField()
    measures = MeasureBriefSerializer(many=True, read_only=True)
    institutions = InstitutionBriefSerializer(many=True, read_only=True)
    decisions = DecisionSerializer(many=True, read_only=True)
    follow_ups = FollowUpBriefSerializer(many=True, read_only=True)
    errata = ErratumSerializer(many=True, read_only=True)

    class Meta:
        model = MinutesSection
        fields = [
            "url", "page", "meeting", "status", "said_on", "number", "level", "heading", "text", "audience",
            "measures", "institutions", "proposes_measure", "decisions", "follow_ups", "errata",
        ]  # fmt: skip

    @extend_schema_field({"type": "string", "format": "date", "nullable": True})
    def get_said_on(self, section: MinutesSection) -> dt.date | None:
        day: dt.date | None = section.said_on  # type: ignore[attr-defined] # annotated by with_day()
        return day


class FollowUpSerializer(serializers.ModelSerializer[FollowUp]):
    url = AddressField("api:follow-ups-detail", {"id": "pk"})
    section = AddressField("api:minutes-sections-detail", {"id": "pk"})

    class Meta:
        model = FollowUp
        fields = [
            "url", "section", "text", "whose", "due_words", "due_on", "done_on", "done_note",
        ]  # fmt: skip
