"""Who may see and do what, for everyone to read: the matrix itself, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.access import ANONYMOUS, KINDS_OF_PEOPLE, Relation, Thing, Verb, matrix
from members.enums import Role

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

VERBS = {
    Verb.LIST: gettext_lazy("list"),
    Verb.VIEW: gettext_lazy("read"),
    Verb.CREATE: gettext_lazy("add"),
    Verb.EDIT: gettext_lazy("change"),
    Verb.PUBLISH: gettext_lazy("publish, decide"),
    Verb.EXPORT: gettext_lazy("export"),
}
RELATIONS = {
    Relation.OWN: gettext_lazy("their own only"),
    Relation.NAMED: gettext_lazy("if named only"),
}


@require_safe
@login_not_required
def access(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "title": thing.fr if get_language() == "fr" else thing.en,
            "cells": [(_kind(kind), _words(thing, kind)) for kind in KINDS_OF_PEOPLE],
        }
        for thing in matrix().values()
    ]
    kinds = [_kind(kind) for kind in KINDS_OF_PEOPLE]
    return render(request, "members/access.html", {"rows": rows, "kinds": kinds, "room": "members"})


def _kind(kind: str) -> str:
    return _("Anyone") if kind == ANONYMOUS else str(Role(kind).label)


def _words(thing: Thing, kind: str) -> list[str]:
    """One line for the rights over every row, one for those that are limited."""
    rights = thing.rights[kind]
    lines = []
    for relation in Relation:
        verbs = [str(VERBS[verb]) for verb in Verb if rights.get(verb) == relation]
        if verbs:
            line = ", ".join(verbs)
            lines.append(f"{line} ({RELATIONS[relation]})" if relation else line)
    return lines
