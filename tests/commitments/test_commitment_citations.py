"""A commitment in the library of sources: who puts it there, what its note says, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from commitments.enums import EventKind
from commitments.models import CommitmentCitation
from commitments.services.citations import cite
from commitments.services.commitments import edit_commitment
from measures.models import Source
from measures.services import Citation
from members.enums import Audience, Role
from tests.factories import (
    make_assessment,
    make_commitment,
    make_event,
    make_institution,
    make_measure,
    make_meeting,
    make_source,
    make_user,
)

if TYPE_CHECKING:
    from typing import Any

    from django.test import Client
    from pytest_django import Settings

    from commitments.models import Commitment
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db

MADE = dt.date(2014, 9, 23)
SEEN = dt.date(2015, 1, 22)


def promised(**fields: Any) -> Commitment:
    fields.setdefault("audience", Audience.PUBLIC)
    fields.setdefault("slug", "circulaire-aux-prefets")
    fields.setdefault("wording", "Une circulaire aux *préfets*")
    commitment = make_commitment(
        made_on=MADE,
        institution=make_institution(name="Ministère de l’Intérieur"),
        deadline_words="avant la fin de l’année 2014",
        late_from=dt.date(2015, 1, 1),
        **fields,
    )
    make_event(commitment, EventKind.NO_NEWS, SEEN, text="Personne ne l’a vue.")
    return commitment


def test_a_public_commitment_comes_into_the_library_once(settings: Settings) -> None:
    commitment, by = promised(), make_user(Role.SECRETARIAT)
    source = cite(commitment=commitment, by=by)
    assert source.key == "engagement-circulaire-aux-prefets"
    assert source.url == f"{settings.SITE_URL}/engagements/circulaire-aux-prefets/"
    assert source.dated_on == MADE
    for words in ("Ministère de l’Intérieur", r"Une circulaire aux \*préfets\*", "23\u00a0septembre 2014", "avant la fin de l’année 2014"):  # fmt: skip
        assert words in source.citation
    assert cite(commitment=commitment, by=by) == source
    assert (Source.objects.count(), CommitmentCitation.objects.count()) == (1, 1)


def test_an_event_is_cited_by_its_day() -> None:
    commitment, by = promised(), make_user(Role.SECRETARIAT)
    event = commitment.events.get(kind=EventKind.NO_NEWS)
    source = cite(commitment=commitment, event=event, by=by)
    assert source.key == "engagement-circulaire-aux-prefets-2015-01-22"
    assert source.url.endswith(f"#evenement-{event.pk}")
    assert "22\u00a0janvier 2015" in source.citation
    assert source.dated_on == SEEN
    # What is written of it is another matter.
    assert "Personne" not in source.citation


def test_a_note_does_not_tell_of_a_meeting_that_is_not_public() -> None:
    by = make_user(Role.SECRETARIAT)
    hidden = promised(slug="a", meeting=make_meeting(MADE, title="Réunion discrète"))
    shown = promised(slug="b", meeting=make_meeting(MADE, title="Réunion ouverte", is_public=True))
    assert "discrète" not in cite(commitment=hidden, by=by).citation
    assert "Réunion ouverte" in cite(commitment=shown, by=by).citation


@pytest.mark.parametrize("audience", [Audience.MEMBERS, Audience.NAMED, Audience.SECRETARIAT])
def test_what_is_not_public_is_not_cited(audience: Audience) -> None:
    with pytest.raises(ValidationError):
        cite(commitment=promised(audience=audience), by=make_user(Role.COORDINATOR))
    assert not Source.objects.exists()


def test_an_event_of_another_or_by_mistake_is_not_cited() -> None:
    commitment, by = promised(), make_user(Role.SECRETARIAT)
    other = make_commitment(audience=Audience.PUBLIC).events.get()
    event = commitment.events.get(kind=EventKind.NO_NEWS)
    make_event(commitment, EventKind.RETRACTED, SEEN, retracts=event)
    for wrong in (other, event):
        with pytest.raises(ValidationError):
            cite(commitment=commitment, event=wrong, by=by)
    assert not Source.objects.exists()


def test_members_do_not_cite() -> None:
    with pytest.raises(PermissionDenied):
        cite(commitment=promised(), by=make_user(Role.MEMBER))
    assert not Source.objects.exists()


def test_what_is_cited_stays_public() -> None:
    commitment, by = promised(), make_user(Role.COORDINATOR)
    cite(commitment=commitment, by=by)
    with pytest.raises(ValidationError) as refused:
        edit_commitment(
            commitment=commitment, version=commitment.version, by=by, institution=commitment.institution,
            wording=commitment.wording, function="", quote="", origin=commitment.origin, meeting=commitment.meeting,
            section=None, source=None, locator="", measures=[], parent=None, position=0, remark="",
            audience=Audience.MEMBERS, people=[], groups=[],
        )  # fmt: skip
    assert list(refused.value.message_dict) == ["audience"]


def test_two_long_addresses_have_two_keys() -> None:
    by = make_user(Role.SECRETARIAT)
    rows = [promised(slug=f"{'engagement-tres-long-' * 3}{end}") for end in ("a", "b")]
    keys = {cite(commitment=row, by=by).key for row in rows}
    assert len(keys) == 2
    assert all(len(key) <= 60 for key in keys)


# --- From page to page ------------------------------------------------------------------------------------------------


def post_cite(client: Client, commitment: Commitment, **options: Any) -> Any:
    data = options.pop("data", {})
    return client.post(reverse("commitments:cite", args=[commitment.slug]), data, **options)


def test_an_assessment_cites_it_and_it_leads_to_the_assessment(client_as: ClientAs) -> None:
    commitment, measure = promised(), make_measure(number="22")
    client = client_as(Role.SECRETARIAT)
    assert post_cite(client, commitment).status_code == 302
    source = Source.objects.get()
    assert f"[@{source.key}]" in client.get(commitment.get_absolute_url()).content.decode()
    make_assessment(measure, citations=[Citation(source=source)], reason=f"Rien n’est venu [@{source.key}].")  # fmt: skip
    page = client_as(None).get(reverse("measures:detail", args=[measure.plan.slug, "22"]))
    assert f'href="{source.url}"' in page.content.decode()
    back = client_as(None).get(commitment.get_absolute_url())
    assert [each.measure for each in back.context["thread"].assessments] == [measure]


def test_a_key_in_a_text_alone_leads_back_too(client_as: ClientAs) -> None:
    commitment = promised()
    source = cite(commitment=commitment, by=make_user(Role.SECRETARIAT))
    other = cite(
        commitment=commitment,
        event=commitment.events.get(kind=EventKind.NO_NEWS),
        by=make_user(Role.SECRETARIAT),
    )
    # One key begins another: each is told from the other.
    assert other.key.startswith(source.key)
    make_assessment(reason="Selon une note.", observations=f"Attendue [@{source.key}, p. 2].")
    make_assessment(reason=f"Autre chose [@{make_source(key='engagement-circulaire').key}].")
    thread = client_as(None).get(commitment.get_absolute_url()).context["thread"]
    assert len(thread.assessments) == 1


def test_the_sheet_takes_up_what_it_cites(client_as: ClientAs) -> None:
    measure = make_measure(number="22")
    commitment = promised(measures=[measure])
    hidden = promised(slug="cache", audience=Audience.MEMBERS, measures=[measure])
    client = client_as(Role.SECRETARIAT)
    sheet = client.get(reverse("measures:assess", args=[measure.plan.slug, "22"]))
    address = reverse("commitments:citable", args=[measure.plan.slug, "22"])
    assert address in sheet.content.decode()
    for headers in ({}, {"HX-Request": "true"}):
        text = client.get(address, headers=headers).content.decode()
        assert reverse("commitments:cite", args=[commitment.slug]) in text
        assert reverse("commitments:cite", args=[hidden.slug]) not in text
    answer = post_cite(client, commitment, headers={"HX-Request": "true"})
    assert Source.objects.get().short in answer["HX-Trigger-After-Swap"].encode().decode("unicode_escape")  # fmt: skip
    refused = post_cite(client, hidden, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert client_as(Role.MEMBER).get(address).status_code == 403
    assert client_as(Role.GUEST).get(address).status_code == 404


def test_only_the_secretariat_cites_and_only_what_is_of_it(client_as: ClientAs) -> None:
    commitment = promised()
    other = make_commitment().events.get()
    assert post_cite(client_as(Role.MEMBER), commitment).status_code == 403
    assert post_cite(client_as(Role.GUEST), make_commitment()).status_code == 404
    client = client_as(Role.SECRETARIAT)
    assert post_cite(client, commitment, data={"evenement": str(other.pk)}).status_code == 404
    assert post_cite(client, make_commitment()).status_code == 302
    assert not Source.objects.exists()


def test_what_is_cited_is_not_offered_to_be_taken_back(client_as: ClientAs) -> None:
    commitment = promised()
    coordinator = client_as(Role.COORDINATOR)
    detail = commitment.get_absolute_url()
    assert f"{detail}publier/" in coordinator.get(detail).content.decode()
    cite(commitment=commitment, by=make_user(Role.SECRETARIAT))
    shown = coordinator.get(detail).content.decode()
    assert f"{detail}publier/" not in shown
    assert 'id="stays-public"' in shown
    asked = coordinator.get(f"{detail}publier/")
    assert asked.context["thread"].key
    assert "btn-danger-quiet" not in asked.content.decode()
