"""Applications for membership, as the secretariat, the coordinator and the candidate see them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.differences import word_differences
from common.downloads import serve
from common.versions import StaleRowError
from members.checklist import checklist, is_expired
from members.enums import ApplicationState, PaperVerdict, Role
from members.forms.applications import (
    AddPaperForm,
    DecisionForm,
    HearingForm,
    InviteForm,
    JudgeForm,
    RecordForm,
    ReplacePaperForm,
    TextsForm,
    WholeForm,
    WithdrawForm,
)
from members.forms.papers import VersionForm
from members.models import MembershipApplication
from members.perms import can_decide_applications, can_edit_applications, is_guest
from members.services import applications as services
from members.services.invitations import invite
from members.services.letters import kinds_to_write
from members.services.papers import record_reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    from members.forms.papers import RowForm
    from members.models import ApplicationPaper, User

PAGE_SIZE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]
GUEST_FOR = dt.timedelta(days=180)


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """Every application for the secretariat; a candidate finds their own."""
    if not (can_edit_applications(request.user) or is_guest(request.user)):
        raise Http404
    page = Paginator(_visible(request), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "can_add": can_edit_applications(request.user), "room": "members"}
    return render(request, "members/applications/list.html", context)


@require_http_methods(FORM_METHODS)
def application_add(request: HttpRequest) -> HttpResponse:
    if not can_edit_applications(request.user):
        raise Http404
    user = _user(request)
    form = RecordForm(_data(request), user=user)
    made: list[MembershipApplication] = []
    status = _try(
        form,
        lambda data: made.append(services.record_application(by=user, **data)),
        request,
    )
    if made:
        messages.success(request, _("The application is recorded."))
        return redirect(made[0])
    return _form_page(request, None, form, _("Record an application"), _("Record"), status)


@require_safe
def application_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the file stands, what is missing, and what whoever reads may do next."""
    rows = _visible(request).prefetch_related("papers__added_by", "events__by", "letters")
    application = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    is_secretariat = can_edit_applications(request.user)
    lines = checklist(application)
    context = {
        "application": application,
        "lines": lines,
        "is_whole": all(line.is_met for line in lines),
        "papers": [
            (paper, paper.verdict == PaperVerdict.VALID and is_expired(paper, today))
            for paper in application.papers.all()
        ],
        "letters": [
            letter for letter in application.letters.all() if is_secretariat or letter.sent_at
        ],
        "kinds_to_write": kinds_to_write(application) if is_secretariat else [],
        "is_secretariat": is_secretariat,
        "can_decide": can_decide_applications(request.user),
        "guests": application.guest_accesses.select_related("person") if is_secretariat else [],
        "can_complete": application.state == ApplicationState.RECEIVED,
        "can_hear": application.state in {ApplicationState.COMPLETE, ApplicationState.TO_BE_HEARD},
        "is_heard": application.state == ApplicationState.TO_BE_HEARD,
        "room": "members",
    }
    return render(request, "members/applications/detail.html", context)


@require_http_methods(FORM_METHODS)
def application_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretariat corrects everything; a candidate writes its texts."""
    application = _editable(request, pk)
    form = _edit_form(request, application, _data(request))
    try:
        status = _try(
            form,
            lambda data: services.edit_application(
                application=application, by=_user(request), **data
            ),
            request,
            is_stale_told=False,
        )
    except StaleRowError as error:
        return _stale_edit(request, error.current, form)
    if status == 0:
        messages.success(request, _("The application is saved."))
        return redirect(application)
    return _form_page(request, application, form, _("Edit the application"), _("Save"), status)


@require_http_methods(FORM_METHODS)
def application_paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    application = _editable(request, pk)
    kind = request.GET.get("nature", "")
    form = AddPaperForm(
        _data(request), request.FILES or None, initial={"kind": kind} if kind else {}
    )
    status = _try(
        form,
        lambda data: services.add_application_paper(
            application=application,
            by=_user(request),
            kind=data["kind"],
            year=data["year"],
            uploaded=data["file"],
        ),
        request,
    )
    if status == 0:
        messages.success(request, _("The paper is handed in: the secretariat will check it."))
        return redirect(application)
    return _form_page(request, application, form, _("Hand in a paper"), _("Hand in"), status)


@require_http_methods(FORM_METHODS)
def application_paper_replace(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    application = _editable(request, pk)
    row = _paper(application, paper)
    form = ReplacePaperForm(
        _data(request), request.FILES or None, initial={"fingerprint": row.file_sha256}
    )
    status = _try(
        form,
        lambda data: services.replace_application_paper(
            paper=row,
            by=_user(request),
            fingerprint=data["fingerprint"],
            uploaded=data["file"],
        ),
        request,
    )
    if status == 0:
        messages.success(request, _("The paper is handed in: the secretariat will check it."))
        return redirect(application)
    title = _("Replace: %(paper)s") % {"paper": row}
    return _form_page(
        request, application, form, title, _("Replace"), status, application_paper=row
    )


@require_http_methods(FORM_METHODS)
def application_paper_judge(request: HttpRequest, pk: int, paper: int) -> HttpResponse:
    application = _for_secretariat(request, pk)
    row = _paper(application, paper)
    form = JudgeForm(
        _data(request),
        initial={
            "fingerprint": row.file_sha256,
            "verdict": row.verdict,
            "valid_until": row.valid_until,
            "remark": row.remark,
        },
    )
    status = _try(
        form,
        lambda data: services.judge_application_paper(paper=row, by=_user(request), **data),
        request,
    )
    if status == 0:
        messages.success(request, _("The paper is checked."))
        return redirect(application)
    title = _("Check: %(paper)s") % {"paper": row}
    return _form_page(request, application, form, title, _("Save"), status, application_paper=row)


@require_safe
def application_paper_download(request: HttpRequest, pk: int, paper: int) -> HttpResponseBase:
    """Papers of an application are for named readers: whoever takes one is written down."""
    application = get_object_or_404(_visible(request), pk=pk)
    row = _paper(application, paper)
    if request.method == "GET":
        record_reading(person=_user(request), row=row)
    return serve(row)


@require_POST
def application_complete(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing is told on the page of the application, where it can be mended."""
    application = _for_secretariat(request, pk)
    form = VersionForm(request.POST)
    status = _try(
        form,
        lambda data: services.mark_complete(
            application=application, by=_user(request), version=data["version"]
        ),
        request,
    )
    if status == 0:
        messages.success(request, _("The file is complete: the association can be heard."))
    elif status == 409:
        messages.warning(
            request, _("Somebody changed this application meanwhile: look at it again.")
        )
    else:
        for line in form.non_field_errors() or [_("Open this page again: it was not sent whole.")]:
            messages.error(request, str(line))
    return redirect(application)


@require_http_methods(FORM_METHODS)
def application_hearing(request: HttpRequest, pk: int) -> HttpResponse:
    application = _for_secretariat(request, pk)
    initial = {"version": application.version, "hearing_on": application.hearing_on}
    form = HearingForm(_data(request), initial=initial)
    status = _try(
        form,
        lambda data: services.set_hearing(application=application, by=_user(request), **data),
        request,
    )
    if status == 0:
        messages.success(request, _("The day of the hearing is set."))
        return redirect(application)
    return _form_page(
        request, application, form, _("Set the day of the hearing"), _("Save"), status
    )


@require_http_methods(FORM_METHODS)
def application_decide(request: HttpRequest, pk: int) -> HttpResponse:
    application = get_object_or_404(_visible(request), pk=pk)
    if not can_decide_applications(request.user) or not application.is_open:
        raise PermissionDenied
    initial = {"version": application.version, "presentation": application.about_trafficking[:5000]}
    form = DecisionForm(_data(request), user=_user(request), initial=initial)
    status = _try(form, lambda data: _decide(request, application, data), request)
    if status == 0:
        messages.success(
            request,
            _("The decision is recorded, and the candidate’s access has ended: write the letter."),
        )
        return redirect("members:letter-add", pk=application.pk, kind="decision")
    return _form_page(
        request,
        application,
        form,
        _("Record the decision"),
        _("Record the decision"),
        status,
        note=_("The access of the candidate ends as soon as the decision is recorded."),
    )


@require_http_methods(FORM_METHODS)
def application_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    application = _editable(request, pk)
    form = WithdrawForm(_data(request), initial={"version": application.version})
    status = _try(
        form,
        lambda data: services.withdraw(application=application, by=_user(request), **data),
        request,
    )
    if status == 0:
        messages.success(request, _("The application is withdrawn."))
        if can_edit_applications(request.user):
            return redirect(application)
        return redirect("measures:home")
    return _form_page(
        request,
        application,
        form,
        _("Withdraw the application?"),
        _("Withdraw the application"),
        status,
        is_danger=True,
        note=_(
            "The file is closed and kept by the secretariat; the candidate’s access ends at once. This cannot be undone."
        ),
    )


@require_http_methods(FORM_METHODS)
def application_invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The contact follows the application as a guest."""
    application = _for_secretariat(request, pk)
    form = InviteForm(_data(request), initial={"guest_until": timezone.localdate() + GUEST_FOR})
    try:
        status = _try(
            form,
            lambda data: invite(
                by=_user(request),
                email=data["email"],
                role=Role.GUEST,
                application=application,
                guest_until=data["guest_until"],
            ),
            request,
        )
    except OSError:
        messages.error(
            request, _("The invitation is recorded, but the mail could not leave: send it again.")
        )
        return redirect(application)
    if status == 0:
        messages.success(request, _("The invitation is sent: it can be used once, for seven days."))
        return redirect(application)
    return _form_page(request, application, form, _("Invite the contact"), _("Invite"), status)


# --- Parts ------------------------------------------------------------------------------------------------------------


def _user(request: HttpRequest) -> User:
    """Whoever is logged in: nobody else comes so far."""
    return cast("User", request.user)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _visible(request: HttpRequest) -> Any:
    rows = MembershipApplication.objects.visible_to(request.user)
    return rows.select_related("supported_by", "association")


def _editable(request: HttpRequest, pk: int) -> MembershipApplication:
    """One that the person may change, while it is open."""
    application: MembershipApplication = get_object_or_404(_visible(request), pk=pk)
    if not services.may_edit(request.user, application) or not application.is_open:
        raise PermissionDenied
    return application


def _for_secretariat(request: HttpRequest, pk: int) -> MembershipApplication:
    application: MembershipApplication = get_object_or_404(_visible(request), pk=pk)
    if not can_edit_applications(request.user) or not application.is_open:
        raise PermissionDenied
    return application


def _paper(application: MembershipApplication, pk: int) -> ApplicationPaper:
    """A part of an application that was fetched through `visible_to`."""
    return get_object_or_404(application.papers.select_related("application"), pk=pk)


def _try(
    form: RowForm,
    act: Callable[[dict[str, Any]], object],
    request: HttpRequest,
    *,
    is_stale_told: bool = True,
) -> int:
    """Do what the form asks: 0 when it is done, otherwise the status of the page to be shown again."""
    if not form.is_bound or request.method != "POST":
        return 200
    if not form.is_valid():
        return 422
    try:
        act(form.cleaned_data)
    except StaleRowError as error:
        if not is_stale_told:
            raise
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["version"] = str(error.current.version)  # type: ignore[index]
        return 409
    except ValidationError as error:
        form.add_errors(error)
        return 422
    return 0


def _decide(request: HttpRequest, application: MembershipApplication, data: dict[str, Any]) -> None:
    shared = {
        "application": application,
        "by": _user(request),
        "version": data["version"],
        "decided_on": data["decided_on"],
        "reason": data["reason"],
    }
    if data["outcome"] == ApplicationState.DECLINED:
        services.decline(**shared)
    else:
        services.accept(
            **shared, association=data["association"], presentation=data["presentation"]
        )


def _edit_form(request: HttpRequest, application: MembershipApplication, data: Any) -> RowForm:
    if can_edit_applications(request.user):
        return WholeForm(data, user=_user(request), initial=WholeForm.values_of(application))
    return TextsForm(data, initial=TextsForm.values_of(application))


def _stale_edit(
    request: HttpRequest, current: MembershipApplication, form: RowForm
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    differences = []
    for name in form.fields:
        if name == "version":
            continue
        saved, typed = (
            _as_text(value) for value in (getattr(current, name), form.cleaned_data[name])
        )
        if saved != typed:
            differences.append((form[name].label, word_differences(saved, typed)))
    data = request.POST.copy()
    data["version"] = str(current.version)
    last = current.history.select_related("history_user").first()
    return _form_page(
        request,
        current,
        _edit_form(request, current, data),
        _("Edit the application"),
        _("Save"),
        409,
        differences=differences,
        changed_by=last.history_user if last else None,
        has_both_texts=True,
    )


def _as_text(value: Any) -> str:
    # A browser sends ends of lines in its own way.
    return "" if value is None else str(value).replace("\r\n", "\n")


def _form_page(
    request: HttpRequest,
    application: MembershipApplication | None,
    form: RowForm,
    title: str,
    action: str,
    status: int,
    **extra: Any,
) -> HttpResponse:
    context = {
        "application": application,
        "application_paper": None,
        "form": form,
        "title": title,
        "action": action,
        "is_stale": status == 409,
        "room": "members",
        **extra,
    }
    return render(request, "members/applications/form.html", context, status=status)
