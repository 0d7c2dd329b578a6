"""Invitations: sent by those who may, and accepted by whoever holds the link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.forms.invitations import InviteForm, NewcomerForm, OwnPasswordForm, add_errors
from members.models import Association, Invitation, MembershipApplication, User
from members.perms import can_invite, can_invite_own, can_see_people, needs_second_factor
from members.services import invitations
from members.services.invitations import (
    AccountExistsError,
    ClosedAccountError,
    ForeignInvitationError,
    InvitationGoneError,
)

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponseBase

PAGE_SIZE = 25


@require_safe
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Those sent, the newest first, with where each stands."""
    _user_who_invites(request)
    rows = Invitation.objects.visible_to(request.user).select_related(
        "association", "application", "created_by", "accepted_by"
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "invitations": page,
        # Whoever opens accounts need not read applications.
        "applications": set(
            MembershipApplication.objects.visible_to(request.user).values_list("pk", flat=True)
        ),
        "now": timezone.now(),
        "sees_people": can_see_people(request.user),
        "room": "members",
    }
    return render(request, "members/invitations/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_create(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether the address is known here or not."""
    user = _user_who_invites(request)
    if request.method != "POST":
        return _invite_page(request, InviteForm(by=user, initial=_asked_for(request)))
    form = InviteForm(request.POST, by=user)
    if not form.is_valid():
        return _invite_page(request, form, status=422)
    try:
        invitations.invite(by=user, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return _invite_page(request, form, status=422)
    except OSError:
        _say_mail_failed(request)
    else:
        messages.success(
            request,
            _("The invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]},
        )
    return redirect("members:invitation-list")


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = _get(request, pk)
    if request.method != "POST":
        return render(
            request,
            "members/invitations/withdraw.html",
            {"invitation": invitation, "room": "members"},
        )
    try:
        invitations.withdraw_invitation(invitation=invitation, by=_user_who_invites(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The invitation is withdrawn: its link no longer opens."))
    return redirect("members:invitation-list")


@require_POST
def invitation_resend(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = _get(request, pk)
    try:
        invitations.send_again(invitation=invitation, by=_user_who_invites(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except OSError:
        _say_mail_failed(request)
    else:
        messages.success(
            request,
            _("A new link is on its way to %(email)s; the former one no longer opens.")
            % {"email": invitation.email},
        )
    return redirect("members:invitation-list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("password", "password_again")
@sensitive_variables("secret")
def invitation_accept(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What the link opens. Looking never uses it up: mail programs look at links by themselves."""
    response = _accept(request, secret)
    # Nothing of the address but our own name goes further. “no-referrer” would hide as much, and make browsers send
    # the form from nowhere (`Origin: null`), which the protection against forged forms refuses.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@sensitive_variables("secret")
def _accept(request: HttpRequest, secret: str) -> HttpResponseBase:
    try:
        invitation = invitations.find_open(secret)
        account = invitations.account_of(invitation)
        if request.user.is_authenticated:
            return _as_who_is_here(request, secret, invitation, account)
        if account is None:
            return _as_newcomer(request, secret, invitation)
        return _as_account(request, secret, invitation, account)
    except InvitationGoneError:
        return render(request, "members/invitations/gone.html", status=410)
    except ForeignInvitationError:
        return render(request, "members/invitations/foreign.html", status=403)
    except ClosedAccountError:
        return render(request, "members/invitations/closed.html", status=403)
    except AccountExistsError:
        # It came to be while the form was being filled in: the next page asks for its password.
        return redirect(request.path)


def _as_newcomer(request: HttpRequest, secret: str, invitation: Invitation) -> HttpResponseBase:
    form = NewcomerForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _accept_page(request, "newcomer", invitation, form)
    if not form.is_valid():
        return _accept_page(request, "newcomer", invitation, form, status=422)
    password = form.chosen_password
    try:
        person = invitations.accept_as_newcomer(
            secret=secret, name=form.cleaned_data["name"], password=password
        )
    except ValidationError as error:
        add_errors(form, error)
        return _accept_page(request, "newcomer", invitation, form, status=422)
    if password is None:
        messages.success(request, _("Welcome. Set up your passkey now: it is how you will log in."))
        then = "mfa_add_webauthn"
    elif needs_second_factor(person):
        messages.success(
            request, _("Welcome. Your role needs a second factor: set one up to go on.")
        )
        then = "mfa_index"
    else:
        messages.success(
            request, _("Welcome. We advise you to set up a second factor, now or later.")
        )
        then = "mfa_index"
    # They have just shown who they are, by the link and by what they chose: not to be asked again on the next page.
    record_authentication(request, person, method="invitation", reauthenticated=True)
    return _log_in(request, person, then)


def _as_account(
    request: HttpRequest, secret: str, invitation: Invitation, account: User
) -> HttpResponseBase:
    """The address has an account, and nobody is logged in.

    The link and the password, together: the link alone came by mail, and a new password chosen through it would hand
    the whole account, with all that it could read, to whoever reads that mail. A lost password is asked for again by
    the page made for it, which works while the door is shut too. The second factor, if there is one, comes next.
    An account without a password logs in with its passkey first; if its door is shut, the link alone opens the door,
    and the passkey lets them in.
    """
    if not account.is_active:
        raise ClosedAccountError
    if not account.has_usable_password():
        return _as_passkey_owner(request, secret, invitation, account)
    form = OwnPasswordForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _accept_page(request, "account", invitation, form)
    if not form.is_valid() or not _is_own_password(request, account, form):
        return _accept_page(request, "account", invitation, form, status=422)
    try:
        person = invitations.accept_as_account(secret=secret, person=account)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _accept_page(request, "account", invitation, form, status=422)
    record_authentication(request, person, method="password", email=person.email)
    messages.success(request, _("The invitation is accepted."))
    return _log_in(request, person, "members:account")


def _as_passkey_owner(
    request: HttpRequest, secret: str, invitation: Invitation, account: User
) -> HttpResponseBase:
    is_shut = not account.may_come_in
    if request.method != "POST" or not is_shut:
        return _accept_page(request, "passkey", invitation, None, is_shut=is_shut)
    try:
        invitations.accept_as_account(secret=secret, person=account)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _accept_page(request, "passkey", invitation, None, is_shut=is_shut, status=422)
    messages.success(request, _("The invitation is accepted: log in with your passkey."))
    return redirect("account_login")


def _as_who_is_here(
    request: HttpRequest, secret: str, invitation: Invitation, account: User | None
) -> HttpResponseBase:
    user = cast("User", request.user)
    if account is None or account.pk != user.pk:
        raise ForeignInvitationError
    if request.method != "POST":
        return _accept_page(request, "confirm", invitation, None)
    try:
        invitations.accept_as_account(secret=secret, person=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _accept_page(request, "confirm", invitation, None, status=422)
    messages.success(request, _("The invitation is accepted."))
    return redirect("members:account")


def _is_own_password(request: HttpRequest, account: User, form: OwnPasswordForm) -> bool:
    """Counted as attempts to log in are: a link must not be a way to try passwords."""
    adapter = get_adapter(request)
    try:
        adapter.pre_authenticate(request, email=account.email)
    except ValidationError as error:
        form.add_error("password", error)
        return False
    if not account.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not the password of the account."))
        return False
    adapter._rollback_login_failed_rl_usage()
    return True


def _log_in(request: HttpRequest, person: User, then: str) -> HttpResponseBase:
    """As the library does it: second factor, list of sessions and signals included."""
    response: HttpResponseBase = perform_login(request, person, redirect_url=reverse(then))
    return response


def _accept_page(
    request: HttpRequest,
    who: str,
    invitation: Invitation,
    form: BaseForm | None,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {"invitation": invitation, "form": form, "who": who, **extra}
    return render(request, "members/invitations/accept.html", context, status=status)


def _invite_page(request: HttpRequest, form: InviteForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "room": "members"}
    return render(request, "members/invitations/create.html", context, status=status)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What a page that leads here already knows: `?role=`, `?association=` (its key), `?application=` (its number)."""
    asked: dict[str, Any] = {"role": request.GET.get("role", "")}
    slug, number = request.GET.get("association", ""), request.GET.get("application", "")
    if slug:
        asked["association"] = (
            Association.objects.visible_to(request.user).filter(slug=slug[:60]).first()
        )
    if number.isdecimal() and len(number) < 10:
        rows = MembershipApplication.objects.visible_to(request.user)
        asked["application"] = rows.filter(pk=int(number)).first()
    return {name: value for name, value in asked.items() if value}


def _say_mail_failed(request: HttpRequest) -> None:
    messages.error(
        request,
        _("The invitation is recorded, but the mail could not leave: send it again in a moment."),
    )


def _user_who_invites(request: HttpRequest) -> User:
    if not (can_invite(request.user) or can_invite_own(request.user)):
        raise Http404
    return cast("User", request.user)


def _get(request: HttpRequest, pk: int) -> Invitation:
    rows = Invitation.objects.visible_to(request.user).select_related("association", "application")
    invitation = get_object_or_404(rows, pk=pk)
    if not (can_invite(request.user) or can_invite_own(request.user)):
        raise PermissionDenied
    return invitation
