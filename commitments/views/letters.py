"""Letters as they are read: the list, one of them with what came of it, and its files on their way out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from commitments.audiences import readers_left_out
from commitments.enums import LetterStatus, LetterStepKind, SentBy
from commitments.letter_filters import filtered_letters
from commitments.letter_sheet import sheet_of
from commitments.models import Commitment
from commitments.models.letters import LEFT_THE_HOUSE
from commitments.perms import (
    can_edit_templates,
    can_follow_letters,
    can_list_letters,
    can_sign_letters,
    can_write_letters,
)
from commitments.services import letters as services
from commitments.services.runs import is_laid_out
from commitments.views.letter_doors import (
    FORM_METHODS,
    STALE,
    WRONG,
    letter_for,
    person_of,
    posted,
    visible_letter,
)
from common.downloads import serve
from common.versions import StaleRowError
from members.enums import Audience
from members.forms.papers import VersionForm
from members.services.papers import record_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest, HttpResponseBase

    from commitments.models import Letter

PAGE_SIZE = 50
# Work still waiting after this says that perhaps no worker runs.
LATE_AFTER = dt.timedelta(minutes=1)


@require_safe
@vary_on_headers("HX-Request")
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters that one may read: the secretariat all, others those that have left the house."""
    if not can_list_letters(request.user):
        raise Http404
    filters = filtered_letters(request, request.GET)
    page = Paginator(filters.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": filters,
        "page": page,
        "letters": _with_days(page),
        "total": page.paginator.count,
        "query": query.urlencode(),
        "can_write": can_write_letters(request.user),
        "can_edit_templates": can_edit_templates(request.user),
        "room": "commitments",
    }
    is_fragment = (
        request.headers.get("HX-Request") and request.headers.get("HX-Target") == "results"
    )
    template = "commitments/letters/_list.html" if is_fragment else "commitments/letters/list.html"
    return render(request, template, context)


@require_safe
@vary_on_headers("HX-Request")
def letter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter, what it is about and what came of it. With htmx only how its laying out goes is asked for again."""
    letter = visible_letter(request, pk)
    context: dict[str, Any] = {
        "letter": letter,
        "state": state_of(request, letter),
        "room": "commitments",
    }
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "state":
        return render(request, "commitments/letters/_state.html", context)
    about: Any = Commitment.objects.visible_to(request.user).filter(letters=letter)
    context |= {
        "sheet": sheet_of(letter, request.user),
        "about": about.standing_on(timezone.localdate()).select_related("institution"),
        "steps": letter.steps.select_related("by"),
        "replies": letter.replies.select_related("added_by"),
        "left_out": readers_left_out(letter) if letter.is_draft else [],
    }
    return render(request, "commitments/letters/detail.html", context)


@require_safe
def letter_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The letter as it is printed. Once it has changed, or is signed, it must be laid out again."""
    letter = visible_letter(request, pk)
    if not is_laid_out(letter):
        if letter.file and can_write_letters(request.user):
            messages.info(request, _("The letter has changed since: lay it out again."))
        else:
            messages.info(request, _("The PDF of this letter is not made yet."))
        return redirect(letter)
    response = serve(letter)
    _note_reading(request, letter, letter)
    return response


@require_safe
def letter_reply_file(request: HttpRequest, pk: int, reply: int) -> HttpResponseBase:
    letter = visible_letter(request, pk)
    row = get_object_or_404(letter.replies, pk=reply)
    response = serve(row)
    _note_reading(request, letter, row)
    return response


@require_http_methods(FORM_METHODS)
def letter_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says what will happen, then the deletion; of a draft only."""
    letter = letter_for(request, pk, can_write_letters)
    if not letter.is_draft:
        messages.warning(request, _("This letter is signed: it is kept."))
        return redirect(letter)
    form, status = VersionForm(posted(request), initial={"version": letter.version}), 200
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                services.delete_draft(
                    letter=letter, version=form.cleaned_data["version"], by=person_of(request)
                )
            except StaleRowError as error:
                letter, status = error.current, STALE
                form = VersionForm(initial={"version": letter.version})
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, _("The draft is deleted."))
                return redirect("commitments:letters")
    context = {"letter": letter, "form": form, "is_stale": status == STALE, "room": "commitments"}
    return render(request, "commitments/letters/delete.html", context, status=status)


@dataclass(frozen=True)
class Stage:
    """A stage of the life of a letter, as the page shows it."""

    words: str
    is_done: bool
    is_now: bool


def state_of(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    """Where a letter stands, and what this reader may do next, in order."""
    user = request.user
    writes, follows = can_write_letters(user), can_follow_letters(user)
    run, is_current = letter.run, is_laid_out(letter)
    is_under_way = writes and run is not None and run.is_under_way and not is_current
    left = letter.status in LEFT_THE_HOUSE
    acts = {
        "can_lay_out": writes and not is_current and not is_under_way,
        "can_sign": letter.is_draft and can_sign_letters(user),
        "can_send": follows and letter.status == LetterStatus.SIGNED,
        "can_close": follows and letter.status == LetterStatus.SENT,
        "can_reply": follows and left,
        "can_edit": writes and letter.is_draft,
        "can_mail": follows and left and _waits_for_mail(letter),
    }
    return {
        **acts,
        "has_acts": any(acts.values()),
        "next": _next(letter, is_laid_out=is_current or is_under_way),
        "stages": list(_stages(letter)),
        "sees_work": writes,
        "is_under_way": is_under_way,
        "is_slow": is_under_way
        and run is not None
        and run.is_waiting
        and run.requested_at < timezone.now() - LATE_AFTER,
        "has_failed": writes and run is not None and run.has_failed and not is_current,
        "has_file": is_current,
        # Readers who cannot do anything about it.
        "lacks_file": left and not is_current and not writes,
        "is_being_made": run is not None and run.is_under_way,
    }


def _next(letter: Letter, *, is_laid_out: bool) -> str:
    """The one thing that is to be done."""
    if letter.status == LetterStatus.SENT:
        return "reply"
    if not is_laid_out and letter.status not in LEFT_THE_HOUSE:
        return "lay_out"
    return {LetterStatus.DRAFT: "sign", LetterStatus.SIGNED: "send"}.get(
        LetterStatus(letter.status), ""
    )


def _stages(letter: Letter) -> Iterator[Stage]:
    is_signed = not letter.is_draft
    is_sent = letter.status in LEFT_THE_HOUSE
    is_over = letter.status in {LetterStatus.ANSWERED, LetterStatus.SILENT}
    end = LetterStatus.SILENT if letter.status == LetterStatus.SILENT else LetterStatus.ANSWERED
    yield Stage(str(LetterStatus.DRAFT.label), is_done=is_signed, is_now=not is_signed)
    yield Stage(str(LetterStatus.SIGNED.label), is_done=is_signed, is_now=is_signed and not is_sent)
    yield Stage(str(LetterStatus.SENT.label), is_done=is_sent, is_now=is_sent and not is_over)
    yield Stage(str(end.label), is_done=is_over, is_now=is_over)


def _waits_for_mail(letter: Letter) -> bool:
    """Sent by e-mail, and not mailed yet."""
    return (
        letter.mailed_at is None
        and letter.steps.filter(kind=LetterStepKind.SENT, sent_by=SentBy.EMAIL).exists()
    )


def _with_days(page: Any) -> list[tuple[Any, int]]:
    """Each letter, with the days since it was sent while an answer is waited for."""
    today = timezone.localdate()
    return [
        (row, (today - row.sent_on).days if row.sent_on and row.status == LetterStatus.SENT else 0)
        for row in page
    ]


def _note_reading(request: HttpRequest, letter: Letter, row: Any) -> None:
    """Who takes a file that is for named readers is written down."""
    if letter.audience == Audience.NAMED and request.method == "GET":
        record_reading(person=person_of(request), row=row)
