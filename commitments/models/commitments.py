from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from commitments.enums import EventKind, Origin, State
from commitments.standing import CLOSED_KINDS, DEADLINE_KINDS, PENDING_KINDS
from common.versions import VersionedModel
from measures.models import Measure, Source
from meetings.models import AgendaItem, Meeting, MinutesSection
from members.models import AudienceQuerySet, RestrictedModel
from plan.models import Institution

if TYPE_CHECKING:
    import datetime as dt
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Characters. A promise is told in a breath; what was said around it stands in the minutes.
WORDING_LIMIT = 300
QUOTE_LIMIT = 3_000


class CommitmentQuerySet(AudienceQuerySet):
    """By audience alone: a commitment made in a restricted section may be known more widely than its words."""

    def standing_on(self, on: dt.date) -> Self:
        """How each stands at the end of a day, less those not made yet: `commitments.standing` in a query.

        Annotates `made_on`, `last_on`, `last_kind`, `state`, `is_late`, `deadline_words`, `late_from`, `postponed`.
        """
        # This room's events are made of its commitments.
        from commitments.models.events import CommitmentEvent

        past = CommitmentEvent.objects.standing().filter(commitment=OuterRef("pk"), on__lte=on)
        last = past.order_by("-on", "-pk")
        deadline = last.filter(kind__in=DEADLINE_KINDS)
        is_overdue = Q(late_from__lte=on)
        return self.annotate(
            last_kind=Subquery(last.values("kind")[:1]),
            last_on=Subquery(last.values("on")[:1]),
            made_on=Subquery(past.order_by("on", "pk").values("on")[:1]),
            deadline_words=Subquery(deadline.values("deadline_words")[:1]),
            late_from=Subquery(deadline.values("late_from")[:1]),
            postponed=Coalesce(
                Subquery(
                    past.filter(kind=EventKind.POSTPONED)
                    .order_by()
                    .values("commitment")
                    .annotate(times=Count("pk"))
                    .values("times")
                ),
                0,
            ),
            is_late=Case(
                When(Q(last_kind__in=CLOSED_KINDS), then=Value(value=False)),
                When(is_overdue, then=Value(value=True)),
                default=Value(value=False),
            ),
            state=Case(
                When(Q(last_kind__in=PENDING_KINDS) & is_overdue, then=Value(State.LATE)),
                When(Q(last_kind__in=PENDING_KINDS), then=Value(State.PROMISED)),
                default=F("last_kind"),
                output_field=models.CharField(),
            ),
        ).filter(last_kind__isnull=False)


class Commitment(RestrictedModel, VersionedModel):
    """What an institution promised. When, and for when, is told by its events (`CommitmentEvent`).

    `wording` is ours, short, read by whoever sees the commitment; `quote` is the exact words, which whoever may not read
    the section that they come from does not see (`quote_for`).
    """

    slug = models.SlugField(_("address"), max_length=80, unique=True)
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name=_("institution"),
    )
    function = models.CharField(
        _("function of whoever promised"),
        max_length=200,
        blank=True,
        help_text=_("An office, such as “ministre de l’Intérieur”."),
    )
    wording = models.CharField(
        _("what is promised"), max_length=WORDING_LIMIT, help_text=_("In our words, in short.")
    )
    quote = models.TextField(
        _("exact words"), blank=True, validators=[MaxLengthValidator(QUOTE_LIMIT)]
    )
    origin = models.CharField(_("made"), max_length=10, choices=Origin, default=Origin.MEETING)
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("meeting"),
    )
    section = models.ForeignKey(
        # What was promised there may not vanish with it.
        MinutesSection,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("section of the minutes"),
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name=_("source"),
    )
    locator = models.CharField(_("place in the source"), max_length=150, blank=True)
    measures = models.ManyToManyField(
        Measure, blank=True, related_name="commitments", verbose_name=_("measures")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    remark = models.TextField(_("remark"), blank=True, validators=[MaxLengthValidator(QUOTE_LIMIT)])
    # Points made from it when an agenda was prepared from what is open.
    agenda_items = models.ManyToManyField(
        AgendaItem,
        blank=True,
        editable=False,
        related_name="commitments",
        verbose_name=_("points of agendas"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    history = HistoricalRecords()

    objects = CommitmentQuerySet.as_manager()

    class Meta(RestrictedModel.Meta):
        abstract = False
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["position", "pk"]
        constraints = [
            *RestrictedModel.Meta.constraints,
            models.CheckConstraint(
                name="commitments_commitment_origin_is_known",
                condition=Q(origin__in=Origin.values),
                violation_error_message=_("Say where it was made."),
            ),
            models.CheckConstraint(
                name="commitments_commitment_not_part_of_itself",
                condition=Q(parent=None) | ~Q(parent=F("id")),
                violation_error_message=_("A commitment cannot be part of itself."),
            ),
            models.CheckConstraint(
                name="commitments_commitment_of_meeting_has_one",
                condition=~Q(origin=Origin.MEETING) | Q(meeting__isnull=False),
                violation_error_message=_("Say in which meeting it was made."),
            ),
            models.CheckConstraint(
                name="commitments_commitment_says_something",
                condition=~Q(wording=""),
                violation_error_message=_("Write what is promised."),
            ),
        ]

    def __str__(self) -> str:
        return self.wording

    def get_absolute_url(self) -> str:
        return reverse("commitments:detail", args=[self.slug])

    def quote_for(self, user: User | AnonymousUser) -> str:
        """The exact words, for whoever may read the section that they come from. At most one query."""
        if not self.quote or self.section_id is None:
            return self.quote
        may_read = MinutesSection.objects.visible_to(user).filter(pk=self.section_id).exists()
        return self.quote if may_read else ""
