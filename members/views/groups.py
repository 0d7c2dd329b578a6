"""Working groups: who is in them today and was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.changes import as_words, label_of
from common.differences import word_differences
from common.versions import StaleRowError
from members.forms.groups import GroupForm, GroupMemberEndForm, GroupMemberForm
from members.models import GroupMembership, WorkingGroup
from members.perms import can_edit_groups, is_reader_of_papers
from members.services.groups import add_group, add_group_member, end_group_member, revise_group

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse


@require_safe
def group_list(request: HttpRequest) -> HttpResponse:
    if not is_reader_of_papers(request.user):
        raise Http404
    today = timezone.localdate()
    live = Q(memberships__since__lte=today) & (
        Q(memberships__until=None) | Q(memberships__until__gt=today)
    )
    groups = (
        WorkingGroup.objects.visible_to(request.user)
        .annotate(members_today=Count("memberships", filter=live))
        .order_by(F("closed_on").asc(nulls_first=True), "name", "pk")
    )
    context = {
        "groups": groups,
        "today": today,
        "can_edit": can_edit_groups(request.user),
        "room": "members",
    }
    return render(request, "members/groups/list.html", context)


@require_safe
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, _group(request, slug))


def _page(
    request: HttpRequest,
    group: WorkingGroup,
    form: GroupMemberForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    may_edit = can_edit_groups(request.user)
    rows = list(group.memberships.select_related("association", "person").order_by("since", "pk"))
    if may_edit and form is None:
        form = GroupMemberForm(user=request.user)
    context = {
        "group": group,
        "is_closed": group.closed_on is not None and group.closed_on <= today,
        "present": [row for row in rows if _is_live(row, today)],
        "past": [row for row in rows if row.until is not None and row.until <= today],
        "to_come": [row for row in rows if row.since > today and not _is_over(row, today)],
        "can_edit": may_edit,
        "form": form,
        "room": "members",
    }
    return render(request, "members/groups/detail.html", context, status=status)


def _is_over(row: GroupMembership, on: dt.date) -> bool:
    return row.until is not None and row.until <= on


def _is_live(row: GroupMembership, on: dt.date) -> bool:
    return row.since <= on and not _is_over(row, on)


@require_http_methods(["GET", "HEAD", "POST"])
def group_add(request: HttpRequest) -> HttpResponse:
    if not can_edit_groups(request.user):
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    form = GroupForm(request.POST if request.method == "POST" else None, instance=WorkingGroup())
    if request.method != "POST":
        return _sheet(request, form)
    if not form.is_valid():
        return _sheet(request, form, status=422)
    try:
        group = add_group(**form.content())
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _sheet(request, form, status=422)
    messages.success(request, _("The group %(name)s is recorded.") % {"name": group})
    return redirect(group)


@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HttpRequest, slug: str) -> HttpResponse:
    group = _group_to_edit(request, slug)
    if request.method != "POST":
        return _sheet(request, GroupForm(instance=group), group=group)
    form = GroupForm(request.POST, instance=_group(request, slug))
    if not form.is_valid():
        return _sheet(request, form, group=group, status=422)
    version = form.cleaned_data["version"] or 0
    try:
        group = revise_group(group=group, version=version, **form.content())
    except StaleRowError as error:
        return _stale_sheet(request, form, error.current)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _sheet(request, form, group=group, status=422)
    messages.success(request, _("The group %(name)s is saved.") % {"name": group})
    return redirect(group)


def _stale_sheet(request: HttpRequest, form: GroupForm, current: WorkingGroup) -> HttpResponse:
    """Both texts, and the form as it was typed."""
    differences = []
    for name, typed_value in form.content().items():
        column = WorkingGroup._meta.get_field(name)
        old, new = as_words(getattr(current, name), column), as_words(typed_value, column)
        if old != new:
            differences.append((label_of(column), word_differences(old, new)))
    typed = request.POST.copy()
    typed["version"] = str(current.version)
    last = current.history.select_related("history_user").first()
    return _sheet(
        request,
        GroupForm(typed, instance=_group(request, current.slug)),
        group=current,
        status=409,
        is_stale=True,
        differences=differences,
        changed_by=last.history_user if last else None,
    )


def _sheet(
    request: HttpRequest,
    form: GroupForm,
    *,
    group: WorkingGroup | None = None,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    context = {"form": form, "group": group, "is_stale": False, "room": "members", **extra}
    return render(request, "members/groups/edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def group_member_add(request: HttpRequest, slug: str) -> HttpResponse:
    group = _group_to_edit(request, slug)
    if request.method != "POST":
        return _page(request, group)
    form = GroupMemberForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, group, form, status=422)
    try:
        add_group_member(group=group, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _page(request, group, form, status=422)
    who = form.cleaned_data["association"] or form.cleaned_data["person"]
    messages.success(request, _("%(who)s is in the group.") % {"who": who})
    return redirect(group)


@require_http_methods(["GET", "HEAD", "POST"])
def group_member_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A page that says what will happen, with the day."""
    group = _group(request, slug)
    membership = get_object_or_404(group.memberships.select_related("association", "person"), pk=pk)
    if not can_edit_groups(request.user):
        raise PermissionDenied
    initial = {"until": timezone.localdate()}
    form = GroupMemberEndForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                end_group_member(membership=membership, until=form.cleaned_data["until"])
            except ValidationError as error:
                form.add_error("until", error.messages)
            else:
                messages.success(request, _("The membership is ended."))
                return redirect(group)
    context = {"group": group, "membership": membership, "form": form, "room": "members"}
    return render(request, "members/groups/end.html", context, status=status)


def _group(request: HttpRequest, slug: str) -> WorkingGroup:
    return get_object_or_404(WorkingGroup.objects.visible_to(request.user), slug=slug)


def _group_to_edit(request: HttpRequest, slug: str) -> WorkingGroup:
    group = _group(request, slug)
    if not can_edit_groups(request.user):
        raise PermissionDenied
    return group
