"""Annotations: on a passage that one may read, until a day, and all of them by measure."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common.versions import StaleRowError
from meetings.enums import MinutesStatus
from meetings.models import Annotation, MeetingPaper, MinutesSection
from meetings.paper_text import read_paper
from meetings.services.annotations import add_annotation, delete_annotation, edit_annotation
from members.enums import Audience, Role
from tests.factories import (
    make_association,
    make_measure,
    make_meeting_paper,
    make_minutes,
    make_plan,
    make_section,
    make_user,
)

if TYPE_CHECKING:
    from members.models import User
    from tests.conftest import ClientAs

pytestmark = pytest.mark.django_db
TEXT = "La mission dispose de **six postes** en 2014. La mesure 7 reste sans suite."
PAPER = "Avant-propos.\n\n# Former\n\nLa formation est prévue.\n\n## Loger\n\nDes places manquent."


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def member() -> User:
    return make_user()


@pytest.fixture
def section() -> MinutesSection:
    return make_section(make_minutes(remarks_until=day(7)), text=TEXT)


@pytest.fixture
def paper(section: MinutesSection) -> MeetingPaper:
    return make_meeting_paper(section.minutes.meeting, text=PAPER, comments_until=day(7))


def added(by: User, **options: Any) -> Annotation:
    return add_annotation(by=by, **{"text": "À préciser.", **options})


def address(name: str, section: MinutesSection, *more: Any) -> str:
    return reverse(f"meetings:{name}", args=[section.minutes.meeting.slug, *more])


# --- Adding -----------------------------------------------------------------------------------------------------------


def test_member_annotates_a_passage_of_minutes(section: MinutesSection, member: User) -> None:
    own = member.mandates.get().association
    annotation = added(member, section=section, passage="six postes", association=own)
    assert (annotation.passage, annotation.author, annotation.association) == (
        "six postes",
        member,
        own,
    )
    assert list(Annotation.objects.visible_to(make_user())) == [annotation]


def test_member_annotates_a_paper_sent_for_comment(paper: MeetingPaper, member: User) -> None:
    annotation = added(member, paper=paper, passage="Des places manquent")
    assert list(paper.annotations.all()) == [annotation]


def test_wrong_annotation_is_refused_and_nothing_written(
    section: MinutesSection, member: User
) -> None:
    for wrong, field in (
        ({"passage": "ailleurs"}, "passage"),
        ({"text": ""}, "text"),
        ({"text": "x" * 5_001}, "text"),
        ({"association": make_association()}, "association"),
    ):
        with pytest.raises(ValidationError) as refused:
            added(member, section=section, **wrong)
        assert field in refused.value.message_dict
    assert not Annotation.objects.exists()


def test_measure_is_found_when_none_is_chosen(section: MinutesSection, member: User) -> None:
    plan = make_plan()
    seven, eight = make_measure(plan, number="7"), make_measure(plan, number="8")
    assert added(member, section=section, passage="six postes").measure is None
    assert added(member, section=section, passage="La mesure 7 reste").measure == seven
    assert (
        added(member, section=section, passage="La mesure 7", text="Et la mesure 8 ?").measure
        == eight
    )
    assert added(member, section=section, text="Les mesures 7 et 8.").measure is None
    assert added(member, section=section, measure=eight, passage="La mesure 7").measure == eight
    section.measures.add(seven)
    assert added(member, section=section, passage="six postes").measure == seven


def test_nobody_annotates_after_the_day_or_outside_of_it(
    section: MinutesSection, paper: MeetingPaper, member: User
) -> None:
    section.minutes.remarks_until = paper.comments_until = day(0)
    section.minutes.save()
    paper.save()
    added(member, section=section)
    added(member, paper=paper)
    section.minutes.remarks_until = paper.comments_until = day(-1)
    section.minutes.save()
    paper.save()
    adopted = make_section(make_minutes(status=MinutesStatus.ADOPTED))
    for about in ({"section": section}, {"paper": paper}, {"section": adopted},
                  {"paper": make_meeting_paper(text="Sans appel.")}):  # fmt: skip
        with pytest.raises(ValidationError):
            added(member, **about)
    assert Annotation.objects.count() == 2


def test_only_who_reads_the_text_annotates_it(section: MinutesSection, paper: MeetingPaper) -> None:
    hidden = make_section(section.minutes, audience=Audience.SECRETARIAT)
    secret = make_meeting_paper(text=PAPER, comments_until=day(3), audience=Audience.SECRETARIAT)
    draft = make_section(make_minutes(status=MinutesStatus.DRAFT))
    for person, about in (
        (make_user(), {"section": hidden}),
        (make_user(), {"section": draft}),
        (make_user(), {"paper": secret}),
        (make_user(Role.GUEST), {"section": section}),
        (make_user(Role.ADMINISTRATOR), {"paper": paper}),
    ):
        with pytest.raises(PermissionDenied):
            added(person, **about)


# --- Changing ---------------------------------------------------------------------------------------------------------


def changed(annotation: Annotation, by: User, **options: Any) -> Annotation:
    options = {"text": "Autrement.", "measure": None, "association": None, "version": 1, **options}
    return edit_annotation(annotation=annotation, by=by, **options)


def test_own_annotation_is_changed_and_deleted_until_the_day(
    section: MinutesSection, member: User
) -> None:
    annotation = added(member, section=section)
    assert changed(annotation, member).text == "Autrement."
    with pytest.raises(StaleRowError):
        changed(annotation, member)
    for stranger in (make_user(), make_user(Role.GUEST)):
        with pytest.raises(PermissionDenied):
            changed(annotation, stranger, version=2)
        with pytest.raises(PermissionDenied):
            delete_annotation(annotation=annotation, version=2, by=stranger)
    section.minutes.remarks_until = day(-1)
    section.minutes.save()
    annotation = Annotation.objects.get()
    for change in (
        changed,
        lambda row, by, version: delete_annotation(annotation=row, by=by, version=version),
    ):
        with pytest.raises(ValidationError):
            change(annotation, member, version=2)
    delete_annotation(annotation=annotation, version=2, by=make_user(Role.SECRETARIAT))
    assert not Annotation.objects.exists()


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_chosen_words_come_to_the_form(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    client, url = client_as(member), address("annotation-add", section, section.pk)
    form = client.get(url, {"passage": "dispose de six postes"}).context["form"]
    assert form["passage"].value() == "dispose de **six postes"
    assert form["association"].value() == member.mandates.get().association_id
    data = {"passage": "six postes", "text": "Sept."}
    assert client.post(url, data).status_code == 302
    wrong = client.post(url, {**data, "passage": "ailleurs"})
    assert wrong.status_code == 422
    assert wrong.context["form"]["text"].value() == "Sept."
    assert client.post(url, {**data, "measure": "9" * 30}).status_code == 422
    assert Annotation.objects.count() == 1


def test_paper_is_read_by_its_headings_with_its_remarks(
    client_as: ClientAs, section: MinutesSection, paper: MeetingPaper, member: User
) -> None:
    added(member, paper=paper, passage="Des places manquent", text="Combien ?")
    added(member, paper=paper, text="Merci.")
    parts = read_paper(PAPER, Annotation.objects.all()).parts
    assert [(part.heading, len(part.annotations)) for part in parts] == [
        ("", 1),
        ("Former", 0),
        ("Loger", 1),
    ]
    client, url = client_as(member), address("paper-read", section, paper.pk)
    page = client.get(url).content.decode()
    for words in ("Avant-propos.", "Loger", "Combien ?", "Merci.", f"{url}annoter/?partie=p2"):
        assert words in page
    add = address("paper-annotation-add", section, paper.pk)
    assert "Des places" not in client.get(add, {"partie": "p2"}).content.decode()
    answer = client.post(f"{add}?partie=p2", {"passage": "La formation", "text": "Quand ?"})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#p2")


def test_papers_are_read_by_who_may(
    client_as: ClientAs, section: MinutesSection, paper: MeetingPaper, member: User
) -> None:
    secret = make_meeting_paper(
        section.minutes.meeting,
        text=PAPER,
        comments_until=day(3),
        audience=Audience.NAMED,
        people=[member],
    )
    for name in ("paper-read", "paper-annotation-add"):
        url = address(name, section, secret.pk)
        assert client_as(member).get(url).status_code == 200
        assert client_as(Role.MEMBER).get(url).status_code == 404
        assert client_as(Role.ADMINISTRATOR).get(url).status_code == 404
    without_text = make_meeting_paper(section.minutes.meeting)
    assert client_as(member).get(address("paper-read", section, without_text.pk)).status_code == 404
    elsewhere = make_meeting_paper(text=PAPER)
    assert client_as(member).get(address("paper-read", section, elsewhere.pk)).status_code == 404


def test_own_remark_is_changed_on_its_page(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    annotation = added(member, section=section)
    client, url = client_as(member), address("annotation-edit", section, annotation.pk)
    assert client.get(url).context["form"]["text"].value() == "À préciser."
    assert client.post(url, {"version": "1", "text": ""}).status_code == 422
    assert client.post(url, {"version": "1", "text": "Mieux."}).status_code == 302
    stale = client.post(url, {"version": "1", "text": "Autre."})
    assert stale.status_code == 409
    assert stale.context["form"]["text"].value() == "Autre."
    assert "Mieux" in stale.content.decode()
    assert client_as(Role.MEMBER).get(url).status_code == 403
    assert client_as(Role.GUEST).get(url).status_code == 404
    delete = address("annotation-delete", section, annotation.pk)
    assert client.get(delete).status_code == 200
    assert client.post(delete, {"version": "1"}).status_code == 409
    assert client.post(delete, {"version": "2"}).status_code == 302
    assert client.post(delete, {"version": "2"}).status_code == 404


def test_remark_is_not_reached_through_another_meeting(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    annotation = added(member, section=section)
    other = make_section()
    assert (
        client_as(member).get(address("annotation-edit", other, annotation.pk)).status_code == 404
    )


# --- The summary ------------------------------------------------------------------------------------------------------


def test_summary_goes_by_measure_over_minutes_and_papers(
    client_as: ClientAs, section: MinutesSection, paper: MeetingPaper, member: User
) -> None:
    plan = make_plan()
    ten, two = make_measure(plan, number="10"), make_measure(plan, number="2")
    hidden = make_section(section.minutes, audience=Audience.SECRETARIAT)
    secretary = make_user(Role.SECRETARIAT)
    added(member, section=section, text="Sans mesure.")
    added(member, section=section, measure=ten, text="De dix.")
    added(member, paper=paper, measure=ten, text="De dix encore.")
    added(member, section=section, measure=two, text="De deux.")
    added(secretary, section=hidden, measure=two, text="Entre nous.")
    url = address("annotations", section)
    summary = client_as(secretary).get(url).context["summary"]
    assert [(group.measure, [row.text for row in group.annotations]) for group in summary] == [
        (two, ["De deux.", "Entre nous."]),
        (ten, ["De dix.", "De dix encore."]),
        (None, ["Sans mesure."]),
    ]
    page = client_as(member).get(url)
    assert page.status_code == 200
    assert "Entre nous." not in page.content.decode()
    assert client_as(Role.GUEST).get(url).status_code == 404
    assert client_as(None).get(url).status_code == 302


def test_export_is_for_the_secretariat_and_holds_no_formula(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    added(member, section=section, text="=1+1", passage="six postes")
    client = client_as(Role.SECRETARIAT)
    answer = client.get(address("annotations-export", section, "csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    assert "'=1+1" in rows[1]
    book: Any = openpyxl.load_workbook(
        io.BytesIO(client.get(address("annotations-export", section, "xlsx")).content)
    )
    values = [cell.value for cell in list(book.active.rows)[1]]
    assert "'=1+1" in values
    assert "six postes" in values
    assert client.get(address("annotations-export", section, "pdf")).status_code == 404
    url = address("annotations-export", section, "csv")
    assert client_as(member).get(url).status_code == 403
    assert client_as(Role.GUEST).get(url).status_code == 404


def test_own_remark_is_reached_from_the_summary_until_the_day(
    client_as: ClientAs, section: MinutesSection, member: User
) -> None:
    annotation = added(member, section=section)
    url = address("annotations", section)
    edit = address("annotation-edit", section, annotation.pk)
    assert edit in client_as(member).get(url).content.decode()
    assert edit in client_as(Role.SECRETARIAT).get(url).content.decode()
    assert edit not in client_as(Role.MEMBER).get(url).content.decode()
    section.minutes.remarks_until = day(-1)
    section.minutes.save()
    assert edit not in client_as(member).get(url).content.decode()
    assert client_as(member).get(edit).status_code == 403


def test_queries_do_not_grow_with_annotations(
    client_as: ClientAs, section: MinutesSection, paper: MeetingPaper
) -> None:
    plan = make_plan()
    client = client_as(Role.SECRETARIAT)
    urls = [address("annotations", section), address("paper-read", section, paper.pk),
            address("annotations-export", section, "csv")]  # fmt: skip
    counts = []
    for number in (1, 20):
        for _each in range(number):
            person = make_user()
            own = person.mandates.get().association
            measure = make_measure(plan)
            added(person, section=section, measure=measure, association=own)
            added(person, paper=paper, measure=measure, association=own)
        for url in urls:
            client.get(url)
        with CaptureQueriesContext(connection) as queries:
            for url in urls:
                client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1]
