"""Measures, what was found about them and on what it rests, as data. Texts are the Markdown that was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.endpoints import AddressField
from common.markdown import cited_keys
from measures.checks import table_findings
from measures.models import (
    Assessment,
    AssessmentSource,
    Evaluation,
    Figure,
    FigureTable,
    Measure,
    MeasureInstitution,
    MeasureSuccession,
    Recommendation,
    Series,
    Source,
)
from plan.api.serializers import InstitutionBriefSerializer, LevelSerializer

if TYPE_CHECKING:
    from decimal import Decimal

    from plan.models import Plan, Priority

MEASURE_ADDRESS = {"plan": "plan.slug", "number": "number"}


@extend_schema_field(OpenApiTypes.STR)
class PageField(serializers.ReadOnlyField):
    """The web page of a row, as a path of this site."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("source", "*")
        options.setdefault("help_text", _("Path of the web page."))
        super().__init__(**options)

    def to_representation(self, value: Any) -> str:
        path: str = value.get_absolute_url()
        return path


@extend_schema_field({"type": "string", "format": "decimal", "example": "194"})
class NumberField(serializers.ReadOnlyField):
    """A number exactly as printed, as text: a float would round it, and zeros that nobody printed are left out."""

    def to_representation(self, value: Decimal) -> str:
        return f"{value.normalize():f}"


class MeasureBriefSerializer(serializers.ModelSerializer[Measure]):
    """Which measure, wherever one is mentioned."""

    url = AddressField("api:measures-detail", MEASURE_ADDRESS)
    plan: serializers.SlugRelatedField[Plan] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )

    class Meta:
        model = Measure
        fields = ["url", "plan", "number"]


class InvolvementSerializer(serializers.ModelSerializer[MeasureInstitution]):
    institution = InstitutionBriefSerializer(read_only=True)

    class Meta:
        model = MeasureInstitution
        fields = ["institution", "involvement"]


class SuccessionSerializer(serializers.ModelSerializer[MeasureSuccession]):
    successor = MeasureBriefSerializer(read_only=True, allow_null=True)

    class Meta:
        model = MeasureSuccession
        fields = ["kind", "successor"]


class FindingSerializer(serializers.ModelSerializer[Assessment]):
    """The finding in force from the viewpoint asked for."""

    url = AddressField("api:assessments-detail", {"id": "pk"})
    assessor = InstitutionBriefSerializer(read_only=True)
    level = LevelSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Assessment
        fields = ["url", "assessor", "level", "lacks_information", "assessed_on", "reason"]


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    url = AddressField("api:measures-detail", MEASURE_ADDRESS)
    page = PageField()
    plan: serializers.SlugRelatedField[Plan] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    priority: serializers.SlugRelatedField[Priority] = serializers.SlugRelatedField(
        slug_field="number", read_only=True
    )
    institutions = InvolvementSerializer(many=True, read_only=True, source="involvements")
    successions = SuccessionSerializer(
        many=True, read_only=True, help_text=_("What became of the measure in a later plan.")
    )
    finding = FindingSerializer(
        read_only=True,
        allow_null=True,
        help_text=_(
            "In force on the day and for the assessor asked for; null when never assessed by then."
        ),
    )

    class Meta:
        model = Measure
        fields = [
            "url", "page", "plan", "number", "title", "short_title", "summary", "priority", "institutions",
            "successions", "finding",
        ]  # fmt: skip


class SourceSerializer(serializers.ModelSerializer[Source]):
    url = AddressField("api:sources-detail", {"key": "key"})
    link = serializers.URLField(
        source="url",
        read_only=True,
        help_text=_("Where the document itself is; empty when unknown."),
    )

    class Meta:
        model = Source
        fields = ["url", "key", "kind", "citation", "short", "author", "dated_on", "link", "remark"]


class SourceBriefSerializer(serializers.ModelSerializer[Source]):
    url = AddressField("api:sources-detail", {"key": "key"})

    class Meta:
        model = Source
        fields = ["url", "key", "short", "citation"]


class CitationSerializer(serializers.ModelSerializer[AssessmentSource]):
    source = SourceBriefSerializer(read_only=True)  # type: ignore[assignment] # a field of the answer

    class Meta:
        model = AssessmentSource
        fields = ["source", "locator"]


class AssessmentRecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    """A recommendation inside the assessment that makes it."""

    url = AddressField("api:recommendations-detail", {"id": "pk"})
    addressee = InstitutionBriefSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Recommendation
        fields = ["url", "number", "text", "addressee", "is_urgent"]


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    url = AddressField("api:assessments-detail", {"id": "pk"})
    page = PageField(source="measure", help_text=_("Path of the measure’s web page."))
    measure = MeasureBriefSerializer(read_only=True)
    assessor = InstitutionBriefSerializer(read_only=True)
    evaluation: serializers.SlugRelatedField[Evaluation] = serializers.SlugRelatedField(
        slug_field="key",
        read_only=True,
        allow_null=True,
        help_text=_("Key of the whole document that it was made in."),
    )
    level = LevelSerializer(read_only=True, allow_null=True)
    observations_with = AddressField(
        "api:assessments-detail",
        {"id": "pk"},
        allow_null=True,
        help_text=_("The assessment that holds the observations common to both."),
    )
    sources = CitationSerializer(many=True, read_only=True, source="citations")
    notes = serializers.SerializerMethodField(
        help_text=_("Keys of the sources cited in the texts, in the order of their notes.")
    )
    recommendations = AssessmentRecommendationSerializer(many=True, read_only=True)
    supersedes = AddressField(
        "api:assessments-detail",
        {"id": "pk"},
        allow_null=True,
        help_text=_("The assessment that it corrects."),
    )
    superseded_by = serializers.SerializerMethodField(
        help_text=_("The assessment that corrects it.")
    )

    class Meta:
        model = Assessment
        # Who recorded and who published it is for those who may see its history.
        fields = [
            "url", "page", "measure", "assessor", "evaluation", "status", "published_at", "assessed_on", "level",
            "lacks_information", "reason", "state_actions", "observations", "observations_with", "remark", "sources",
            "notes", "recommendations", "supersedes", "superseded_by",
        ]  # fmt: skip

    def get_notes(self, assessment: Assessment) -> list[str]:
        texts = (assessment.reason, assessment.state_actions, assessment.observations)
        return list(dict.fromkeys(key for text in texts for key in cited_keys(text)))

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_superseded_by(self, assessment: Assessment) -> str | None:
        # Prefetched through `visible_to`: a draft correction is known to its own readers only.
        correction = next(iter(assessment.superseded_by.all()), None)
        if correction is None:
            return None
        address: AddressField = self.fields["url"]  # type: ignore[assignment] # declared above
        return address.to_representation(correction)


class RecommendationBriefSerializer(serializers.ModelSerializer[Recommendation]):
    url = AddressField("api:recommendations-detail", {"id": "pk"})

    class Meta:
        model = Recommendation
        fields = ["url", "number"]


class RecommendationSerializer(serializers.ModelSerializer[Recommendation]):
    url = AddressField("api:recommendations-detail", {"id": "pk"})
    page = PageField(source="assessment.measure", help_text=_("Path of the measure’s web page."))
    measure = MeasureBriefSerializer(read_only=True, source="assessment.measure")
    assessor = InstitutionBriefSerializer(read_only=True, source="assessment.assessor")
    made_on = serializers.DateField(read_only=True, source="assessment.assessed_on")
    assessment = AddressField("api:assessments-detail", {"id": "pk"})
    addressee = InstitutionBriefSerializer(read_only=True, allow_null=True)
    repeats = RecommendationBriefSerializer(read_only=True, allow_null=True)
    repeated_by = RecommendationBriefSerializer(many=True, read_only=True)

    class Meta:
        model = Recommendation
        fields = [
            "url", "page", "measure", "assessor", "made_on", "assessment", "number", "text", "addressee", "is_urgent",
            "repeats", "repeated_by",
        ]  # fmt: skip


class FigureSerializer(serializers.ModelSerializer[Figure]):
    value = NumberField(
        allow_null=True, help_text=_("Null unless the state is “number”: “n.d.” is not 0.")
    )

    class Meta:
        model = Figure
        fields = ["period", "state", "value", "is_provisional"]


class SeriesSerializer(serializers.ModelSerializer[Series]):
    figures = FigureSerializer(many=True, read_only=True)
    total_of: serializers.SlugRelatedField[Series] = serializers.SlugRelatedField(
        slug_field="key",
        many=True,
        read_only=True,
        source="parts",
        help_text=_("Keys of the series of which this one is declared the total."),
    )

    class Meta:
        model = Series
        fields = ["key", "label", "total_of", "figures"]


class WrongTotalSerializer(serializers.Serializer[Any]):
    """A printed total that is not the sum of its printed parts."""

    series = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # a field of the answer
    period = serializers.CharField()
    printed = NumberField()
    computed = NumberField()


class FigureTableSerializer(serializers.ModelSerializer[FigureTable]):
    url = AddressField("api:figure-tables-detail", {"plan": "plan.slug", "key": "key"})
    plan: serializers.SlugRelatedField[Plan] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True
    )
    measure = MeasureBriefSerializer(read_only=True, allow_null=True)
    assessor = InstitutionBriefSerializer(read_only=True)
    source = SourceBriefSerializer(read_only=True, allow_null=True)  # type: ignore[assignment]
    series = SeriesSerializer(many=True, read_only=True)
    wrong_totals = serializers.SerializerMethodField(
        help_text=_("Printed totals that are not the sum of their printed parts.")
    )

    class Meta:
        model = FigureTable
        fields = [
            "url", "plan", "key", "measure", "assessor", "caption", "unit", "published_on", "placement", "source",
            "source_text", "note", "remark", "series", "wrong_totals",
        ]  # fmt: skip

    @extend_schema_field(WrongTotalSerializer(many=True))
    def get_wrong_totals(self, table: FigureTable) -> Any:
        return WrongTotalSerializer(table_findings(table), many=True).data
