"""The page of minutes: one text, made for each reader, kept and never stale, with nothing that tells of what is left out."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.markdown import Notes, render_part
from meetings.enums import Capacity, DecisionMeans, MinutesStatus, Presence
from meetings.models import (
    AgendaItem,
    Annotation,
    Attendance,
    Correction,
    Decision,
    Erratum,
    FollowUp,
    MinutesSection,
)
from meetings.reading import read_minutes
from members.enums import Audience, Role
from members.prepared import PreparedForReaders
from tests.factories import (
    make_association,
    make_group,
    make_group_membership,
    make_institution,
    make_invitee,
    make_measure,
    make_meeting,
    make_minutes,
    make_section,
    make_session,
    make_source,
    make_user,
)

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from meetings.models import Minutes
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
MARCH = dt.date(2014, 3, 20)


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    for shelf in ("minutes", "sections"):
        caches[shelf].clear()


def address(minutes: Minutes) -> str:
    return reverse("meetings:minutes", args=[minutes.meeting.slug])


def text(client: Client, minutes: Minutes) -> str:
    response = client.get(address(minutes))
    assert response.status_code == 200
    return response.content.decode()


def shape(html: str) -> str:
    """A page without the address that was asked for, the token and the name of who asks."""
    return re.sub(r'value="[^"]*"|/reunions/[^"]*|>[^<]*</a>', "", html)


def adopted(*, is_public: bool = True) -> Minutes:
    return make_minutes(make_meeting(is_public=is_public), status=MinutesStatus.ADOPTED)


def test_each_reader_has_the_sections_that_are_theirs(client_as: ClientAs) -> None:
    minutes = adopted()
    member = make_user(Role.MEMBER)
    for audience in Audience.values:
        people = [member] if audience == Audience.NAMED else []
        make_section(minutes, text=f"Texte {audience}.", audience=audience, people=people)
    wanted = {
        None: {"public"},
        Role.ADMINISTRATOR: {"public"},
        Role.MEMBER: {"public", "members"},
        member: {"public", "members", "named"},
        Role.SECRETARIAT: set(Audience.values),
        Role.COORDINATOR: set(Audience.values),
    }
    for _kept in range(2):
        for who, audiences in wanted.items():
            html = text(client_as(who), minutes)
            assert set(re.findall(r"Texte (\w+)\.", html)) == audiences, who


def test_a_reader_with_nothing_to_read_finds_nothing(client_as: ClientAs) -> None:
    hidden = adopted(is_public=False)
    make_section(hidden, audience=Audience.PUBLIC)
    only_members = adopted()
    make_section(only_members, audience=Audience.MEMBERS)
    draft = make_minutes(make_meeting(is_public=True), status=MinutesStatus.DRAFT)
    make_section(draft, audience=Audience.PUBLIC)
    nowhere = reverse("meetings:minutes", args=["nulle-part"])
    for minutes in (hidden, only_members, draft):
        for who in (None, Role.GUEST, Role.ADMINISTRATOR):
            response = client_as(who).get(address(minutes))
            assert response.status_code == 404
            missing = client_as(who).get(nowhere).content.decode()
            assert shape(response.content.decode()) == shape(missing)
    assert client_as(Role.MEMBER).get(address(draft)).status_code == 404
    assert client_as(Role.SECRETARIAT).get(address(draft)).status_code == 200


def test_guest_reads_what_names_them_at_the_meeting_they_are_asked_to(client_as: ClientAs) -> None:
    guest, other = make_user(Role.GUEST), make_user(Role.GUEST)
    minutes = make_minutes()
    make_section(minutes, text="Pour vous.", audience=Audience.NAMED, people=[guest, other])
    make_section(minutes, text="Pour d’autres.", audience=Audience.MEMBERS)
    AgendaItem.objects.create(meeting=minutes.meeting, title="Point unique")
    make_invitee(minutes.meeting, guest)
    html = text(client_as(guest), minutes)
    assert "Pour vous." in html
    assert "Pour d’autres" not in html
    assert "Point unique" in html
    assert client_as(other).get(address(minutes)).status_code == 404


def test_nothing_tells_of_a_section_that_is_left_out(client_as: ClientAs) -> None:
    minutes = adopted()
    make_section(minutes, number="I.", heading="Ouverture", text="Un^[note a].", audience="public")
    hidden = make_section(
        minutes,
        number="II.",
        heading="Caché",
        text="Deux^[note b] [@cle].",
        audience="secretariat",
        measures=[make_measure(number="17")],
        institutions=[make_institution(acronym="CACHÉE")],
    )
    Decision.objects.create(section=hidden, text="Décision cachée")
    FollowUp.objects.create(section=hidden, text="Suite cachée", who="x")
    Erratum.objects.create(
        section=hidden, text="Erratum caché", on=MARCH, added_by=make_user(Role.SECRETARIAT)
    )
    below = make_section(
        minutes, number="II.1", heading="Dessous", level=2, text="Trois^[c].", audience="public"
    )
    html = text(client_as(None), minutes)
    for words in ("Caché", "caché", "CACHÉE", "Mesure 17", "note b", f"s{hidden.pk}"):
        assert words not in html, words
    # The next note is the second, and the heading one step below the title: no step is missing.
    assert re.findall(r'id="note-(\d+)"', html) == ["1", "2"]
    assert "II.1" in html
    assert f'id="s{below.pk}"' in html
    lone = adopted()
    make_section(lone, heading="Dessus caché", audience="secretariat")
    make_section(lone, heading="Seul", level=3, audience="public")
    html = text(client_as(None), lone)
    assert re.search(r"<h2>\s*Seul", html)
    assert "<h4>" not in html


def test_kept_page_is_never_older_than_its_text(client_as: ClientAs) -> None:
    source = make_source(key="rapport", citation="Rapport public, 2016.")
    minutes = make_minutes()
    measure, institution = make_measure(number="22"), make_institution(acronym="MIPROF")
    section = make_section(minutes, text="Avant [@rapport].", audience=Audience.NAMED)
    client = client_as(Role.SECRETARIAT)

    def change(words: str) -> None:
        assert words not in text(client, minutes)
        assert words not in text(client, minutes)

    def seen(words: str) -> None:
        assert words in text(client, minutes), words

    change("Après")
    MinutesSection.objects.filter(pk=section.pk).update(text="Après [@rapport].")
    seen("Après")
    change("Autre rapport")
    source.citation = "Autre rapport, 2017."
    source.save()
    seen("Autre rapport")
    change("Mesure\u00a022")
    section.measures.add(measure)
    seen("22</a>")
    section.institutions.add(institution)
    seen("MIPROF")
    change("Accord trouvé")
    Decision.objects.create(section=section, text="Accord trouvé")
    seen("Accord trouvé")
    change("Écrire au préfet")
    follow_up = FollowUp.objects.create(section=section, text="Écrire au préfet", who="Bureau")
    seen("Écrire au préfet")
    follow_up.done_note = "Lettre partie"
    follow_up.done_on = MARCH
    follow_up.save()
    seen("Lettre partie")
    AgendaItem.objects.create(meeting=minutes.meeting, title="Dernier point")
    seen("Dernier point")
    association = make_association(name="Association d’un soir")
    Attendance.objects.create(meeting=minutes.meeting, association=association)
    seen("Association d’un soir")
    make_session(minutes.meeting, on=dt.date(2018, 5, 4), place="Lyon")
    seen("Lyon")
    minutes.meeting.title = "Titre corrigé"
    minutes.meeting.save()
    seen("Titre corrigé")


def test_whoever_is_no_longer_named_reads_no_more(client_as: ClientAs) -> None:
    member = make_user(Role.MEMBER)
    minutes = make_minutes()
    section = make_section(minutes, text="Confidence.", audience=Audience.NAMED, people=[member])
    client = client_as(member)
    assert "Confidence." in text(client, minutes)
    section.named_people.clear()
    assert "Confidence." not in text(client, minutes)


def test_question_written_once_is_the_one_of_visible_to(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """The stand-in of a kind is given what each person of that kind is, by name, by group and by invitation."""
    question = PreparedForReaders(
        lambda user: MinutesSection.objects.visible_to(user).order_by("pk").values_list("pk")
    )
    known = [make_user(role) for role in Role for _twice in range(2)]
    people: list[User | AnonymousUser] = [AnonymousUser(), *known]
    group = make_group()
    public, private = adopted(), make_minutes()
    for minutes in (public, private):
        for audience in Audience.values:
            make_section(minutes, audience=audience)
        for person in known:
            make_section(minutes, audience=Audience.NAMED, people=[person])
    in_group = make_section(private, audience=Audience.NAMED)
    in_group.named_groups.add(group)
    for person in known[::2]:
        make_group_membership(group, person=person)
        make_invitee(private.meeting, person)
    found = set()
    for reader in [*people, *people]:
        wanted = list(MinutesSection.objects.visible_to(reader).order_by("pk").values_list("pk"))
        assert [tuple(row) for row in question.all(reader)] == wanted, reader
        found.add(tuple(wanted))
    assert len(found) == 5
    with django_assert_num_queries(1):
        question.all(people[-1])


@pytest.mark.parametrize("who", [None, Role.GUEST, Role.ADMINISTRATOR])
def test_participants_are_for_members(client_as: ClientAs, who: Role | None) -> None:
    minutes = adopted()
    make_section(minutes, audience=Audience.PUBLIC)
    Attendance.objects.create(
        meeting=minutes.meeting, association=make_association(name="Présente")
    )
    AgendaItem.objects.create(meeting=minutes.meeting, title="Point prévu")
    assert "Présente" in text(client_as(Role.MEMBER), minutes)
    assert "Point prévu" in text(client_as(Role.MEMBER), minutes)
    html = text(client_as(who), minutes)
    assert "Présente" not in html
    assert "Point prévu" not in html


def test_participants_are_printed_as_documents_print_them(client_as: ClientAs) -> None:
    minutes = make_minutes()
    make_section(minutes)
    meeting = minutes.meeting
    one, two, three = (make_association(name=f"Association {n}", acronym=f"A{n}") for n in "123")
    Attendance.objects.create(meeting=meeting, association=one, position=2)
    Attendance.objects.create(
        meeting=meeting, association=two, presence=Presence.REPRESENTED, represented_by=one
    )
    Attendance.objects.create(meeting=meeting, association=three, presence=Presence.EXCUSED)
    Attendance.objects.create(
        meeting=meeting,
        institution=make_institution(name="Préfecture"),
        function="Directrice de cabinet",
        capacity=Capacity.INTERLOCUTOR,
    )
    Attendance.objects.create(meeting=meeting, label="Réseau inconnu", position=9)
    html = text(client_as(Role.MEMBER), minutes)
    lines = re.findall(
        r"<li>([^<]*)</li>", html.split('id="participants-title"')[1].split("</dl>")[0]
    )
    assert lines[:2] == ["Association 1 (A1)", "Réseau inconnu"]
    assert "Préfecture, Directrice de cabinet" in lines
    assert any(line.startswith("Association 2 (A2)") and line.endswith("A1") for line in lines)
    assert lines[-1] == "Association 3 (A3)"


def test_those_of_one_session_are_told_with_its_day(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(dt.date(2014, 10, 22)))
    make_section(minutes)
    second = make_session(minutes.meeting, on=dt.date(2014, 11, 7))
    for name, session in (("De tous les jours", None), ("D’un jour", second)):
        Attendance.objects.create(
            meeting=minutes.meeting, association=make_association(name=name), session=session
        )
    html = text(client_as(Role.MEMBER), minutes).split('id="participants-title"')[1]
    lists = re.findall(r"<dt>([^<]*)</dt><dd><ul><li>([^<]*)</li></ul>", html)
    assert [name for _words, name in lists] == ["De tous les jours", "D’un jour"]
    assert lists[1][0] == f"{lists[0][0]}, 7\u00a0novembre 2014"


def test_adoption_names_its_meeting_to_those_who_may_know_of_it(client_as: ClientAs) -> None:
    for is_public in (True, False):
        later = make_meeting(MARCH, title="Réunion suivante", is_public=is_public)
        minutes = make_minutes(
            make_meeting(dt.date(2014, 1, 31), is_public=True),
            status=MinutesStatus.ADOPTED,
            later=later,
        )
        make_section(minutes, audience=Audience.PUBLIC)
        assert "Réunion suivante" in text(client_as(Role.MEMBER), minutes)
        assert ("Réunion suivante" in text(client_as(None), minutes)) is is_public
        assert "20\u00a0mars 2014" in text(client_as(None), minutes)


def test_narrow_audience_is_marked_with_a_lock_and_others_are_not(client_as: ClientAs) -> None:
    minutes = make_minutes()
    for audience in (Audience.PUBLIC, Audience.MEMBERS):
        make_section(minutes, audience=audience)
    client = client_as(Role.SECRETARIAT)
    assert 'class="lock"' not in text(client, minutes)
    make_section(minutes, audience=Audience.SECRETARIAT)
    make_section(minutes, audience=Audience.NAMED)
    assert text(client, minutes).count('class="lock"') == 2


def test_every_paragraph_has_an_address_that_stays_with_the_text(client_as: ClientAs) -> None:
    minutes = make_minutes()
    words = "Premier.\n\n- un\n- deux\n\n> cité\n\nDernier."
    section = make_section(minutes, text=words)
    client = client_as(Role.MEMBER)
    found = re.findall(r'<a class="para" id="([^"]+)"', text(client, minutes))
    assert found == [f"s{section.pk}-p{n}" for n in range(1, 6)]
    # Another section above changes nothing to it.
    make_section(minutes, text="Avant.\n\nEncore.", position=0)
    assert set(found) < set(re.findall(r'<a class="para" id="([^"]+)"', text(client, minutes)))


def test_the_same_text_twice_has_two_addresses_and_numbers_on(client_as: ClientAs) -> None:
    minutes = make_minutes()
    make_source(key="loi", citation="Loi n° 1.", short="Loi 1")
    sections = [make_section(minutes, text="Pareil [@loi, art. 2].") for _ in range(2)]
    html = text(client_as(Role.MEMBER), minutes)
    for section in sections:
        assert html.count(f'id="s{section.pk}-p1"') == 1
    assert re.findall(r'id="appel-(\d)"', html) == ["1", "2"]
    assert "Loi n°&nbsp;1" in html.split('id="note-1"')[1].split("</li>")[0]
    assert "Loi 1, art." in html.split('id="note-2"')[1].split("</li>")[0]


def test_decisions_follow_ups_and_errata_stand_with_their_section(client_as: ClientAs) -> None:
    minutes = make_minutes()
    section = make_section(minutes)
    vote = {"means": DecisionMeans.VOTE, "votes_for": 12, "votes_against": 1, "abstentions": 0}
    decision = Decision.objects.create(section=section, text="Écrire au ministre.", **vote)
    FollowUp.objects.create(
        section=section, text="Préparer la lettre.", who="Le secrétariat", due_words="fin mars"
    )
    by = make_user(Role.SECRETARIAT)
    Erratum.objects.create(section=section, on=MARCH, text="Lire « treize ».", added_by=by)
    html = text(client_as(Role.MEMBER), minutes)
    own = html.split(f'id="s{section.pk}"')[1]
    assert f'id="d{decision.pk}"' in own
    assert re.search(r'class="how">12 ', own)
    assert "Le secrétariat</strong>, fin mars" in own
    assert "20\u00a0mars 2014" in own.split('class="erratum"')[1]


def test_sections_tell_which_session_they_are_of(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(dt.date(2014, 10, 22)))
    second = make_session(minutes.meeting, on=dt.date(2014, 11, 7), place="Préfecture de police")
    first = minutes.meeting.sessions.get(on=dt.date(2014, 10, 22))
    make_section(minutes, session=first)
    make_section(minutes, session=second)
    make_section(minutes, session=second)
    html = text(client_as(Role.MEMBER), minutes)
    assert html.count('class="sitting"') == 2
    assert "7\u00a0novembre 2014, Préfecture de police" in html


def test_verbs_are_offered_to_those_who_have_them(client_as: ClientAs) -> None:
    minutes = make_minutes(remarks_until=timezone.localdate())
    section = make_section(minutes)
    annotate = reverse("meetings:annotation-add", args=[minutes.meeting.slug, section.pk])
    editor = reverse("meetings:editor", args=[minutes.meeting.slug])
    html = text(client_as(Role.MEMBER), minutes)
    assert annotate in html
    assert editor not in html
    assert editor in text(client_as(Role.SECRETARIAT), minutes)
    minutes.remarks_until = timezone.localdate() - dt.timedelta(days=1)
    minutes.save()
    assert annotate not in text(client_as(Role.MEMBER), minutes)


def test_remarks_are_read_by_those_who_may(client_as: ClientAs) -> None:
    minutes = make_minutes(make_meeting(is_public=True))
    author = make_user(Role.MEMBER, name="Membre 1")
    open_to_all = make_section(minutes, text="Le mot juste.")
    hidden = make_section(minutes, audience=Audience.SECRETARIAT)
    Annotation.objects.create(section=open_to_all, text="À préciser.", author=author)
    Annotation.objects.create(section=hidden, text="Remarque cachée.", author=author)
    Correction.objects.create(
        section=open_to_all, passage="juste", replacement="exact", author=author
    )
    html = text(client_as(Role.MEMBER), minutes)
    assert "À préciser." in html
    assert "<ins>exact</ins>" in html
    assert "Remarque cachée." not in html
    assert "Remarque cachée." in text(client_as(Role.SECRETARIAT), minutes)


def test_ones_own_remark_leads_to_where_it_is_changed_as_long_as_it_may(
    client_as: ClientAs,
) -> None:
    minutes = make_minutes(make_meeting(), remarks_until=timezone.localdate())
    author = make_user(Role.MEMBER)
    remark = Annotation.objects.create(section=make_section(minutes), text="À voir.", author=author)
    pages = [
        reverse(f"meetings:annotation-{verb}", args=[minutes.meeting.slug, remark.pk])
        for verb in ("edit", "delete")
    ]
    client = client_as(author)
    assert all(f'href="{page}"' in text(client, minutes) for page in pages)
    assert all(client.get(page).status_code == 200 for page in pages)
    assert not any(page in text(client_as(Role.MEMBER), minutes) for page in pages)
    minutes.remarks_until = timezone.localdate() - dt.timedelta(days=1)
    minutes.save()
    assert not any(page in text(client, minutes) for page in pages)


def test_ones_own_correction_is_withdrawn_from_the_page_itself() -> None:
    minutes = make_minutes(make_meeting(), remarks_until=timezone.localdate())
    author = make_user(Role.MEMBER)
    section = make_section(minutes, text="Le mot juste.")
    correction = Correction.objects.create(
        section=section, passage="juste", replacement="exact", author=author
    )
    action = reverse("meetings:correction-withdraw", args=[minutes.meeting.slug, correction.pk])
    client, other = Client(enforce_csrf_checks=True), Client()
    client.force_login(author)
    other.force_login(make_user(Role.MEMBER))
    assert action not in text(other, minutes)
    form = text(client, minutes).partition(f'action="{action}"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert client.post(action, fields).status_code == 302
    assert not Correction.objects.exists()


def test_a_long_page_asks_no_more_than_a_short_one(
    client_as: ClientAs, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Sessions and account come on top of what the page asks."""
    for total in (1, 20):
        minutes = make_minutes()
        for _ in range(total):
            section = make_section(
                minutes, measures=[make_measure()], institutions=[make_institution()]
            )
            Decision.objects.create(section=section, text="Décidé")
            FollowUp.objects.create(section=section, text="Suivre", who="x")
        client = client_as(Role.MEMBER)
        client.get(address(minutes))
        for shelf in ("minutes", "sections"):
            caches[shelf].clear()
        for _kept in range(2):
            with django_assert_num_queries(16):
                client.get(address(minutes))


def test_reading_returns_none_where_there_is_nothing() -> None:
    assert read_minutes("nulle-part", AnonymousUser()) is None


def test_page_filled_for_one_reader_is_not_kept_for_another(client_as: ClientAs) -> None:
    minutes = make_minutes()
    make_section(minutes)
    ada, zoe = (make_user(Role.MEMBER, name=name) for name in ("Ada", "Zoé"))
    for who, other in ((ada, "Zoé"), (zoe, "Ada")):
        html = text(client_as(who), minutes)
        assert who.name in html
        assert other not in html
        assert "\ue000" not in html


@pytest.mark.parametrize("sign", ["\ue000p1\ue001", "&#xE000;n9&#xE001;", "`\ue000n7\ue001`"])
def test_nobody_can_write_a_place_of_ours(sign: str) -> None:
    part = render_part(f"Avant {sign} après ^[seule].", under=2)
    html = part.placed(Notes(), lambda number: f"<{number}>")
    assert html.startswith("<p><1>Avant ")
    assert html.count("<1>") == 1
    assert html.count("note-call") == 1


def test_headings_of_a_text_follow_the_one_above() -> None:
    html = render_part("# Un\n\n### Trois\n\n# Encore\n\n## Deux", under=3).html
    assert re.findall(r"<(h\d)>", html) == ["h4", "h5", "h4", "h5"]
