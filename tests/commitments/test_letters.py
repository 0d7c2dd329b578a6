"""The life of a letter: written about commitments, signed under a number, sent, answered or not; who may do what of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from commitments.audiences import quotes, readers_left_out
from commitments.enclosures import (
    EnclosureFacts,
    attachments_of,
    refused_enclosures,
    register_minutes_file,
    what_addressee_may_not_see,
)
from commitments.enums import Escalation, EventKind, LetterStatus, SentBy
from commitments.first_templates import add_first_templates, first_template
from commitments.letter_words import KNOWN, facts_of, fill, left_open
from commitments.models import (
    Commitment,
    Letter,
    LetterEnclosure,
    LetterReply,
    LetterRun,
    LetterStep,
    LetterTemplate,
)
from commitments.services import letter_mail
from commitments.services.letters import (
    CopyFacts,
    address_to_others,
    close_unanswered,
    delete_draft,
    edit_letter,
    mail_again,
    record_reply,
    send_letter,
    sign_letter,
    start_letter,
)
from commitments.services.runs import lay_out, see_to_pdf
from commitments.services.templates import save_template
from commitments.tasks import mail_letter
from common.versions import StaleRowError
from meetings.enums import MeetingKind, MinutesStatus
from meetings.models import Attendance
from members.enums import Audience, Role
from plan.models import Institution
from tests.factories import (
    SMALL_PDF,
    make_commitment,
    make_event,
    make_group,
    make_institution,
    make_letter,
    make_measure,
    make_meeting,
    make_meeting_paper,
    make_minutes,
    make_paper,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from members.models import User
    from tests.members.processes import House

pytestmark = pytest.mark.django_db

PROMISED = dt.date(2014, 9, 23)
LATE = dt.date(2015, 1, 1)
SIGNED = dt.date(2015, 4, 21)
SENT = dt.date(2015, 4, 22)
LATER = dt.date(2015, 6, 1)
QUOTE = "Une circulaire sera adressée aux préfets avant la fin de l'année."


@pytest.fixture
def coordinator() -> User:
    return make_user(Role.COORDINATOR)


@pytest.fixture
def secretariat() -> User:
    return make_user(Role.SECRETARIAT)


@pytest.fixture
def ministry() -> Institution:
    return make_institution(name="Ministère de l’Intérieur")


@pytest.fixture
def circular(ministry: Institution) -> Commitment:
    meeting = make_meeting(PROMISED, kind=MeetingKind.INSTITUTION)
    meeting.institutions.add(ministry)
    return make_commitment(
        institution=ministry,
        meeting=meeting,
        function="ministre de l’Intérieur",
        wording="Une circulaire aux préfets",
        deadline_words="avant la fin de l’année 2014",
        late_from=LATE,
    )


@pytest.fixture
def draft(ministry: Institution, circular: Commitment) -> Letter:
    return make_letter(institution=ministry, commitments=[circular], email="cabinet@vigie.example")


@pytest.fixture
def signed(draft: Letter, coordinator: User) -> Letter:
    return sign_letter(letter=draft, version=1, by=coordinator, dated_on=SIGNED)


@pytest.fixture
def sent(signed: Letter, secretariat: User) -> Letter:
    return send_letter(letter=signed, version=2, by=secretariat, on=SENT, sent_by=SentBy.POST)


@pytest.fixture
def _quick_pdfs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are laid out in test_letter_pdf.py; here a file is a file."""

    def render(documents: list[str], **options: Any) -> list[bytes]:
        return [SMALL_PDF + html.encode() for html in documents]

    monkeypatch.setattr("commitments.services.runs.render_pdfs", render)
    monkeypatch.setattr("commitments.services.runs.check_pdf", lambda pdf, wanted: 1)


def text_of(letter: Letter, **changes: Any) -> dict[str, Any]:
    """What `edit_letter` takes to leave a letter as it is, but for what changes."""
    names = (
        "escalation", "institution", "addressee", "address", "email", "salutation", "subject", "body", "closing",
        "place", "dated_on", "signatory", "lists_members", "audience",
    )  # fmt: skip
    told = {name: getattr(letter, name) for name in names}
    return {**told, "commitments": letter.commitments.all(), **changes}


def kinds(commitment: Commitment) -> list[tuple[str, dt.date]]:
    return [(event.kind, event.on) for event in commitment.events.order_by("on", "pk")]


def refused_at(error: pytest.ExceptionInfo[ValidationError]) -> set[str]:
    return set(error.value.message_dict)


# --- Words between braces -----------------------------------------------------------------------------------------------


def test_facts_tell_what_was_said_when_by_whom_and_how_late_it_is(
    circular: Commitment, ministry: Institution
) -> None:
    make_event(circular, EventKind.REMINDED, dt.date(2015, 1, 22))
    facts = facts_of([circular], ministry, SIGNED, Audience.MEMBERS)
    assert set(facts) == set(KNOWN) - {"appel"}
    assert facts["promesse"] == "une circulaire aux préfets"
    assert facts["mesures"] == "le plan d’action national"
    assert facts["auteur"] == "ministre de l’Intérieur"
    assert facts["date"] == "le 23\u00a0septembre 2014"
    assert facts["cadre"] == "lors de notre rencontre du 23\u00a0septembre 2014"
    assert facts["echeance"] == "avant la fin de l’année 2014"
    assert facts["retard"] == "111\u00a0jours"
    assert facts["nombre_relances"] == "1"
    assert "22\u00a0janvier 2015" in facts["relances"]
    assert "dépassée depuis 111\u00a0jours" in facts["engagements"]


def test_a_line_names_whoever_promised_where_it_is_not_whom_one_writes_to(
    circular: Commitment, ministry: Institution
) -> None:
    make_event(circular, EventKind.REMINDED, dt.date(2015, 1, 22))
    circular.function = ""
    to_them = facts_of([circular], ministry, SIGNED, Audience.MEMBERS)
    assert ministry.name not in to_them["engagements"]
    assert to_them["relances"].startswith("Nous vous avons déjà écrit")
    above = facts_of([circular], make_institution(), SIGNED, Audience.MEMBERS)
    assert f"({ministry.name})" in above["engagements"]
    assert above["relances"].startswith("Nous avons déjà écrit")


def test_facts_are_those_of_the_day_of_the_letter(
    circular: Commitment, ministry: Institution
) -> None:
    make_event(circular, EventKind.REMINDED, SIGNED)
    facts = facts_of([circular], ministry, dt.date(2014, 12, 31), Audience.MEMBERS)
    assert facts["retard"] == "0\u00a0jour"
    assert facts["relances"] == ""
    assert "n’est pas encore passée" in facts["situation"]
    before = facts_of([circular], ministry, dt.date(2014, 9, 22), Audience.MEMBERS)
    assert set(before) == {"institution", "jour"}


@pytest.mark.parametrize(
    ("section", "audience", "is_quoted"),
    [
        (Audience.MEMBERS, Audience.MEMBERS, True),
        (Audience.NAMED, Audience.MEMBERS, False),
        (Audience.SECRETARIAT, Audience.MEMBERS, False),
        (Audience.SECRETARIAT, Audience.SECRETARIAT, True),
    ],
)
def test_a_quote_is_filled_in_only_where_readers_of_the_letter_may_read_it(
    ministry: Institution, section: str, audience: str, is_quoted: bool
) -> None:
    said = make_section(audience=section)
    promise = make_commitment(institution=ministry, section=said, quote=QUOTE)
    facts = facts_of([promise], ministry, SIGNED, audience)
    assert ("préfets" in facts["citation"]) is is_quoted
    assert ("préfets" in facts["engagements"]) is is_quoted


def test_one_says_our_meeting_only_to_whoever_was_there(
    circular: Commitment, ministry: Institution
) -> None:
    meeting = circular.meeting
    assert meeting is not None
    meeting.kind = MeetingKind.INTERNAL
    meeting.save()
    about_them = facts_of([circular], ministry, SIGNED, Audience.MEMBERS)
    assert about_them["cadre"] == "lors de la réunion du 23\u00a0septembre 2014"
    Attendance.objects.create(meeting=meeting, institution=ministry)
    with_them = facts_of([circular], ministry, SIGNED, Audience.MEMBERS)
    assert with_them["cadre"] == "lors de notre rencontre du 23\u00a0septembre 2014"


def test_a_quote_that_ends_with_a_point_is_followed_by_none(
    circular: Commitment, ministry: Institution
) -> None:
    circular.quote = QUOTE
    facts = facts_of([circular], ministry, SIGNED, Audience.MEMBERS)
    assert "l’année.\u00a0» L’échéance" in facts["engagements"]
    assert fill("Vous disiez : {citation}. Or rien.", facts).endswith("l’année.\u00a0» Or rien.")
    assert fill("{citation}. Or rien.", {"citation": "« oui »"}) == "« oui ». Or rien."


def test_long_delays_are_written_with_a_space_between_thousands(
    circular: Commitment, ministry: Institution
) -> None:
    facts = facts_of([circular], ministry, dt.date(2026, 11, 21), Audience.MEMBERS)
    assert facts["retard"] == "4\u202f343\u00a0jours"


@pytest.mark.parametrize(
    "text",
    ["{", "}", "{}", "{ }", "{inconnu}", "{{promesse", "{0}", "{a.b}", "{a[0]}", "{" * 500, "%s"],
)
def test_braces_that_make_no_sense_stay_as_they_are(text: str) -> None:
    assert fill(text, {"date": "hier"}) == text.strip()


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("l’application de {mesures}", "l’application des mesures 5 et 22"),
        ("À {mesures}", "aux mesures 5 et 22"),
        ("sur {mesures}", "sur les mesures 5 et 22"),
        ("celle de {institution}", "celle de Ministère"),
        ("de {inconnu}", "de {inconnu}"),
    ],
)
def test_words_are_contracted_as_french_does(text: str, filled: str) -> None:
    facts = {"mesures": "les mesures 5 et 22", "institution": "Ministère"}
    assert fill(text, facts) == filled


def test_words_are_known_with_or_without_accents() -> None:
    assert fill("{Échéance} / {nombre relances}", {"echeance": "hier", "nombre_relances": "2"}) == (
        "hier / 2"
    )
    assert left_open("{promesse} {autre}") == ["promesse"]


def test_what_is_filled_in_is_not_filled_in_again() -> None:
    assert fill("{promesse}", {"promesse": "{date}", "date": "hier"}) == "{date}"


def test_facts_ask_as_much_for_one_commitment_as_for_many(
    ministry: Institution, django_assert_max_num_queries: Any
) -> None:
    said = make_section()
    said.minutes.meeting.institutions.add(ministry)
    for count in (1, 10):
        rows = [
            make_commitment(institution=ministry, section=said, quote=QUOTE)
            for _number in range(count)
        ]
        fresh: list[Any] = list(Commitment.objects.filter(pk__in=[row.pk for row in rows]))
        with django_assert_max_num_queries(8):
            facts_of(fresh, ministry, SIGNED, Audience.MEMBERS)


# --- Templates ----------------------------------------------------------------------------------------------------------


def test_first_templates_are_one_for_each_step_and_come_once() -> None:
    assert add_first_templates() == 4
    rows = LetterTemplate.objects.all()
    assert {row.escalation for row in rows} == set(Escalation.values)
    renamed = rows.first()
    assert renamed is not None
    renamed.name = "Autre nom"
    renamed.save()
    assert add_first_templates() == 0


def test_first_templates_use_words_that_are_known(
    secretariat: User, ministry: Institution, circular: Commitment
) -> None:
    add_first_templates()
    for template in LetterTemplate.objects.all():
        saved = save_template(
            by=secretariat,
            template=template,
            version=template.version,
            name=template.name,
            escalation=template.escalation,
            subject=template.subject,
            body=template.body,
            closing=template.closing,
        )
        letter = start_letter(
            by=secretariat, institution=ministry, commitments=[circular], template=saved
        )
        assert "{" not in letter.subject + letter.body + letter.closing
        assert letter.escalation == template.escalation


@pytest.mark.parametrize("measures", [0, 1, 2])
@pytest.mark.parametrize("promises", [1, 2])
def test_first_templates_read_well_for_one_promise_and_for_several(
    ministry: Institution, measures: int, promises: int
) -> None:
    rows = [make_commitment(institution=ministry) for _number in range(promises)]
    for row in rows:
        row.measures.set([make_measure() for _number in range(measures)])
    add_first_templates()
    for template in LetterTemplate.objects.all():
        letter = start_letter(by=None, institution=ministry, commitments=rows, template=template)
        text = f"{letter.subject}\n{letter.body}"
        wrong = r"\b(?:de|à) (?:des|du|les?|aux?)\b|\b(?:des|les) (?:des|les)\b|engagements"
        assert not re.search(wrong, text), text
        assert text[:1].isupper()
        assert text.count("Aucune échéance") == promises


def test_a_template_with_unknown_words_is_refused_with_those_that_are_known(
    secretariat: User,
) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as error:
        save_template(
            by=secretariat,
            template=None,
            version=None,
            name="Relance",
            escalation=Escalation.LETTER,
            subject="{promesse}",
            body="{promese}",
            closing="{appel}",
        )
    assert refused_at(error) == {"body"}
    assert "{promese}" in str(error.value)
    assert "{promesse}" in str(error.value)
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("En retard de {retard depuis {date}", "{retard depuis"),
        ("En retard de retard}.", "retard}"),
        ("De {{promesse}}", "{"),
    ],
)
def test_a_brace_without_the_other_is_refused(secretariat: User, body: str, told: str) -> None:
    with pytest.raises(ValidationError) as error:
        save_template(
            by=secretariat,
            template=None,
            version=None,
            name="Relance",
            escalation=Escalation.LETTER,
            subject="Vos promesses",
            body=body,
            closing="Salutations",
        )
    assert told in error.value.message_dict["body"][0]
    assert not LetterTemplate.objects.filter(name="Relance").exists()


def test_a_template_is_the_secretariats_and_has_a_version(secretariat: User) -> None:
    told = {
        "name": "Relance",
        "escalation": Escalation.MAIL,
        "subject": "Objet",
        "body": "Texte",
        "closing": "Fin",
    }
    with pytest.raises(PermissionDenied):
        save_template(by=make_user(Role.MEMBER), template=None, version=None, **told)
    template = save_template(by=secretariat, template=None, version=None, **told)
    save_template(by=secretariat, template=template, version=1, **{**told, "body": "Autre"})
    with pytest.raises(StaleRowError):
        save_template(by=secretariat, template=template, version=1, **told)


# --- Writing ------------------------------------------------------------------------------------------------------------


def test_a_letter_begins_with_the_facts_and_how_the_last_one_was_addressed(
    secretariat: User, ministry: Institution, circular: Commitment
) -> None:
    make_letter(institution=ministry, email="cabinet@vigie.example")
    letter = start_letter(by=secretariat, institution=ministry, commitments=[circular])
    assert letter.addressee == "Monsieur le ministre de l’Intérieur"
    assert letter.address == "Place Beauvau\n75800 Paris Cedex 08"
    assert letter.email == "cabinet@vigie.example"
    assert letter.salutation == "Monsieur le ministre,"
    assert letter.signatory == "La présidente, pour le Collectif"
    assert "une circulaire aux préfets" in letter.body
    assert "Monsieur le ministre" in letter.closing
    assert letter.audience == Audience.MEMBERS
    assert list(letter.commitments.all()) == [circular]
    assert letter.written_by == secretariat


def test_a_letter_to_somebody_new_or_about_nothing_yet_can_be_begun(
    secretariat: User, ministry: Institution
) -> None:
    letter = start_letter(by=secretariat, institution=ministry)
    assert letter.addressee == ministry.name
    assert left_open(letter.body)
    assert first_template().escalation == letter.escalation


@pytest.mark.parametrize("audience", [Audience.NAMED, Audience.SECRETARIAT])
def test_a_letter_about_what_is_restricted_begins_restricted(
    secretariat: User, ministry: Institution, audience: str
) -> None:
    restricted = make_commitment(institution=ministry, audience=audience)
    letter = start_letter(
        by=secretariat, institution=ministry, commitments=[restricted, make_commitment()]
    )
    assert letter.audience == Audience.SECRETARIAT


def test_only_the_secretariat_writes(draft: Letter, ministry: Institution) -> None:
    member = make_user(Role.MEMBER)
    with pytest.raises(PermissionDenied):
        start_letter(by=member, institution=ministry)
    with pytest.raises(PermissionDenied):
        edit_letter(letter=draft, version=1, by=member, **text_of(draft))
    with pytest.raises(PermissionDenied):
        address_to_others(letter=draft, by=member, institutions=[make_institution()])
    with pytest.raises(PermissionDenied):
        delete_draft(letter=draft, version=1, by=member)


def test_a_draft_is_changed_with_all_that_goes_with_it(
    secretariat: User, draft: Letter, circular: Commitment
) -> None:
    mission, person, group = make_institution(), make_user(), make_group()
    paper = make_paper(audience=Audience.PUBLIC)
    for version in (1, 2):
        changed = edit_letter(
            letter=draft,
            version=version,
            by=secretariat,
            **text_of(
                draft,
                subject="Autre objet",
                audience=Audience.NAMED,
                people=[person],
                groups=[group],
                commitments=[circular],
                copies=[CopyFacts(mission, "La secrétaire générale"), CopyFacts(mission, "Autre")],
                enclosures=[EnclosureFacts("Synthèse", paper=paper)],
            ),
        )
    assert changed.version == 3
    assert changed.subject == "Autre objet"
    copies = changed.copies.values_list("wording", flat=True)
    assert list(copies) == ["La secrétaire générale", "Autre"]
    assert list(changed.enclosures.values_list("paper", flat=True)) == [paper.pk]
    assert list(changed.named_people.all()) == [person]
    assert list(changed.named_groups.all()) == [group]
    with pytest.raises(StaleRowError):
        edit_letter(letter=draft, version=1, by=secretariat, **text_of(draft))


def test_names_that_are_not_read_are_not_kept(secretariat: User, draft: Letter) -> None:
    changed = edit_letter(
        letter=draft, version=1, by=secretariat, **text_of(draft, people=[make_user()])
    )
    assert not changed.named_people.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"audience": Audience.PUBLIC}, "audience"),
        ({"audience": Audience.NAMED}, "audience"),
        ({"body": " "}, "body"),
        ({"address": "Ligne\n" * 6}, "address"),
        ({"email": "nobody"}, "email"),
        ({"escalation": "war"}, "escalation"),
        ({"dated_on": dt.date(2999, 1, 1)}, "dated_on"),
        ({"copies": [CopyFacts(Institution(pk=0, name="Nulle part"), "Absent")]}, "copies"),
        ({"copies": [CopyFacts(Institution(), "Absent")]}, "copies"),
        ({"enclosures": [EnclosureFacts("Rien")]}, "enclosures"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_and_nothing_is_written(
    secretariat: User, draft: Letter, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        edit_letter(letter=draft, version=1, by=secretariat, **text_of(draft, **changes))
    assert field in refused_at(error)
    draft.refresh_from_db()
    assert draft.version == 1
    assert not draft.copies.exists()


def test_a_copy_to_a_missing_institution_says_which(secretariat: User, draft: Letter) -> None:
    gone = make_institution()
    copies = [CopyFacts(make_institution(), "Présent"), CopyFacts(gone, "Madame la disparue")]
    Institution.objects.filter(pk=gone.pk).delete()
    with pytest.raises(ValidationError) as error:
        edit_letter(letter=draft, version=1, by=secretariat, **text_of(draft, copies=copies))
    assert "Madame la disparue" in str(error.value.message_dict["copies"])
    assert "Présent" not in str(error.value.message_dict["copies"])


def test_a_draft_is_thrown_away_with_its_file_and_a_signed_letter_is_kept(
    secretariat: User, draft: Letter, django_capture_on_commit_callbacks: Any
) -> None:
    name = default_storage.save("ab/draft.pdf", SimpleUploadedFile("x.pdf", SMALL_PDF))
    draft.file = name
    draft.save()
    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(letter=draft, version=1, by=secretariat)
    assert not Letter.objects.exists()
    assert not default_storage.exists(name)
    signed = make_letter(status=LetterStatus.SIGNED)
    with pytest.raises(ValidationError):
        delete_draft(letter=signed, version=1, by=secretariat)
    assert Letter.objects.exists()


def test_the_same_draft_is_written_to_others_each_addressed_as_before(
    secretariat: User, draft: Letter, circular: Commitment
) -> None:
    known, new = make_institution(), make_institution(name="Préfecture du Nord")
    make_letter(institution=known, addressee="Madame la préfète", salutation="Madame la préfète,")
    mission = make_institution()
    edit_letter(
        letter=draft,
        version=1,
        by=secretariat,
        **text_of(draft, copies=[CopyFacts(mission, "La mission")]),
    )
    first, second = address_to_others(
        letter=draft, by=secretariat, institutions=[known, new, known, draft.institution]
    )
    assert (first.addressee, second.addressee) == ("Madame la préfète", "Préfecture du Nord")
    assert first.closing == "Veuillez agréer, Madame la préfète, nos salutations."
    assert second.closing == "Veuillez agréer, Madame, Monsieur, nos salutations."
    for other in (first, second):
        assert other.is_draft
        assert other.body == draft.body
        assert list(other.commitments.all()) == [circular]
        assert list(other.copies.values_list("wording", flat=True)) == ["La mission"]


def test_addressing_a_draft_to_nobody_else_is_refused(secretariat: User, draft: Letter) -> None:
    with pytest.raises(ValidationError) as error:
        address_to_others(letter=draft, by=secretariat, institutions=[draft.institution])
    assert refused_at(error) == {"institutions"}


# --- Enclosures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", Audience.values)
def test_an_addressee_may_see_papers_for_everyone(ministry: Institution, audience: str) -> None:
    paper = make_paper(audience=audience, people=[make_user()])
    refused = what_addressee_may_not_see(ministry, [EnclosureFacts("Pièce", paper=paper)])
    assert refused == ([] if audience == Audience.PUBLIC else ["Pièce"])


@pytest.mark.parametrize("how", ["met", "spoken of", "present", "excused", "absent"])
@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.NAMED, Audience.SECRETARIAT])
def test_of_a_meeting_where_it_was_an_addressee_may_see_what_is_for_the_members(
    ministry: Institution, how: str, audience: str
) -> None:
    is_met = how == "met"
    kind = MeetingKind.INSTITUTION if is_met else MeetingKind.INTERNAL
    meeting = make_meeting(kind=kind)
    if how in {"met", "spoken of"}:
        meeting.institutions.add(ministry)
    elif how != "absent":
        Attendance.objects.create(meeting=meeting, institution=ministry, presence=how)
    paper = make_meeting_paper(meeting, audience=audience, people=[make_user()])
    minutes = make_minutes(meeting)
    make_section(minutes, audience=audience)
    enclosures = [
        EnclosureFacts("Pièce", meeting_paper=paper),
        EnclosureFacts("Compte rendu", minutes=minutes),
    ]
    may_see = how in {"met", "present"} and audience == Audience.MEMBERS
    assert what_addressee_may_not_see(ministry, enclosures) == (
        [] if may_see else ["Pièce", "Compte rendu"]
    )


def test_minutes_being_written_are_not_enclosed(ministry: Institution) -> None:
    meeting = make_meeting(kind=MeetingKind.INSTITUTION)
    meeting.institutions.add(ministry)
    minutes = make_minutes(meeting, status=MinutesStatus.DRAFT)
    make_section(minutes)
    enclosure = EnclosureFacts("Compte rendu", minutes=minutes)
    assert what_addressee_may_not_see(ministry, [enclosure]) == ["Compte rendu"]


def test_what_the_addressee_may_not_see_is_refused_saying_which(
    secretariat: User, coordinator: User, draft: Letter
) -> None:
    secret, public = make_paper(), make_paper(audience=Audience.PUBLIC)
    enclosures = [
        EnclosureFacts("Pièce publique", paper=public),
        EnclosureFacts("Pièce secrète", paper=secret),
    ]
    with pytest.raises(ValidationError) as error:
        edit_letter(
            letter=draft, version=1, by=secretariat, **text_of(draft, enclosures=enclosures)
        )
    assert "Pièce secrète" in str(error.value.message_dict["enclosures"])
    assert "Pièce publique" not in str(error.value.message_dict["enclosures"])
    assert not draft.enclosures.exists()
    edit_letter(
        letter=draft, version=1, by=secretariat, **text_of(draft, enclosures=enclosures[:1])
    )
    public.audience = Audience.MEMBERS
    public.save()
    with pytest.raises(ValidationError) as error:
        sign_letter(letter=draft, version=2, by=coordinator, dated_on=SIGNED)
    assert "Pièce publique" in str(error.value.message_dict["enclosures"])
    with pytest.raises(ValidationError) as error:
        address_to_others(letter=draft, by=secretariat, institutions=[make_institution()])
    assert "Pièce publique" in str(error.value)


def test_a_refusal_says_who_may_not_read_it_why_and_what_can_be_done(
    ministry: Institution,
) -> None:
    written = make_minutes(make_meeting(kind=MeetingKind.INSTITUTION), status=MinutesStatus.DRAFT)
    enclosures = [
        EnclosureFacts("Note", paper=make_paper(audience=Audience.SECRETARIAT)),
        EnclosureFacts("Compte rendu", minutes=make_minutes()),
        EnclosureFacts("Brouillon", minutes=written),
    ]
    with translation.override("en"):
        told = refused_enclosures(ministry, enclosures)
    assert [ministry.name in each and "Take it off" in each for each in told] == [True] * 3
    assert "only to: the secretariat" in told[0]
    assert "was not at this meeting" in told[1]
    assert "not circulated yet" in told[2]


def test_what_may_be_enclosed_asks_as_much_for_one_paper_as_for_ten(
    ministry: Institution, django_assert_max_num_queries: Any
) -> None:
    papers = [make_paper(audience=Audience.PUBLIC) for _each in range(10)]
    with django_assert_max_num_queries(1):
        facts = [EnclosureFacts("Pièce", paper=paper) for paper in papers]
        assert not what_addressee_may_not_see(ministry, facts)


# --- Signing ------------------------------------------------------------------------------------------------------------


def test_signing_locks_the_text_under_a_date_and_a_number(
    coordinator: User, secretariat: User, draft: Letter
) -> None:
    signed = sign_letter(letter=draft, version=1, by=coordinator, dated_on=SIGNED)
    assert (signed.status, signed.reference, signed.dated_on, signed.is_locked) == (
        LetterStatus.SIGNED,
        "2015-001",
        SIGNED,
        True,
    )
    assert list(signed.steps.values_list("kind", "on", "by")) == [
        ("signed", SIGNED, coordinator.pk)
    ]
    with pytest.raises(ValidationError):
        edit_letter(letter=signed, version=2, by=secretariat, **text_of(signed, body="Autre"))
    with pytest.raises(ValidationError):
        sign_letter(letter=signed, version=2, by=coordinator, dated_on=SIGNED)
    with pytest.raises(StaleRowError):
        sign_letter(letter=signed, version=1, by=coordinator, dated_on=SIGNED)


def test_numbers_follow_one_another_within_the_year_of_the_letter(coordinator: User) -> None:
    make_letter(status=LetterStatus.SIGNED, reference="2015-009")
    make_letter(status=LetterStatus.SIGNED, reference="2015-bis")
    days = [SIGNED, LATER, dt.date(2016, 1, 1), dt.date(2015, 12, 31)]
    references = [
        sign_letter(letter=make_letter(), version=1, by=coordinator, dated_on=day).reference
        for day in days
    ]
    assert references == ["2015-010", "2015-011", "2016-001", "2015-012"]


def test_a_number_of_ones_own_is_taken_once(coordinator: User) -> None:
    first = sign_letter(
        letter=make_letter(), version=1, by=None, dated_on=SIGNED, reference=" CAB/15 "
    )
    assert first.reference == "CAB/15"
    other = make_letter()
    with pytest.raises(ValidationError) as error:
        sign_letter(letter=other, version=1, by=coordinator, dated_on=SIGNED, reference="CAB/15")
    assert refused_at(error) == {"reference"}
    other.refresh_from_db()
    assert other.is_draft


SIGN = """
import datetime as dt
from commitments.models import Letter
from commitments.services.letters import sign_letter
mine = list(Letter.objects.order_by("pk"))[number::count]
meet()
print(json.dumps([
    sign_letter(letter=letter, version=1, by=None, dated_on=dt.date(2015, 4, 21)).reference for letter in mine
]))
"""


@pytest.mark.django_db(transaction=True)
def test_letters_signed_at_once_are_numbered_without_a_gap(house: House) -> None:
    house.run(
        """
        from tests.factories import make_letter
        for _number in range(12):
            make_letter()
        print("null")
        """
    )
    given = [reference for some in house.run(SIGN, processes=2) for reference in some]
    assert sorted(given) == [f"2015-{number:03}" for number in range(1, 13)]


def test_only_the_coordinator_signs(secretariat: User, draft: Letter) -> None:
    for person in (secretariat, make_user(Role.MEMBER)):
        with pytest.raises(PermissionDenied):
            sign_letter(letter=draft, version=1, by=person, dated_on=SIGNED)
    assert not LetterStep.objects.exists()


def test_a_letter_is_not_signed_on_a_day_to_come_or_with_facts_to_fill_in(
    coordinator: User, draft: Letter
) -> None:
    draft.body = "Vous aviez promis {promesse}."
    draft.save()
    with pytest.raises(ValidationError) as error:
        sign_letter(letter=draft, version=1, by=coordinator, dated_on=dt.date(2999, 1, 1))
    assert refused_at(error) == {"body", "dated_on"}
    assert "{promesse}" in str(error.value)


@pytest.mark.parametrize(
    ("audience", "of_commitment", "is_refused"),
    [
        (Audience.MEMBERS, Audience.PUBLIC, False),
        (Audience.MEMBERS, Audience.MEMBERS, False),
        (Audience.MEMBERS, Audience.NAMED, True),
        (Audience.MEMBERS, Audience.SECRETARIAT, True),
        (Audience.NAMED, Audience.MEMBERS, False),
        (Audience.NAMED, Audience.SECRETARIAT, True),
        (Audience.SECRETARIAT, Audience.SECRETARIAT, False),
    ],
)
def test_a_letter_is_read_by_nobody_who_may_not_read_what_it_is_about(
    coordinator: User, audience: str, of_commitment: str, is_refused: bool
) -> None:
    person = make_user()
    promise = make_commitment(wording="La promesse tue", audience=of_commitment, people=[person])
    letter = make_letter(commitments=[promise], audience=audience, people=[person])
    if not is_refused:
        assert sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED).is_locked
        return
    with pytest.raises(ValidationError) as error:
        sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED)
    assert refused_at(error) == {"audience"}
    assert "La promesse tue" in str(error.value)


def test_people_named_in_a_letter_are_named_in_its_commitments(coordinator: User) -> None:
    person, other, group = make_user(), make_user(), make_group()
    promise = make_commitment(audience=Audience.NAMED, people=[person])
    for people, groups, is_refused in (
        ([person], [], False),
        ([person, other], [], True),
        ([person], [group], True),
    ):
        letter = make_letter(commitments=[promise], audience=Audience.NAMED, people=people)
        letter.named_groups.set(groups)
        if is_refused:
            with pytest.raises(ValidationError):
                sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED)
        else:
            sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED)


def test_a_guest_named_in_a_letter_reads_nothing_for_the_members(coordinator: User) -> None:
    guest = make_user(Role.GUEST)
    letter = make_letter(commitments=[make_commitment()], audience=Audience.NAMED, people=[guest])
    with pytest.raises(ValidationError):
        sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED)


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        (
            "Vous disiez : « une circulaire sera adressée aux préfets avant la fin de l’année ».",
            True,
        ),
        ("Une circulaire  **sera**\nadressée aux préfets avant la fin de l’année !", True),
        ("Vous nous aviez annoncé une circulaire.", False),
    ],
)
def test_a_section_is_quoted_only_to_those_who_may_read_it(
    coordinator: User, body: str, is_refused: bool
) -> None:
    section = make_section(audience=Audience.SECRETARIAT, heading="Point réservé")
    promise = make_commitment(section=section, quote=QUOTE)
    letter = make_letter(commitments=[promise], body=body)
    assert quotes(body, promise) is is_refused
    if not is_refused:
        sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED)
        return
    with pytest.raises(ValidationError) as error:
        sign_letter(letter=letter, version=1, by=coordinator, dated_on=SIGNED)
    assert refused_at(error) == {"audience"}
    assert "Point réservé" in str(error.value)


def test_why_a_draft_cannot_be_signed_is_known_before(django_assert_num_queries: Any) -> None:
    group, person = make_group(), make_user()
    section = make_section(audience=Audience.SECRETARIAT, heading="Point réservé")

    def promise() -> Commitment:
        row = make_commitment(
            section=section, quote=QUOTE, audience=Audience.NAMED, people=[person]
        )
        row.named_groups.add(group)
        return row

    letter = make_letter(commitments=[promise()], body=QUOTE)
    told = readers_left_out(letter)
    assert len(told) == 2
    assert "Point réservé" in told[1]
    letter.audience = Audience.NAMED
    letter.save()
    letter.named_people.add(person)
    with CaptureQueriesContext(connection) as one:
        assert len(readers_left_out(letter)) == 1
    letter.commitments.add(promise(), promise())
    with django_assert_num_queries(len(one)):
        assert len(readers_left_out(letter)) == 3


# --- Sending ------------------------------------------------------------------------------------------------------------


def test_sending_reminds_every_commitment_but_those_that_are_settled(
    secretariat: User, signed: Letter, circular: Commitment
) -> None:
    kept, partly = make_commitment(), make_commitment()
    make_event(kept, EventKind.KEPT, LATE)
    make_event(partly, EventKind.PARTLY_KEPT, LATE)
    signed.commitments.add(kept, partly)
    sent = send_letter(
        letter=signed, version=2, by=secretariat, on=SENT, sent_by=SentBy.HAND, note="Remise"
    )
    assert sent.status == LetterStatus.SENT
    step = sent.steps.get(kind="sent")
    assert (step.on, step.sent_by, step.note, step.by) == (SENT, "hand", "Remise", secretariat)
    assert kinds(circular)[-1] == (EventKind.REMINDED, SENT)
    assert kinds(partly)[-1] == (EventKind.REMINDED, SENT)
    assert kinds(kept)[-1] == (EventKind.KEPT, LATE)
    assert circular.events.get(kind=EventKind.REMINDED).letter == sent
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("on", "sent_by", "field"),
    [
        (dt.date(2999, 1, 1), SentBy.POST, "on"),
        (dt.date(2015, 4, 20), SentBy.POST, "on"),
        (SENT, "pigeon", "sent_by"),
    ],
)
def test_sending_that_makes_no_sense_is_refused_and_nothing_is_written(
    secretariat: User,
    signed: Letter,
    circular: Commitment,
    on: dt.date,
    sent_by: str,
    field: str,
) -> None:
    with pytest.raises(ValidationError) as error:
        send_letter(letter=signed, version=2, by=secretariat, on=on, sent_by=sent_by)
    assert refused_at(error) == {field}
    signed.refresh_from_db()
    assert (signed.status, signed.version) == (LetterStatus.SIGNED, 2)
    assert kinds(circular) == [(EventKind.MADE, PROMISED)]


@pytest.mark.parametrize(
    ("fields", "sent_by"),
    [
        ({"address": ""}, SentBy.POST),
        ({"address": ""}, SentBy.REGISTERED),
        ({"email": ""}, SentBy.EMAIL),
    ],
)
def test_a_letter_goes_only_where_it_has_an_address(
    coordinator: User, fields: dict[str, Any], sent_by: str
) -> None:
    letter = sign_letter(letter=make_letter(**fields), version=1, by=coordinator, dated_on=SIGNED)
    with pytest.raises(ValidationError) as error:
        send_letter(letter=letter, version=2, by=coordinator, on=SENT, sent_by=sent_by)
    assert refused_at(error) == {"sent_by"}


def test_an_enclosure_without_a_file_does_not_go_by_mail(
    coordinator: User, secretariat: User, draft: Letter
) -> None:
    meeting = make_meeting(is_public=True)
    paper = make_meeting_paper(meeting, audience=Audience.PUBLIC)
    enclosures = [EnclosureFacts("Sans fichier", meeting_paper=paper)]
    edit_letter(letter=draft, version=1, by=secretariat, **text_of(draft, enclosures=enclosures))
    signed = sign_letter(letter=draft, version=2, by=coordinator, dated_on=SIGNED)
    with pytest.raises(ValidationError) as error:
        send_letter(letter=signed, version=3, by=coordinator, on=SENT, sent_by=SentBy.EMAIL)
    assert "Sans fichier" in str(error.value.message_dict["sent_by"])
    send_letter(letter=signed, version=3, by=coordinator, on=SENT, sent_by=SentBy.POST)


def test_steps_come_in_order(secretariat: User, coordinator: User, draft: Letter) -> None:
    day: dict[str, Any] = {"on": SENT, "by": secretariat}
    with pytest.raises(ValidationError):
        send_letter(letter=draft, version=1, sent_by=SentBy.POST, **day)
    with pytest.raises(ValidationError):
        close_unanswered(letter=draft, version=1, **day)
    signed = sign_letter(letter=draft, version=1, by=coordinator, dated_on=SIGNED)
    with pytest.raises(ValidationError):
        record_reply(letter=signed, version=2, by=secretariat, dated_on=SENT, summary="Oui")
    with pytest.raises(ValidationError):
        close_unanswered(letter=signed, version=2, **day)
    sent = send_letter(letter=signed, version=2, sent_by=SentBy.POST, **day)
    with pytest.raises(ValidationError):
        send_letter(letter=sent, version=3, sent_by=SentBy.POST, **day)
    with pytest.raises(StaleRowError):
        record_reply(letter=sent, version=2, by=secretariat, dated_on=LATER, summary="Oui")
    assert not LetterReply.objects.exists()


def test_members_follow_letters_without_changing_them(signed: Letter) -> None:
    member = make_user(Role.MEMBER)
    with pytest.raises(PermissionDenied):
        send_letter(letter=signed, version=2, by=member, on=SENT, sent_by=SentBy.POST)
    with pytest.raises(PermissionDenied):
        record_reply(letter=signed, version=2, by=member, dated_on=LATER, summary="Oui")
    with pytest.raises(PermissionDenied):
        close_unanswered(letter=signed, version=2, by=member, on=LATER)


# --- What comes back ----------------------------------------------------------------------------------------------------


def test_a_reply_is_kept_and_answers_what_the_letter_reminded(
    secretariat: User, sent: Letter, circular: Commitment
) -> None:
    settled, unasked = make_commitment(), make_commitment()
    make_event(settled, EventKind.REMINDED, SENT, letter=sent)
    make_event(settled, EventKind.KEPT, dt.date(2015, 5, 1))
    sent.commitments.add(settled, unasked)
    reply = record_reply(
        letter=sent,
        version=3,
        by=secretariat,
        dated_on=LATER,
        uploaded=SimpleUploadedFile("reponse.pdf", SMALL_PDF),
    )
    sent.refresh_from_db()
    assert sent.status == LetterStatus.ANSWERED
    assert reply.file_name == "reponse.pdf"
    with reply.file.open("rb") as file:
        assert file.read() == SMALL_PDF
    assert kinds(circular)[-1] == (EventKind.ANSWERED, LATER)
    assert kinds(settled)[-1][0] == EventKind.KEPT
    assert kinds(unasked) == [(EventKind.MADE, PROMISED)]


def test_a_second_reply_is_kept_too(secretariat: User, sent: Letter, circular: Commitment) -> None:
    for version, day in ((3, LATER), (4, dt.date(2015, 7, 1))):
        record_reply(letter=sent, version=version, by=secretariat, dated_on=day, summary="Oui")
    assert sent.replies.count() == 2
    assert sent.steps.filter(kind="answered").count() == 1
    assert kinds(circular)[-2:] == [
        (EventKind.ANSWERED, LATER),
        (EventKind.ANSWERED, dt.date(2015, 7, 1)),
    ]


def test_a_letter_closed_without_an_answer_may_still_get_one(
    secretariat: User, sent: Letter, circular: Commitment
) -> None:
    closed = close_unanswered(letter=sent, version=3, by=secretariat, on=LATER, note="Deux mois")
    assert closed.status == LetterStatus.SILENT
    assert kinds(circular)[-1] == (EventKind.NO_NEWS, LATER)
    with pytest.raises(ValidationError):
        close_unanswered(letter=closed, version=4, by=secretariat, on=LATER)
    record_reply(
        letter=closed, version=4, by=secretariat, dated_on=dt.date(2015, 8, 1), summary="Tard"
    )
    assert kinds(circular)[-1] == (EventKind.ANSWERED, dt.date(2015, 8, 1))
    sent.refresh_from_db()
    with pytest.raises(ValidationError):
        close_unanswered(letter=sent, version=5, by=secretariat, on=dt.date(2015, 9, 1))


@pytest.mark.parametrize(
    ("dated_on", "summary", "field"),
    [
        (dt.date(2999, 1, 1), "Oui", "dated_on"),
        (dt.date(2015, 4, 21), "Oui", "dated_on"),
        (LATER, " ", "__all__"),
    ],
)
def test_a_reply_that_makes_no_sense_is_refused_and_nothing_is_kept(
    secretariat: User,
    sent: Letter,
    circular: Commitment,
    dated_on: dt.date,
    summary: str,
    field: str,
) -> None:
    with pytest.raises(ValidationError) as error:
        record_reply(letter=sent, version=3, by=secretariat, dated_on=dated_on, summary=summary)
    assert refused_at(error) == {field}
    assert not LetterReply.objects.exists()
    assert kinds(circular)[-1] == (EventKind.REMINDED, SENT)


def test_a_letter_keeps_its_file_through_the_steps_that_leave_its_text(
    secretariat: User, signed: Letter
) -> None:
    signed.laid_out_version = signed.version
    signed.save()
    sent = send_letter(letter=signed, version=2, by=secretariat, on=SENT, sent_by=SentBy.POST)
    assert sent.laid_out_version == sent.version == 3


# --- Mail ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(
    coordinator: User,
    secretariat: User,
    draft: Letter,
    _quick_pdfs: None,
) -> Letter:
    """Sent by e-mail with a paper and minutes; the worker has not come yet."""
    meeting = make_meeting(kind=MeetingKind.INSTITUTION)
    meeting.institutions.add(draft.institution)
    minutes = make_minutes(meeting)
    make_section(minutes)
    paper = make_paper(
        audience=Audience.PUBLIC, uploaded=SimpleUploadedFile("synthese.pdf", SMALL_PDF)
    )
    enclosures = [
        EnclosureFacts("Synthèse", paper=paper),
        EnclosureFacts("Compte rendu", minutes=minutes),
    ]
    edit_letter(letter=draft, version=1, by=secretariat, **text_of(draft, enclosures=enclosures))
    signed = sign_letter(letter=draft, version=2, by=coordinator, dated_on=SIGNED)
    return send_letter(letter=signed, version=3, by=secretariat, on=SENT, sent_by=SentBy.EMAIL)


@pytest.fixture
def _minutes_file() -> Iterator[None]:
    """Minutes are laid out by the reports; what is enclosed of them is tested with them."""
    from reports.minutes_files import minutes_for_addressee

    register_minutes_file(lambda minutes, reader: b"%PDF minutes")
    yield
    register_minutes_file(minutes_for_addressee)


def test_minutes_enclosed_hold_what_the_addressee_may_read_and_name_nobody(
    ministry: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = make_meeting(kind=MeetingKind.INSTITUTION)
    meeting.institutions.add(ministry)
    minutes = make_minutes(meeting)
    make_section(minutes, text="Ce que tous les membres lisent.")
    make_section(minutes, text="Ce qui reste au secrétariat.", audience=Audience.SECRETARIAT)
    laid_out: list[str] = []

    def render(html: str, **options: Any) -> bytes:
        laid_out.append(html)
        return SMALL_PDF

    monkeypatch.setattr("reports.minutes_files.render_pdf", render)
    monkeypatch.setattr("reports.minutes_files.check_pdf", lambda pdf, wanted: 1)
    letter = make_letter(institution=ministry)
    row = LetterEnclosure.objects.create(letter=letter, label="Compte rendu", minutes=minutes)
    (attached,) = attachments_of(ministry, [row])
    assert attached.content == SMALL_PDF
    assert attached.name == f"compte-rendu-{meeting.slug}.pdf"
    assert "Ce que tous les membres lisent" in laid_out[0]
    assert "Ce qui reste au secrétariat" not in laid_out[0]


@pytest.mark.usefixtures("_minutes_file")
def test_a_letter_is_mailed_once_with_its_file_and_what_is_enclosed(mailed: Letter) -> None:
    assert letter_mail.send_waiting(mailed.pk)
    assert not letter_mail.send_waiting(mailed.pk)
    (message,) = mail.outbox
    assert message.to == ["cabinet@vigie.example"]
    assert mailed.reference
    assert mailed.reference in message.subject
    files = [(name, kind) for name, _content, kind in message.attachments]
    (slug,) = mailed.enclosures.exclude(minutes=None).values_list(
        "minutes__meeting__slug", flat=True
    )
    assert [name for name, _kind in files][1:] == [
        "synthese.pdf",
        f"compte-rendu-{slug}.pdf",
    ]
    assert files[0][0].startswith("courrier-2015-001-")
    assert {kind for _name, kind in files} == {"application/pdf"}
    mailed.refresh_from_db()
    assert mailed.mailed_at is not None
    assert mailed.laid_out_version == mailed.version


@pytest.mark.usefixtures("_minutes_file")
def test_a_mail_that_the_server_refuses_waits_to_be_sent_again(
    mailed: Letter,
    secretariat: User,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with monkeypatch.context() as refusing:

        def refuse(*_arguments: Any) -> None:
            raise OSError("No route")

        refusing.setattr("django.core.mail.EmailMessage.send", refuse)
        assert not letter_mail.send_waiting(mailed.pk)
    mailed.refresh_from_db()
    assert mailed.mailed_at is None
    with pytest.raises(PermissionDenied):
        mail_again(letter=mailed, by=make_user(Role.MEMBER))
    mail_again(letter=mailed, by=secretariat)
    assert letter_mail.send_waiting(mailed.pk)
    mailed.refresh_from_db()
    with pytest.raises(ValidationError):
        mail_again(letter=mailed, by=secretariat)
    assert len(mail.outbox) == 1


def test_the_mail_is_the_workers_once_all_is_written(
    coordinator: User,
    signed: Letter,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(type(mail_letter), "enqueue", lambda task, pk: asked.append(pk))
    with django_capture_on_commit_callbacks() as callbacks:
        send_letter(letter=signed, version=2, by=coordinator, on=SENT, sent_by=SentBy.EMAIL)
    assert asked == []
    for callback in callbacks:
        callback()
    assert asked == [signed.pk]


@pytest.mark.parametrize(("sent_by", "is_asked"), [(SentBy.POST, True), (SentBy.EMAIL, False)])
def test_a_letter_that_is_sent_is_laid_out_for_its_readers(
    signed: Letter, secretariat: User, sent_by: str, *, is_asked: bool
) -> None:
    # The mail itself lays it out.
    send_letter(letter=signed, version=2, by=secretariat, on=SENT, sent_by=sent_by)
    signed.refresh_from_db()
    assert (signed.run is not None) is is_asked


def test_a_letter_that_is_laid_out_already_or_loaded_is_not_laid_out_again(
    signed: Letter, secretariat: User
) -> None:
    loaded = send_letter(letter=signed, version=2, by=None, on=SENT, sent_by=SentBy.POST)
    loaded.file = SimpleUploadedFile("courrier.pdf", SMALL_PDF)
    loaded.laid_out_version = loaded.version
    see_to_pdf(letter=loaded, by=secretariat)
    assert not LetterRun.objects.exists()


def test_sending_waits_for_no_laying_out_under_way(signed: Letter, secretariat: User) -> None:
    run = lay_out(letters=[signed, make_letter()], by=secretariat)
    signed.refresh_from_db()
    send_letter(letter=signed, version=2, by=secretariat, on=SENT, sent_by=SentBy.POST)
    assert LetterRun.objects.get() == run


def test_what_a_command_loads_is_not_mailed(
    signed: Letter, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        send_letter(letter=signed, version=2, by=None, on=SENT, sent_by=SentBy.EMAIL)
    assert callbacks == []


def test_a_letter_sent_by_post_is_not_mailed(sent: Letter) -> None:
    assert not letter_mail.send_waiting(sent.pk)
    assert mail.outbox == []
