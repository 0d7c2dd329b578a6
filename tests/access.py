"""Who gets which answer at every address: ACCESS as one table, read by `test_access`.

An address that is not in it fails the suite. Columns: anonymous, member, secretariat, coordinator, administrator.
“login” is the redirect to the log-in page; a bare 302 is any other redirect, such as the one after a form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from members.enums import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

PEOPLE: tuple[Role | None, ...] = (
    None,
    Role.MEMBER,
    Role.SECRETARIAT,
    Role.COORDINATOR,
    Role.ADMINISTRATOR,
)


@dataclass(frozen=True)
class Case:
    """One request by everyone. `row` names what the address is about (`World.address`)."""

    name: str
    answers: str
    row: str = ""
    method: str = "GET"
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.row and f"({self.row})")))

    def answer(self, person: Role | None) -> str:
        return self.answers.split()[PEOPLE.index(person)]

    @property
    def is_public(self) -> bool:
        """Whether the page itself is open to anyone, even if the row is not."""
        return self.answer(None) != "login"


def get(name: str, answers: str, row: str = "") -> Case:
    return Case(name, answers, row)


def post(address: str, answers: str, row: str = "", /, **data: Any) -> Case:
    return Case(address, answers, row, "POST", data)


EVERYONE = "200 200 200 200 200"
NOBODY = "404 404 404 404 404"
LOGGED_IN = "login 200 200 200 200"
READERS_OF_PAPERS = "404 200 200 200 404"
WORK = "404 404 200 200 404"
NOT_HERE = "405 405 405 405 405"

BOARD = [
    get("measures:home", EVERYONE),
    get("measures:plans", EVERYONE),
    get("measures:board", EVERYONE, "plan"),
    get("measures:board", NOBODY, "no plan"),
    get("measures:list", EVERYONE, "plan"),
    get("measures:list", NOBODY, "no plan"),
    get("measures:detail", EVERYONE, "published"),
    # The measure itself is public; its draft must not show there (test_canary).
    get("measures:detail", EVERYONE, "draft"),
    get("measures:detail", NOBODY, "no measure"),
    get("measures:history", "login 404 200 200 404", "published"),
    get("measures:history", "login 404 404 404 404", "no measure"),
]
# A measure is visible to all, so whoever may not assess it is told so: 403, not 404.
ASSESSING = [
    get("measures:assess", "login 403 200 200 403", "published"),
    get("measures:assess", "login 403 200 200 403", "draft"),
    get("measures:assess", "login 404 404 404 404", "no measure"),
    post("measures:assess", "login 403 422 422 403", "published"),
    post("measures:assess", "login 404 404 404 404", "no measure"),
    post("measures:discard", "login 403 302 302 403", "draft"),
    post("measures:discard", "login 404 404 404 404", "no measure"),
    get("measures:discard", "login 405 405 405 405", "draft"),
]
REPORTS = [
    get("reports:list", EVERYONE),
    get("reports:detail", EVERYONE, "published report"),
    get("reports:detail", WORK, "report"),
    get("reports:detail", WORK, "failed report"),
    get("reports:detail", NOBODY, "no report"),
    get("reports:download", EVERYONE, "published report"),
    get("reports:download", WORK, "report"),
    get("reports:download", NOBODY, "failed report"),
    get("reports:download", NOBODY, "no report"),
    post("reports:create", "login 403 403 422 403", plan="nowhere"),
    get("reports:create", "login 405 405 405 405"),
    post("reports:publish", "login 404 403 302 404", "report"),
    post("reports:publish", "login 403 403 302 403", "published report"),
    post("reports:publish", "login 404 404 404 404", "no report"),
    get("reports:publish", "login 405 405 405 405", "report"),
    post("reports:withdraw", "login 403 403 302 403", "published report"),
    post("reports:withdraw", "login 404 403 302 404", "report"),
    post("reports:withdraw", "login 404 404 404 404", "no report"),
    get("reports:withdraw", "login 405 405 405 405", "published report"),
]
API = [
    get("api:root", EVERYONE),
    get("api:schema", EVERYONE),
    get("api:docs", EVERYONE),
    get("api:plans-list", EVERYONE),
    get("api:plans-detail", EVERYONE, "plan"),
    get("api:plans-detail", NOBODY, "no plan"),
    get("api:priorities-list", EVERYONE),
    get("api:priorities-detail", EVERYONE, "priority"),
    get("api:measures-list", EVERYONE),
    get("api:measures-detail", EVERYONE, "published"),
    get("api:measures-detail", NOBODY, "no measure"),
    get("api:assessments-list", EVERYONE),
    get("api:assessments-detail", EVERYONE, "assessment"),
    get("api:assessments-detail", READERS_OF_PAPERS, "draft assessment"),
    get("api:assessments-detail", NOBODY, "no assessment"),
    get("api:recommendations-list", EVERYONE),
    get("api:recommendations-detail", EVERYONE, "recommendation"),
    get("api:recommendations-detail", READERS_OF_PAPERS, "draft recommendation"),
    get("api:recommendations-detail", NOBODY, "no recommendation"),
    get("api:sources-list", EVERYONE),
    get("api:sources-detail", EVERYONE, "source"),
    get("api:figure-tables-list", EVERYONE),
    get("api:figure-tables-detail", EVERYONE, "table"),
    get("api:institutions-list", EVERYONE),
    get("api:institutions-detail", EVERYONE, "institution"),
    # The interface only reads.
    *[
        Case(name, NOT_HERE, row, method)
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
OWN = "login 404 404 404 404"
ACCOUNT = [
    get("members:account", LOGGED_IN),
    get("account_login", "200 302 302 302 302"),
    get("account_signup", "200 302 302 302 302"),
    get("account_inactive", EVERYONE),
    # Leaving is asked by a form; who is not here is sent home.
    get("account_logout", "302 200 200 200 200"),
    post("account_logout", "302 302 302 302 302"),
    get("account_reset_password", EVERYONE),
    get("account_reset_password_done", EVERYONE),
    get("account_reset_password_from_key", EVERYONE, "reset link"),
    get("account_reset_password_from_key_done", EVERYONE),
    # People of this table were given no password: they are sent to choose one, and need none to go on.
    get("account_change_password", "login 302 302 302 302"),
    get("account_set_password", LOGGED_IN),
    # Nothing to prove it with.
    get("account_reauthenticate", "login 403 403 403 403"),
    get("set_language", "302 302 302 302 302"),
    post("set_language", "302 302 302 302 302", language="en"),
    get("usersessions_list", LOGGED_IN),
    get("mfa_index", LOGGED_IN),
    get("mfa_authenticate", "login 302 302 302 302"),
    get("mfa_reauthenticate", "login 403 403 403 403"),
    get("mfa_reauthenticate_webauthn", "login 403 403 403 403"),
    get("mfa_activate_totp", LOGGED_IN),
    get("mfa_deactivate_totp", OWN),
    get("mfa_view_recovery_codes", OWN),
    get("mfa_generate_recovery_codes", LOGGED_IN),
    get("mfa_download_recovery_codes", OWN),
    get("mfa_list_webauthn", LOGGED_IN),
    get("mfa_add_webauthn", LOGGED_IN),
    get("mfa_login_webauthn", "login 302 302 302 302"),
    # Somebody else's key: it does not exist.
    get("mfa_edit_webauthn", OWN, "key"),
    get("mfa_remove_webauthn", OWN, "key"),
    post("mfa_edit_webauthn", OWN, "key", name="Mine"),
    post("mfa_remove_webauthn", OWN, "key"),
]
CASES = [*BOARD, *ASSESSING, *REPORTS, *API, *ACCOUNT]
