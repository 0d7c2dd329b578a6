"""What was promised in a meeting, beside the paragraphs of its minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.enums import EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.paragraphs import paragraph_of, quoted_in
from meetings.models import Minutes, MinutesSection

if TYPE_CHECKING:
    from django.http import HttpRequest


class Said(NamedTuple):
    """A commitment that was made, or spoken of, in a section."""

    commitment: Any
    section: MinutesSection
    paragraph: int | None
    """Where its words stand; None: somewhere in the section."""
    kind: str
    """What happened there: empty when it was made."""


@require_safe
@login_not_required
@vary_on_headers("HX-Request")
def in_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    """A list; to the page of minutes, links that find their own paragraph. A constant number of queries."""
    rows = Minutes.objects.visible_to(request.user).select_related("meeting")
    minutes = get_object_or_404(rows, meeting__slug=slug)
    sections: Any = MinutesSection.objects.visible_to(request.user).filter(minutes=minutes)
    by_key = sections.select_related("minutes__meeting").in_bulk()
    visible: Any = Commitment.objects.visible_to(request.user)
    made = dict(visible.filter(section__in=list(by_key)).values_list("pk", "section"))
    events = CommitmentEvent.objects.visible_to(request.user).standing()
    told = events.exclude(kind=EventKind.MADE).filter(section__in=list(by_key))
    told = told.order_by("on", "pk")
    found = (
        visible.standing_on(timezone.localdate())
        .filter(pk__in={*made, *(event.commitment_id for event in told)})
        .select_related("institution")
        .order_by("made_on", "position", "pk")
    )
    commitments = {row.pk: row for row in found}
    said = {}
    for commitment in commitments.values():
        if commitment.pk in made:
            section = by_key[made[commitment.pk]]
            paragraph = paragraph_of(section, commitment.quote)
            said[commitment.pk, section.pk, paragraph] = Said(commitment, section, paragraph, "")
    for event in told:
        section = by_key[event.section_id]
        paragraph = paragraph_of(section, quoted_in(event.text))
        place = event.commitment_id, section.pk, paragraph
        if paragraph is None and made.get(event.commitment_id) == section.pk:
            # Beside the promise itself, which says how it stands.
            continue
        said[place] = Said(commitments[event.commitment_id], section, paragraph, event.kind)
    context = {
        "meeting": minutes.meeting,
        "said": sorted(said.values(), key=lambda one: one.section.position),
        "room": "meetings",
    }
    is_fragment = request.headers.get("HX-Request")
    template = "commitments/_in_minutes.html" if is_fragment else "commitments/in_minutes.html"
    return render(request, template, context)
