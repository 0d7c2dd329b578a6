"""Commitments, what came of them, and letters, as data."""

from __future__ import annotations

from rest_framework import serializers

from commitments.models import Commitment, CommitmentEvent, Letter, LetterCopy, LetterStep
from common.endpoints import AddressField
from measures.api.serializers import MeasureBriefSerializer, PageField
from plan.api.serializers import InstitutionBriefSerializer


class EventSerializer(serializers.ModelSerializer[CommitmentEvent]):
    class Meta:
        model = CommitmentEvent
        fields = ["kind", "on", "text", "deadline_words", "late_from"]


class PartSerializer(serializers.ModelSerializer[Commitment]):
    url = AddressField("api:commitments-detail", {"slug": "slug"})

    class Meta:
        model = Commitment
        fields = ["url", "wording"]


class CommitmentSerializer(serializers.ModelSerializer[Commitment]):
    """How it stands is as of the day asked for; its events are those of that day and before."""

    url = AddressField("api:commitments-detail", {"slug": "slug"})
    page = PageField()
    institution = InstitutionBriefSerializer(read_only=True)
    measures = MeasureBriefSerializer(many=True, read_only=True)
    quote = serializers.SerializerMethodField(allow_null=True)
    state = serializers.CharField()
    is_late = serializers.BooleanField()
    made_on = serializers.DateField()
    deadline_words = serializers.CharField(allow_blank=True)
    late_from = serializers.DateField(allow_null=True)
    postponed = serializers.IntegerField()
    events = EventSerializer(many=True, source="events_of_day", read_only=True)
    parts = PartSerializer(many=True, source="parts_seen", read_only=True)

    class Meta:
        model = Commitment
        fields = [
            "url", "page", "slug", "institution", "function", "wording", "quote", "origin", "audience", "measures",
            "state", "is_late", "made_on", "deadline_words", "late_from", "postponed", "events", "parts",
        ]  # fmt: skip

    def get_quote(self, commitment: Commitment) -> str | None:
        """The exact words, for whoever may read the section that they come from."""
        may_read: set[int] = self.context["sections_read"]
        if commitment.section_id is None or commitment.section_id in may_read:
            return commitment.quote
        return None


class CopySerializer(serializers.ModelSerializer[LetterCopy]):
    institution = InstitutionBriefSerializer(read_only=True)

    class Meta:
        model = LetterCopy
        fields = ["institution", "wording"]


class StepSerializer(serializers.ModelSerializer[LetterStep]):
    class Meta:
        model = LetterStep
        fields = ["kind", "on", "sent_by"]


class LetterSerializer(serializers.ModelSerializer[Letter]):
    """A letter without the address to which it went."""

    url = AddressField("api:letters-detail", {"id": "pk"})
    page = PageField()
    institution = InstitutionBriefSerializer(read_only=True)
    copies = CopySerializer(many=True, read_only=True)
    steps = StepSerializer(many=True, read_only=True)
    commitments = PartSerializer(many=True, source="commitments_seen", read_only=True)

    class Meta:
        model = Letter
        fields = [
            "url", "page", "reference", "institution", "addressee", "subject", "body", "dated_on", "signatory",
            "status", "audience", "copies", "steps", "commitments",
        ]  # fmt: skip
