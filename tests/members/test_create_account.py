import io
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from members.enums import Role
from members.models import User

pytestmark = pytest.mark.django_db


def run(email: str = "anne@vigie.example", role: str = "secretariat") -> str:
    out = io.StringIO()
    call_command("create_account", email=email, name="Anne", role=role, stdout=out)
    return out.getvalue()


def test_new_person_receives_the_link_to_choose_a_password(settings: Settings) -> None:
    settings.SITE_URL = "https://vigie.example.org"
    assert "anne@vigie.example" in run()
    user = User.objects.get()
    assert user.role == Role.SECRETARIAT
    assert not user.has_usable_password()
    [message] = mail.outbox
    assert message.to == [user.email]
    link = re.search(r"https://vigie\.example\.org(/compte/\S+)", str(message.body))
    assert link
    client = Client()
    form = client.get(link[1], follow=True)
    new = "a-long-enough-password"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    client.post("/compte/connexion/", {"login": user.email, "password": new})
    assert "_auth_user_id" in client.session


def test_address_that_somebody_has_is_refused_and_no_mail_goes() -> None:
    run()
    mail.outbox.clear()
    with pytest.raises(CommandError):
        run("Anne@vigie.example")
    assert User.objects.count() == 1
    assert mail.outbox == []
