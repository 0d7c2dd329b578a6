from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from common.panels import Panel
        from meetings.panels import MINUTES

        MINUTES.register(
            Panel("pdf", _("Minutes as a PDF"), "reports:minutes", _("Minutes as a PDF"))
        )
