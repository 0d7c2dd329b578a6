from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "commitments"

    def ready(self) -> None:
        from commitments import agenda, own_data, panels, search
        from commitments.models import LetterRun
        from commitments.tasks import make_letters
        from common import claims

        agenda.register()
        own_data.register()
        panels.register()
        search.register_rows()
        claims.register(LetterRun, make_letters)
