from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from common.checks import CheckedModel
from common.numbers import LATIN_ORDINALS
from common.versions import VersionedModel
from plan.enums import InstitutionKind, Meaning, VersionStatus

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class InstitutionQuerySet(models.QuerySet["Institution"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Institutions are public bodies: anyone may see them."""
        return self.all()


class Institution(VersionedModel):
    """A ministry, mission, authority or body: it leads measures, is addressed recommendations, or assesses."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=InstitutionKind)
    website = models.URLField(_("website"), blank=True)
    about = models.TextField(_("about"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    history = HistoricalRecords()

    objects = InstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_institution_kind_is_known",
                condition=Q(kind__in=InstitutionKind.values),
                violation_error_message=_("Choose one of the known kinds of institution."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """The acronym where there is one: what people say."""
        return self.acronym or self.name


class InstitutionAttachment(CheckedModel):
    """What an institution was attached to, and when. An unknown end is open; an unknown beginning is said in `note`."""

    institution = models.ForeignKey(
        Institution, on_delete=models.CASCADE, related_name="attachments"
    )
    attached_to = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="attached_institutions"
    )
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attachment of an institution")
        verbose_name_plural = _("attachments of institutions")
        ordering = ["institution", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_attachment_ends_after_start",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("An attachment cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="plan_attachment_not_to_itself",
                condition=~Q(institution=F("attached_to")),
                violation_error_message=_("An institution cannot be attached to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution} → {self.attached_to}"


class Scale(models.Model):
    """The levels by which a plan is assessed."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("scale")
        verbose_name_plural = _("scales")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Level(models.Model):
    """One level of a scale. `position` grows with implementation; `meaning` gives the mark and the tone."""

    scale = models.ForeignKey(Scale, on_delete=models.CASCADE, related_name="levels")
    key = models.SlugField(_("key"), max_length=40)
    label = models.CharField(_("label"), max_length=100)
    short_label = models.CharField(_("short label"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"))
    meaning = models.CharField(_("meaning"), max_length=10, choices=Meaning)

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["scale", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "key"],
                name="plan_level_key_is_unique",
                violation_error_message=_("This scale already has a level with this key."),
            ),
            models.UniqueConstraint(
                fields=["scale", "position"],
                name="plan_level_position_is_unique",
                violation_error_message=_("This scale already has a level at this place."),
            ),
            models.CheckConstraint(
                name="plan_level_meaning_is_known",
                condition=Q(meaning__in=Meaning.values),
                violation_error_message=_("Choose one of the known meanings."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """A plan is a published text of the State: anyone may see it."""
        return self.all()

    def for_page(self) -> Self:
        """With what every page about a plan shows, in one query."""
        return self.select_related("lead_assessor", "scale")


class Plan(VersionedModel):
    """A national action plan, with the scale by which it is assessed and the assessor who is shown first."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=250)
    short_title = models.CharField(_("short title"), max_length=100)
    summary = models.TextField(_("summary"), blank=True)
    remark = models.TextField(_("remark"), blank=True)
    adopted_on = models.DateField(_("adopted on"))
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    predecessor = models.ForeignKey(
        "self",
        # A plan that another one follows is part of that one's story.
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("predecessor"),
    )
    scale = models.ForeignKey(
        Scale, on_delete=models.PROTECT, related_name="plans", verbose_name=_("scale")
    )
    lead_assessor = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="lead_assessed_plans",
        verbose_name=_("lead assessor"),
    )
    assessors = models.ManyToManyField(
        Institution, related_name="assessed_plans", verbose_name=_("assessors")
    )
    revision = models.PositiveBigIntegerField(
        _("revision"),
        default=1,
        editable=False,
        help_text=_(
            "Raised by whatever changes what readers see of the plan: renderings are kept by it."
        ),
    )
    history = HistoricalRecords(excluded_fields=["revision"])

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_plan_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("A plan cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="plan_plan_not_its_own_predecessor",
                condition=Q(predecessor=None) | ~Q(predecessor=F("id")),
                violation_error_message=_("A plan cannot follow itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse a line of predecessors that comes back to its beginning."""
        super().clean()
        seen = {self.pk} if self.pk else set()
        ancestor = self.predecessor
        while ancestor is not None:
            if ancestor.pk in seen:
                raise ValidationError(
                    {"predecessor": _("These plans would follow each other in a circle.")}
                )
            seen.add(ancestor.pk)
            ancestor = ancestor.predecessor

    def known_since(self) -> dt.date:
        """The first day on which something could be said of the plan: its first draft, or its adoption."""
        drafts = [version.dated_on for version in self.versions.all()]
        return min([*drafts, self.adopted_on])


class PlanVersion(models.Model):
    """A state of the plan's text: the drafts that were circulated, and the one that was adopted."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="versions")
    label = models.CharField(_("label"), max_length=100)
    dated_on = models.DateField(_("dated"))
    status = models.CharField(_("status"), max_length=10, choices=VersionStatus)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("version of a plan")
        verbose_name_plural = _("versions of plans")
        ordering = ["plan", "dated_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "dated_on", "label"],
                name="plan_version_is_unique",
                violation_error_message=_("This version of the plan is already there."),
            ),
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(status=VersionStatus.ADOPTED),
                name="plan_version_one_adopted",
                violation_error_message=_("Only one version of a plan is the adopted one."),
            ),
            models.CheckConstraint(
                name="plan_version_status_is_known",
                condition=Q(status__in=VersionStatus.values),
                violation_error_message=_("A version is a draft or the adopted text."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Milestone(models.Model):
    """A day that people remember, offered on the board's date slider."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="milestones")
    label = models.CharField(_("label"), max_length=100)
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["plan", "on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "on", "label"],
                name="plan_milestone_is_unique",
                violation_error_message=_("This milestone is already there."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Priority(models.Model):
    """A part of a plan, numbered as printed (“I”, “Axe 2”)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="priorities")
    number = models.CharField(_("number"), max_length=20)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=250)
    text = models.TextField(_("text"), blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="plan_priority_number_is_unique",
                violation_error_message=_("This plan already has a priority with this number."),
            ),
            models.UniqueConstraint(
                fields=["plan", "position"],
                name="plan_priority_position_is_unique",
                violation_error_message=_("This plan already has a priority at this place."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"

    @property
    def name(self) -> str:
        """“Priorité I”; a number that brings its own word (“Axe 2”) is already a name."""
        return priority_name(self.number)


def priority_name(number: str) -> str:
    """What a priority is called by its printed number."""
    has_own_word = " " in number and number.split()[1] not in LATIN_ORDINALS
    return number if has_own_word else gettext("Priority %(number)s") % {"number": number}
