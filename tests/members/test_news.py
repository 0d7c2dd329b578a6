"""Who is told of what: those whom it concerns, in words that hold when their right has gone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from members.enums import Audience, PaperKind, PaperVerdict, Role
from members.models import Notice, User
from members.services import applications, papers, yearly_reports
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 2)


def text(name: str = "note.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"Une note.")


def told() -> set[User]:
    return {notice.person for notice in Notice.objects.select_related("person")}


def test_secretariat_is_told_of_what_a_candidate_hands_in() -> None:
    secretariat, coordinator = (
        factories.make_user(Role.SECRETARIAT),
        factories.make_user(Role.COORDINATOR),
    )
    factories.make_user()
    guest = factories.make_user(Role.GUEST)
    application = guest.guest_accesses.get().application
    assert application is not None
    paper = applications.add_application_paper(
        application=application, by=guest, kind=PaperKind.STATUTES, uploaded=text()
    )
    assert told() == {secretariat, coordinator}
    Notice.objects.all().delete()
    applications.judge_application_paper(
        paper=paper,
        by=secretariat,
        fingerprint=paper.file_sha256,
        verdict=PaperVerdict.REFUSED,
        remark="Illisible",
    )
    assert told() == {guest}


def test_secretariat_is_not_told_of_what_it_does_itself() -> None:
    secretariat = factories.make_user(Role.SECRETARIAT)
    applications.add_application_paper(
        application=factories.make_application(),
        by=secretariat,
        kind=PaperKind.STATUTES,
        uploaded=text(),
    )
    assert told() == set()


def test_representatives_are_told_that_a_report_is_asked_for() -> None:
    member = factories.make_user()
    factories.make_user(Role.SECRETARIAT)
    former = factories.make_stranger()
    factories.make_mandate(former, until=factories.JOINED_ON)
    yearly_reports.open_call(year=2025, opened_on=TODAY, deadline=TODAY)
    assert told() == {member}


def test_readers_of_a_paper_are_told_without_its_title() -> None:
    by = factories.make_user(Role.SECRETARIAT)
    named, other = factories.make_user(), factories.make_user()
    papers.add_paper(
        by=by, title="Ce qu’on dira", uploaded=text(), audience=Audience.NAMED, people=[named]
    )
    assert told() == {named}
    assert "dira" not in Notice.objects.get().words
    papers.add_paper(by=by, title="Pour tous", uploaded=text(), audience=Audience.MEMBERS)
    assert told() == {named, other}


def test_readers_of_a_group_or_an_association_are_told() -> None:
    by = factories.make_user(Role.SECRETARIAT)
    in_group, represents, _other = (factories.make_user() for _ in range(3))
    group = factories.make_group()
    factories.make_group_membership(group, association=in_group.mandates.get().association)
    papers.add_paper(
        by=by, title="Groupe", uploaded=text(), audience=Audience.NAMED, groups=[group]
    )
    assert told() == {in_group}
    papers.add_paper(
        by=by,
        title="Interne",
        uploaded=text(),
        audience=Audience.NAMED,
        association=represents.mandates.get().association,
    )
    assert told() == {in_group, represents}


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.SECRETARIAT])
def test_nobody_is_told_of_papers_for_everyone_or_for_the_secretariat(audience: str) -> None:
    factories.make_user()
    by = factories.make_user(Role.SECRETARIAT)
    papers.add_paper(by=by, title="Pièce", uploaded=text(), audience=audience)
    assert told() == set()
