from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from commitments.enclosures import register_minutes_file
        from common import claims
        from common.panels import Panel
        from meetings.panels import MINUTES
        from reports import own_data
        from reports.minutes_files import minutes_for_addressee
        from reports.models import Export, MinutesExport
        from reports.tasks import make_export, make_minutes

        claims.register(Export, make_export)
        claims.register(MinutesExport, make_minutes)
        register_minutes_file(minutes_for_addressee)

        own_data.register()
        MINUTES.register(
            Panel("pdf", _("Minutes as a PDF"), "reports:minutes", _("Minutes as a PDF"))
        )
