"""Builders of rows for tests: each gives one valid row, saying only what the test is about.

Plain functions rather than declarative factories: rows go through `full_clean` (normalised numbers, folded texts, rules
over several rows) and assessments through the services, so that a test never starts from a row the site would refuse.
"""

from __future__ import annotations

import datetime as dt
import time
from hashlib import sha256
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from commitments.enums import EventKind, LetterStatus, Origin
from commitments.models import Commitment, CommitmentEvent, Letter
from common.uploads import atomic_with_files, store
from common.work import WorkStatus
from measures.enums import AssessmentStatus, SourceKind
from measures.models import Evaluation, Measure, Source
from measures.services import record_assessment
from meetings.enums import MinutesStatus
from meetings.models import Invitee, Meeting, MeetingPaper, Minutes, MinutesSection, Session
from members.enums import Audience, LetterKind, MandateKind, PaperKind, Role
from members.models import (
    ApplicationLetter,
    Association,
    GroupMembership,
    GuestAccess,
    Invitation,
    Mandate,
    MembershipApplication,
    ReportCall,
    User,
    WorkingGroup,
    YearlyReport,
)
from members.services.applications import add_application_paper
from members.services.papers import add_paper
from plan.enums import InstitutionKind, Meaning
from plan.models import Institution, Level, Plan, Priority, Scale
from plan.services import mark_changed
from reports.enums import ExportStep
from reports.models import Export
from tests.passkeys import SoftwarePasskey

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db import models

    from measures.models import Assessment
    from members.models import ApplicationPaper, Paper

    Row = TypeVar("Row", bound=models.Model)

SMALL_PDF = b"%PDF-1.7\n%%EOF\n"
PASSWORD = "correct-horse-battery-staple"
ADOPTED_ON = dt.date(2014, 5, 14)
FOUND_ON = dt.date(2017, 6, 1)
JOINED_ON = dt.date(2013, 9, 13)
LEVELS = {
    Meaning.UNKNOWN: "Non évaluée",
    Meaning.NONE: "Non mise en œuvre",
    Meaning.PARTIAL: "Partiellement mise en œuvre",
    Meaning.FULL: "Mise en œuvre",
}

_numbers = count(1)


def _saved(row: Row) -> Row:
    # The database checks its constraints by itself, and without a query for each.
    row.full_clean(validate_constraints=False)
    row.save()
    return row


def _account(email: str, password: str | None = None, **fields: Any) -> User:
    """What `create_user` makes, but for the questions about constraints."""
    user = User(email=email.lower(), **fields)
    user.set_password(password)
    return _saved(user)


def make_user(role: Role = Role.MEMBER, *, password: str | None = None, **fields: Any) -> User:
    """Somebody who may come in: a member with a mandate, a guest with an application under way.

    Without a password nobody can log in with one; `client.force_login` needs none and is faster.
    """
    number = next(_numbers)
    fields.setdefault("email", f"{role}-{number}@vigie.example")
    fields.setdefault("name", f"{Role(role).label} {number}")
    user = _account(password=password, role=role, **fields)
    if role == Role.MEMBER:
        make_mandate(user)
    elif role == Role.GUEST:
        make_guest_access(user)
    return user


def make_association(**fields: Any) -> Association:
    number = next(_numbers)
    fields.setdefault("name", f"Association {number}")
    fields.setdefault("slug", f"association-{number}")
    fields.setdefault("joined_on", JOINED_ON)
    return _saved(Association(**fields))


def make_mandate(
    person: User | None = None, association: Association | None = None, **fields: Any
) -> Mandate:
    """A titular's, live since the association joined."""
    person = person or make_stranger()
    association = association or make_association()
    fields.setdefault("since", association.joined_on)
    return _saved(Mandate(person=person, association=association, **fields))


def make_group(**fields: Any) -> WorkingGroup:
    number = next(_numbers)
    fields.setdefault("name", f"Groupe {number}")
    fields.setdefault("slug", f"groupe-{number}")
    fields.setdefault("created_on", JOINED_ON)
    return _saved(WorkingGroup(**fields))


def make_group_membership(group: WorkingGroup | None = None, **fields: Any) -> GroupMembership:
    """An association's, live since the group was created, unless `person` is given."""
    group = group or make_group()
    if "person" not in fields:
        fields.setdefault("association", make_association())
    fields.setdefault("since", group.created_on)
    return _saved(GroupMembership(group=group, **fields))


def make_report_call(**fields: Any) -> ReportCall:
    fields.setdefault("year", 2013)
    fields.setdefault("opened_on", dt.date(2015, 1, 22))
    fields.setdefault("deadline", dt.date(2015, 3, 31))
    return _saved(ReportCall(**fields))


def make_yearly_report(
    call: ReportCall, association: Association | None = None, **fields: Any
) -> YearlyReport:
    fields.setdefault("title", f"Rapport annuel {call.year}")
    fields.setdefault("url", f"https://vigie.example/rapport-{next(_numbers)}")
    fields.setdefault("received_on", call.opened_on)
    return _saved(YearlyReport(call=call, association=association or make_association(), **fields))


def make_stranger(**fields: Any) -> User:
    """An account of a member who represents nobody: the door is closed."""
    number = next(_numbers)
    fields.setdefault("email", f"former-{number}@vigie.example")
    fields.setdefault("name", f"Ancien membre {number}")
    return _account(role=Role.MEMBER, **fields)


def make_application(**fields: Any) -> MembershipApplication:
    fields.setdefault("name", f"Candidate {next(_numbers)}")
    return _saved(MembershipApplication(**fields))


def make_guest_access(person: User, **fields: Any) -> GuestAccess:
    fields.setdefault("until", timezone.localdate() + dt.timedelta(days=60))
    if "application" not in fields:
        fields["application"] = make_application()
    return _saved(GuestAccess(person=person, **fields))


def make_invitation(secret: str = "", **fields: Any) -> Invitation:
    """An open one, by a coordinator; of a member unless `role` says otherwise."""
    number = next(_numbers)
    fields.setdefault("email", f"invited-{number}@vigie.example")
    fields.setdefault("role", Role.MEMBER)
    if fields["role"] == Role.MEMBER:
        if "association" not in fields:
            fields["association"] = make_association()
        fields.setdefault("mandate_kind", MandateKind.TITULAR)
    if "created_by" not in fields:
        fields["created_by"] = make_user(Role.COORDINATOR)
    fields.setdefault("expires_at", timezone.now() + dt.timedelta(days=7))
    digest = sha256((secret or f"secret-{number}").encode()).hexdigest()
    return _saved(Invitation(secret_sha256=digest, **fields))


def make_invitation_link(**fields: Any) -> str:
    """The secret of an open invitation."""
    secret = f"secret-of-a-link-{next(_numbers)}"
    make_invitation(secret, **fields)
    return secret


def make_authenticator_app(user: User) -> str:
    """Give a person a second factor; returns its secret, from which `totp_code` makes codes."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def totp_code(secret: str) -> str:
    """What the authenticator app shows at this moment."""
    counter = int(time.time()) // mfa_settings.TOTP_PERIOD
    return str(format_hotp_value(hotp_value(secret, counter)))


def make_passkey(user: User) -> Authenticator:
    """A passkey already set up. To log in with one, set it up through the pages (tests/members)."""
    options = {"user": {"id": ""}, "challenge": ""}
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Téléphone", "credential": SoftwarePasskey().register(options)},
    )


def make_institution(**fields: Any) -> Institution:
    number = next(_numbers)
    fields.setdefault("key", f"institution-{number}")
    fields.setdefault("name", f"Institution {number}")
    fields.setdefault("kind", InstitutionKind.AUTHORITY)
    return _saved(Institution(**fields))


def make_scale(**fields: Any) -> Scale:
    """A scale with one level for each meaning."""
    fields.setdefault("name", f"Échelle {next(_numbers)}")
    scale = _saved(Scale(**fields))
    for position, (meaning, label) in enumerate(LEVELS.items()):
        make_level(scale, meaning, label=label, position=position)
    return scale


def make_level(scale: Scale, meaning: Meaning = Meaning.FULL, **fields: Any) -> Level:
    number = next(_numbers)
    fields.setdefault("key", f"{meaning}-{number}")
    fields.setdefault("label", f"Niveau {number}")
    fields.setdefault("short_label", fields["label"][:40])
    fields.setdefault("position", number)
    return _saved(Level(scale=scale, meaning=meaning, **fields))


def make_plan(**fields: Any) -> Plan:
    """A plan with its scale and its lead assessor; no priority and no measure."""
    number = next(_numbers)
    fields.setdefault("slug", f"plan-{number}")
    fields.setdefault("title", f"Plan d’action national {number}")
    fields.setdefault("short_title", f"Plan {number}")
    fields.setdefault("adopted_on", ADOPTED_ON)
    fields.setdefault("starts_on", dt.date(2014, 1, 1))
    fields.setdefault("ends_on", dt.date(2016, 12, 31))
    if "scale" not in fields:
        fields["scale"] = make_scale()
    if "lead_assessor" not in fields:
        fields["lead_assessor"] = make_institution()
    plan = _saved(Plan(**fields))
    plan.assessors.add(plan.lead_assessor)
    return plan


def make_priority(plan: Plan, **fields: Any) -> Priority:
    position = plan.priorities.count() + 1
    fields.setdefault("number", str(position))
    fields.setdefault("position", position)
    fields.setdefault("title", f"Priorité {position}")
    return _saved(Priority(plan=plan, **fields))


def make_measure(plan: Plan | None = None, **fields: Any) -> Measure:
    """Without a plan, a measure of a new one; without a priority, in the plan's first."""
    plan = plan or make_plan()
    if "priority" not in fields:
        fields["priority"] = plan.priorities.first() or make_priority(plan)
    fields.setdefault("number", str(plan.measures.count() + 1))
    fields.setdefault("title", f"Mesure {fields['number']}")
    fields.setdefault("short_title", fields["title"][:60])
    # The key is required and computed: `full_clean` looks at the fields before it calls `clean`.
    measure = Measure(plan=plan, **fields)
    measure.clean()
    return _saved(measure)


def make_source(**fields: Any) -> Source:
    number = next(_numbers)
    fields.setdefault("key", f"source-{number}")
    fields.setdefault("kind", SourceKind.REPORT)
    fields.setdefault("citation", f"Rapport public n° {number}, 2016.")
    fields.setdefault("short", f"Rapport {number}")
    return _saved(Source(**fields))


def make_evaluation(plan: Plan, **fields: Any) -> Evaluation:
    fields.setdefault("key", f"evaluation-{next(_numbers)}")
    fields.setdefault("assessor", plan.lead_assessor)
    fields.setdefault("kind", "Évaluation")
    fields.setdefault("title", f"Évaluation du {plan.short_title}")
    fields.setdefault("adopted_on", FOUND_ON)
    fields.setdefault("body", "Assemblée plénière")
    return _saved(Evaluation(plan=plan, **fields))


def make_assessment(
    measure: Measure | None = None,
    meaning: Meaning | None = Meaning.FULL,
    *,
    publish: bool = True,
    by: User | None = None,
    **fields: Any,
) -> Assessment:
    """A finding recorded through the services; with `publish=False`, a draft.

    `meaning` chooses the level in the plan's scale (None: no level); `fields` is what `record_assessment` takes.
    """
    measure = measure or make_measure()
    plan = measure.plan
    if "level" not in fields:
        fields["level"] = plan.scale.levels.get(meaning=meaning) if meaning else None
    fields.setdefault("assessor", plan.lead_assessor)
    fields.setdefault("assessed_on", FOUND_ON)
    fields.setdefault("reason", f"Constat {next(_numbers)}")
    return record_assessment(measure=measure, by=by, publish=publish, **fields)


def make_draft(measure: Measure | None = None, **fields: Any) -> Assessment:
    return make_assessment(measure, publish=False, **fields)


def publish_unchecked(draft: Assessment, *, by: User | None = None) -> Assessment:
    """Publish what the service would refuse: nothing may leak through such a row either."""
    draft.status = AssessmentStatus.PUBLISHED
    draft.published_at = timezone.now()
    draft.published_by = by
    draft.save()
    mark_changed([draft.measure.plan])
    return draft


def make_export(
    plan: Plan | None = None,
    *,
    content: bytes = b"%PDF-1.7\n%%EOF\n",
    publish: bool = False,
    **fields: Any,
) -> Export:
    """A finished report with its file; published, or only for those who made it."""
    plan = plan or make_plan()
    now = timezone.now()
    fields.setdefault("assessor", plan.lead_assessor)
    fields.setdefault("on", FOUND_ON)
    if "requested_by" not in fields:
        fields["requested_by"] = make_user(Role.SECRETARIAT)
    fields.setdefault("status", WorkStatus.DONE)
    if fields["status"] == WorkStatus.DONE:
        fields.setdefault("step", ExportStep.FINISHED)
        fields.setdefault("finished_at", now)
        fields.setdefault("size", len(content))
        fields.setdefault("sha256", "0" * 64)
        fields.setdefault("data_sha256", "1" * 64)
        fields.setdefault("pages", 1)
        fields.setdefault("file", ContentFile(content, name=f"evaluation-{next(_numbers)}.pdf"))
    if publish:
        fields.setdefault("published_at", now)
        fields.setdefault("published_by", fields["requested_by"])
    return _saved(Export(plan=plan, **fields))


def make_paper(**fields: Any) -> Paper:
    """A paper kept through the services; `fields` is what `add_paper` takes."""
    if "by" not in fields:
        fields["by"] = make_user(Role.SECRETARIAT)
    fields.setdefault("title", f"Pièce {next(_numbers)}")
    fields.setdefault("uploaded", SimpleUploadedFile("piece.pdf", SMALL_PDF))
    return add_paper(**fields)


def make_application_paper(
    application: MembershipApplication | None = None, **fields: Any
) -> ApplicationPaper:
    """The statutes, to be checked."""
    fields.setdefault("kind", PaperKind.STATUTES)
    fields.setdefault("by", make_user(Role.SECRETARIAT))
    fields.setdefault("uploaded", SimpleUploadedFile("statuts.pdf", SMALL_PDF))
    return add_application_paper(application=application or make_application(), **fields)


def make_application_letter(
    application: MembershipApplication | None = None, **fields: Any
) -> ApplicationLetter:
    """A letter of reception, made and sent."""
    letter = ApplicationLetter(application=application or make_application(), file_size=0)
    fields.setdefault("kind", LetterKind.RECEPTION)
    fields.setdefault("body", f"Lettre {next(_numbers)}")
    fields.setdefault("created_by", make_user(Role.SECRETARIAT))
    fields.setdefault("sent_at", timezone.now())
    for name, value in fields.items():
        setattr(letter, name, value)
    with atomic_with_files():
        store(letter, SimpleUploadedFile("lettre.pdf", SMALL_PDF))
        return _saved(letter)


def make_meeting(on: dt.date | None = FOUND_ON, **fields: Any) -> Meeting:
    """A meeting with one session on that day; with None, without a session."""
    number = next(_numbers)
    fields.setdefault("slug", f"reunion-{number}")
    fields.setdefault("title", f"Réunion {number}")
    meeting = _saved(Meeting(**fields))
    if on is not None:
        make_session(meeting, on=on)
    return meeting


def make_session(meeting: Meeting, **fields: Any) -> Session:
    fields.setdefault("on", FOUND_ON)
    return _saved(Session(meeting=meeting, **fields))


def make_invitee(meeting: Meeting, person: User, **fields: Any) -> Invitee:
    return _saved(Invitee(meeting=meeting, person=person, **fields))


def make_minutes(
    meeting: Meeting | None = None, *, status: str = MinutesStatus.CIRCULATED, **fields: Any
) -> Minutes:
    """Minutes in some state of their life, by default one in which members read them."""
    meeting = meeting or make_meeting()
    if status != MinutesStatus.DRAFT:
        fields.setdefault("circulated_at", timezone.now())
    if status == MinutesStatus.ADOPTED:
        on = meeting.sessions.latest("on").on
        later = fields.pop("later", None) or make_meeting(on + dt.timedelta(days=30))
        fields.setdefault("adopted_at_meeting", later)
        fields.setdefault("adopted_on", later.sessions.latest("on").on)
    return _saved(Minutes(meeting=meeting, status=status, **fields))


def make_section(
    minutes: Minutes | None = None,
    *,
    people: Collection[User] = (),
    measures: Collection[Measure] = (),
    institutions: Collection[Institution] = (),
    **fields: Any,
) -> MinutesSection:
    """A section, by default for the members; locked where its minutes are adopted."""
    minutes = minutes or make_minutes()
    fields.setdefault("audience", Audience.MEMBERS)
    fields.setdefault("heading", f"Point {next(_numbers)}")
    fields.setdefault("text", "Ce qui fut dit.")
    fields.setdefault("position", minutes.sections.count() + 1)
    section = _saved(MinutesSection(minutes=minutes, is_locked=minutes.is_locked, **fields))
    section.named_people.set(people)
    section.measures.set(measures)
    section.institutions.set(institutions)
    return section


def make_meeting_paper(
    meeting: Meeting | None = None, *, people: Collection[User] = (), **fields: Any
) -> MeetingPaper:
    """A paper of a meeting, by default for the members and without a file."""
    fields.setdefault("audience", Audience.MEMBERS)
    fields.setdefault("title", f"Pièce de réunion {next(_numbers)}")
    paper = _saved(MeetingPaper(meeting=meeting or make_meeting(), **fields))
    paper.named_people.set(people)
    return paper


# --- Commitments ------------------------------------------------------------------------------------------------------


def make_commitment(
    *,
    made_on: dt.date = dt.date(2014, 9, 23),
    deadline_words: str = "",
    late_from: dt.date | None = None,
    people: Collection[User] = (),
    measures: Collection[Measure] = (),
    **fields: Any,
) -> Commitment:
    """A commitment with the event that made it, by default for the members and made in a meeting of that day."""
    number = next(_numbers)
    section = fields.get("section")
    if section is not None:
        fields.setdefault("meeting", section.minutes.meeting)
    if fields.get("origin", Origin.MEETING) == Origin.MEETING and "meeting" not in fields:
        fields["meeting"] = make_meeting(made_on)
    fields.setdefault("slug", f"engagement-{number}")
    fields.setdefault("wording", f"Promesse {number}")
    fields.setdefault("audience", Audience.MEMBERS)
    fields.setdefault("institution", None)
    fields["institution"] = fields["institution"] or make_institution()
    commitment = _saved(Commitment(**fields))
    commitment.named_people.set(people)
    commitment.measures.set(measures)
    make_event(
        commitment,
        EventKind.MADE,
        made_on,
        deadline_words=deadline_words or (f"le {late_from}" if late_from else ""),
        late_from=late_from,
    )
    return commitment


def make_event(
    commitment: Commitment, kind: EventKind, on: dt.date, **fields: Any
) -> CommitmentEvent:
    return _saved(CommitmentEvent(commitment=commitment, kind=kind, on=on, **fields))


def make_letter(
    *, commitments: Collection[Commitment] = (), people: Collection[User] = (), **fields: Any
) -> Letter:
    """A letter, by default a draft; with another status, signed on 21 April 2015 and locked. For the members, once sent."""
    number = next(_numbers)
    fields.setdefault("audience", Audience.MEMBERS)
    fields.setdefault("addressee", "Monsieur le ministre de l’Intérieur")
    fields.setdefault("address", "Place Beauvau\n75800 Paris Cedex 08")
    fields.setdefault("salutation", "Monsieur le ministre,")
    fields.setdefault("subject", f"Vos engagements, {number}")
    fields.setdefault("body", "Vous nous aviez annoncé une circulaire.")
    fields.setdefault("closing", "Veuillez agréer, Monsieur le ministre, nos salutations.")
    fields.setdefault("signatory", "La présidente, pour le Collectif")
    fields["institution"] = fields.get("institution") or make_institution()
    if fields.setdefault("status", LetterStatus.DRAFT) != LetterStatus.DRAFT:
        fields.setdefault("reference", f"2015-{number:04}")
        fields.setdefault("dated_on", dt.date(2015, 4, 21))
        fields["is_locked"] = True
    letter = _saved(Letter(**fields))
    letter.commitments.set(commitments)
    letter.named_people.set(people)
    return letter
