"""Who gets which answer at every address. What each may see and do is `members/access.toml`: here, which line of it
each address obeys. An address that is not here fails the suite.

The answers follow: the verb allowed, what the view gives (`done`); refused on a row that one may see, 403; otherwise 404,
as for a row that does not exist, or “login” for somebody who is not logged in, unless the address has rows for anyone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from members.access import ANONYMOUS, KINDS_OF_PEOPLE, Relation, Verb, matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

PEOPLE = KINDS_OF_PEOPLE


@dataclass(frozen=True)
class Case:
    """One request by everyone. `row` names what the address is about (`World.address`), which is a `seen_as`."""

    name: str
    thing: str
    verb: Verb
    row: str = ""
    relation: Relation = Relation.ANY
    seen_as: str = ""
    method: str = "GET"
    data: Mapping[str, Any] = field(default_factory=dict)
    done: str = "200"
    # For the library's own pages, about oneself, whose answers follow from no line: one for each kind of people.
    answers: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.row and f"({self.row})")))

    def answer(self, person: str) -> str:
        if self.answers:
            return self.answers.split()[PEOPLE.index(person)]
        is_stranger = person == ANONYMOUS and self.name not in addresses_for_anyone()
        if self.done == "405":
            return "login" if is_stranger else "405"
        if not self.row.startswith("no ") and self._allows(self.thing, person, self.verb):
            return self.done
        if is_stranger:
            return "login"
        seen_as = self.seen_as or self.thing
        if not self.row.startswith("no ") and self._allows(seen_as, person, Verb.VIEW):
            return "403"
        return "404"

    def _allows(self, thing: str, person: str, verb: Verb) -> bool:
        return matrix()[thing].allows(person, verb, self.relation)

    @property
    def has_rows_for_anyone(self) -> bool:
        if self.answers:
            return self.answer(ANONYMOUS) != "login"
        return self.done != "405" and self._allows(self.thing, ANONYMOUS, self.verb)


@cache
def addresses_for_anyone() -> frozenset[str]:
    return frozenset(case.name for case in CASES if case.has_rows_for_anyone)


def see(name: str, thing: str, row: str = "", **more: Any) -> Case:
    """Read one row, or a list."""
    return Case(name, thing, more.pop("verb", Verb.VIEW), row, **more)


def do(name: str, thing: str, verb: Verb, row: str = "", /, done: str = "302", **more: Any) -> Case:
    """Change something; `done` is what a request without what the form needs is answered."""
    return Case(name, thing, verb, row, method="POST", done=done, **more)


def ask(name: str, thing: str, verb: Verb, row: str = "", /, **more: Any) -> Case:
    """The form by which something is changed."""
    return Case(name, thing, verb, row, **more)


def not_read(name: str, row: str = "") -> Case:
    """An address that only changes something."""
    return Case(name, "account", Verb.VIEW, row, done="405")


def page(name: str, answers: str, row: str = "") -> Case:
    return Case(name, "account", Verb.VIEW, row, answers=answers)


def form(address: str, answers: str, row: str = "", /, **data: Any) -> Case:
    return Case(address, "account", Verb.EDIT, row, method="POST", data=data, answers=answers)


EVERYONE = "200 200 200 200 200 200"
LOGGED_IN = "login 200 200 200 200 200"

BOARD = [
    see("measures:home", "measure"),
    see("measures:plans", "measure"),
    see("measures:board", "measure", "plan"),
    see("measures:board", "measure", "no plan"),
    see("measures:list", "measure", "plan"),
    see("measures:list", "measure", "no plan"),
    see("measures:detail", "measure", "published"),
    # The measure itself is public; its draft must not show there (test_canary).
    see("measures:detail", "measure", "draft"),
    see("measures:detail", "measure", "no measure"),
    see("measures:history", "measure-history", "published"),
    see("measures:history", "measure-history", "no measure"),
]
ON_MEASURE = {"seen_as": "measure"}
ASSESSING = [
    ask("measures:assess", "assessment-draft", Verb.EDIT, "published", **ON_MEASURE),
    ask("measures:assess", "assessment-draft", Verb.EDIT, "draft", **ON_MEASURE),
    ask("measures:assess", "assessment-draft", Verb.EDIT, "no measure"),
    do("measures:assess", "assessment-draft", Verb.EDIT, "published", done="422", **ON_MEASURE),
    do("measures:assess", "assessment-draft", Verb.EDIT, "no measure"),
    do("measures:discard", "assessment-draft", Verb.EDIT, "draft", **ON_MEASURE),
    do("measures:discard", "assessment-draft", Verb.EDIT, "no measure"),
    not_read("measures:discard", "draft"),
]
REPORTS = [
    see("reports:list", "measure"),
    see("reports:detail", "measure", "published report"),
    see("reports:detail", "report", "report"),
    see("reports:detail", "report", "failed report"),
    see("reports:detail", "report", "no report"),
    see("reports:download", "measure", "published report"),
    see("reports:download", "report", "report"),
    see("reports:download", "report", "no report"),
    # There is no file.
    page("reports:download", "404 404 404 404 404 404", "failed report"),
    do("reports:create", "report", Verb.CREATE, done="422", data={"plan": "nowhere"}, **ON_MEASURE),
    not_read("reports:create"),
    do("reports:publish", "report", Verb.PUBLISH, "report"),
    do("reports:publish", "report", Verb.PUBLISH, "published report", **ON_MEASURE),
    do("reports:publish", "report", Verb.PUBLISH, "no report"),
    not_read("reports:publish", "report"),
    do("reports:withdraw", "report", Verb.PUBLISH, "published report", **ON_MEASURE),
    do("reports:withdraw", "report", Verb.PUBLISH, "report"),
    do("reports:withdraw", "report", Verb.PUBLISH, "no report"),
    not_read("reports:withdraw", "published report"),
]
API = [
    see("api:root", "measure"),
    see("api:schema", "measure"),
    see("api:docs", "measure"),
    see("api:plans-list", "measure"),
    see("api:plans-detail", "measure", "plan"),
    see("api:plans-detail", "measure", "no plan"),
    see("api:priorities-list", "measure"),
    see("api:priorities-detail", "measure", "priority"),
    see("api:measures-list", "measure"),
    see("api:measures-detail", "measure", "published"),
    see("api:measures-detail", "measure", "no measure"),
    see("api:assessments-list", "measure"),
    see("api:assessments-detail", "measure", "assessment"),
    see("api:assessments-detail", "assessment-draft", "draft assessment"),
    see("api:assessments-detail", "assessment-draft", "no assessment"),
    see("api:recommendations-list", "measure"),
    see("api:recommendations-detail", "measure", "recommendation"),
    see("api:recommendations-detail", "assessment-draft", "draft recommendation"),
    see("api:recommendations-detail", "assessment-draft", "no recommendation"),
    see("api:sources-list", "measure"),
    see("api:sources-detail", "measure", "source"),
    see("api:figure-tables-list", "measure"),
    see("api:figure-tables-detail", "measure", "table"),
    see("api:institutions-list", "measure"),
    see("api:institutions-detail", "measure", "institution"),
    # The interface only reads.
    *[
        Case(name, "measure", Verb.EDIT, row, method=method, done="405")
        for name, row in [
            ("api:plans-list", ""),
            ("api:measures-detail", "published"),
            ("api:assessments-list", ""),
            ("api:assessments-detail", "assessment"),
            ("api:recommendations-detail", "recommendation"),
        ]
        for method in ("POST", "PUT", "PATCH", "DELETE")
    ],
]
OWN = "login 404 404 404 404 404"
ACCOUNT = [
    page("members:account", LOGGED_IN),
    page("account_login", "200 302 302 302 302 302"),
    page("account_signup", "200 302 302 302 302 302"),
    page("account_inactive", EVERYONE),
    # Leaving is asked by a form; who is not here is sent home.
    page("account_logout", "302 200 200 200 200 200"),
    form("account_logout", "302 302 302 302 302 302"),
    page("account_reset_password", EVERYONE),
    page("account_reset_password_done", EVERYONE),
    page("account_reset_password_from_key", EVERYONE, "reset link"),
    page("account_reset_password_from_key_done", EVERYONE),
    # People of this table were given no password: they are sent to choose one, and need none to go on.
    page("account_change_password", "login 302 302 302 302 302"),
    page("account_set_password", LOGGED_IN),
    # Nothing to prove it with.
    page("account_reauthenticate", "login 403 403 403 403 403"),
    page("set_language", "302 302 302 302 302 302"),
    form("set_language", "302 302 302 302 302 302", language="en"),
    page("usersessions_list", LOGGED_IN),
    page("mfa_index", LOGGED_IN),
    page("mfa_authenticate", "login 302 302 302 302 302"),
    page("mfa_reauthenticate", "login 403 403 403 403 403"),
    page("mfa_reauthenticate_webauthn", "login 403 403 403 403 403"),
    page("mfa_activate_totp", LOGGED_IN),
    page("mfa_deactivate_totp", OWN),
    page("mfa_view_recovery_codes", OWN),
    page("mfa_generate_recovery_codes", LOGGED_IN),
    page("mfa_download_recovery_codes", OWN),
    page("mfa_list_webauthn", LOGGED_IN),
    page("mfa_add_webauthn", LOGGED_IN),
    page("mfa_login_webauthn", "login 302 302 302 302 302"),
    # Somebody else's key: it does not exist.
    page("mfa_edit_webauthn", OWN, "key"),
    page("mfa_remove_webauthn", OWN, "key"),
    form("mfa_edit_webauthn", OWN, "key", name="Mine"),
    form("mfa_remove_webauthn", OWN, "key"),
]
ABOUT = [page("members:access", EVERYONE)]
AUDIT = [
    see("members:audit", "audit-outline"),
    see("members:audit-entry", "audit", "act"),
    see("members:audit-entry", "audit", "no act"),
    page("members:own-acts", LOGGED_IN),
]
CASES = [*ABOUT, *AUDIT, *BOARD, *ASSESSING, *REPORTS, *API, *ACCOUNT]
