"""A real site for the browser: gunicorn and the worker on a database of their own, with the real plan."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from members.enums import Role

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = secrets.token_hex(8)
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
# Milliseconds that a slow and busy machine may need; nothing waits so long when all is well.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """Run a management command on the site's own database; returns what it printed."""
        return _manage(self.environment, *arguments)

    def mail_to(self, address: str) -> str:
        """The last mail that the site sent to an address, as it left."""
        folder = Path(self.environment["VIGIE_VAR_DIR"]) / "mail"
        files = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime)
        texts = [path.read_text() for path in files]
        # A file holds all that one connection sent.
        letters = [part for text in texts for part in text.split(f"{'-' * 79}\n")]
        return [letter for letter in letters if f"To: {address}\n" in letter][-1]


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site as `make run` starts it, on a free port; stopped with its worker at the end."""
    port = _free_port()
    environment = {
        **os.environ,
        "VIGIE_ENV": "development",
        "VIGIE_VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "VIGIE_SITE_URL": f"http://127.0.0.1:{port}",
        "VIGIE_DEMO_PASSWORD": PASSWORD,
    }
    environment["VIGIE_EMAIL_URL"] = f"filemail:///{environment['VIGIE_VAR_DIR']}/mail"
    environment.pop("DATABASE_URL", None)
    _manage(environment, "migrate", "--no-input", "--verbosity", "0")
    _manage(environment, "load_plan", "data/traite-2014-2016")
    _manage(environment, "create_demo_accounts")
    _manage(environment, "collectstatic", "--no-input", "--verbosity", "0")
    server = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
    ]
    worker = [sys.executable, "manage.py", "run_worker"]
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        for command in (server, worker)
    ]
    try:
        running = Site(environment["VIGIE_SITE_URL"], environment)
        _wait_for(running.url)
        yield running
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=10):  # noqa: S310 (our own address)
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("The site did not start.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sessions(browser: Browser, site: Site) -> Callable[[Role], StorageState]:
    """The cookies of somebody of a role, logged in once through the form."""
    kept: dict[Role, StorageState] = {}

    def session_of(role: Role) -> StorageState:
        if role not in kept:
            context = browser.new_context(base_url=site.url, locale="fr-FR")
            context.set_default_timeout(PATIENCE)
            log_in(context.new_page(), role)
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return session_of


@pytest.fixture
def open_page(
    browser: Browser, site: Site, sessions: Callable[[Role], StorageState]
) -> Iterator[Callable[..., Page]]:
    """`open_page(Role.SECRETARIAT, **options)`: a page of a new browser where that person is logged in."""
    contexts: list[BrowserContext] = []

    def open_one(role: Role | None = None, **options: Any) -> Page:
        options.setdefault("viewport", WIDE)
        if role is not None:
            options["storage_state"] = sessions(role)
        context = browser.new_context(base_url=site.url, locale="fr-FR", **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()


def log_in(page: Page, role: Role) -> None:
    page.goto("/compte/connexion/")
    page.locator("[name=login]").fill(f"{role}@vigie.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda url: "connexion" not in url)
