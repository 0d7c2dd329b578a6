from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models.commitments import Commitment
from commitments.models.events import CommitmentEvent
from measures.models import Source

if TYPE_CHECKING:
    from typing import Self

    from django.contrib.auth.models import AnonymousUser

    from members.models import User


class CommitmentCitationQuerySet(models.QuerySet["CommitmentCitation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of the commitments that one may see."""
        return self.filter(commitment__in=Commitment.objects.visible_to(user).values("pk"))


class CommitmentCitation(models.Model):
    """A commitment, or one of its events, in the library of sources, so that an assessment can cite it.

    Sources are read by anyone: only a public commitment comes in, and stays public from then on.
    """

    source = models.OneToOneField(
        Source, on_delete=models.PROTECT, related_name="commitment_citation"
    )
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="citations")
    event = models.ForeignKey(
        CommitmentEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="citations"
    )

    objects = CommitmentCitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation of a commitment")
        verbose_name_plural = _("citations of commitments")
        ordering = ["commitment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment"],
                condition=Q(event=None),
                name="commitments_citation_of_commitment_is_one",
                violation_error_message=_("This commitment is already in the library of sources."),
            ),
            models.UniqueConstraint(
                fields=["event"],
                name="commitments_citation_of_event_is_one",
                violation_error_message=_("This event is already in the library of sources."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.source)
