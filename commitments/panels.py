"""What this room adds to the pages of the plan."""

from django.utils.translation import gettext_lazy as _

from commitments.perms import can_edit_commitments, can_have_deadlines
from common.panels import Panel, Tool
from measures import panels
from meetings.panels import FEEDS, MINUTES, SECTION, Feed


def register() -> None:
    from commitments.record import tally

    panels.BOARD.register(
        Panel(
            "late",
            _("Late promises"),
            "commitments:board",
            _("Promises late, measure by measure"),
            keeps_query=True,
        )
    )
    panels.MEASURE.register(
        Panel(
            "commitments",
            _("What was promised"),
            "commitments:measure",
            _("The promises on this measure, on a page of their own"),
            keeps_query=True,
        )
    )
    panels.CITABLE.register(
        Panel(
            "commitments",
            _("Commitments"),
            "commitments:citable",
            _("Cite a commitment on this measure"),
        )
    )
    MINUTES.register(
        Panel(
            "commitments",
            _("What was promised there"),
            "commitments:in-minutes",
            _("What was promised there"),
            finds_its_place=True,
        )
    )
    SECTION.register(
        Tool("commitment", _("Record a commitment"), "commitments:create", can_edit_commitments)
    )
    SECTION.register(
        Tool(
            "commitment-event",
            _("Event on an existing commitment"),
            "commitments:event-choose",
            can_edit_commitments,
        )
    )
    panels.INSTITUTION.register(
        Panel(
            "commitments",
            _("What was promised"),
            "commitments:record",
            _("All that this institution promised, on a page of its own"),
            _("Promises"),
            tally,
        )
    )
    FEEDS.append(
        Feed(
            _(
                "deadlines of the promises that you may see, those to come and those of the last year"
            ),
            "commitments:feed",
            can_have_deadlines,
        )
    )
