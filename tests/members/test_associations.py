"""Cards of associations: who reads and writes what, versions, history, checks of the links."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.versions import StaleRowError
from members.enums import Role
from members.models import Association, Participation
from members.services.associations import (
    NetworkEntry,
    PublicationEntry,
    add_association,
    networks_of,
    publications_of,
    revise_association,
)
from tests.factories import (
    make_association,
    make_mandate,
    make_report_call,
    make_user,
    make_yearly_report,
)

if TYPE_CHECKING:
    from tests.conftest import ClientAs

TODAY = dt.date(2015, 4, 21)
pytestmark = pytest.mark.django_db
LIST = "/collectif/"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(dt.datetime(2015, 4, 21, 12, tzinfo=dt.UTC), tick=False):
        yield


def posted(association: Association, **changes: Any) -> dict[str, str]:
    """The card as its page posts it, with what somebody changed."""
    content: dict[str, Any] = {
        "version": association.version,
        "name": association.name,
        "acronym": association.acronym,
        "presentation": association.presentation,
        "site": association.site,
        "invited_on": association.invited_on or "",
        "joined_on": association.joined_on or "",
        "left_on": association.left_on or "",
        "has_link": "unknown",
        "link_checked_on": "",
        "link_url": "",
        "why": "",
        "networks-TOTAL_FORMS": "3",
        "networks-INITIAL_FORMS": "0",
        "publications-TOTAL_FORMS": "3",
        "publications-INITIAL_FORMS": "0",
    }
    if association.is_joining_day_known:
        content["is_joining_day_known"] = "on"
    return {name: str(value) for name, value in (content | changes).items()}


def edit(association: Association) -> str:
    return reverse("members:association-edit", args=[association.slug])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- The list ---------------------------------------------------------------------------------------------------------


def test_anyone_reads_the_list_by_state(client_as: ClientAs) -> None:
    make_association(name="Actuelle")
    make_association(name="Invitée seulement", joined_on=None, invited_on=dt.date(2013, 9, 13))
    make_association(name="Partie", left_on=dt.date(2015, 4, 21))
    page = text(client_as(None).get(LIST))
    assert page.index("Actuelle") < page.index("Invitée seulement") < page.index("Partie")
    only = text(client_as(None).get(LIST, {"etat": "invitee"}))
    assert "Invitée seulement" in only
    assert "Actuelle" not in only
    assert "Partie" not in only


def test_words_are_found_without_accents_and_by_acronym(client_as: ClientAs) -> None:
    make_association(name="Fédération de l’Œuvre Étoilée", acronym="FOÉ")
    make_association(name="Autre")
    for words in ("federation", "oeuvre etoilee", "FOE", "l'oeuvre"):
        page = text(client_as(None).get(LIST, {"q": words}))
        assert "Étoilée" in page, words
        assert "Autre" not in page
    assert "Étoilée" not in text(client_as(None).get(LIST, {"q": "rien de tel"}))


@pytest.mark.parametrize("query", [{"etat": "x"}, {"q": "a" * 500}, {"page": "99"}, {"page": "x"}])
def test_nonsense_in_the_address_is_no_error(client_as: ClientAs, query: dict[str, str]) -> None:
    make_association()
    assert client_as(None).get(LIST, query).status_code == 200


def test_list_makes_as_many_queries_for_one_as_for_forty(client_as: ClientAs) -> None:
    client = client_as(None)
    make_association()
    counts = []
    for query in ({}, {"q": "association"}):
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(LIST, query)
        counts.append(len(few))
    for _number in range(39):
        make_association()
    for query, before in zip(({}, {"q": "association"}), counts, strict=True):
        with CaptureQueriesContext(connection) as many:
            assert (
                "Page 1"
                in client.get(LIST, query, headers={"accept-language": "en"}).content.decode()
            )
        assert len(many) == before


# --- The card ---------------------------------------------------------------------------------------------------------


def test_public_card_tells_what_documents_show(client_as: ClientAs) -> None:
    association = add_association(
        name="Association des Liens",
        joined_on=dt.date(2013, 9, 13),
        is_joining_day_known=False,
        presentation="Nous **agissons**.\n\n<script>x</script>",
        site="https://liens.vigie.example/",
        networks=[NetworkEntry("Réseau européen", "https://reseau.vigie.example/")],
        publications=[PublicationEntry("Le guide", 2014)],
    )
    Participation.objects.create(
        association=association, on=dt.date(2014, 11, 18), occasion="Rencontre avec la MIPROF"
    )
    make_yearly_report(make_report_call(), association, url="https://liens.vigie.example/2013")
    page = text(
        client_as(None).get(association.get_absolute_url(), headers={"accept-language": "fr"})
    )
    for words in (
        "<strong>agissons</strong>",
        "Réseau européen",
        "Le guide (2014)",
        "Rencontre avec la MIPROF",
        "https://liens.vigie.example/2013",
        "13 septembre 2013",
    ):
        assert words in page, words
    assert "<script>x" not in page
    assert "Member on" in text(
        client_as(None).get(association.get_absolute_url(), headers={"accept-language": "en"})
    )


def test_strangers_do_not_see_who_represents_nor_the_link_check(client_as: ClientAs) -> None:
    association = make_association(has_link=True, link_checked_on=TODAY)
    person = make_user(Role.SECRETARIAT, name="Personne Nommée", shows_address=True)
    make_mandate(person, association, function="présidence")
    hidden = make_mandate(association=association, kind="alternate").person
    for who, sees in ((None, False), (Role.GUEST, False), (Role.MEMBER, True)):
        page = text(client_as(who).get(association.get_absolute_url()))
        assert ("Personne Nommée" in page) == sees
        assert ("présidence" in page) == sees
        assert (person.email in page) == sees
        assert ("21 avril 2015" in page) == sees
        assert hidden.email not in page


def test_card_makes_as_many_queries_whatever_it_holds(client_as: ClientAs) -> None:
    client = client_as(Role.MEMBER)
    association = make_association()
    client.get(association.get_absolute_url())
    with CaptureQueriesContext(connection) as few:
        client.get(association.get_absolute_url())
    revise_association(
        association=association,
        version=1,
        networks=[NetworkEntry(f"Réseau {number}") for number in range(20)],
        publications=[PublicationEntry(f"Livre {number}") for number in range(20)],
    )
    for number in range(20):
        make_mandate(association=association, kind="alternate")
        make_yearly_report(make_report_call(year=2000 + number), association)
        Participation.objects.create(association=association, on=TODAY, occasion=str(number))
    with CaptureQueriesContext(connection) as many:
        client.get(association.get_absolute_url())
    assert len(many) == len(few)


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_secretariat_adds_an_association_with_its_networks(client_as: ClientAs) -> None:
    content = posted(
        Association(name="Nouvelle née", joined_on=TODAY),
        **{
            "networks-0-name": "Réseau A",
            "networks-0-url": "reseau.vigie.example",
            "publications-1-title": "Un livre",
            "publications-1-year": "2014",
        },
    )
    response = client_as(Role.SECRETARIAT).post("/collectif/ajouter/", content)
    assert response.status_code == 302
    association = Association.objects.get()
    assert association.slug == "nouvelle-nee"
    assert networks_of(association) == [NetworkEntry("Réseau A", "https://reseau.vigie.example")]
    assert publications_of(association) == [PublicationEntry("Un livre", 2014)]


@pytest.mark.parametrize(
    "name", ["Annuaire", "Groupes", "Import", "Ajouter", "Liens", "Rapports annuels"]
)
def test_key_is_never_the_address_of_another_page(name: str) -> None:
    association = add_association(name=name, joined_on=TODAY)
    assert association.slug.endswith("-2")


def test_key_of_a_name_without_letters() -> None:
    assert add_association(name="★", joined_on=TODAY).slug == "association"
    assert add_association(name="☆", joined_on=TODAY).slug == "association-2"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "Déjà prise"}, "name"),
        ({"joined_on": "", "invited_on": ""}, "joined_on"),
        ({"joined_on": "31/02/2015x"}, "joined_on"),
        ({"invited_on": "2014-01-01", "joined_on": "2013-01-01"}, "joined_on"),
        ({"left_on": "2010-01-01"}, "left_on"),
        ({"has_link": "true", "link_checked_on": ""}, "link_checked_on"),
        ({"has_link": "unknown", "link_checked_on": "2015-01-01"}, "link_checked_on"),
        ({"site": "javascript:alert(1)"}, "site"),
        ({"presentation": "x" * 5_001}, "presentation"),
        ({"why": "x" * 101}, "why"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    client_as: ClientAs, changes: dict[str, str], field: str
) -> None:
    make_association(name="Déjà prise")
    association = make_association()
    typed = posted(association, acronym="TAPÉ", **changes)
    response = client_as(Role.SECRETARIAT).post(edit(association), typed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert f'id="id_{field}_error"' in text(response)
    assert "TAPÉ" in text(response)
    association.refresh_from_db()
    assert association.version == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"networks-0-name": "", "networks-0-url": "https://x.vigie.example/"},
        {"networks-0-name": "A", "networks-1-name": "A"},
        {"networks-0-name": "A | B"},
        {"publications-0-title": "Livre", "publications-0-year": "12"},
        {"publications-0-title": "Livre", "publications-0-year": "deux mille"},
        {"networks-0-name": "Réseau", "networks-0-url": "pas une adresse"},
        {"networks-TOTAL_FORMS": "x"},
        {"networks-TOTAL_FORMS": "1000000"},
    ],
)
def test_a_wrong_row_refuses_the_whole_card(client_as: ClientAs, changes: dict[str, str]) -> None:
    association = make_association()
    typed = posted(association, name="Autre nom", **changes)
    response = client_as(Role.SECRETARIAT).post(edit(association), typed)
    assert response.status_code == 422
    assert "Autre nom" in text(response)
    association.refresh_from_db()
    assert association.version == 1
    assert not association.networks.exists()


def test_rows_are_removed_by_their_box_or_by_emptying_them(client_as: ClientAs) -> None:
    association = make_association()
    kept, emptied, boxed = (NetworkEntry(name) for name in ("Gardé", "Vidé", "Coché"))
    revise_association(association=association, version=1, networks=[kept, emptied, boxed])
    association.refresh_from_db()
    rows = {
        "networks-INITIAL_FORMS": "3",
        "networks-0-name": "Gardé",
        "networks-1-name": "",
        "networks-2-name": "Coché",
        "networks-2-DELETE": "on",
    }
    response = client_as(Role.SECRETARIAT).post(edit(association), posted(association, **rows))
    assert response.status_code == 302
    assert networks_of(association) == [kept]


def test_representative_writes_only_what_the_association_says_of_itself(
    client_as: ClientAs,
) -> None:
    person = make_user()
    association = person.mandates.get().association
    client = client_as(person)
    page = text(client.get(edit(association)))
    assert 'name="presentation"' in page
    for name in ("name", "joined_on", "left_on", "has_link", "link_checked_on"):
        assert f'name="{name}"' not in page
    typed = posted(
        association,
        name="Usurpée",
        joined_on="2001-01-01",
        has_link="true",
        link_checked_on="2015-01-01",
        presentation="Nous agissons.",
        site="liens.vigie.example",
    )
    assert client.post(edit(association), typed).status_code == 302
    after = Association.objects.get(pk=association.pk)
    assert (after.name, after.joined_on, after.has_link) == (
        association.name, association.joined_on, None,
    )  # fmt: skip
    assert after.presentation == "Nous agissons."
    assert after.site == "https://liens.vigie.example"


def test_mandate_ended_today_no_longer_opens_the_card(client_as: ClientAs) -> None:
    person = make_user()
    mandate = person.mandates.get()
    make_mandate(person, make_association())
    client = client_as(person)
    assert client.get(edit(mandate.association)).status_code == 200
    mandate.until = TODAY
    mandate.save()
    assert client.get(edit(mandate.association)).status_code == 403


def test_stale_save_shows_both_texts_and_loses_nothing(client_as: ClientAs) -> None:
    association = make_association(presentation="Le texte du début.")
    first, second = client_as(Role.SECRETARIAT), client_as(Role.COORDINATOR)
    typed = posted(
        association, presentation="Le texte de la seconde.", **{"networks-0-name": "Réseau tapé"}
    )
    saved = posted(association, presentation="Le texte de la première.")
    assert first.post(edit(association), saved).status_code == 302
    response = second.post(edit(association), typed)
    assert response.status_code == 409
    page = text(response)
    assert "première</del>" in page
    assert "seconde</ins>" in page
    assert "Le texte de la seconde.</textarea>" in page
    assert 'value="Réseau tapé"' in page
    assert Association.objects.get().presentation == "Le texte de la première."
    # Saving again replaces it, knowingly.
    again = typed | {"version": str(response.context["form"]["version"].value())}
    assert second.post(edit(association), again).status_code == 302
    assert Association.objects.get().presentation == "Le texte de la seconde."


@pytest.mark.parametrize("version", ["", "x", "0", "-1", "99999999999999999999"])
def test_a_version_that_nobody_read_is_stale_or_refused(client_as: ClientAs, version: str) -> None:
    association = make_association()
    typed = posted(association, name="Autre", version=version)
    response = client_as(Role.SECRETARIAT).post(edit(association), typed)
    assert response.status_code in {409, 422}
    assert Association.objects.get().name == association.name


def test_refused_service_writes_nothing() -> None:
    association = make_association()
    with pytest.raises(StaleRowError):
        revise_association(association=association, version=7, name="Autre")
    with pytest.raises(ValidationError):
        revise_association(
            association=association, version=1, name="", networks=[NetworkEntry("Réseau")]
        )
    association.refresh_from_db()
    assert association.version == 1
    assert not association.networks.exists()


def test_saving_what_is_there_already_leaves_no_trace() -> None:
    association = make_association()
    same = revise_association(
        association=association, version=1, name=association.name, networks=[]
    )
    assert same.version == 1
    assert association.history.count() == 1


# --- History ----------------------------------------------------------------------------------------------------------


def test_history_says_who_what_when_why_with_differences(client_as: ClientAs) -> None:
    association = make_association(presentation="Ancien texte")
    author = make_user(Role.SECRETARIAT, name="Qui a changé")
    client_as(author).post(
        edit(association),
        posted(
            association,
            presentation="Nouveau texte",
            why="À leur demande",
            **{"networks-0-name": "Réseau ajouté"},
        ),
    )
    page = text(
        client_as(Role.COORDINATOR).get(
            reverse("members:association-history", args=[association.slug])
        )
    )
    for words in (
        "Qui a changé",
        "À leur demande",
        "Nouveau</ins>",
        "Ancien</del>",
        "Réseau ajouté",
    ):
        assert words in page, words


def test_history_makes_as_many_queries_for_twenty_changes(client_as: ClientAs) -> None:
    client = client_as(Role.SECRETARIAT)
    association = make_association()
    address = reverse("members:association-history", args=[association.slug])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(20):
        revise_association(
            association=association,
            version=number + 1,
            acronym=str(number),
            networks=[NetworkEntry(f"Réseau {number}")],
        )
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


# --- Links ------------------------------------------------------------------------------------------------------------


def test_link_checks_due_are_those_never_made_or_a_year_old(client_as: ClientAs) -> None:
    make_association(name="Jamais vue")
    make_association(name="Vue hier", has_link=True, link_checked_on=TODAY - dt.timedelta(days=1))
    make_association(name="Vue jadis", has_link=False, link_checked_on=dt.date(2014, 4, 1))
    make_association(name="Partie", left_on=TODAY)
    page = text(client_as(Role.SECRETARIAT).get("/collectif/liens/"))
    assert "Jamais vue" in page
    assert "Vue jadis" in page
    assert "Vue hier" not in page
    assert "Partie" not in page


def test_one_click_records_a_check_of_today(client_as: ClientAs) -> None:
    association = make_association()
    address = reverse("members:link-check-record", args=[association.slug])
    content = {"has_link": "yes", "version": "1", "url": "liens.vigie.example/amis"}
    assert client_as(Role.SECRETARIAT).post(address, content).status_code == 302
    association.refresh_from_db()
    assert (association.has_link, association.link_checked_on) == (True, TODAY)
    assert association.link_url == "https://liens.vigie.example/amis"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"version": "1"}, 422),
        ({"has_link": "peut-être", "version": "1"}, 422),
        ({"has_link": "yes", "version": "1", "on": "2030-01-01"}, 422),
        ({"has_link": "yes", "version": "1", "url": "rien du tout"}, 422),
        ({"has_link": "yes"}, 422),
        ({"has_link": "yes", "version": "9"}, 409),
    ],
)
def test_refused_check_writes_nothing(
    client_as: ClientAs, content: dict[str, str], status: int
) -> None:
    association = make_association()
    address = reverse("members:link-check-record", args=[association.slug])
    assert client_as(Role.SECRETARIAT).post(address, content).status_code == status
    association.refresh_from_db()
    assert association.link_checked_on is None
