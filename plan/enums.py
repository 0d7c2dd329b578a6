from django.db import models
from django.utils.translation import gettext_lazy as _


class Meaning(models.TextChoices):
    """What a level comes down to, whatever a plan's own scale calls it. The mark and the tone come from it."""

    NONE = "none", _("Not implemented")
    PARTIAL = "partial", _("Partly implemented")
    FULL = "full", _("Implemented")
    UNKNOWN = "unknown", _("Not assessed")


class InstitutionKind(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    MINISTRY = "ministry", _("Ministry")
    MISSION = "mission", _("Interministerial mission")
    AUTHORITY = "authority", _("Public authority")
    PARLIAMENT = "parliament", _("Parliament")
    LOCAL = "local", _("Local authority")
    INTERNATIONAL = "international", _("International organisation")
    CIVIL_SOCIETY = "civil-society", _("Civil society")


class VersionStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")
