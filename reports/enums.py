from django.db import models
from django.utils.translation import gettext_lazy as _


class ExportStep(models.TextChoices):
    """What the work is doing, in the order in which it does it."""

    WAITING = "waiting", _("Waiting for its turn")
    READING = "reading", _("Reading the assessments")
    COMPOSING = "composing", _("Composing the document")
    RENDERING = "rendering", _("Laying out the pages")
    CHECKING = "checking", _("Reading the file back")
    FINISHED = "finished", _("Finished")
