"""Applications for membership: the checklist, the steps, who may do what, and the door that closes."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from members.checklist import missing
from members.enums import ApplicationState, PaperKind, PaperVerdict, Role
from members.models import (
    ApplicationEvent,
    ApplicationPaper,
    Association,
    FileReading,
    Invitation,
    MembershipApplication,
)
from members.services import applications as services
from members.services.invitations import invite
from tests import factories
from tests.crawl import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF\n"
TODAY = dt.date(2015, 1, 22)
RECEIVED_ON = dt.date(2014, 12, 17)
WHOLE = [
    (PaperKind.PRESENTATION, None),
    (PaperKind.STATUTES, None),
    (PaperKind.ACTIVITY_REPORT, 2013),
    (PaperKind.ACTIVITY_REPORT, 2012),
    (PaperKind.ACTIVITY_REPORT, 2011),
]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2015, 1, 22, 9, 0, tzinfo=dt.UTC), tick=True):
        yield


@pytest.fixture
def secretary(db: None) -> User:
    return factories.make_user(Role.SECRETARIAT)


@pytest.fixture
def coordinator(db: None) -> User:
    return factories.make_user(Role.COORDINATOR)


def a_file(content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile("piece.pdf", content)


def candidate_of(application: MembershipApplication) -> User:
    guest = factories.make_user(Role.GUEST)
    guest.guest_accesses.update(application=application)
    return guest


def make_whole(secretary: User, **fields: Any) -> MembershipApplication:
    """An application to which nothing is missing."""
    fields.setdefault("name", "Association candidate")
    fields.setdefault("received_on", RECEIVED_ON)
    application = services.record_application(by=secretary, **fields)
    for kind, year in WHOLE:
        paper = services.add_application_paper(
            application=application, by=secretary, kind=kind, year=year, uploaded=a_file()
        )
        judge(paper, secretary)
    return services.edit_application(
        application=application,
        version=application.version,
        by=secretary,
        about_trafficking="Accompagnement de victimes, rapport de 2013, page 12.",
        motivation="Agir ensemble.",
    )


def judge(paper: ApplicationPaper, by: User, **verdict: Any) -> ApplicationPaper:
    verdict.setdefault("verdict", PaperVerdict.VALID)
    return services.judge_application_paper(
        paper=paper, by=by, fingerprint=paper.file_sha256, **verdict
    )


def make_heard(secretary: User, **fields: Any) -> MembershipApplication:
    application = make_whole(secretary, **fields)
    application = services.mark_complete(
        application=application, version=application.version, by=secretary
    )
    return services.set_hearing(
        application=application, version=application.version, by=secretary, hearing_on=TODAY
    )


def accept(application: MembershipApplication, by: User, **fields: Any) -> MembershipApplication:
    fields.setdefault("version", application.version)
    fields.setdefault("decided_on", TODAY)
    return services.accept(application=application, by=by, **fields)


def state_of(application: MembershipApplication) -> str:
    return MembershipApplication.objects.get(pk=application.pk).state


def events(application: MembershipApplication) -> list[str]:
    return list(application.events.values_list("state", flat=True))


# --- Checklist --------------------------------------------------------------------------------------------------------


def test_new_application_lacks_all_seven(secretary: User) -> None:
    application = services.record_application(by=secretary, name="A", received_on=RECEIVED_ON)
    assert len(missing(application)) == 7


def test_whole_application_lacks_nothing(secretary: User) -> None:
    assert missing(make_whole(secretary)) == []


@pytest.mark.parametrize("position", range(len(WHOLE)))
def test_each_paper_is_needed(secretary: User, position: int) -> None:
    application = make_whole(secretary)
    kind, year = WHOLE[position]
    application.papers.get(kind=kind, year=year).delete()
    assert len(missing(application)) == 1


@pytest.mark.parametrize("name", ["about_trafficking", "motivation"])
def test_each_text_is_needed(secretary: User, name: str) -> None:
    application = make_whole(secretary)
    setattr(application, name, "  \n ")
    assert len(missing(application)) == 1


def test_reasons_may_be_a_paper(secretary: User) -> None:
    application = make_whole(secretary)
    application.motivation = ""
    paper = services.add_application_paper(
        application=application, by=secretary, kind=PaperKind.MOTIVATION, uploaded=a_file()
    )
    assert len(missing(application)) == 1
    judge(paper, secretary)
    assert missing(application) == []


@pytest.mark.parametrize(
    ("until", "counts"), [(TODAY, True), (TODAY - dt.timedelta(days=1), False), (None, True)]
)
def test_paper_counts_until_its_last_day(
    secretary: User, until: dt.date | None, counts: bool
) -> None:
    application = make_whole(secretary)
    application.papers.filter(kind=PaperKind.STATUTES).update(valid_until=until)
    assert (missing(application) == []) == counts


def test_three_reports_of_other_years_do_not_do(secretary: User) -> None:
    application = make_whole(secretary)
    application.papers.filter(year=2011).update(year=2009)
    assert [line.why for line in missing(application)] != []


def test_early_in_a_year_the_report_of_the_one_before_may_be_waited_for(secretary: User) -> None:
    application = make_whole(secretary, received_on=dt.date(2015, 1, 5))
    assert missing(application) == []


# --- Steps ------------------------------------------------------------------------------------------------------------


def test_from_reception_to_acceptance(secretary: User, coordinator: User) -> None:
    support = factories.make_association()
    application = make_heard(secretary, acronym="AC", supported_by=support)
    guest = candidate_of(application)
    assert MembershipApplication.objects.visible_to(guest).get() == application
    application = accept(
        application, coordinator, reason="À l’unanimité.", presentation="Accompagne."
    )
    association = application.association
    assert association is not None
    assert (association.slug, association.acronym) == ("association-candidate", "AC")
    assert (association.joined_on, association.presentation) == (TODAY, "Accompagne.")
    assert events(application) == ["received", "complete", "to_be_heard", "accepted"]
    last = application.events.last()
    assert last is not None
    assert (last.reason, last.by) == ("À l’unanimité.", coordinator)
    assert guest.guest_accesses.get().until == TODAY


def test_invited_association_becomes_a_member(secretary: User, coordinator: User) -> None:
    koutcha = factories.make_association(
        name="Koutcha", joined_on=None, invited_on=dt.date(2013, 12, 1)
    )
    application = accept(make_heard(secretary, name="Koutcha"), coordinator, association=koutcha)
    koutcha.refresh_from_db()
    assert (koutcha.joined_on, koutcha.version) == (TODAY, 2)
    assert application.association == koutcha
    assert Association.objects.count() == 1


def test_member_cannot_join_again(secretary: User, coordinator: User) -> None:
    application = make_heard(secretary)
    with pytest.raises(ValidationError) as told:
        accept(application, coordinator, association=factories.make_association())
    assert list(told.value.message_dict) == ["association"]
    assert state_of(application) == "to_be_heard"


def test_name_that_is_there_already_is_to_be_chosen(secretary: User, coordinator: User) -> None:
    factories.make_association(name="ASSOCIATION candidate")
    application = make_heard(secretary)
    with pytest.raises(ValidationError) as told:
        accept(application, coordinator)
    assert list(told.value.message_dict) == ["association"]
    assert events(application)[-1] == "to_be_heard"


def test_key_that_is_taken_gets_a_number(secretary: User, coordinator: User) -> None:
    factories.make_association(name="Autre", slug="association-candidate")
    association = accept(make_heard(secretary), coordinator).association
    assert association is not None
    assert association.slug == "association-candidate-2"


def test_declined_says_why(secretary: User, coordinator: User) -> None:
    application = make_heard(secretary)
    guest = candidate_of(application)
    shared: dict[str, Any] = {
        "application": application,
        "version": application.version,
        "by": coordinator,
        "decided_on": TODAY,
    }
    with pytest.raises(ValidationError):
        services.decline(**shared, reason="  ")
    assert state_of(application) == "to_be_heard"
    services.decline(**shared, reason="Hors de l’objet du Collectif.")
    assert state_of(application) == "declined"
    assert guest.guest_accesses.get().until == TODAY
    assert not Association.objects.exists()


def test_incomplete_file_is_neither_complete_nor_decided(
    secretary: User, coordinator: User
) -> None:
    application = make_whole(secretary)
    application.papers.filter(kind=PaperKind.STATUTES).update(verdict=PaperVerdict.PENDING)
    with pytest.raises(ValidationError) as told:
        services.mark_complete(application=application, version=application.version, by=secretary)
    assert len(told.value.messages) == 1
    with pytest.raises(ValidationError):
        accept(application, coordinator)
    assert (state_of(application), events(application)) == ("received", ["received"])


def test_paper_expired_since_bars_acceptance(secretary: User, coordinator: User) -> None:
    application = make_heard(secretary)
    application.papers.filter(kind=PaperKind.STATUTES).update(
        valid_until=TODAY - dt.timedelta(days=1)
    )
    with pytest.raises(ValidationError):
        accept(application, coordinator)
    assert state_of(application) == "to_be_heard"
    assert not Association.objects.exists()


def in_state(state: str, secretary: User, coordinator: User) -> MembershipApplication:
    application = make_whole(secretary)
    shared: dict[str, Any] = {"application": application, "by": secretary}
    if state == "received":
        return application
    if state == "withdrawn":
        return services.withdraw(**shared, version=application.version)
    application = services.mark_complete(**shared, version=application.version)
    shared["application"] = application
    if state == "complete":
        return application
    application = services.set_hearing(**shared, version=application.version, hearing_on=TODAY)
    if state == "to_be_heard":
        return application
    if state == "accepted":
        return accept(application, coordinator)
    return services.decline(
        application=application,
        version=application.version,
        by=coordinator,
        decided_on=TODAY,
        reason="Non.",
    )


MOVES = {
    "complete": {"received"},
    "to_be_heard": {"complete", "to_be_heard"},
    "accepted": {"to_be_heard"},
    "declined": {"to_be_heard"},
    "withdrawn": {"received", "complete", "to_be_heard"},
}


@pytest.mark.parametrize("state", ApplicationState.values)
@pytest.mark.parametrize("move", MOVES)
def test_only_the_steps_that_are_said_may_be_taken(
    state: str, move: str, secretary: User, coordinator: User
) -> None:
    application = in_state(state, secretary, coordinator)
    before = events(application)
    shared: dict[str, Any] = {
        "application": application,
        "version": application.version,
        "by": coordinator,
    }

    def act() -> object:
        if move == "complete":
            return services.mark_complete(**shared)
        if move == "to_be_heard":
            return services.set_hearing(**shared, hearing_on=TODAY)
        if move == "accepted":
            return services.accept(**shared, decided_on=TODAY)
        if move == "declined":
            return services.decline(**shared, decided_on=TODAY, reason="Non.")
        return services.withdraw(**shared)

    if state in MOVES[move]:
        act()
        assert events(application) == [*before, move]
        assert state_of(application) == move
    else:
        with pytest.raises(ValidationError):
            act()
        assert events(application) == before
        assert state_of(application) == state


@pytest.mark.parametrize(
    "day", [TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1), dt.date(1, 1, 1)]
)
def test_decision_comes_after_the_hearing_and_not_tomorrow(
    secretary: User, coordinator: User, day: dt.date
) -> None:
    application = make_heard(secretary)
    with pytest.raises(ValidationError) as told:
        accept(application, coordinator, decided_on=day)
    assert list(told.value.message_dict) == ["decided_on"]


def test_deciding_twice_on_what_was_read_once(secretary: User, coordinator: User) -> None:
    application = make_heard(secretary)
    accept(application, coordinator)
    with pytest.raises(StaleRowError):
        accept(application, coordinator)
    assert Association.objects.count() == 1
    assert events(application).count("accepted") == 1


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="threads of a test share one database in memory"
)
@pytest.mark.django_db(transaction=True)
def test_deciding_twice_at_once_is_one_decision() -> None:
    secretary = factories.make_user(Role.SECRETARIAT)
    coordinator = factories.make_user(Role.COORDINATOR)
    application = make_heard(secretary)
    results: list[str] = []
    start = threading.Barrier(6)

    def decide() -> None:
        try:
            start.wait()
            accept(application, coordinator)
            results.append("accepted")
        except StaleRowError:
            results.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["accepted", *["stale"] * 5]
    assert Association.objects.count() == 1
    assert events(application).count("accepted") == 1


def test_steps_are_never_changed(secretary: User) -> None:
    make_whole(secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        ApplicationEvent.objects.update(reason="Autre")


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_others_may_do_nothing_and_nothing_is_written(secretary: User) -> None:
    application = make_heard(secretary)
    paper = application.papers.first()
    assert paper is not None
    version = application.version
    for person in (
        factories.make_user(),
        factories.make_user(Role.GUEST),
        factories.make_user(Role.ADMINISTRATOR),
    ):
        for act in (
            lambda by: services.record_application(by=by, name="X", received_on=TODAY),
            lambda by: services.edit_application(
                application=application, version=version, by=by, motivation="x"
            ),
            lambda by: services.add_application_paper(
                application=application, by=by, kind="statutes", uploaded=a_file()
            ),
            lambda by: services.replace_application_paper(
                paper=paper, by=by, fingerprint=paper.file_sha256, uploaded=a_file()
            ),
            lambda by: judge(paper, by),
            lambda by: services.withdraw(application=application, version=version, by=by),
            lambda by: accept(application, by),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    assert MembershipApplication.objects.get(pk=application.pk).version == version
    files = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(files) == len(WHOLE)


def test_secretariat_prepares_and_only_the_coordinator_decides(secretary: User) -> None:
    application = make_heard(secretary)
    with pytest.raises(PermissionDenied):
        accept(application, secretary)
    with pytest.raises(PermissionDenied):
        services.decline(
            application=application,
            version=application.version,
            by=secretary,
            decided_on=TODAY,
            reason="x",
        )


def test_candidate_writes_its_texts_and_nothing_else(secretary: User) -> None:
    application = make_whole(secretary)
    guest = candidate_of(application)
    shared: dict[str, Any] = {"application": application, "version": application.version}
    services.edit_application(**shared, by=guest, motivation="Autre motif.")
    with pytest.raises(PermissionDenied):
        services.edit_application(**shared, by=guest, name="Autre nom")
    with pytest.raises(PermissionDenied):
        services.mark_complete(**shared, by=guest)
    paper = application.papers.first()
    assert paper is not None
    with pytest.raises(PermissionDenied):
        judge(paper, guest)


def test_replaced_paper_is_checked_anew(secretary: User) -> None:
    application = make_whole(secretary)
    guest = candidate_of(application)
    paper = judge(
        application.papers.get(kind="statutes"), secretary, verdict="refused", remark="Illisible."
    )
    seen = paper.file_sha256
    services.replace_application_paper(
        paper=paper, by=guest, fingerprint=seen, uploaded=a_file(PDF + b"% 2")
    )
    paper.refresh_from_db()
    assert (paper.verdict, paper.remark, paper.added_by) == ("pending", "", guest)
    # The secretariat judges what it has read.
    with pytest.raises(ValidationError):
        services.judge_application_paper(
            paper=paper, by=secretary, fingerprint=seen, verdict="valid"
        )


@pytest.mark.parametrize(
    "verdict",
    [
        {"verdict": "refused"},
        {"verdict": "refused", "remark": "  "},
        {"verdict": "fine"},
        {"verdict": "valid", "valid_until": TODAY - dt.timedelta(days=1)},
    ],
)
def test_verdict_that_does_not_hold_is_refused(secretary: User, verdict: dict[str, Any]) -> None:
    application = make_whole(secretary)
    with pytest.raises(ValidationError):
        judge(application.papers.get(kind="statutes"), secretary, **verdict)
    assert application.papers.get(kind="statutes").verdict == "valid"


def test_invitation_not_yet_used_is_useless_after_the_decision(
    secretary: User, coordinator: User
) -> None:
    application = make_heard(secretary)
    invite(
        by=secretary,
        email="contact@vigie.example",
        role=Role.GUEST,
        application=application,
        guest_until=TODAY + dt.timedelta(days=60),
    )
    accept(application, coordinator)
    assert not Invitation.objects.open().exists()


# --- Pages ------------------------------------------------------------------------------------------------------------


def post(client: Client, name: str, /, *args: Any, **data: Any) -> Any:
    return client.post(reverse(f"members:{name}", args=args), data)


def test_candidate_after_decision_finds_nothing(
    client_as: ClientAs, secretary: User, coordinator: User
) -> None:
    application = make_heard(secretary)
    guest = candidate_of(application)
    other = candidate_of(application)
    # This one may still come in, for another application.
    factories.make_guest_access(other)
    client, other_client = client_as(guest), client_as(other)
    paper = application.papers.first()
    assert paper is not None
    addresses = [
        reverse("members:application-detail", args=[application.pk]),
        reverse("members:application-edit", args=[application.pk]),
        reverse("members:application-paper-download", args=[application.pk, paper.pk]),
    ]
    for address in addresses:
        response: Any = client.get(address)
        assert response.status_code == 200
        read(response)
    accept(application, coordinator)
    for address in addresses:
        assert client.get(address).headers["Location"].startswith(reverse("account_login"))
        assert other_client.get(address).status_code == 404


def test_candidate_sees_what_is_missing_and_hands_it_in(
    client_as: ClientAs, secretary: User
) -> None:
    application = services.record_application(by=secretary, name="A", received_on=RECEIVED_ON)
    client = client_as(candidate_of(application))
    page = client.get(reverse("members:application-detail", args=[application.pk]))
    assert len([line for line in page.context["lines"] if not line.is_met]) == 7
    assert (
        post(
            client, "application-paper-add", application.pk, kind="statutes", file=a_file()
        ).status_code
        == 302
    )
    texts = {"version": 1, "about_trafficking": "Oui.", "motivation": "Agir."}
    assert post(client, "application-edit", application.pk, **texts).status_code == 302
    # Sent by hand, what a candidate may not change is not looked at.
    again = {**texts, "version": 2, "name": "Autre", "received_on": "2000-01-01"}
    assert post(client, "application-edit", application.pk, **again).status_code == 302
    application.refresh_from_db()
    assert (application.name, application.motivation) == ("A", "Agir.")
    for name in ("application-complete", "application-invite"):
        assert post(client, name, application.pk, version=3).status_code == 403


def test_reading_of_a_paper_is_written_down(client_as: ClientAs, secretary: User) -> None:
    application = make_whole(secretary)
    paper = application.papers.first()
    assert paper is not None
    address = reverse("members:application-paper-download", args=[application.pk, paper.pk])
    response: Any = client_as(secretary).get(address)
    assert response["Content-Disposition"].startswith("attachment")
    read(response)
    reading = FileReading.objects.get()
    assert (reading.kind, reading.row) == ("members.applicationpaper", paper.pk)


def test_paper_of_another_application_is_not_there(client_as: ClientAs, secretary: User) -> None:
    mine, other = make_whole(secretary), make_whole(secretary, name="Autre")
    paper = other.papers.first()
    assert paper is not None
    guest = candidate_of(mine)
    for name in ("application-paper-download", "application-paper-replace"):
        address = reverse(f"members:{name}", args=[mine.pk, paper.pk])
        assert client_as(guest).get(address).status_code == 404
        assert client_as(secretary).get(address).status_code == 404


BAD = [
    ("application-add", {"name": "", "received_on": "2015-01-01"}, "name"),
    ("application-add", {"name": "A", "received_on": "2015-02-30"}, "received_on"),
    ("application-add", {"name": "A", "received_on": "2015-01-23"}, "received_on"),
    ("application-add", {"name": "A", "received_on": "2015-01-01", "site": "ftp:x"}, "site"),
    (
        "application-add",
        {"name": "A", "received_on": "2015-01-01", "supported_by": "9" * 30},
        "supported_by",
    ),
    ("application-edit", {"version": "1", "received_on": "2015-01-01"}, "name"),
    ("application-edit", {"version": "9" * 30, "name": "A", "received_on": "2015-01-01"}, "409"),
    ("application-paper-add", {"kind": "statutes"}, "file"),
    ("application-paper-add", {"kind": "menu", "file": a_file}, "kind"),
    ("application-paper-add", {"kind": "activity_report", "file": a_file}, "year"),
    ("application-paper-add", {"kind": "statutes", "year": 2012, "file": a_file}, "year"),
    ("application-paper-add", {"kind": "activity_report", "year": 2016, "file": a_file}, "year"),
    ("application-paper-add", {"kind": "activity_report", "year": "x", "file": a_file}, "year"),
    ("application-hearing", {"version": "{version}", "hearing_on": ""}, "hearing_on"),
    ("application-decide", {"version": "{version}", "decided_on": "2015-01-22"}, "outcome"),
    (
        "application-decide",
        {"version": "{version}", "decided_on": "2015-01-22", "outcome": "declined"},
        "reason",
    ),
    ("application-decide", {"decided_on": "2015-01-22", "outcome": "accepted"}, "version"),
    ("application-invite", {"email": "x", "guest_until": "2015-06-01"}, "email"),
    (
        "application-invite",
        {"email": "a@vigie.example", "guest_until": "2015-01-22"},
        "guest_until",
    ),
]


@pytest.mark.parametrize(("name", "data", "field"), BAD)
def test_bad_input_is_said_at_its_field(
    client_as: ClientAs,
    secretary: User,
    coordinator: User,
    name: str,
    data: dict[str, Any],
    field: str,
) -> None:
    application = make_heard(secretary)
    before = (application.version, events(application), application.papers.count())
    sent = {
        key: value() if callable(value) else str(value).format(version=application.version)
        for key, value in data.items()
    }
    args = () if name == "application-add" else (application.pk,)
    response = post(client_as(coordinator), name, *args, **sent)
    if field == "409":
        assert response.status_code == 409
    else:
        assert response.status_code == 422
        assert list(response.context["form"].errors) == [field]
        assert f'id="id_{field}_error"' in response.content.decode() or field == "version"
    application.refresh_from_db()
    assert (application.version, events(application), application.papers.count()) == before
    assert MembershipApplication.objects.count() == 1


def test_marking_an_incomplete_file_tells_what_is_missing(
    client_as: ClientAs, secretary: User
) -> None:
    application = services.record_application(by=secretary, name="A", received_on=RECEIVED_ON)
    client = client_as(secretary)
    response = client.post(
        reverse("members:application-complete", args=[application.pk]),
        {"version": 1},
        follow=True,
    )
    assert len(list(response.context["messages"])) == 7
    assert state_of(application) == "received"
    for version in ("", "x", "7"):
        post(client, "application-complete", application.pk, version=version)
    assert state_of(application) == "received"


def test_stale_edit_shows_both_texts(client_as: ClientAs, secretary: User) -> None:
    application = make_whole(secretary)
    guest = candidate_of(application)
    old = application.version
    services.edit_application(
        application=application, version=old, by=secretary, motivation="Texte du secrétariat."
    )
    data = {"version": old, "motivation": "Texte du candidat.", "about_trafficking": "Oui."}
    response = post(client_as(guest), "application-edit", application.pk, **data)
    assert response.status_code == 409
    page = response.content.decode()
    assert "<ins>" in page
    assert "secrétariat" in page
    assert "Texte du candidat." in page
    assert f'name="version" value="{old + 1}"' in page


def test_candidate_withdraws_and_the_door_closes(client_as: ClientAs, secretary: User) -> None:
    application = make_whole(secretary)
    client = client_as(candidate_of(application))
    address = reverse("members:application-withdraw", args=[application.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"version": application.version}).status_code == 302
    assert state_of(application) == "withdrawn"
    assert client.get(address).headers["Location"].startswith(reverse("account_login"))


def test_coordinator_decides_on_the_page(
    client_as: ClientAs, secretary: User, coordinator: User
) -> None:
    application = make_heard(secretary)
    client = client_as(coordinator)
    page = client.get(reverse("members:application-decide", args=[application.pk]))
    assert "Accompagnement de victimes" in page.content.decode()
    data = {
        "version": application.version,
        "outcome": "accepted",
        "decided_on": "2015-01-22",
        "presentation": "Accompagne.",
    }
    response = post(client, "application-decide", application.pk, **data)
    assert response.headers["Location"] == reverse(
        "members:letter-add", args=[application.pk, "decision"]
    )
    assert Association.objects.get().presentation == "Accompagne."
    # Twice: the application has ended.
    assert post(client, "application-decide", application.pk, **data).status_code == 403


@pytest.mark.parametrize("name", ["application-list", "application-detail"])
def test_pages_ask_as_many_questions_for_20_as_for_one(
    client_as: ClientAs, secretary: User, name: str
) -> None:
    application = make_whole(secretary, supported_by=factories.make_association())
    client = client_as(secretary)
    args = [application.pk] if name == "application-detail" else []
    counts = []
    for more in (0, 19):
        for number in range(more):
            services.record_application(
                by=secretary,
                name=f"Autre {number}",
                received_on=RECEIVED_ON,
                supported_by=factories.make_association(),
            )
            candidate_of(application)
            services.add_application_paper(
                application=application, by=secretary, kind="statutes", uploaded=a_file()
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"members:{name}", args=args)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_people_have_no_list(client_as: ClientAs) -> None:
    address = reverse("members:application-list")
    assert client_as(Role.MEMBER).get(address).status_code == 404
    assert client_as(Role.ADMINISTRATOR).get(address).status_code == 404
    assert client_as(Role.GUEST).get(address).status_code == 200


def test_received_day_is_today_unless_told(client_as: ClientAs) -> None:
    page = client_as(Role.SECRETARIAT).get(reverse("members:application-add"))
    assert f'value="{timezone.localdate():%Y-%m-%d}"' in page.content.decode()
