"""People: who has an account, in which role, and whether the door is open to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members.filters import PersonFilter
from members.forms.invitations import add_errors
from members.forms.people import ErasureForm, ReasonForm, RoleForm
from members.models import MembershipApplication, User
from members.perms import can_manage_people, can_see_people
from members.second_factor import has_second_factor
from members.services import people
from members.services.erasure import erase_person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

PAGE_SIZE = 50
ROLE = "members/people/role.html"
CLOSE = "members/people/close.html"
REOPEN = "members/people/reopen.html"
ERASE = "members/people/erase.html"


@require_safe
def person_list(request: HttpRequest) -> HttpResponse:
    if not can_see_people(request.user):
        raise Http404
    found = PersonFilter(request.GET, User.objects.visible_to(request.user), request=request)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = [person.pk for person in page]
    inside = (
        User.objects.visible_to(request.user)
        .who_may_come_in(timezone.localdate())
        .filter(pk__in=shown)
    )
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": found,
        "people": page,
        "inside": set(inside.values_list("pk", flat=True)),
        "query": query.urlencode(),
        "can_manage": can_manage_people(request.user),
        "room": "members",
    }
    return render(request, "members/people/list.html", context)


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = _get(request, pk)
    today = timezone.localdate()
    mandates = [
        (row, row.is_live_on(today))
        for row in person.mandates.select_related("association").order_by("-since", "-pk")
    ]
    context = {
        "person": person,
        "mandates": mandates,
        "accesses": person.guest_accesses.select_related("application").order_by("-until", "-pk"),
        # Whoever opens accounts need not read applications.
        "applications": _applications_seen(request),
        "sessions": UserSession.objects.filter(user=person).count(),
        "has_second_factor": has_second_factor(person),
        "today": today,
        "can_manage": can_manage_people(request.user),
        "is_oneself": person.pk == request.user.pk,
        "room": "members",
    }
    return render(request, "members/people/detail.html", context)


def _applications_seen(request: HttpRequest) -> set[int]:
    return set(MembershipApplication.objects.visible_to(request.user).values_list("pk", flat=True))


@require_http_methods(["GET", "HEAD", "POST"])
def person_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Never one's own: the page itself is refused."""
    person = _get_to_change(request, pk)
    if request.method != "POST":
        return _page(request, ROLE, RoleForm(initial={"role": person.role}), person)
    return _change(
        request,
        person,
        ROLE,
        RoleForm(request.POST),
        people.change_role,
        _("The role is changed."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_close(request: HttpRequest, pk: int) -> HttpResponse:
    person = _get_to_change(request, pk)
    if request.method != "POST":
        return _page(request, CLOSE, ReasonForm(), person)
    return _change(
        request,
        person,
        CLOSE,
        ReasonForm(request.POST),
        people.close_account,
        _("The account is closed, and its sessions are ended."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    person = _get_to_change(request, pk)
    if request.method != "POST":
        return _page(request, REOPEN, ReasonForm(), person)
    return _change(
        request,
        person,
        REOPEN,
        ReasonForm(request.POST),
        people.reopen_account,
        _("The account is open again."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked for by the person, done here by whoever manages the accounts."""
    person = _get_to_change(request, pk)
    if request.method != "POST":
        return _page(request, ERASE, ErasureForm(), person)
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, ERASE, form, person, status=422)
    try:
        erase_person(person=person, by=cast("User", request.user))
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, ERASE, form, person, status=422)
    messages.success(request, _("The account is erased. What it did stays, without its name."))
    return redirect("members:person-detail", pk)


def _change(
    request: HttpRequest,
    person: User,
    template: str,
    form: Any,
    service: Callable[..., User],
    done: str,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, template, form, person, status=422)
    try:
        service(person=person, by=cast("User", request.user), **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, template, form, person, status=422)
    messages.success(request, done)
    return redirect("members:person-detail", person.pk)


def _page(
    request: HttpRequest, template: str, form: Any, person: User, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "person": person, "room": "members"}
    return render(request, template, context, status=status)


def _get(request: HttpRequest, pk: int) -> User:
    if not can_see_people(request.user):
        raise Http404
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


def _get_to_change(request: HttpRequest, pk: int) -> User:
    person = _get(request, pk)
    if not can_manage_people(request.user) or person.pk == request.user.pk:
        raise PermissionDenied
    return person
