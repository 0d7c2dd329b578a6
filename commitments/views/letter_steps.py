"""The life of a letter: laid out, signed, sent, then answered or closed without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commitments.audiences import readers_left_out
from commitments.enums import LetterStatus
from commitments.forms.letter_steps import ReplyForm, SendForm, SignForm, SilentForm
from commitments.models import Commitment
from commitments.models.letters import LEFT_THE_HOUSE
from commitments.perms import can_follow_letters, can_sign_letters, can_write_letters
from commitments.services import letters as services
from commitments.services import runs
from commitments.views.letter_doors import (
    FORM_METHODS,
    STALE,
    WRONG,
    letter_for,
    person_of,
    posted,
)
from common.versions import StaleRowError
from members.enums import Audience

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from commitments.models import Letter

# In which status each step can be taken.
WHEN = {
    "sign": [LetterStatus.DRAFT],
    "send": [LetterStatus.SIGNED],
    "reply": LEFT_THE_HOUSE,
    "silent": [LetterStatus.SENT],
}


@require_POST
def letter_lay_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the worker for the PDF; the letter's page shows how far it is."""
    letter = letter_for(request, pk, can_write_letters)
    try:
        runs.lay_out(letters=[letter], by=person_of(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    return redirect(letter)


@require_http_methods(FORM_METHODS)
def letter_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that says it is final, then the signature: the text is locked."""
    letter = letter_for(request, pk, can_sign_letters)
    form = SignForm(posted(request), initial=_first(letter, dated_on=letter.dated_on))
    return _step(
        request,
        letter,
        form,
        "sign",
        lambda data: services.sign_letter(letter=letter, by=person_of(request), **data),
        _("The letter is signed."),
    )


@require_http_methods(FORM_METHODS)
def letter_send(request: HttpRequest, pk: int) -> HttpResponse:
    """How and when it left. By e-mail, it is the worker that mails it."""
    letter = letter_for(request, pk, can_follow_letters)
    form = SendForm(posted(request), initial=_first(letter), letter=letter)
    return _step(
        request,
        letter,
        form,
        "send",
        lambda data: services.send_letter(letter=letter, by=person_of(request), **data),
        _("The letter is sent."),
    )


@require_http_methods(FORM_METHODS)
def letter_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer that came, with its paper. A file sent with a mistake must be chosen again."""
    letter = letter_for(request, pk, can_follow_letters)
    files = request.FILES if request.method == "POST" else None
    form = ReplyForm(posted(request), files, initial=_first(letter))
    return _step(
        request,
        letter,
        form,
        "reply",
        lambda data: services.record_reply(letter=letter, by=person_of(request), **data),
        _("The answer is recorded."),
    )


@require_http_methods(FORM_METHODS)
def letter_silent(request: HttpRequest, pk: int) -> HttpResponse:
    letter = letter_for(request, pk, can_follow_letters)
    form = SilentForm(posted(request), initial=_first(letter))
    return _step(
        request,
        letter,
        form,
        "silent",
        lambda data: services.close_unanswered(letter=letter, by=person_of(request), **data),
        _("The letter is closed without an answer."),
    )


@require_POST
def letter_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the mail of a letter that the server refused in the queue again."""
    letter = letter_for(request, pk, can_follow_letters)
    try:
        services.mail_again(letter=letter, by=person_of(request))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("The letter is being mailed again."))
    return redirect(letter)


def _first(letter: Letter, **initial: Any) -> dict[str, Any]:
    said = {name: value for name, value in initial.items() if value is not None}
    return {"version": letter.version, **said}


def _step(
    request: HttpRequest,
    letter: Letter,
    form: Any,
    step: str,
    take: Callable[[dict[str, Any]], object],
    done: str,
) -> HttpResponse:
    """The page that says what the step does, then the step. On another version the page is shown again, to be read."""
    if request.method != "POST" and letter.status not in WHEN[step]:
        messages.info(request, _("This letter is past that, or not there yet."))
        return redirect(letter)
    status, is_stale = 200, False
    if request.method == "POST":
        status = WRONG
        if form.is_valid():
            try:
                take(form.cleaned_data)
            except StaleRowError as error:
                letter, status, is_stale = error.current, STALE, True
                form = _on_version(form, letter)
            except ValidationError as error:
                form.add_errors(error)
            else:
                messages.success(request, done)
                return redirect(letter)
    about: Any = Commitment.objects.visible_to(request.user).filter(letters=letter)
    context = {
        "letter": letter,
        "form": form,
        "step": step,
        "about": about,
        "for_members": letter.audience == Audience.MEMBERS,
        "left_out": readers_left_out(letter) if letter.is_draft and not form.errors else [],
        "is_stale": is_stale,
        "room": "commitments",
    }
    return render(request, "commitments/letters/step.html", context, status=status)


def _on_version(form: Any, letter: Letter) -> Any:
    """What was typed, on the version that is shown now."""
    data = form.data.copy()
    data["version"] = str(letter.version)
    form.data = data
    return form
