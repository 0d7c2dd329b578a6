"""Applications for membership: from the day one is received to the decision. Every step leaves an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from common.search import index
from common.uploads import atomic_with_files, store
from members.checklist import missing
from members.enums import ApplicationState, PaperKind, PaperVerdict, Role
from members.models import (
    ApplicationEvent,
    ApplicationPaper,
    Association,
    MembershipApplication,
    User,
)
from members.perms import (
    can_decide_applications,
    can_edit_applications,
    can_edit_own_application,
)
from members.services.notices import tell

if TYPE_CHECKING:
    import datetime as dt

    from django.contrib.auth.models import AnonymousUser
    from django.core.files import File

State = ApplicationState
# Only once it has been heard does the Collectif decide (document of 22 January 2015, point 11).
NEXT: dict[str, set[str]] = {
    State.RECEIVED: {State.COMPLETE, State.WITHDRAWN},
    State.COMPLETE: {State.TO_BE_HEARD, State.WITHDRAWN},
    # A hearing may be put off.
    State.TO_BE_HEARD: {State.TO_BE_HEARD, State.ACCEPTED, State.DECLINED, State.WITHDRAWN},
}
SLUG_LIMIT = 60


def may_edit(user: User | AnonymousUser, application: MembershipApplication) -> bool:
    """The secretariat, and the candidate their own; the row was fetched through `visible_to`."""
    if can_edit_applications(user):
        return True
    visible = MembershipApplication.objects.visible_to(user)
    return can_edit_own_application(user) and visible.filter(pk=application.pk).exists()


@transaction.atomic
def record_application(*, by: User, received_on: dt.date, **fields: Any) -> MembershipApplication:
    """Write down that an association asks to join; `fields` are its name, acronym, site and who supports it."""
    _ask(can_edit_applications(by))
    _not_to_come(received_on, "received_on")
    application = MembershipApplication(received_on=received_on, **fields)
    application.full_clean()
    application.save()
    _record(application, on=received_on, by=by)
    return application


@transaction.atomic
def edit_application(
    *, application: MembershipApplication, version: int, by: User, **fields: Any
) -> MembershipApplication:
    """Change what the file says of the association; a candidate changes the texts only. Raises StaleRowError."""
    _ask(may_edit(by, application))
    _ask(can_edit_applications(by) or fields.keys() <= {"about_trafficking", "motivation"})
    current = _open(MembershipApplication.lock_version(application.pk, version))
    if "received_on" in fields:
        _not_to_come(fields["received_on"], "received_on")
    for name, value in fields.items():
        setattr(current, name, value)
    current.full_clean()
    current.save()
    return current


# --- Papers -----------------------------------------------------------------------------------------------------------


def add_application_paper(
    *,
    application: MembershipApplication,
    by: User,
    kind: str,
    uploaded: File[Any],
    year: int | None = None,
) -> ApplicationPaper:
    """Hand in one paper. It is to be checked by the secretariat."""
    _ask(may_edit(by, application))
    if year is not None and not 1900 <= year <= timezone.localdate().year:
        raise ValidationError({"year": _("This is not a year of activity.")})
    with atomic_with_files():
        paper = ApplicationPaper(
            application=_open(_lock(application)), kind=kind, year=year, added_by=by
        )
        if (kind == PaperKind.ACTIVITY_REPORT) != (year is not None):
            raise ValidationError({"year": _("An activity report has a year, other papers none.")})
        store(paper, uploaded)
        paper.full_clean()
        paper.save()
        _tell_of_paper(application, by)
    return paper


def replace_application_paper(
    *, paper: ApplicationPaper, by: User, fingerprint: str, uploaded: File[Any]
) -> ApplicationPaper:
    """Hand in another file for a paper, to be checked anew. `fingerprint` is that of the file which was seen."""
    _ask(may_edit(by, paper.application))
    with atomic_with_files():
        current = _lock_paper(paper, fingerprint)
        store(current, uploaded)
        current.verdict, current.remark, current.valid_until = PaperVerdict.PENDING, "", None
        current.added_by = by
        current.full_clean()
        current.save()
        _tell_of_paper(current.application, by)
    return current


@transaction.atomic
def judge_application_paper(
    *,
    paper: ApplicationPaper,
    by: User,
    fingerprint: str,
    verdict: str,
    remark: str = "",
    valid_until: dt.date | None = None,
) -> ApplicationPaper:
    """Say whether a paper counts, and until when, or why it must be replaced: of the file that was read, no other."""
    _ask(can_edit_applications(by))
    current = _lock_paper(paper, fingerprint)
    if verdict == PaperVerdict.REFUSED and not remark.strip():
        raise ValidationError({"remark": _("Say why the paper must be replaced.")})
    if verdict != PaperVerdict.VALID:
        valid_until = None
    elif valid_until is not None and valid_until < timezone.localdate():
        raise ValidationError({"valid_until": _("This day is past: the paper would not count.")})
    current.verdict, current.remark, current.valid_until = verdict, remark.strip(), valid_until
    current.full_clean()
    current.save()
    if verdict == PaperVerdict.REFUSED:
        _tell_guests(
            current.application, gettext_noop("A paper of your application is to be replaced.")
        )
    return current


# --- Steps ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def mark_complete(
    *, application: MembershipApplication, version: int, by: User
) -> MembershipApplication:
    """Everything is there and valid. Raises ValidationError with what is missing, StaleRowError."""
    _ask(can_edit_applications(by))
    current = _move(application, version, State.COMPLETE)
    _check_nothing_missing(current)
    return _save(current, on=timezone.localdate(), by=by)


@transaction.atomic
def set_hearing(
    *, application: MembershipApplication, version: int, by: User, hearing_on: dt.date
) -> MembershipApplication:
    """The day on which the association presents itself to the Collectif. May be put off."""
    _ask(can_edit_applications(by))
    current = _move(application, version, State.TO_BE_HEARD)
    if hearing_on < current.received_on:
        raise ValidationError({"hearing_on": _("It cannot be heard before it applied.")})
    current.hearing_on = hearing_on
    return _save(current, on=hearing_on, by=by)


@transaction.atomic
def accept(
    *,
    application: MembershipApplication,
    version: int,
    by: User,
    decided_on: dt.date,
    reason: str = "",
    association: Association | None = None,
    presentation: str = "",
) -> MembershipApplication:
    """The association joins: a new one, or one that was invited until it might. Guests of the application leave."""
    _ask(can_decide_applications(by))
    current = _decided(application, version, State.ACCEPTED, decided_on)
    _check_nothing_missing(current)
    current.association = (
        _new_association(current, presentation, decided_on)
        if association is None
        else _joined(association, decided_on)
    )
    current = _save(current, on=decided_on, by=by, reason=reason)
    _close_doors(current)
    return current


@transaction.atomic
def decline(
    *,
    application: MembershipApplication,
    version: int,
    by: User,
    decided_on: dt.date,
    reason: str,
) -> MembershipApplication:
    """The Collectif does not take the association in, and says why. Guests of the application leave."""
    _ask(can_decide_applications(by))
    current = _decided(application, version, State.DECLINED, decided_on)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: the letter gives the reason.")})
    current = _save(current, on=decided_on, by=by, reason=reason)
    _close_doors(current)
    return current


@transaction.atomic
def withdraw(
    *, application: MembershipApplication, version: int, by: User, reason: str = ""
) -> MembershipApplication:
    """The candidate gives up; the secretariat writes it down when it is told by mail. Guests leave."""
    _ask(may_edit(by, application))
    current = _move(application, version, State.WITHDRAWN)
    current = _save(current, on=timezone.localdate(), by=by, reason=reason)
    _close_doors(current)
    return current


# --- Parts ------------------------------------------------------------------------------------------------------------


def _ask(is_allowed: object) -> None:
    if not is_allowed:
        raise PermissionDenied


def _not_to_come(day: dt.date, field: str) -> None:
    if day > timezone.localdate():
        raise ValidationError({field: _("This day is still to come.")})


def _lock(application: MembershipApplication) -> MembershipApplication:
    return MembershipApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)


def _open(application: MembershipApplication) -> MembershipApplication:
    if not application.is_open:
        raise ValidationError(_("This application has ended: nothing of it changes any more."))
    return application


def _lock_paper(paper: ApplicationPaper, fingerprint: str) -> ApplicationPaper:
    """The paper as it stands, if its file is still the one that was seen and the application is open."""
    _open(_lock(paper.application))
    current = ApplicationPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)
    if current.file_sha256 != fingerprint:
        raise ValidationError(_("The file was replaced meanwhile: read it first."))
    return current


def _move(application: MembershipApplication, version: int, to: State) -> MembershipApplication:
    """The application, locked, in its next state (not saved)."""
    current = MembershipApplication.lock_version(application.pk, version)
    if to not in NEXT.get(current.state, set()):
        raise ValidationError(
            _("An application that is “%(state)s” cannot become “%(next)s”.")
            % {"state": current.get_state_display(), "next": to.label}
        )
    current.state = to
    return current


def _decided(
    application: MembershipApplication, version: int, to: State, on: dt.date
) -> MembershipApplication:
    current = _move(application, version, to)
    _not_to_come(on, "decided_on")
    if current.hearing_on is not None and on < current.hearing_on:
        raise ValidationError(
            {"decided_on": _("The Collectif decides once the association has been heard.")}
        )
    current.decided_on = on
    return current


def _check_nothing_missing(application: MembershipApplication) -> None:
    lines = missing(application)
    if lines:
        raise ValidationError(
            [
                _("Still missing: %(what)s (%(why)s).") % {"what": line.words, "why": line.why}
                for line in lines
            ]
        )


def _save(
    application: MembershipApplication, *, on: dt.date, by: User, reason: str = ""
) -> MembershipApplication:
    application.full_clean()
    application.save()
    _record(application, on=on, by=by, reason=reason)
    if application.is_open:
        # Once it has ended, the letter tells.
        _tell_guests(application, gettext_noop("Your application has gone one step further."))
    elif application.state == State.WITHDRAWN and not can_edit_applications(by):
        _tell_secretariat(application, gettext_noop("%(name)s withdraws its application."))
    return application


def _tell_of_paper(application: MembershipApplication, by: User) -> None:
    if not can_edit_applications(by):
        words = gettext_noop("%(name)s has handed in a paper for its application.")
        _tell_secretariat(application, words)


def _tell_secretariat(application: MembershipApplication, words: str) -> None:
    people = User.objects.who_may_come_in(timezone.localdate()).filter(
        role__in=[Role.SECRETARIAT, Role.COORDINATOR]
    )
    path = application.get_absolute_url()
    tell(people=people, words=words, values={"name": application.name}, path=path)


def _tell_guests(application: MembershipApplication, words: str) -> None:
    today = timezone.localdate()
    live = application.guest_accesses.filter(since__lte=today, until__gt=today)
    people = User.objects.who_may_come_in(today).filter(pk__in=live.values("person"))
    tell(people=people, words=words, path=application.get_absolute_url())


def _record(application: MembershipApplication, *, on: dt.date, by: User, reason: str = "") -> None:
    event = ApplicationEvent(
        application=application, state=application.state, on=on, by=by, reason=reason.strip()
    )
    event.full_clean()
    event.save()


def _new_association(
    application: MembershipApplication, presentation: str, joined_on: dt.date
) -> Association:
    if Association.objects.filter(name__iexact=application.name).exists():
        raise ValidationError(
            {"association": _("An association of this name is already here: choose it.")}
        )
    association = Association(
        slug=_free_slug(application.name),
        name=application.name,
        acronym=application.acronym,
        site=application.site,
        presentation=presentation,
        joined_on=joined_on,
    )
    association.full_clean()
    association.save()
    index(association)
    return association


def _free_slug(name: str) -> str:
    base = slugify(name)[:SLUG_LIMIT].strip("-") or "association"
    taken = set(
        Association.objects.filter(slug__startswith=base[:50]).values_list("slug", flat=True)
    )
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base[: SLUG_LIMIT - len(str(number)) - 1]}-{number}"
    return slug


def _joined(association: Association, joined_on: dt.date) -> Association:
    """An association that took part as a guest, as a member from that day on (“Koutcha”, document of 2013)."""
    current = Association.objects.select_for_update(of=("self",)).get(pk=association.pk)
    if current.joined_on is not None or current.left_on is not None:
        raise ValidationError({"association": _("This association is not one that was invited.")})
    current.joined_on = joined_on
    # Whoever has the card open at this moment is told that it changed.
    current.version += 1
    current.full_clean()
    current.save()
    return current


def _close_doors(application: MembershipApplication) -> None:
    """Guests of an application that has ended come in no more, nor does whoever was invited and has not come."""
    today = timezone.localdate()
    for access in application.guest_accesses.filter(until__gt=today):
        access.until = max(today, access.since)
        access.full_clean()
        access.save()
    for invitation in application.invitations.filter(accepted_at=None, withdrawn_at=None):
        invitation.withdrawn_at = timezone.now()
        invitation.save()
