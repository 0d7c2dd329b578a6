from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"

    def ready(self) -> None:
        from meetings import own_data, panels, search

        own_data.register()
        panels.register()
        search.register_rows()
