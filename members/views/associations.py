"""The associations of the collective: list, card, history, and the checks of their links."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.markdown import render as render_markdown
from common.text import fold
from common.versions import StaleRowError
from members.changes import changes_of_card
from members.enums import AssociationState
from members.forms.associations import AssociationFilterForm, Card, LinkCheckForm
from members.models import Association, Mandate
from members.perms import (
    can_add_associations,
    can_edit_associations,
    can_export_directory,
    can_import,
    can_see_directory,
    may_edit_card,
    may_see_card_history,
)
from members.services.associations import (
    add_association,
    record_link_check,
    revise_association,
)
from members.services.papers import papers_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE_SIZE = 30
# A link that was seen a year ago may be gone.
LINK_CHECK_LASTS = dt.timedelta(days=365)


@require_safe
@login_not_required
def association_list(request: HttpRequest) -> HttpResponse:
    """Members today, those invited until they may join, former ones: three queries at most, whatever their number."""
    today = timezone.localdate()
    form = AssociationFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = Association.objects.visible_to(request.user).with_state(today)
    if form.errors:
        rows = rows.none()
    if asked.get("etat"):
        rows = rows.in_state(asked["etat"], today)
    words = fold(asked.get("q", "")).split()
    if words:
        rows = rows.filter(pk__in=_named(rows, words))
    order = [When(state=state, then=Value(place)) for place, state in enumerate(AssociationState)]
    rows = rows.order_by(Case(*order, output_field=IntegerField()), "name", "pk")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "is_filtered": bool(words or asked.get("etat")),
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "can_add": can_add_associations(request.user),
        "can_edit": can_edit_associations(request.user),
        "can_import": can_import(request.user),
        "can_export": can_export_directory(request.user),
        "room": "members",
    }
    return render(request, "members/associations/list.html", context)


def _named(rows: Any, words: list[str]) -> list[int]:
    """Rows whose name or acronym holds every word. Databases do not agree on accents: Python decides."""
    return [
        pk
        for pk, name, acronym in rows.values_list("pk", "name", "acronym")
        if all(word in fold(f"{name} {acronym}") for word in words)
    ]


@require_safe
@login_not_required
def association_detail(request: HttpRequest, slug: str) -> HttpResponse:
    association = _association(request, slug)
    sees_directory = can_see_directory(request.user)
    mandates = (
        Mandate.objects.visible_to(request.user)
        .live_on(timezone.localdate())
        .filter(association=association)
        .select_related("person")
    )
    may_edit = may_edit_card(request.user, association)
    context = {
        "association": association,
        "presentation": render_markdown(association.presentation),
        "networks": association.networks.all(),
        "publications": association.publications.all(),
        "reports": association.yearly_reports.select_related("call").order_by("-call__year", "pk"),
        "participations": association.participations.order_by("-on", "pk"),
        "association_papers": papers_of(association, request.user),
        "sees_directory": sees_directory,
        "mandates": mandates if sees_directory else [],
        "can_edit": may_edit,
        "can_see_history": may_see_card_history(request.user, association),
        "room": "members",
    }
    return render(request, "members/associations/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def association_add(request: HttpRequest) -> HttpResponse:
    if not can_add_associations(request.user):
        raise PermissionDenied
    card = Card(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _sheet(request, card)
    if not card.is_valid():
        return _sheet(request, card, status=422)
    try:
        association = add_association(**card.content())
    except ValidationError as error:
        card.add_errors(error)
        return _sheet(request, card, status=422)
    messages.success(request, _("The card of %(name)s is recorded.") % {"name": association})
    return redirect(association)


@require_http_methods(["GET", "HEAD", "POST"])
def association_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole card, or for its representatives what the association says of itself."""
    association = _association(request, slug)
    if not may_edit_card(request.user, association):
        raise PermissionDenied
    own = not can_edit_associations(request.user)
    if request.method != "POST":
        return _sheet(request, Card(association=association, own=own))
    card = Card(request.POST, association=association, own=own)
    if not card.is_valid():
        return _sheet(request, card, status=422)
    version = card.form.cleaned_data["version"] or 0
    try:
        association = revise_association(association=association, version=version, **card.content())
    except StaleRowError as error:
        return _stale_sheet(request, card, error.current, own=own)
    except ValidationError as error:
        card.add_errors(error)
        return _sheet(request, card, status=422)
    messages.success(request, _("The card of %(name)s is saved.") % {"name": association})
    return redirect(association)


def _stale_sheet(
    request: HttpRequest, card: Card, current: Association, *, own: bool
) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's text, knowingly."""
    differences = card.differences_from(current)
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    again = Card(typed, association=current, own=own)
    last = current.history.select_related("history_user").first()
    extra = {
        "differences": differences,
        "changed_by": last.history_user if last else None,
        "is_stale": True,
    }
    return _sheet(request, again, status=409, **extra)


def _sheet(request: HttpRequest, card: Card, *, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "card": card,
        "form": card.form,
        "association": card.association,
        "is_stale": False,
        "room": "members",
        **extra,
    }
    return render(request, "members/associations/edit.html", context, status=status)


@require_safe
def association_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Who changed what, when and why, for those who may edit the card."""
    association = _association(request, slug)
    if not may_see_card_history(request.user, association):
        # The matrix hides histories: for others there is none.
        raise Http404
    context = {
        "association": association,
        "changes": changes_of_card(association),
        "room": "members",
    }
    return render(request, "members/associations/history.html", context)


@require_safe
def link_checks(request: HttpRequest) -> HttpResponse:
    """Members whose link to the Collectif's site was not looked for within the year, the oldest check first."""
    if not can_edit_associations(request.user):
        raise PermissionDenied
    return _link_checks(request)


@require_POST
def link_check_record(request: HttpRequest, slug: str) -> HttpResponse:
    association = _association(request, slug)
    if not can_edit_associations(request.user):
        raise PermissionDenied
    form = LinkCheckForm(request.POST)
    if not form.is_valid():
        return _link_checks(request, form, association, status=422)
    try:
        record_link_check(association=association, **form.cleaned_data)
    except StaleRowError as error:
        typed = request.POST.copy()
        typed["version"] = str(error.current.version)
        again = LinkCheckForm(typed)
        again.add_error(
            None,
            _("Somebody changed this card meanwhile. Look at it, then record the check again."),
        )
        return _link_checks(request, again, error.current, status=409)
    messages.success(request, _("The check of %(name)s is recorded.") % {"name": association})
    return redirect("members:link-checks")


def _link_checks(
    request: HttpRequest,
    wrong: LinkCheckForm | None = None,
    association: Association | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The list; `wrong` is the form of the one row that was refused, with what was typed."""
    today = timezone.localdate()
    rows = (
        Association.objects.visible_to(request.user)
        .members_on(today)
        .with_link_checks_due(today - LINK_CHECK_LASTS)
        .order_by("link_checked_on", "name", "pk")
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if association is not None and association not in shown:
        shown.insert(0, association)
    context = {
        "page": page,
        "rows": [
            (
                row,
                wrong
                if wrong is not None and row == association
                else LinkCheckForm(
                    initial={"on": today, "url": row.link_url, "version": row.version},
                    auto_id=f"id_%s_{row.pk}",
                ),
            )
            for row in shown
        ],
        "query": "",
        "room": "members",
    }
    return render(request, "members/associations/links.html", context, status=status)


def _association(request: HttpRequest, slug: str) -> Association:
    return get_object_or_404(
        Association.objects.visible_to(request.user).with_state(timezone.localdate()), slug=slug
    )
