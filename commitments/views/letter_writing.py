"""Writing a letter: from a promise to a draft, its text with the letter beside it, and the same to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from commitments.enums import Escalation, LetterStatus
from commitments.escalation import STEPS, advice_for
from commitments.forms.letter_steps import OthersForm
from commitments.forms.letters import LetterSheetForm, StartForm, commitments_asked
from commitments.letter_sheet import sheet_typed
from commitments.models import Letter
from commitments.perms import can_write_letters
from commitments.services import letters as services
from commitments.views.letter_doors import (
    FORM_METHODS,
    STALE,
    WRONG,
    check_may_write,
    letter_for,
    person_of,
    posted,
)
from common.versions import StaleRowError
from plan.models import Institution

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

    from commitments.models import Commitment
    from members.models import User

# Parameters of addresses.
COMMITMENT, INSTITUTION = "engagement", "institution"
# Buttons of the form that save nothing.
PREVIEW = "preview"
MOST_DRAFTS = 10


@require_http_methods(FORM_METHODS)
def letter_start(request: HttpRequest) -> HttpResponse:
    """To whom, about which promises, from which template: then a draft with the facts filled in.

    `?engagement=…` (several) or `?institution=…` says what it is about.
    """
    check_may_write(request)
    asked = commitments_asked(person_of(request), request.GET.getlist(COMMITMENT))
    institution = _institution_asked(request, asked)
    advice = advice_for(asked, timezone.localdate())
    # The furthest step that is advised for one of them.
    step = max((one.step for one in advice.values()), key=STEPS.index, default=Escalation.LETTER)
    form = StartForm(
        posted(request),
        user=person_of(request),
        institution=institution,
        asked=asked,
        step=step,
    )
    if request.method == "POST" and form.is_valid():
        try:
            letter = services.start_letter(
                by=person_of(request),
                institution=form.cleaned_data["institution"],
                commitments=list(form.cleaned_data["commitments"]),
                template=form.cleaned_data["template"],
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            return redirect("commitments:letter-edit", letter.pk)
    context = {
        "form": form,
        "asked": asked,
        "institution": institution,
        "several": _institutions_of(asked) if institution is None else [],
        # First an institution is picked; then its promises are there to be ticked.
        "is_picked": bool(asked) or institution is not None or form.is_bound,
        "institutions": form.fields["institution"].queryset,  # type: ignore[attr-defined]
        "advice": [(row, advice[row.pk]) for row in asked if row.pk in advice],
        "drafts": _drafts(person_of(request)) if asked else [],
        "asked_query": urlencode([(COMMITMENT, row.slug) for row in asked]),
        "room": "commitments",
    }
    status = WRONG if form.errors else 200
    return render(request, "commitments/letters/start.html", context, status=status)


@require_http_methods(FORM_METHODS)
def letter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter being written. Buttons that add, move or take off a line, or show the letter, save nothing."""
    letter = letter_for(request, pk, can_write_letters)
    asked = commitments_asked(person_of(request), request.GET.getlist(COMMITMENT))
    typed = _typed(request, letter, posted(request), asked)
    if request.method != "POST":
        if not letter.is_draft:
            messages.warning(request, _("This letter is signed: its text is no longer changed."))
            return redirect(letter)
        return _page(request, letter, typed)
    action = request.POST.get("action", "")
    if typed.act(action) or action == PREVIEW:
        # Read, so that the letter can be shown; what is wrong is told when it is saved.
        typed.fields.is_valid()
        return _page(request, letter, typed, is_unsaved=True)
    if not typed.is_valid():
        return _page(request, letter, typed, status=WRONG)
    try:
        services.edit_letter(
            letter=letter,
            version=typed.fields.cleaned_data["version"] or 0,
            by=person_of(request),
            **typed.content(),
        )
    except StaleRowError as error:
        return _stale(request, error.current, typed)
    except ValidationError as error:
        typed.add_errors(error)
        return _page(request, letter, typed, status=WRONG)
    messages.success(request, _("The letter is saved."))
    return redirect(letter)


@require_http_methods(FORM_METHODS)
def letter_others(request: HttpRequest, pk: int) -> HttpResponse:
    """The same draft to other addressees: one draft for each."""
    letter = letter_for(request, pk, can_write_letters)
    form = OthersForm(posted(request), user=person_of(request), letter=letter)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.address_to_others(
                letter=letter,
                by=person_of(request),
                institutions=list(form.cleaned_data["institutions"]),
            )
        except ValidationError as error:
            form.add_errors(error)
        else:
            messages.success(
                request,
                ngettext(
                    "%(number)s draft more is written: check its addressee and its salutation.",
                    "%(number)s drafts more are written: check their addressees and salutations.",
                    len(made),
                )
                % {"number": len(made)},
            )
            query = urlencode({"etat": LetterStatus.DRAFT, "q": letter.subject[:100]})
            return redirect(f"{reverse('commitments:letters')}?{query}")
    context = {"letter": letter, "form": form, "room": "commitments"}
    status = WRONG if form.errors else 200
    return render(request, "commitments/letters/others.html", context, status=status)


def _institution_asked(request: HttpRequest, asked: Sequence[Commitment]) -> Institution | None:
    """The one named in the address, else the one that made all the promises: of several, none is guessed."""
    key = request.GET.get(INSTITUTION)
    if key:
        return get_object_or_404(Institution.objects.visible_to(request.user), key=key)
    made_by = _institutions_of(asked)
    return made_by[0] if len(made_by) == 1 else None


def _institutions_of(commitments: Sequence[Commitment]) -> list[Institution]:
    return list(dict.fromkeys(row.institution for row in commitments))


def _drafts(user: User) -> list[Letter]:
    """Those that could take one more promise."""
    drafts: Any = Letter.objects.visible_to(user).filter(status=LetterStatus.DRAFT)
    return list(drafts.select_related("institution").order_by("-pk")[:MOST_DRAFTS])


def _typed(
    request: HttpRequest, letter: Letter, data: Any, asked: Sequence[Commitment] = ()
) -> LetterSheetForm:
    return LetterSheetForm(data, user=person_of(request), letter=letter, asked=asked)


def _stale(request: HttpRequest, current: Letter, typed: LetterSheetForm) -> HttpResponse:
    """Both texts, and the form as it was typed: saving again replaces the other's, knowingly."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    last = current.history.select_related("history_user").first()
    again = _typed(request, current, data)
    again.fields.is_valid()
    # What was chosen to be added is in the lists by now.
    again.copies, again.enclosures = typed.copies, typed.enclosures
    return _page(
        request,
        current,
        again,
        status=STALE,
        is_stale=True,
        differences=typed.differences_from(current),
        changed_by=last.history_user if last else None,
    )


def _page(
    request: HttpRequest,
    letter: Letter,
    typed: LetterSheetForm,
    *,
    status: int = 200,
    is_unsaved: bool = False,
    **extra: Any,
) -> HttpResponse:
    form = typed.fields
    if is_unsaved:
        form.hold_errors()
    context = {
        "letter": letter,
        "form": form,
        "typed": typed,
        "sheet": sheet_typed(letter, typed),
        "left_out": typed.left_out(),
        "is_stale": False,
        "differences": [],
        "changed_by": None,
        "is_unsaved": is_unsaved,
        "has_errors": not is_unsaved and typed.has_errors,
        "room": "commitments",
        **extra,
    }
    return render(request, "commitments/letters/form.html", context, status=status)
