"""What this room adds to the pages of measures and institutions, and where higher ones add to the page of minutes."""

from django.utils.translation import gettext_lazy as _

from common.panels import Panel, Panels
from measures import panels

# Other shapes of the same text, such as a PDF.
MINUTES = Panels()


def register() -> None:
    from meetings.said import times_met, times_said

    panels.MEASURE.register(
        Panel(
            "said",
            _("What was said in meetings"),
            "meetings:said-measure",
            _("All that was said of this measure, on a page of its own"),
        )
    )
    panels.INSTITUTION.register(
        Panel(
            "meetings",
            _("Meetings"),
            "meetings:institution-meetings",
            _("The meetings with this institution, on a page of their own"),
            _("Meetings"),
            times_met,
        )
    )
    panels.INSTITUTION.register(
        Panel(
            "said",
            _("What was said in meetings"),
            "meetings:said-institution",
            _("All that was said of this institution, on a page of its own"),
            _("Passages about it"),
            times_said,
        )
    )
