from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from members.second_factor import end_other_sessions

        authenticator_added.connect(end_other_sessions, dispatch_uid="members.end_other_sessions")
