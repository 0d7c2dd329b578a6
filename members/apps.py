from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added
        from django.contrib.auth.signals import user_logged_in

        from members.search import register_rows
        from members.second_factor import end_other_sessions
        from members.services.people import note_log_in

        # The framework's own saves the row: the history would tell of each visit, and of nothing that changed.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
        user_logged_in.connect(note_log_in, dispatch_uid="members.note_log_in")
        authenticator_added.connect(end_other_sessions, dispatch_uid="members.end_other_sessions")
        register_rows()
