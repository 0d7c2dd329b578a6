"""What the accounts library asks of the house."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse

from members.language import keep_language

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from members.models import User

SITE_NAME = "Vigie"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are given, never taken."""
        return False

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponseBase:
        """The pages go on in the person's own language."""
        response: HttpResponseBase = super().post_login(request, user, **options)
        keep_language(response, user.language)
        return response

    def get_user_display(self, user: User) -> str:
        return user.name

    def set_password(self, user: User, password: str) -> None:
        """Forget the failed attempts at the old password: whoever has just reset it must not be kept out."""
        super().set_password(user, password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link to the site's own address: the request's would be whatever the visitor claims it to be."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"

    def format_email_subject(self, subject: str) -> str:
        return f"[{SITE_NAME}] {subject}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sent by commands as well as by pages: nothing in a mail comes from the request."""
        site = SimpleNamespace(name=SITE_NAME, domain=settings.SITE_URL)
        self.render_mail(
            template_prefix, email, {"email": email, "current_site": site, **context}
        ).send()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def _get_site_name(self) -> str:
        """What an authenticator shows beside the code."""
        return str(urlsplit(settings.SITE_URL).netloc)
