"""Papers with an audience: the list that each reader sees, and what the secretariat and representatives change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.differences import word_differences
from common.downloads import serve
from common.versions import StaleRowError
from members.enums import Audience
from members.forms.papers import PaperForm, ReplaceForm, VersionForm
from members.models import Association, Paper
from members.perms import can_add_papers, can_edit_papers, is_reader_of_papers
from members.services import papers as services

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponseBase

    from members.models import User

PAGE_SIZE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@login_not_required
def paper_list(request: HttpRequest) -> HttpResponse:
    """The papers that one may read: strangers those for everyone, members and guests theirs too."""
    page = Paginator(_visible(request), PAGE_SIZE).get_page(request.GET.get("page"))
    can_edit = can_edit_papers(request.user)
    own = set() if can_edit else services.own_associations(request.user)
    context = {
        "papers": [(paper, can_edit or paper.association_id in own) for paper in page],
        "page": page,
        "can_add": can_add_papers(request.user),
        "room": "members",
    }
    return render(request, "members/papers/list.html", context)


@require_http_methods(FORM_METHODS)
def paper_add(request: HttpRequest) -> HttpResponse:
    if not can_add_papers(request.user):
        # Who reads papers knows that some are added; nobody else does.
        if is_reader_of_papers(request.user):
            raise PermissionDenied
        raise Http404
    return _add(request, None)


@require_http_methods(FORM_METHODS)
def association_paper_add(request: HttpRequest, slug: str) -> HttpResponse:
    """An internal paper of an association: only those who may add one know of the page."""
    association = get_object_or_404(Association.objects.visible_to(request.user), slug=slug)
    if not services.may_add_to(request.user, association):
        raise Http404
    return _add(request, association)


@require_http_methods(FORM_METHODS)
def paper_edit(request: HttpRequest, pk: int) -> HttpResponse:
    paper = _editable(request, pk)
    form = _form(request, paper)
    if request.method != "POST":
        return _edit_page(request, paper, form)
    if not form.is_valid():
        return _edit_page(request, paper, form, status=422)
    data = form.cleaned_data
    try:
        services.edit_paper(
            paper=paper,
            version=data["version"] or 0,
            by=_user(request),
            title=data["title"],
            audience=data.get("audience"),
            people=data.get("named_people", ()),
            groups=data.get("named_groups", ()),
        )
    except StaleRowError as error:
        return _stale(request, error.current, form)
    except ValidationError as error:
        form.add_errors(error)
        return _edit_page(request, paper, form, status=422)
    messages.success(request, _("The paper is saved."))
    return redirect("members:paper-list")


@require_http_methods(FORM_METHODS)
def paper_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Another file for the same paper; a file sent on an old version is refused, and must be chosen again."""
    paper = _editable(request, pk)
    if request.method != "POST":
        form = ReplaceForm(initial={"version": paper.version})
        return _page(request, "members/papers/replace.html", paper, form)
    form = ReplaceForm(request.POST, request.FILES)
    status = 422
    if form.is_valid():
        try:
            services.replace_file(
                paper=paper,
                version=form.cleaned_data["version"],
                by=_user(request),
                uploaded=form.cleaned_data["file"],
            )
        except StaleRowError as error:
            paper, status = error.current, 409
            form = ReplaceForm(initial={"version": paper.version})
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The file is replaced."))
            return redirect("members:paper-list")
    return _page(request, "members/papers/replace.html", paper, form, status=status)


@require_http_methods(FORM_METHODS)
def paper_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what will happen, then the deletion."""
    paper = _editable(request, pk)
    status = 200
    form = VersionForm(_data(request), initial={"version": paper.version})
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                services.delete_paper(
                    paper=paper, version=form.cleaned_data["version"], by=_user(request)
                )
            except StaleRowError as error:
                paper, status = error.current, 409
                form = VersionForm(initial={"version": paper.version})
            else:
                messages.success(request, _("The paper and its file are deleted."))
                return redirect("members:paper-list")
    return _page(request, "members/papers/delete.html", paper, form, status=status)


@require_safe
@login_not_required
def paper_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    paper = get_object_or_404(_visible(request), pk=pk)
    if paper.audience == Audience.NAMED and request.method == "GET":
        services.record_reading(person=_user(request), row=paper)
    return serve(paper)


def _user(request: HttpRequest) -> User:
    """Whoever is logged in: nobody else comes so far."""
    return cast("User", request.user)


def _data(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _visible(request: HttpRequest) -> Any:
    return Paper.objects.visible_to(request.user).select_related("association")


def _editable(request: HttpRequest, pk: int) -> Paper:
    paper: Paper = get_object_or_404(_visible(request), pk=pk)
    if not services.may_edit(request.user, paper):
        raise PermissionDenied
    return paper


def _form(request: HttpRequest, paper: Paper, data: Any = None) -> PaperForm:
    return PaperForm(
        data or _data(request),
        user=_user(request),
        paper=paper,
        chooses_audience=can_edit_papers(request.user),
        is_internal=paper.association is not None,
    )


def _add(request: HttpRequest, association: Association | None) -> HttpResponse:
    options: dict[str, Any] = {
        "user": _user(request),
        "chooses_audience": can_add_papers(request.user),
        "is_internal": association is not None,
    }
    context: dict[str, Any] = {"association": association, "paper": None, "room": "members"}
    if request.method != "POST":
        context["form"] = PaperForm(**options)
        return render(request, "members/papers/form.html", context)
    form = PaperForm(request.POST, request.FILES, **options)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.add_paper(
                by=_user(request),
                title=data["title"],
                uploaded=data["file"],
                audience=data.get("audience", Audience.SECRETARIAT),
                people=data.get("named_people", ()),
                groups=data.get("named_groups", ()),
                association=association,
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(request, _("The paper is added."))
            return redirect("members:paper-list")
    return render(request, "members/papers/form.html", {**context, "form": form}, status=422)


def _edit_page(
    request: HttpRequest, paper: Paper, form: PaperForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    return _page(request, "members/papers/form.html", paper, form, status=status, **extra)


def _stale(request: HttpRequest, current: Paper, form: PaperForm) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    audiences = dict(Audience.choices)
    saved = {
        "title": current.title,
        "audience": str(audiences[current.audience]),
        "named_people": _names(current.named_people.all()),
        "named_groups": _names(current.named_groups.all()),
    }
    typed = {
        "title": form.cleaned_data["title"],
        "audience": str(audiences.get(form.cleaned_data.get("audience", ""), "")),
        "named_people": _names(form.cleaned_data.get("named_people", ())),
        "named_groups": _names(form.cleaned_data.get("named_groups", ())),
    }
    differences = [
        (form[name].label, word_differences(saved[name], typed[name]))
        for name in saved
        if name in form.fields and saved[name] != typed[name]
    ]
    data = request.POST.copy()
    data["version"] = str(current.version)
    last = current.history.select_related("history_user").first()
    extra = {
        "is_stale": True,
        "differences": differences,
        "changed_by": last.history_user if last else None,
    }
    return _edit_page(request, current, _form(request, current, data), status=409, **extra)


def _names(rows: Any) -> str:
    return ", ".join(sorted(str(row) for row in rows))


def _page(
    request: HttpRequest, template: str, paper: Paper, form: Any, *, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {
        "paper": paper,
        "association": paper.association,
        "form": form,
        "is_stale": status == 409,
        "room": "members",
        **extra,
    }
    return render(request, template, context, status=status)
