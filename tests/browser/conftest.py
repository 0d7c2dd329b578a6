"""A real site for the browser: gunicorn and the worker on a database of their own, with the real plan."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Error, Page, ViewportSize, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from members.enums import Role

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = secrets.token_hex(8)
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# A page of the site that does nothing: no script, no caret, no question asked again.
REST = "/api/v1/"
# Milliseconds that a slow and busy machine may need; nothing waits so long when all is well.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Site:
    url: str
    environment: dict[str, str]
    # `tests.browser.inside`, on the site's own database.
    inside: subprocess.Popen[str]

    def manage(self, *arguments: str) -> str:
        """Run a management command; returns what it printed."""
        assert self.inside.stdin is not None
        assert self.inside.stdout is not None
        self.inside.stdin.write(f"{json.dumps(arguments)}\n")
        self.inside.stdin.flush()
        printed, wrong = json.loads(self.inside.stdout.readline())
        assert not wrong, wrong
        return str(printed)

    def run(self, script: str) -> str:
        """Run lines of Python that know the site's models; returns what they printed."""
        return self.manage("shell", "--no-imports", "--command", script)

    def mails_to(self, address: str) -> list[str]:
        """What the site has sent to an address, as it left, the last one last."""
        folder = Path(self.environment["VIGIE_VAR_DIR"]) / "mail"
        files = sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime)
        texts = [path.read_text() for path in files]
        # A file holds all that one connection sent, a line after each; what follows the last line is under way.
        letters = [part for text in texts for part in text.split(f"{'-' * 79}\n")[:-1]]
        return [letter for letter in letters if f"To: {address}\n" in letter]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Site]:
    """The site as `make run` starts it, on a free port; stopped with its worker at the end."""
    port = _free_port()
    var = tmp_path_factory.mktemp("var")
    shutil.copy(migrated_file, var / "vigie.sqlite3")
    environment = {
        **os.environ,
        "VIGIE_ENV": "development",
        "VIGIE_VAR_DIR": str(var),
        "VIGIE_SITE_URL": f"http://127.0.0.1:{port}",
        "VIGIE_DEMO_PASSWORD": PASSWORD,
    }
    environment["VIGIE_EMAIL_URL"] = f"filemail:///{var}/mail"
    environment.pop("DATABASE_URL", None)
    inside = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.inside"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    running = Site(environment["VIGIE_SITE_URL"], environment, inside)
    processes = [inside]
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
    try:
        running.manage("load_plan", "data/traite-2014-2016")
        running.manage("create_demo_accounts")
        running.manage("collectstatic", "--no-input", "--verbosity", "0")
        for command in (server, worker):
            processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, text=True
                )
            )
        _wait_for(running.url)
        yield running
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.communicate(timeout=30)


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


@dataclass(frozen=True)
class Kind:
    """What makes a browser another one: who is logged in there, and whether scripts run."""

    role: Role | None
    java_script_enabled: bool


class Browsers:
    """Browsers that tests have left, each with its page.

    Opening one, with a process for its page and an empty cache, costs more than most tests do in it.
    """

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.left: defaultdict[Kind, list[Page]] = defaultdict(list)
        self.cookies: dict[Role, Any] = {}

    def take(self, kind: Kind) -> Page:
        """The page of somebody who has just logged in, and has been nowhere since."""
        page = self.left[kind].pop() if self.left[kind] else self._open(kind)
        page.context.clear_cookies()
        if kind.role is not None:
            if kind.role not in self.cookies:
                log_in(page, kind.role)
                self.cookies[kind.role] = page.context.cookies()
            page.context.add_cookies(self.cookies[kind.role])
        return page

    def put_back(self, kind: Kind, page: Page) -> None:
        """For the next test, unless this one left it in a state in which it goes nowhere."""
        try:
            page.context.set_offline(offline=False)
            page.goto(REST)
            page.evaluate("sessionStorage.clear()")
        except Error:
            page.context.close()
        else:
            self.left[kind].append(page)

    def _open(self, kind: Kind) -> Page:
        context = self.browser.new_context(
            base_url=self.site.url,
            locale="fr-FR",
            java_script_enabled=kind.java_script_enabled,
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()


@pytest.fixture(scope="session")
def browsers(browser: Browser, site: Site) -> Browsers:
    return Browsers(browser, site)


@pytest.fixture
def open_page(browsers: Browsers) -> Iterator[Callable[..., Page]]:
    """`open_page(Role.SECRETARIAT, viewport=PHONE)`: a page of a browser where that person is logged in."""
    opened: list[tuple[Kind, Page]] = []

    def open_one(
        role: Role | None = None,
        *,
        viewport: ViewportSize = WIDE,
        color_scheme: Literal["light", "dark"] = "light",
        java_script_enabled: bool = True,
    ) -> Page:
        kind = Kind(role, java_script_enabled)
        page = browsers.take(kind)
        opened.append((kind, page))
        page.set_viewport_size(viewport)
        page.emulate_media(media="null", color_scheme=color_scheme)
        return page

    yield open_one
    for kind, page in opened:
        browsers.put_back(kind, page)


def log_in(page: Page, role: Role) -> None:
    page.goto("/compte/connexion/")
    page.locator("[name=login]").fill(f"{role}@vigie.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda url: "connexion" not in url)


def log_out(page: Page) -> None:
    page.locator("header form button").click()
    expect(page.locator("header a[href$='/compte/connexion/']")).to_be_visible()
