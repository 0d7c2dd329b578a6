"""What a plan orders, what was found about it, and on what it rests."""

from measures.models.assessments import Assessment, AssessmentSource, Recommendation
from measures.models.evaluations import Evaluation, EvaluationSection, ThematicRecommendation, Theme
from measures.models.figures import Box, Figure, FigureTable, Series
from measures.models.measures import Measure, MeasureInstitution, MeasureSuccession
from measures.models.sources import Source

__all__ = [
    "Assessment",
    "AssessmentSource",
    "Box",
    "Evaluation",
    "EvaluationSection",
    "Figure",
    "FigureTable",
    "Measure",
    "MeasureInstitution",
    "MeasureSuccession",
    "Recommendation",
    "Series",
    "Source",
    "ThematicRecommendation",
    "Theme",
]
