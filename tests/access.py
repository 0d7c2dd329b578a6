"""Who gets which answer at every address. What each may see and do is `members/access.toml`: here, which line of it
each address obeys. An address that is not here fails the suite.
"""

from __future__ import annotations

from members.access import Relation, Verb
from tests import access_commitments, access_meetings
from tests.access_cases import Case, ask, do, form, not_read, page, see

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
INVITATIONS = [
    see("members:invitation-list", "invitation", verb=Verb.LIST, relation=Relation.OWN),
    ask("members:invitation-create", "invitation", Verb.CREATE, relation=Relation.OWN),
    do("members:invitation-create", "invitation", Verb.CREATE, done="422", relation=Relation.OWN),
    # Of an association that the member of this table does not represent.
    ask("members:invitation-withdraw", "invitation", Verb.EDIT, "invitation"),
    ask("members:invitation-withdraw", "invitation", Verb.EDIT, "no invitation"),
    do("members:invitation-withdraw", "invitation", Verb.EDIT, "invitation"),
    do("members:invitation-resend", "invitation", Verb.EDIT, "invitation"),
    do("members:invitation-resend", "invitation", Verb.EDIT, "no invitation"),
    not_read("members:invitation-resend", "invitation"),
    # For somebody else than whoever is logged in.
    page("members:invitation-accept", "200 403 403 403 403 403", "invitation link"),
    form("members:invitation-accept", "422 403 403 403 403 403", "invitation link"),
    page("members:invitation-accept", "410 410 410 410 410 410", "no invitation link"),
    form("members:invitation-accept", "410 410 410 410 410 410", "no invitation link"),
]
MANDATES = [
    see("members:mandate-list", "mandate", verb=Verb.LIST),
    ask("members:mandate-create", "mandate", Verb.CREATE),
    do("members:mandate-create", "mandate", Verb.CREATE, done="422"),
    ask("members:mandate-edit", "mandate", Verb.EDIT, "mandate"),
    ask("members:mandate-edit", "mandate", Verb.EDIT, "no mandate"),
    do("members:mandate-edit", "mandate", Verb.EDIT, "mandate", done="422"),
    ask("members:mandate-end", "mandate", Verb.EDIT, "mandate"),
    ask("members:mandate-end", "mandate", Verb.EDIT, "no mandate"),
    do("members:mandate-end", "mandate", Verb.EDIT, "mandate", done="422"),
]
PERSONS = [
    see("members:person-list", "person", verb=Verb.LIST),
    see("members:person-detail", "person", "person"),
    see("members:person-detail", "person", "no person"),
    *[
        case
        for name, done in [("role", "422"), ("close", "302"), ("reopen", "302"), ("erase", "422")]
        for case in (
            ask(f"members:person-{name}", "person", Verb.EDIT, "person"),
            ask(f"members:person-{name}", "person", Verb.EDIT, "no person"),
            do(f"members:person-{name}", "person", Verb.EDIT, "person", done=done),
        )
    ],
]
ONESELF = [
    page("members:notices", LOGGED_IN),
    page("members:own-data", LOGGED_IN),
    # The people of this table have nothing by which to prove anew who they are.
    page("members:own-erasure", LOGGED_IN),
    form("members:own-erasure", "login 422 422 422 422 422"),
    form("members:preferences", "login 422 422 422 422 422"),
    not_read("members:preferences"),
]
OWN_ROW = {"relation": Relation.OWN}
ASSOCIATIONS = [
    see("members:association-list", "association", verb=Verb.LIST),
    see("members:association-detail", "association", "association"),
    see("members:association-detail", "association", "no association"),
    ask("members:association-add", "association", Verb.CREATE),
    do("members:association-add", "association", Verb.CREATE, done="422"),
    ask("members:association-edit", "association", Verb.EDIT, "association"),
    ask("members:association-edit", "association", Verb.EDIT, "own association", **OWN_ROW),
    ask("members:association-edit", "association", Verb.EDIT, "no association"),
    do("members:association-edit", "association", Verb.EDIT, "association", done="422"),
    do(
        "members:association-edit",
        "association",
        Verb.EDIT,
        "own association",
        done="422",
        **OWN_ROW,
    ),
    see("members:association-history", "association-history", "association"),
    see("members:association-history", "association-history", "own association", **OWN_ROW),
    see("members:association-history", "association-history", "no association"),
    ask("members:link-checks", "association", Verb.EDIT),
    do("members:link-check-record", "association", Verb.EDIT, "association", done="422"),
    do("members:link-check-record", "association", Verb.EDIT, "no association"),
    not_read("members:link-check-record", "association"),
    see("members:directory", "directory", verb=Verb.LIST),
    *[
        see("members:export", "directory", row, verb=Verb.EXPORT)
        for row in ("export of cards", "export of mandates", "no export")
    ],
    ask("members:import", "association-import", Verb.CREATE),
    do("members:import", "association-import", Verb.CREATE, done="422"),
    do("members:import-confirm", "association-import", Verb.CREATE, done="422"),
    not_read("members:import-confirm"),
]
GROUPS = [
    see("members:group-list", "group", verb=Verb.LIST),
    see("members:group-detail", "group", "group"),
    see("members:group-detail", "group", "no group"),
    ask("members:group-add", "group", Verb.CREATE),
    do("members:group-add", "group", Verb.CREATE, done="422"),
    ask("members:group-edit", "group", Verb.EDIT, "group"),
    ask("members:group-edit", "group", Verb.EDIT, "no group"),
    do("members:group-edit", "group", Verb.EDIT, "group", done="422"),
    ask("members:group-member-add", "group", Verb.EDIT, "group"),
    do("members:group-member-add", "group", Verb.EDIT, "group", done="422"),
    ask("members:group-member-end", "group", Verb.EDIT, "group member"),
    ask("members:group-member-end", "group", Verb.EDIT, "no group member"),
    do("members:group-member-end", "group", Verb.EDIT, "group member", done="422"),
]
YEARLY_REPORTS = [
    see("members:report-call-list", "yearly-report", verb=Verb.LIST),
    see("members:report-call-detail", "yearly-report", "call"),
    see("members:report-call-detail", "yearly-report", "no call"),
    ask("members:report-call-open", "yearly-report", Verb.CREATE),
    do("members:report-call-open", "yearly-report", Verb.CREATE, done="422"),
    ask("members:report-call-answer", "yearly-report", Verb.CREATE, "call", **OWN_ROW),
    do("members:report-call-answer", "yearly-report", Verb.CREATE, "call", done="422", **OWN_ROW),
    ask("members:report-call-answer", "yearly-report", Verb.CREATE, "no call"),
    ask("members:report-call-remind", "yearly-report", Verb.CREATE, "call"),
    do("members:report-call-remind", "yearly-report", Verb.CREATE, "call"),
    see("members:report-call-compilation", "yearly-report", "call"),
    see("members:report-call-export", "yearly-report", "call", verb=Verb.EXPORT),
]
PAPERS = [
    see("members:paper-list", "paper-public", verb=Verb.LIST),
    see("members:paper-download", "paper-public", "public paper"),
    see("members:paper-download", "paper-members", "members paper"),
    see("members:paper-download", "paper-named", "named paper"),
    see("members:paper-download", "paper-named", "paper naming me", relation=Relation.NAMED),
    see("members:paper-download", "paper-secretariat", "secretariat paper"),
    see("members:paper-download", "association-paper", "internal paper"),
    see("members:paper-download", "association-paper", "own internal paper", **OWN_ROW),
    see("members:paper-download", "paper-members", "no paper"),
    ask("members:paper-add", "paper-members", Verb.CREATE),
    do("members:paper-add", "paper-members", Verb.CREATE, done="422"),
    ask("members:association-paper-add", "association-paper", Verb.CREATE, "association"),
    ask(
        "members:association-paper-add",
        "association-paper",
        Verb.CREATE,
        "own association",
        **OWN_ROW,
    ),
    ask("members:association-paper-add", "association-paper", Verb.CREATE, "no association"),
    do(
        "members:association-paper-add",
        "association-paper",
        Verb.CREATE,
        "own association",
        done="422",
        **OWN_ROW,
    ),
    *[
        case
        for name in ("members:paper-edit", "members:paper-replace", "members:paper-delete")
        for case in (
            ask(name, "paper-public", Verb.EDIT, "public paper"),
            ask(name, "paper-members", Verb.EDIT, "members paper"),
            ask(name, "paper-named", Verb.EDIT, "named paper"),
            ask(name, "paper-named", Verb.EDIT, "paper naming me", relation=Relation.NAMED),
            ask(name, "association-paper", Verb.EDIT, "internal paper"),
            ask(name, "association-paper", Verb.EDIT, "own internal paper", **OWN_ROW),
            ask(name, "paper-members", Verb.EDIT, "no paper"),
            do(name, "paper-members", Verb.EDIT, "members paper", done="422"),
            do(name, "association-paper", Verb.EDIT, "own internal paper", done="422", **OWN_ROW),
        )
    ],
]
APPLICATIONS = [
    see("members:application-list", "application", verb=Verb.LIST, **OWN_ROW),
    ask("members:application-add", "application", Verb.CREATE),
    do("members:application-add", "application", Verb.CREATE, done="422"),
    see("members:application-detail", "application", "application"),
    see("members:application-detail", "application", "own application", **OWN_ROW),
    see("members:application-detail", "application-decided", "ended application"),
    see("members:application-detail", "application-decided", "own ended application", **OWN_ROW),
    see("members:application-detail", "application", "no application"),
    # The candidate and the secretariat.
    *[
        case
        for name in ("edit", "withdraw", "paper-add")
        for address in [f"members:application-{name}"]
        for case in (
            ask(address, "application", Verb.EDIT, "application"),
            ask(address, "application", Verb.EDIT, "own application", **OWN_ROW),
            ask(address, "application-decided", Verb.EDIT, "ended application"),
            ask(address, "application", Verb.EDIT, "no application"),
            do(address, "application", Verb.EDIT, "own application", done="422", **OWN_ROW),
        )
    ],
    *[
        case
        for row, relation in [("application paper", {}), ("own application paper", OWN_ROW)]
        for case in (
            see("members:application-paper-download", "application", row, **relation),
            ask("members:application-paper-replace", "application", Verb.EDIT, row, **relation),
            do(
                "members:application-paper-replace",
                "application",
                Verb.EDIT,
                row,
                done="422",
                **relation,
            ),
            # Whoever may record applications checks and writes; the candidate does not.
            ask("members:application-paper-judge", "application", Verb.CREATE, row, **relation),
            do(
                "members:application-paper-judge",
                "application",
                Verb.CREATE,
                row,
                done="422",
                **relation,
            ),
        )
    ],
    see("members:application-paper-download", "application", "no application paper"),
    *[
        case
        for name in ("hearing", "invite")
        for address in [f"members:application-{name}"]
        for case in (
            ask(address, "application", Verb.CREATE, "application"),
            ask(address, "application", Verb.CREATE, "own application", **OWN_ROW),
            do(address, "application", Verb.CREATE, "own application", done="422", **OWN_ROW),
        )
    ],
    do("members:application-complete", "application", Verb.CREATE, "application"),
    do("members:application-complete", "application", Verb.CREATE, "own application", **OWN_ROW),
    not_read("members:application-complete", "application"),
    ask("members:application-decide", "application", Verb.PUBLISH, "application"),
    ask("members:application-decide", "application", Verb.PUBLISH, "own application", **OWN_ROW),
    do(
        "members:application-decide",
        "application",
        Verb.PUBLISH,
        "own application",
        done="422",
        **OWN_ROW,
    ),
    ask("members:letter-add", "application", Verb.CREATE, "letter to write"),
    ask("members:letter-add", "application", Verb.CREATE, "own letter to write", **OWN_ROW),
    do(
        "members:letter-add",
        "application",
        Verb.CREATE,
        "own letter to write",
        done="422",
        **OWN_ROW,
    ),
    see("members:letter-download", "application", "letter"),
    see("members:letter-download", "application", "own letter", **OWN_ROW),
    see("members:letter-download", "application", "no letter"),
    ask("members:letter-detail", "application", Verb.CREATE, "letter"),
    ask("members:letter-detail", "application", Verb.CREATE, "own letter", **OWN_ROW),
    do("members:letter-retry", "application", Verb.CREATE, "letter"),
    do("members:letter-retry", "application", Verb.CREATE, "own letter", **OWN_ROW),
    not_read("members:letter-retry", "letter"),
]
CASES = [
    *access_meetings.CASES,
    *access_commitments.CASES,
    *PAPERS,
    *APPLICATIONS,
    *ASSOCIATIONS,
    *GROUPS,
    *YEARLY_REPORTS,
    *ABOUT,
    *AUDIT,
    *BOARD,
    *ASSESSING,
    *REPORTS,
    *API,
    *ACCOUNT,
    *INVITATIONS,
    *MANDATES,
    *PERSONS,
    *ONESELF,
]
