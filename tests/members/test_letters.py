"""Letters to a candidate: a text that was read, a tagged PDF in French, mail with it attached, and work that dies."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader

from common.pdf import PdfError
from members.enums import LetterKind, Role
from members.models import ApplicationLetter, MembershipApplication
from members.services import applications as steps
from members.services import letters as services
from tests import factories
from tests.crawl import read
from tests.members.test_applications import (
    RECEIVED_ON,
    TODAY,
    accept,
    candidate_of,
    make_heard,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoCaptureOnCommitCallbacks

    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

NO_PDF = b"%PDF-1.7\n%%EOF\n"


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


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The layout is not what the test is about: a file at once, and the pages that were asked for."""
    pages: list[str] = []

    def lay_out(html: str, **_options: Any) -> bytes:
        pages.append(html)
        return NO_PDF

    monkeypatch.setattr(services, "render_pdf", lay_out)
    return pages


def recorded(secretary: User, name: str = "Équipes candidates") -> MembershipApplication:
    return steps.record_application(by=secretary, name=name, received_on=RECEIVED_ON)


def send(application: MembershipApplication, by: User, **fields: Any) -> ApplicationLetter:
    fields.setdefault("kind", LetterKind.RECEPTION)
    fields.setdefault("body", "Madame, Monsieur,\n\nNous avons bien reçu votre candidature.")
    return services.send_letter(application=application, by=by, **fields)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    words = " ".join(page.extract_text() for page in pages)
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())


def test_letter_of_decision_reads_back_whole_tagged_and_in_french(
    secretary: User, coordinator: User
) -> None:
    application = make_heard(secretary, name="Équipes candidates")
    accept(application, coordinator, reason="Son travail de terrain est reconnu.")
    application.refresh_from_db()
    with translation.override("en"):
        body = services.first_text(application, LetterKind.DECISION)
        letter = send(application, secretary, kind=LetterKind.DECISION, body=body)
        pdf = services.lay_out(letter)
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "fr"
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == "décision sur votre candidature"
    text = text_of(pdf)
    for words in (
        "Collectif « Ensemble contre la traite des êtres humains »",
        "Équipes candidates",
        "Le 22 janvier 2015",
        "Objet : décision sur votre candidature",
        f"Référence : Candidature 2014-{application.pk}",
        "le Collectif a décidé d’accueillir votre association parmi ses membres",
        "Son travail de terrain est reconnu.",
        "L’accès qui vous avait été ouvert pour suivre votre candidature a pris fin",
        "Pour le Collectif, la coordination",
        "1 / 1",
    ):
        assert words in text
    # Signed by a function, not by a name.
    assert coordinator.name not in text
    assert secretary.name not in text


def test_letter_of_a_refusal_gives_the_reason(secretary: User, coordinator: User) -> None:
    application = make_heard(secretary)
    application = steps.decline(
        application=application,
        version=application.version,
        by=coordinator,
        decided_on=TODAY,
        reason="L’objet de l’association est <autre>.",
    )
    text = services.first_text(application, LetterKind.DECISION)
    assert "L’objet de l’association est <autre>." in text
    assert "ne pas donner suite" in text
    assert "a pris fin" in text


def test_letter_of_reception_says_what_is_missing(secretary: User) -> None:
    text = services.first_text(recorded(secretary), LetterKind.RECEPTION)
    assert "17\xa0décembre 2014" in text
    assert text.count("– ") == 7
    assert "\n\n\n" not in text


def test_what_was_typed_is_not_read_as_html(secretary: User, quick: list[str]) -> None:
    application = recorded(secretary, "<b>Équipes</b> & Cie")
    letter = send(application, secretary, body="<script>1</script>\n\n<img src=x>")
    services.run_letter(letter.pk)
    assert "<script>" not in quick[0]
    assert "<img" not in quick[0]
    assert "&lt;b&gt;Équipes&lt;/b&gt; &amp; Cie" in quick[0]


def test_letter_is_kept_and_mailed_to_each_guest_alone(
    secretary: User,
    quick: list[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    application = recorded(secretary)
    guests = [candidate_of(application), candidate_of(application)]
    closed = candidate_of(application)
    closed.is_active = False
    closed.save()
    with django_capture_on_commit_callbacks(execute=True):
        letter = send(application, secretary)
    assert DBTaskResult.objects.count() == 1
    services.run_letter(letter.pk)
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.file_name == "lettre-de-reception-equipes-candidates.pdf"
    assert {tuple(message.to) for message in mail.outbox} == {(guest.email,) for guest in guests}
    for message in mail.outbox:
        assert message.cc == message.bcc == []
        ((name, content, kind),) = message.attachments
        assert (name, content, kind) == (letter.file_name, NO_PDF, "application/pdf")
    # Run again, it does nothing more.
    services.run_letter(letter.pk)
    assert len(mail.outbox) == 2
    assert len(quick) == 1


def test_letter_of_decision_reaches_guests_whose_access_has_ended(
    secretary: User, coordinator: User, quick: list[str]
) -> None:
    application = make_heard(secretary)
    guest = candidate_of(application)
    application = accept(application, coordinator)
    letter = send(application, secretary, kind=LetterKind.DECISION, body="Oui.")
    services.run_letter(letter.pk)
    assert [message.to for message in mail.outbox] == [[guest.email]]


def test_same_letter_asked_for_twice_is_one(secretary: User) -> None:
    application = recorded(secretary)
    first = send(application, secretary, body="Texte.\r\n\r\nSuite.")
    assert send(application, secretary, body="Texte.\n\nSuite. ") == first
    assert send(application, secretary, body="Texte corrigé.") != first


def test_work_that_died_can_be_asked_for_again(
    secretary: User, quick: list[str], monkeypatch: pytest.MonkeyPatch, client_as: ClientAs
) -> None:
    application = recorded(secretary)
    candidate_of(application)
    letter = send(application, secretary)
    client = client_as(secretary)
    page = reverse("members:letter-detail", args=[application.pk, letter.pk])
    again = reverse("members:letter-retry", args=[application.pk, letter.pk])
    assert "<progress" in client.get(page).content.decode()
    client.post(again)
    assert not DBTaskResult.objects.exists()

    # Killed once the file was kept, before the mail had left.
    def die(*_arguments: Any) -> None:
        raise OSError("no mail")

    with monkeypatch.context() as broken:
        broken.setattr(services, "_mail", die)
        with pytest.raises(OSError, match="no mail"):
            services.run_letter(letter.pk)
    letter.refresh_from_db()
    assert letter.file
    assert letter.sent_at is None
    created = timezone.now() - dt.timedelta(minutes=2)
    ApplicationLetter.objects.filter(pk=letter.pk).update(created_at=created)
    assert again in client.get(page).content.decode()
    client.post(again)
    client.post(again)
    assert DBTaskResult.objects.count() == 1
    services.run_letter(letter.pk)
    assert len(quick) == 1
    assert len(mail.outbox) == 1
    assert again not in client.get(page).content.decode()


def test_layout_that_fails_keeps_nothing(secretary: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> bytes:
        raise PdfError("no")

    monkeypatch.setattr(services, "render_pdf", fail)
    letter = send(recorded(secretary), secretary)
    with pytest.raises(PdfError):
        services.run_letter(letter.pk)
    letter.refresh_from_db()
    assert not letter.file


@pytest.mark.parametrize("body", ["", "  \n ", "x" * 10_001])
def test_letter_without_a_text_is_refused(secretary: User, body: str) -> None:
    with pytest.raises(ValidationError):
        send(recorded(secretary), secretary, body=body)
    assert not ApplicationLetter.objects.exists()


def test_letter_of_decision_waits_for_the_decision(secretary: User, coordinator: User) -> None:
    application = recorded(secretary)
    with pytest.raises(ValidationError):
        send(application, secretary, kind=LetterKind.DECISION)
    withdrawn = steps.withdraw(application=application, version=application.version, by=secretary)
    for kind in LetterKind:
        with pytest.raises(ValidationError):
            send(withdrawn, secretary, kind=kind)
    assert not ApplicationLetter.objects.exists()


def test_only_the_secretariat_writes(secretary: User) -> None:
    application = recorded(secretary)
    for person in (candidate_of(application), factories.make_user()):
        with pytest.raises(PermissionDenied):
            send(application, person)


def test_page_offers_the_text_and_sends_what_was_corrected(
    secretary: User, client_as: ClientAs
) -> None:
    application = recorded(secretary)
    client = client_as(secretary)
    address = reverse("members:letter-add", args=[application.pk, "reception"])
    assert "Équipes candidates" in client.get(address).content.decode()
    refused = client.post(address, {"body": ""})
    assert refused.status_code == 422
    response = client.post(address, {"body": "Texte corrigé."})
    letter = ApplicationLetter.objects.get()
    assert letter.body == "Texte corrigé."
    assert response.headers["Location"] == reverse(
        "members:letter-detail", args=[application.pk, letter.pk]
    )
    for kind in ("decision", "menu"):
        assert (
            client.get(reverse("members:letter-add", args=[application.pk, kind])).status_code
            == 404
        )


def test_candidate_reads_what_was_sent_and_nothing_before(
    secretary: User, client_as: ClientAs, quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    application = recorded(secretary)
    guest = candidate_of(application)
    letter = send(application, secretary)
    address = reverse("members:letter-download", args=[application.pk, letter.pk])
    assert client_as(guest).get(address).status_code == 404

    def die(*_arguments: Any) -> None:
        raise OSError("no mail")

    with monkeypatch.context() as broken:
        broken.setattr(services, "_mail", die)
        with pytest.raises(OSError, match="no mail"):
            services.run_letter(letter.pk)
    # Made, and not sent yet: the secretariat's only.
    assert client_as(guest).get(address).status_code == 404
    assert read(client_as(secretary).get(address)) == NO_PDF
    services.run_letter(letter.pk)
    response: Any = client_as(guest).get(address)
    assert read(response) == NO_PDF
    assert response["Content-Type"] == "application/pdf"
    assert client_as(Role.GUEST).get(address).status_code == 404
    assert client_as(Role.MEMBER).get(address).status_code == 404
    page = reverse("members:letter-detail", args=[application.pk, letter.pk])
    assert client_as(guest).get(page).status_code == 403
