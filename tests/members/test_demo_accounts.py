import io
import stat
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from members.enums import Role
from members.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_password_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIGIE_DEMO_PASSWORD", raising=False)


def run() -> str:
    out = io.StringIO()
    call_command("create_demo_accounts", stdout=out)
    return out.getvalue()


def kept(settings: Settings) -> Path:
    return Path(settings.VAR_DIR) / "demo-password"


def test_makes_one_account_a_role_and_prints_how_to_log_in(settings: Settings) -> None:
    said = run()
    password = kept(settings).read_text().strip()
    assert {user.role for user in User.objects.all()} == set(Role.values)
    for user in User.objects.all():
        assert user.check_password(password)
        assert user.email.endswith("@vigie.example")
        [line] = [line for line in said.splitlines() if user.email in line]
        assert line.endswith(password)
    assert "Secrétariat" in said


def test_second_run_doubles_nothing_and_prints_the_same() -> None:
    first = run()
    hashes = {user.pk: user.password for user in User.objects.all()}
    assert run() == first
    assert {user.pk: user.password for user in User.objects.all()} == hashes


def test_second_run_repairs_what_was_changed() -> None:
    run()
    user = User.objects.get(role=Role.SECRETARIAT)
    user.role, user.is_active = Role.MEMBER, False
    user.set_password("something-else")
    user.save()
    run()
    user.refresh_from_db()
    assert (user.role, user.is_active) == (Role.SECRETARIAT, True)


def test_password_is_kept_out_of_others_sight(settings: Settings) -> None:
    run()
    assert stat.S_IMODE(kept(settings).stat().st_mode) == 0o600


def test_password_can_be_chosen(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIGIE_DEMO_PASSWORD", "chosen-for-the-day")
    assert "chosen-for-the-day" in run()
    assert not kept(settings).exists()
    assert User.objects.get(role=Role.MEMBER).check_password("chosen-for-the-day")


def test_production_is_refused_and_nothing_is_written(settings: Settings) -> None:
    settings.IS_DEVELOPMENT = False
    with pytest.raises(CommandError):
        run()
    assert not User.objects.exists()
    assert not kept(settings).exists()
