"""The pages of letters: who opens them, what they keep of what was typed, and what they lead to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django_tasks_db.models import DBTaskResult

from commitments.enums import Escalation, EventKind, LetterStatus, LetterStepKind, SentBy
from commitments.models import (
    Letter,
    LetterCopy,
    LetterEnclosure,
    LetterReply,
    LetterStep,
    LetterTemplate,
)
from meetings.enums import MeetingKind
from members.enums import Audience, Role
from members.models import FileReading
from tests import factories
from tests.crawl import read

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.test import Client

    from commitments.models import Commitment
    from members.models import Paper
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

ANSWERED_ON = dt.date(2015, 5, 2)
TEXT = {
    "escalation": Escalation.LETTER,
    "addressee": "Monsieur le ministre",
    "address": "1 rue du Bac\n75007 Paris",
    "email": "",
    "place": "Paris",
    "dated_on": "2015-04-21",
    "subject": "Vos engagements",
    "salutation": "Monsieur le ministre,",
    "body": "Vous nous aviez annoncé une circulaire.",
    "closing": "Veuillez agréer nos salutations.",
    "signatory": "La présidente",
    "audience": Audience.MEMBERS,
}


@pytest.fixture
def secretariat(client_as: ClientAs) -> Client:
    return client_as(Role.SECRETARIAT)


@pytest.fixture
def coordinator(client_as: ClientAs) -> Client:
    return client_as(Role.COORDINATOR)


def address(name: str, letter: Letter, *more: object) -> str:
    return reverse(f"commitments:{name}", args=[letter.pk, *more])


def typed(letter: Letter, **changes: Any) -> dict[str, Any]:
    """What the form sends of a letter when its text was changed."""
    return {
        **TEXT,
        "version": letter.version,
        "institution": letter.institution_id,
        "copies-count": 0,
        "enclosures-count": 0,
        **changes,
    }


def page(response: Any) -> str:
    return str(response.content.decode())


def take(client: Client, path: str) -> Any:
    """A file on its way out, read to its end."""
    response = client.get(path)
    read(response)
    return response


def make_sent(
    on: dt.date = dt.date(2015, 4, 21), *, enclosed: Collection[Paper] = (), **fields: Any
) -> Letter:
    """Sent by post on its day. What is enclosed is put in before its text is locked."""
    letter = factories.make_letter(**fields)
    for paper in enclosed:
        LetterEnclosure.objects.create(letter=letter, label=f"Pièce {paper.pk}", paper=paper)
    letter.status, letter.is_locked = LetterStatus.SENT, True
    letter.dated_on, letter.reference = on, f"{on.year}-S{letter.pk}"
    letter.save()
    LetterStep.objects.create(letter=letter, kind=LetterStepKind.SENT, on=on, sent_by=SentBy.POST)
    return letter


def give_file(letter: Letter) -> None:
    letter.file = SimpleUploadedFile("courrier.pdf", factories.SMALL_PDF)
    letter.file_name, letter.laid_out_version = "courrier.pdf", letter.version
    letter.save()


# --- The list ---------------------------------------------------------------------------------------------------------


def test_members_see_letters_once_they_are_sent(client_as: ClientAs) -> None:
    draft = factories.make_letter()
    signed = factories.make_letter(status=LetterStatus.SIGNED)
    sent = make_sent()
    client = client_as(Role.MEMBER)
    found = page(client.get(reverse("commitments:letters")))
    assert sent.subject in found
    assert draft.subject not in found
    assert signed.subject not in found
    statuses = [client.get(address("letter", row)).status_code for row in (draft, signed, sent)]
    assert statuses == [404, 404, 200]


def test_the_administrator_knows_of_no_letters(client_as: ClientAs) -> None:
    assert client_as(Role.ADMINISTRATOR).get(reverse("commitments:letters")).status_code == 404


def test_a_guest_finds_only_the_letters_that_name_them(client_as: ClientAs) -> None:
    guest = factories.make_user(Role.GUEST)
    other, mine = make_sent(), make_sent(audience=Audience.NAMED)
    mine.named_people.add(guest)
    found = page(client_as(guest).get(reverse("commitments:letters")))
    assert mine.subject in found
    assert other.subject not in found


def test_a_guest_who_is_named_reads_the_letter(client_as: ClientAs) -> None:
    guest = factories.make_user(Role.GUEST)
    letter = make_sent(audience=Audience.NAMED, people=[guest])
    give_file(letter)
    client = client_as(guest)
    assert client.get(address("letter", letter)).status_code == 200
    assert take(client, address("letter-pdf", letter)).status_code == 200
    assert FileReading.objects.filter(person=guest, row=letter.pk).count() == 1


def test_late_answers_come_first(secretariat: Client) -> None:
    today = timezone.localdate()
    young = make_sent(today - dt.timedelta(days=5))
    old = make_sent(today - dt.timedelta(days=60))
    older = make_sent(today - dt.timedelta(days=90))
    answered = factories.make_letter(status=LetterStatus.ANSWERED, dated_on=today)
    draft = factories.make_letter()
    response = secretariat.get(reverse("commitments:letters"))
    shown = [letter.pk for letter, _days in response.context["letters"]]
    assert shown == [older.pk, old.pk, draft.pk, answered.pk, young.pk]
    assert page(response).count('class="is-overdue"') == 2


def test_the_list_is_narrowed(secretariat: Client) -> None:
    wanted = make_sent(dt.date(2015, 4, 21), subject="La circulaire aux préfets")
    factories.make_letter(subject="Autre chose")
    for query in (
        {"etat": "sent"},
        {"annee": "2015"},
        {"institution": wanted.institution.key},
        {"q": "circulaire préfets"},
    ):
        response = secretariat.get(reverse("commitments:letters"), query)
        assert [row.pk for row, _days in response.context["letters"]] == [wanted.pk], query
    nonsense = secretariat.get(reverse("commitments:letters"), {"etat": "nonsense"})
    assert nonsense.context["letters"] == []


def test_a_member_is_not_offered_the_status_of_drafts(client_as: ClientAs) -> None:
    form = client_as(Role.MEMBER).get(reverse("commitments:letters")).context["filters"].form
    assert {value for value, _words in form.fields["etat"].choices} == {
        "",
        "sent",
        "answered",
        "silent",
    }


@pytest.mark.parametrize("role", [Role.MEMBER, Role.SECRETARIAT])
def test_the_list_asks_as_much_for_one_letter_as_for_twenty(
    client_as: ClientAs, role: Role
) -> None:
    client = client_as(role)
    make_sent()
    counts = []
    for more in (0, 19):
        for _number in range(more):
            make_sent()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("commitments:letters")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Beginning one ----------------------------------------------------------------------------------------------------


def test_a_letter_begins_from_promises(secretariat: Client) -> None:
    first = factories.make_commitment(late_from=dt.date(2015, 1, 1), wording="Une circulaire")
    second = factories.make_commitment(institution=first.institution, wording="Un rendez-vous")
    query = f"?engagement={first.slug}&engagement={second.slug}"
    response = secretariat.get(reverse("commitments:letter-start") + query)
    form = response.context["form"]
    assert form.initial["institution"] == first.institution
    assert form.initial["commitments"] == [first.pk, second.pk]
    assert first.pk in [row.pk for row, _one in response.context["advice"]]
    sent = {"institution": first.institution_id, "commitments": [first.pk, second.pk]}
    begun = secretariat.post(reverse("commitments:letter-start") + query, sent)
    letter = Letter.objects.get()
    assert begun.url == address("letter-edit", letter)  # type: ignore[attr-defined]
    assert set(letter.commitments.all()) == {first, second}
    assert "une circulaire" in letter.body.lower()


def test_promises_of_several_institutions_leave_the_addressee_to_be_chosen(
    secretariat: Client,
) -> None:
    first, second = factories.make_commitment(), factories.make_commitment()
    start = reverse("commitments:letter-start")
    query = f"?engagement={first.slug}&engagement={second.slug}"
    response = secretariat.get(start + query)
    assert response.context["form"].initial["institution"] is None
    for row in (first, second):
        alone = f"{start}?institution={row.institution.key}&amp;engagement={row.slug}"
        assert f'href="{alone}"' in page(response)
    refused = secretariat.post(start + query, {"commitments": [first.pk, second.pk]})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["institution"])
    assert not Letter.objects.exists()
    # An authority above both may be written to.
    above = factories.make_institution()
    secretariat.post(start + query, {"institution": above.pk, "commitments": [first.pk, second.pk]})
    assert set(Letter.objects.get().commitments.all()) == {first, second}


def test_an_institution_shows_what_it_owes(secretariat: Client) -> None:
    owed = factories.make_commitment()
    kept = factories.make_commitment(institution=owed.institution)
    factories.make_event(kept, EventKind.KEPT, dt.date(2015, 1, 1))
    start = reverse("commitments:letter-start")
    response = secretariat.get(start, {"institution": owed.institution.key})
    assert list(response.context["form"].fields["commitments"].queryset) == [owed]
    assert secretariat.get(start, {"institution": "nowhere"}).status_code == 404


def test_a_letter_to_nobody_is_not_begun(secretariat: Client) -> None:
    commitment = factories.make_commitment()
    response = secretariat.post(
        reverse("commitments:letter-start"), {"commitments": [commitment.pk]}
    )
    assert response.status_code == 422
    assert "institution" in response.context["form"].errors
    # What was ticked still is.
    assert f'value="{commitment.pk}"' in page(response)
    assert not Letter.objects.exists()


def test_only_the_secretariat_writes(client_as: ClientAs) -> None:
    letter, sent = factories.make_letter(), make_sent()
    member = client_as(Role.MEMBER)
    assert member.get(reverse("commitments:letter-start")).status_code == 403
    assert member.get(address("letter-edit", letter)).status_code == 404
    assert member.get(address("letter-edit", sent)).status_code == 403
    assert member.post(address("letter-reply", sent)).status_code == 403
    assert member.get(reverse("commitments:templates")).status_code == 404
    assert client_as(Role.GUEST).get(reverse("commitments:letter-start")).status_code == 404


# --- Writing it -------------------------------------------------------------------------------------------------------


def test_a_letter_is_saved_with_its_copies_and_enclosures_in_order(secretariat: Client) -> None:
    letter = factories.make_letter()
    first, second = factories.make_institution(), factories.make_institution()
    paper = factories.make_paper(audience=Audience.PUBLIC)
    sent = typed(
        letter,
        **{
            "copies-count": 1,
            "copies-0-what": second.pk,
            "copies-0-wording": "Madame la secrétaire générale",
            # Chosen, and the button that adds it was not pressed: it is not lost.
            "copies-add": first.pk,
            "enclosures-count": 1,
            "enclosures-0-what": f"paper-{paper.pk}",
            "enclosures-0-wording": "Le résumé",
            "lists_members": "on",
        },
    )
    response = secretariat.post(address("letter-edit", letter), sent)
    assert response.status_code == 302
    copies = LetterCopy.objects.filter(letter=letter).values_list("institution", "wording")
    assert list(copies) == [(second.pk, "Madame la secrétaire générale"), (first.pk, first.name)]
    enclosure = LetterEnclosure.objects.get(letter=letter)
    assert (enclosure.paper, enclosure.label) == (paper, "Le résumé")


def test_buttons_of_a_list_save_nothing_and_lose_nothing(secretariat: Client) -> None:
    letter = factories.make_letter()
    rows = [factories.make_institution() for _number in range(3)]
    lines = {"copies-count": 2}
    for number, row in enumerate(rows[:2]):
        lines[f"copies-{number}-what"] = row.pk
        lines[f"copies-{number}-wording"] = f"Copie {number}"  # type: ignore[assignment]
    sent = typed(letter, subject="", body="Ce qui est tapé", **lines)

    def after(action: str, **more: Any) -> list[str]:
        response = secretariat.post(
            address("letter-edit", letter), {**sent, **more, "action": action}
        )
        assert response.status_code == 200
        assert "Ce qui est tapé" in page(response)
        assert 'aria-invalid="true"' not in page(response)
        return [line.wording for line in response.context["typed"].copies.lines]

    assert after("copies-down-0") == ["Copie 1", "Copie 0"]
    assert after("copies-up-1") == ["Copie 1", "Copie 0"]
    assert after("copies-up-0") == ["Copie 0", "Copie 1"]
    assert after("copies-remove-0") == ["Copie 1"]
    assert after("copies-remove-9") == ["Copie 0", "Copie 1"]
    assert after("copies-add", **{"copies-add": rows[2].pk}) == ["Copie 0", "Copie 1", rows[2].name]
    assert not LetterCopy.objects.exists()
    assert Letter.objects.get().version == letter.version


def test_the_preview_shows_what_is_typed(secretariat: Client) -> None:
    letter = factories.make_letter()
    response = secretariat.post(
        address("letter-edit", letter),
        typed(letter, body="Une *promesse*", subject="Objet tapé", action="preview"),
    )
    sheet = page(response).partition('id="sheet"')[2].partition("</article>")[0]
    assert "<em>promesse</em>" in sheet
    assert "Objet tapé" in sheet
    assert "21\xa0avril 2015" in sheet
    assert Letter.objects.get().subject == letter.subject


def test_what_is_refused_is_said_at_its_field(secretariat: Client) -> None:
    letter = factories.make_letter()
    paper = factories.make_paper(audience=Audience.SECRETARIAT)
    sent = typed(
        letter,
        subject="",
        email="nobody",
        **{
            "copies-count": 1,
            "copies-0-what": letter.institution_id,
            "copies-0-wording": "",
        },
    )
    response = secretariat.post(address("letter-edit", letter), sent)
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"subject", "email"}
    assert response.context["typed"].copies.lines[0].errors
    sent = typed(
        letter,
        **{
            "enclosures-count": 1,
            "enclosures-0-what": f"paper-{paper.pk}",
            "enclosures-0-wording": "Une note interne",
        },
    )
    response = secretariat.post(address("letter-edit", letter), sent)
    assert response.status_code == 422
    assert 'id="enclosures-errors"' in page(response)
    assert "Une note interne" in str(response.context["typed"].enclosures.errors)
    assert not LetterEnclosure.objects.exists()
    assert Letter.objects.get().version == letter.version


def test_a_draft_for_too_many_readers_is_kept_and_says_why_it_cannot_be_signed(
    secretariat: Client, coordinator: Client
) -> None:
    hidden = factories.make_commitment(audience=Audience.SECRETARIAT, wording="La promesse tue")
    letter = factories.make_letter(commitments=[hidden], audience=Audience.SECRETARIAT)
    edit, detail = address("letter-edit", letter), letter.get_absolute_url()
    assert "La promesse tue" not in str(secretariat.get(edit).context["left_out"])
    widened = typed(letter, commitments=[hidden.pk], audience=Audience.MEMBERS)
    shown = secretariat.post(edit, {**widened, "action": "preview"})
    assert "La promesse tue" in page(shown).partition('id="left-out"')[2]
    assert secretariat.post(edit, widened).status_code == 302
    letter.refresh_from_db()
    assert letter.audience == Audience.MEMBERS
    for client, path in (
        (secretariat, edit),
        (secretariat, detail),
        (coordinator, address("letter-sign", letter)),
    ):
        told = page(client.get(path)).partition('id="left-out"')[2].partition("</ul>")[0]
        assert "La promesse tue" in told
    # Nothing chosen yet is not for too many.
    assert not secretariat.post(edit, {**widened, "audience": ""}).context["left_out"]


def test_exact_words_kept_when_readers_are_added_are_told(secretariat: Client) -> None:
    words = "Une circulaire sera adressée aux préfets avant la fin de l’année."
    section = factories.make_section(audience=Audience.SECRETARIAT, heading="Point réservé")
    promise = factories.make_commitment(section=section, quote=words, wording="La circulaire")
    letter = factories.make_letter(
        commitments=[promise], audience=Audience.SECRETARIAT, body=f"« {words} »"
    )
    assert not secretariat.get(letter.get_absolute_url()).context["left_out"]
    widened = typed(letter, commitments=[promise.pk], body=letter.body)
    assert secretariat.post(address("letter-edit", letter), widened).status_code == 302
    (told,) = secretariat.get(letter.get_absolute_url()).context["left_out"]
    assert "La circulaire" in told
    assert "Point réservé" in told


def test_what_the_addressee_may_not_read_is_not_to_be_chosen(secretariat: Client) -> None:
    letter, other = factories.make_letter(), factories.make_institution()
    open_one = factories.make_paper(audience=Audience.PUBLIC, title="Note ouverte")
    closed = factories.make_paper(audience=Audience.SECRETARIAT, title="Note close")
    meeting = factories.make_meeting(kind=MeetingKind.INSTITUTION, title="Rencontre")
    meeting.institutions.add(other)
    factories.make_section(minutes := factories.make_minutes(meeting))

    def refused(response: Any) -> set[str]:
        groups = response.context["typed"].enclosures.groups
        return {thing.key for _words, things in groups for thing in things if thing.refusal}

    response = secretariat.get(address("letter-edit", letter))
    assert refused(response) == {f"paper-{closed.pk}", f"minutes-{minutes.pk}"}
    assert f'<option value="paper-{closed.pk}" disabled>' in page(response)
    assert f'<option value="paper-{open_one.pk}">' in page(response)
    # Whoever is written to decides it, saved or not.
    to_other = typed(letter, institution=other.pk, action="preview")
    response = secretariat.post(address("letter-edit", letter), to_other)
    assert refused(response) == {f"paper-{closed.pk}"}


def test_commitments_that_are_ticked_come_first(secretariat: Client) -> None:
    letter = factories.make_letter()
    for _each in range(3):
        factories.make_commitment(institution=letter.institution, late_from=dt.date(2014, 10, 1))
    chosen = factories.make_commitment(institution=letter.institution)
    letter.commitments.add(chosen)
    edit = address("letter-edit", letter)
    for response in (
        secretariat.get(edit),
        secretariat.post(edit, typed(letter, commitments=[chosen.pk], subject="")),
        secretariat.get(reverse("commitments:letter-start"), {"engagement": chosen.slug}),
    ):
        offered = response.context["form"].fields["commitments"].queryset
        assert offered[0] == chosen
        assert len(offered) == 4


def test_a_copy_to_an_institution_that_is_not_there_is_told(secretariat: Client) -> None:
    letter = factories.make_letter()
    lines = {"copies-count": 1, "copies-0-what": 10**6, "copies-0-wording": "À personne"}
    response = secretariat.post(address("letter-edit", letter), typed(letter, **lines))
    assert response.status_code == 422
    assert 'id="copies-errors"' in page(response)
    assert Letter.objects.get().version == letter.version


def test_on_another_version_both_texts_are_shown(secretariat: Client) -> None:
    letter = factories.make_letter(body="Texte d’avant")
    first = typed(letter, body="Texte de la première")
    assert secretariat.post(address("letter-edit", letter), first).status_code == 302
    second = typed(letter, body="Texte de la seconde")
    response = secretariat.post(address("letter-edit", letter), second)
    assert response.status_code == 409
    assert "<del>" in page(response)
    assert "seconde" in page(response)
    assert Letter.objects.get().body == "Texte de la première"
    again = {**second, "version": response.context["form"]["version"].value()}
    assert secretariat.post(address("letter-edit", letter), again).status_code == 302
    assert Letter.objects.get().body == "Texte de la seconde"


def test_the_text_of_a_signed_letter_is_no_longer_changed(secretariat: Client) -> None:
    letter = factories.make_letter(status=LetterStatus.SIGNED)
    edit = address("letter-edit", letter)
    assert secretariat.get(edit).url == letter.get_absolute_url()  # type: ignore[attr-defined]
    response = secretariat.post(edit, typed(letter, body="Trop tard"))
    assert response.status_code == 422
    # For whoever typed it to copy.
    assert "Trop tard" in page(response)
    assert 'id="save"' not in page(response)
    assert Letter.objects.get().body == letter.body


def test_the_form_asks_as_much_for_one_line_as_for_ten(secretariat: Client) -> None:
    letter = factories.make_letter()
    counts = []
    for more in (1, 9):
        for number in range(more):
            LetterCopy.objects.create(
                letter=letter,
                institution=factories.make_institution(),
                wording=f"Copie {number}",
            )
            factories.make_paper()
        with CaptureQueriesContext(connection) as queries:
            assert secretariat.get(address("letter-edit", letter)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_promise_is_added_to_a_draft_under_way(secretariat: Client) -> None:
    letter, commitment = factories.make_letter(), factories.make_commitment()
    start = secretariat.get(reverse("commitments:letter-start"), {"engagement": commitment.slug})
    path = f"{address('letter-edit', letter)}?engagement={commitment.slug}"
    assert path in page(start)
    form = secretariat.get(path).context["form"]
    assert form.initial["commitments"] == [commitment.pk]
    assert not letter.commitments.exists()
    sent = typed(letter, commitments=[commitment.pk])
    assert secretariat.post(path, sent).status_code == 302
    assert list(letter.commitments.all()) == [commitment]


def test_the_same_letter_goes_to_others(secretariat: Client) -> None:
    letter = factories.make_letter()
    others = [factories.make_institution() for _number in range(3)]
    response = secretariat.post(
        address("letter-others", letter), {"institutions": [row.pk for row in others]}
    )
    assert response.status_code == 302
    assert Letter.objects.filter(body=letter.body).count() == 4
    listed = secretariat.get(response.url)  # type: ignore[attr-defined]
    assert listed.context["total"] == 4
    nobody = secretariat.post(address("letter-others", letter), {})
    assert nobody.status_code == 422


def test_a_draft_is_deleted_and_a_signed_letter_is_not(secretariat: Client) -> None:
    draft, signed = factories.make_letter(), factories.make_letter(status=LetterStatus.SIGNED)
    assert secretariat.get(address("letter-delete", draft)).status_code == 200
    assert Letter.objects.count() == 2
    stale = secretariat.post(address("letter-delete", draft), {"version": draft.version + 1})
    assert stale.status_code == 409
    for letter in (draft, signed):
        gone = secretariat.post(address("letter-delete", letter), {"version": letter.version})
        assert gone.status_code == 302
    assert list(Letter.objects.all()) == [signed]


# --- Its life ---------------------------------------------------------------------------------------------------------


def test_only_a_coordinator_signs(secretariat: Client, coordinator: Client) -> None:
    letter = factories.make_letter()
    sign = address("letter-sign", letter)
    assert secretariat.get(sign).status_code == 403
    assert 'id="sign"' not in page(secretariat.get(letter.get_absolute_url()))
    assert 'id="sign"' in page(coordinator.get(letter.get_absolute_url()))
    assert coordinator.get(sign).status_code == 200
    assert Letter.objects.get().is_draft
    stale = coordinator.post(sign, {"version": letter.version + 1, "dated_on": "2015-04-21"})
    assert stale.status_code == 409
    signed = coordinator.post(sign, {"version": letter.version, "dated_on": "2015-04-21"})
    assert signed.status_code == 302
    letter.refresh_from_db()
    assert (letter.status, letter.reference) == (LetterStatus.SIGNED, "2015-001")
    # It is past that.
    assert coordinator.get(sign).status_code == 302


def test_a_signature_that_is_refused_says_why(coordinator: Client) -> None:
    commitment = factories.make_commitment(audience=Audience.SECRETARIAT)
    letter = factories.make_letter(commitments=[commitment])
    sent = {"version": letter.version, "dated_on": "2015-04-21"}
    response = coordinator.post(address("letter-sign", letter), sent)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()
    assert Letter.objects.get().is_draft


def test_a_letter_is_sent_answered_and_its_promise_tells_it(
    secretariat: Client, client_as: ClientAs
) -> None:
    commitment = factories.make_commitment(late_from=dt.date(2015, 1, 1))
    letter = factories.make_letter(status=LetterStatus.SIGNED, commitments=[commitment])
    how = {"version": letter.version, "on": "2015-04-22", "sent_by": SentBy.POST, "note": "1A"}
    assert secretariat.post(address("letter-send", letter), how).status_code == 302
    assert _kinds(commitment) == [EventKind.MADE, EventKind.REMINDED]
    letter.refresh_from_db()
    answer = {
        "version": letter.version,
        "dated_on": "2015-05-02",
        "summary": "Elle est prête.",
        "uploaded": SimpleUploadedFile("reponse.pdf", factories.SMALL_PDF),
    }
    assert secretariat.post(address("letter-reply", letter), answer).status_code == 302
    assert _kinds(commitment)[-1] == EventKind.ANSWERED
    reply = LetterReply.objects.get()
    member = client_as(Role.MEMBER)
    seen = page(member.get(letter.get_absolute_url()))
    path = address("reply-file", letter, reply.pk)
    assert path in seen
    assert commitment.get_absolute_url() in seen
    file = take(member, path)
    assert file.status_code == 200
    assert file["Content-Disposition"].startswith("attachment")


def _kinds(commitment: Commitment) -> list[str]:
    return list(commitment.events.order_by("on", "pk").values_list("kind", flat=True))


def test_a_letter_without_an_address_does_not_leave_by_mail(secretariat: Client) -> None:
    letter = factories.make_letter(status=LetterStatus.SIGNED)
    send = address("letter-send", letter)
    form = secretariat.get(send).context["form"]
    assert SentBy.EMAIL not in dict(form.fields["sent_by"].choices)
    how = {"version": letter.version, "on": "2015-04-22", "sent_by": SentBy.EMAIL}
    response = secretariat.post(send, how)
    assert response.status_code == 422
    assert "sent_by" in response.context["form"].errors
    before = secretariat.post(send, {**how, "sent_by": SentBy.POST, "on": "2015-04-20"})
    assert "on" in before.context["form"].errors
    assert Letter.objects.get().status == LetterStatus.SIGNED


def test_an_answer_that_says_nothing_is_refused(secretariat: Client) -> None:
    letter = make_sent()
    empty = {"version": letter.version, "dated_on": "2015-05-02"}
    response = secretariat.post(address("letter-reply", letter), empty)
    assert response.status_code == 422
    assert not LetterReply.objects.exists()
    wrong = SimpleUploadedFile("reponse.exe", b"MZ")
    response = secretariat.post(address("letter-reply", letter), {**empty, "uploaded": wrong})
    assert "uploaded" in response.context["form"].errors


def test_a_letter_is_closed_without_an_answer(secretariat: Client) -> None:
    letter = make_sent()
    how = {"version": letter.version, "on": "2015-06-01", "note": "Rien n’est venu."}
    assert secretariat.post(address("letter-silent", letter), how).status_code == 302
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SILENT
    seen = page(secretariat.get(letter.get_absolute_url()))
    assert "Rien n’est venu." in seen
    assert 'id="reply"' in seen
    assert 'id="silent"' not in seen


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (LetterStatus.DRAFT, "lay-out sign edit"),
        (LetterStatus.SIGNED, "lay-out send"),
        (LetterStatus.SENT, "lay-out reply silent"),
        (LetterStatus.SILENT, "lay-out reply"),
    ],
)
def test_the_next_steps_are_offered_in_order(
    coordinator: Client, status: str, expected: str
) -> None:
    letter = factories.make_letter(status=status)
    found = page(coordinator.get(letter.get_absolute_url()))
    names = ("lay-out", "sign", "send", "reply", "silent", "edit")
    places = {name: found.find(f'id="{name}"') for name in names}
    shown = sorted((name for name in names if places[name] > 0), key=lambda name: places[name])
    assert shown == expected.split()
    assert found.count("btn-primary") <= 1


# --- Files ------------------------------------------------------------------------------------------------------------


def test_the_pdf_is_saved_and_never_shown(client_as: ClientAs) -> None:
    letter = make_sent()
    member = client_as(Role.MEMBER)
    waiting = member.get(address("letter-pdf", letter))
    assert waiting.url == letter.get_absolute_url()  # type: ignore[attr-defined]
    assert 'id="pdf-to-come"' in page(member.get(letter.get_absolute_url()))
    give_file(letter)
    file = take(member, address("letter-pdf", letter))
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"


def test_the_pdf_of_a_draft_that_has_changed_is_not_given(secretariat: Client) -> None:
    letter = factories.make_letter()
    give_file(letter)
    pdf = address("letter-pdf", letter)
    assert take(secretariat, pdf).status_code == 200
    assert secretariat.post(address("letter-edit", letter), typed(letter)).status_code == 302
    assert secretariat.get(pdf).url == letter.get_absolute_url()  # type: ignore[attr-defined]
    assert 'id="pdf"' not in page(secretariat.get(letter.get_absolute_url()))


def test_the_pdf_of_the_draft_is_not_given_for_the_signed_letter(
    coordinator: Client, client_as: ClientAs
) -> None:
    letter = factories.make_letter()
    give_file(letter)
    signed = {"version": letter.version, "dated_on": "2015-04-21"}
    assert coordinator.post(address("letter-sign", letter), signed).status_code == 302
    pdf = address("letter-pdf", letter)
    assert coordinator.get(pdf).status_code == 302
    letter.refresh_from_db()
    sent = {"version": letter.version, "on": "2015-04-22", "sent_by": SentBy.HAND}
    assert coordinator.post(address("letter-send", letter), sent).status_code == 302
    member = client_as(Role.MEMBER)
    assert member.get(pdf).status_code == 302
    assert 'id="pdf-under-way"' in page(member.get(letter.get_absolute_url()))


def test_an_answer_is_found_under_its_own_letter_only(secretariat: Client) -> None:
    letter, other = make_sent(), make_sent()
    reply = LetterReply.objects.create(letter=letter, dated_on=ANSWERED_ON, summary="Non.")
    assert secretariat.get(address("reply-file", other, reply.pk)).status_code == 404


def test_enclosures_are_linked_for_whoever_may_see_them(client_as: ClientAs) -> None:
    hidden = factories.make_paper(audience=Audience.SECRETARIAT)
    shown = factories.make_paper(audience=Audience.MEMBERS)
    letter = make_sent(enclosed=[hidden, shown])
    seen = page(client_as(Role.MEMBER).get(letter.get_absolute_url()))
    assert reverse("members:paper-download", args=[shown.pk]) in seen
    assert reverse("members:paper-download", args=[hidden.pk]) not in seen
    # Its label is printed on the letter.
    assert f"Pièce {hidden.pk}" in seen


def test_a_member_sees_of_its_promises_those_that_are_theirs(client_as: ClientAs) -> None:
    shown = factories.make_commitment()
    hidden = factories.make_commitment(audience=Audience.SECRETARIAT)
    letter = make_sent(commitments=[shown, hidden])
    seen = page(client_as(Role.MEMBER).get(letter.get_absolute_url()))
    assert shown.wording in seen
    assert hidden.wording not in seen


def test_the_page_asks_as_much_for_one_promise_as_for_ten(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    counts = []
    for number in (1, 10):
        letter = make_sent(
            commitments=[factories.make_commitment() for _each in range(number)],
            enclosed=[factories.make_paper(audience=Audience.MEMBERS) for _each in range(number)],
        )
        for _each in range(number):
            LetterReply.objects.create(letter=letter, dated_on=ANSWERED_ON, summary="Oui.")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(letter.get_absolute_url()).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- Laid out ---------------------------------------------------------------------------------------------------------


def test_the_laying_out_is_followed_on_the_page(secretariat: Client) -> None:
    letter = factories.make_letter()
    assert secretariat.get(address("letter-lay-out", letter)).status_code == 405
    assert secretariat.post(address("letter-lay-out", letter)).status_code == 302
    letter.refresh_from_db()
    assert letter.run is not None
    found = page(secretariat.get(letter.get_absolute_url()))
    assert "<progress" in found
    assert 'http-equiv="refresh"' in found
    part = page(
        secretariat.get(
            letter.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "state"}
        )
    )
    assert "<html" not in part
    assert "hx-trigger" in part
    give_file(letter)
    part = page(
        secretariat.get(
            letter.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "state"}
        )
    )
    assert "hx-trigger" not in part
    assert 'id="pdf"' in part


def test_many_letters_are_laid_out_in_one_go(secretariat: Client, client_as: ClientAs) -> None:
    letters = [factories.make_letter() for _number in range(3)]
    ticked = {"letters": [row.pk for row in letters[:2]]}
    response = secretariat.post(reverse("commitments:run-add"), ticked)
    run = Letter.objects.get(pk=letters[0].pk).run
    assert run is not None
    assert response.url == run.get_absolute_url()  # type: ignore[attr-defined]
    found = page(secretariat.get(run.get_absolute_url()))
    assert 'max="2"' in found
    assert letters[0].subject in found
    assert letters[2].subject not in found
    assert client_as(Role.MEMBER).get(run.get_absolute_url()).status_code == 404
    # There is no file yet.
    assert secretariat.get(reverse("commitments:run-pdf", args=[run.pk])).status_code == 404


def test_all_those_that_are_shown_are_laid_out(secretariat: Client) -> None:
    shown = [factories.make_letter(subject=f"Préfet {number}") for number in range(2)]
    factories.make_letter(subject="Autre")
    sent = {"action": "all", "query": "q=Pr%C3%A9fet"}
    assert secretariat.post(reverse("commitments:run-add"), sent).status_code == 302
    laid_out = Letter.objects.exclude(run=None)
    assert set(laid_out) == set(shown)


def test_nothing_ticked_is_told(secretariat: Client) -> None:
    response = secretariat.post(reverse("commitments:run-add"), {"letters": ["x", "9" * 40]})
    assert response.status_code == 302
    assert not DBTaskResult.objects.exists()


# --- Templates --------------------------------------------------------------------------------------------------------

TEMPLATE = {
    "name": "Rappel",
    "escalation": Escalation.LETTER,
    "subject": "{promesse}",
    "body": "Vous aviez dit : {promesse}.",
    "closing": "Salutations.",
}


def test_a_template_is_added_then_changed(secretariat: Client) -> None:
    add = secretariat.post(reverse("commitments:template-add"), TEMPLATE)
    assert add.status_code == 302
    template = LetterTemplate.objects.get()
    edit = reverse("commitments:template-edit", args=[template.pk])
    changed = {**TEMPLATE, "version": template.version, "subject": "Rappel de {promesse}"}
    assert secretariat.post(edit, changed).status_code == 302
    stale = secretariat.post(edit, {**changed, "subject": "Autre"})
    assert stale.status_code == 409
    assert "<del>" in page(stale)
    assert LetterTemplate.objects.get().subject == "Rappel de {promesse}"


def test_an_unknown_word_between_braces_is_refused(secretariat: Client) -> None:
    wrong = {**TEMPLATE, "body": "Vous aviez dit : {promese}."}
    response = secretariat.post(reverse("commitments:template-add"), wrong)
    assert response.status_code == 422
    assert "{promese}" in str(response.context["form"].errors)
    assert not LetterTemplate.objects.exists()


def test_a_template_has_a_name_of_its_own(secretariat: Client) -> None:
    add = reverse("commitments:template-add")
    assert secretariat.post(add, TEMPLATE).status_code == 302
    response = secretariat.post(add, {**TEMPLATE, "name": f" {TEMPLATE['name']} "})
    assert response.status_code == 422
    (told,) = response.context["form"].errors["name"]
    with translation.override("fr"):
        assert told == gettext("Another template has this name: choose a different one.")
    assert LetterTemplate.objects.count() == 1


def test_a_template_is_shown_with_the_facts_of_a_promise(secretariat: Client) -> None:
    factories.make_commitment(late_from=dt.date(2014, 12, 1), wording="La plus en retard")
    other = factories.make_commitment(late_from=dt.date(2015, 1, 1), wording="Une circulaire")
    add = reverse("commitments:template-add")
    assert "{promesse}" in page(secretariat.get(add))
    shown = secretariat.post(add, {**TEMPLATE, "action": "preview", "sample": other.slug})
    assert shown.status_code == 200
    assert shown.context["sheet"].subject.lower() == "une circulaire"
    assert not LetterTemplate.objects.exists()
