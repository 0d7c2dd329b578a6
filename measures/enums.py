from django.db import models
from django.utils.translation import gettext_lazy as _


class Involvement(models.TextChoices):
    LEAD = "lead", _("Leads")
    PARTNER = "partner", _("Takes part")


class SuccessionKind(models.TextChoices):
    """What became of a measure in the next plan."""

    CARRIED_OVER = "carried-over", _("Carried over")
    MERGED = "merged", _("Merged")
    SPLIT = "split", _("Split")
    DROPPED = "dropped", _("Dropped")


class SourceKind(models.TextChoices):
    LAW = "law", _("Law")
    DECREE = "decree", _("Decree")
    ORDER = "order", _("Order")
    CIRCULAR = "circular", _("Circular")
    TREATY = "treaty", _("Treaty")
    REPORT = "report", _("Report")
    OPINION = "opinion", _("Opinion")
    STATISTICS = "statistics", _("Statistics")
    HEARING = "hearing", _("Hearing")
    LETTER = "letter", _("Letter")
    PRESS = "press", _("Press")
    MINUTES = "minutes", _("Minutes")
    WEB = "web", _("Web page")


class AssessmentStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class FigureState(models.TextChoices):
    """Why a cell of a table holds what it holds. “Not available” and an empty cell are not zero."""

    NUMBER = "number", _("Number")
    EMPTY = "empty", _("Empty cell")
    NOT_AVAILABLE = "n.d.", _("Not available")


class Placement(models.TextChoices):
    """After which text of the measure a table stands."""

    ACTIONS = "actions", _("With the State’s actions")
    OBSERVATIONS = "observations", _("With the observations")


class SectionRole(models.TextChoices):
    """What a text of an evaluation is for; the report knows where each one goes."""

    KEY_POINTS = "key_points", _("Key points")
    INTRODUCTION = "introduction", _("Introduction")
    DEFINITION = "definition", _("Definition")
    INSTRUMENTS = "instruments", _("Instruments")
    PART_ONE = "part_one", _("Opening of Part I")
    PART_TWO = "part_two", _("Opening of Part II")
    METHOD = "method", _("Method")
    HEARINGS = "hearings", _("Hearings")
    ABOUT = "about", _("About the institution")
    CREDITS = "credits", _("Credits")
