"""The journal: all of it for the coordinator, its outline for the administrator, one's own acts for anyone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from common.changes import label_of
from members import audit
from members.models import FileReading, User
from members.perms import can_see_audit, can_see_audit_content

if TYPE_CHECKING:
    from django.db import models
    from django.http import HttpRequest, HttpResponse


class AuditForm(forms.Form):
    """Whose acts, of which kind, until which day."""

    qui = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        label=gettext_lazy("Who"),
        empty_label=gettext_lazy("Anyone"),
    )
    quoi = forms.ChoiceField(required=False, label=gettext_lazy("What"))
    jusqu_au = forms.DateField(
        required=False,
        label=gettext_lazy("Until (included)"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["qui"].queryset = User.objects.visible_to(user)  # type: ignore[attr-defined]
        tables = {**audit.kinds(), audit.READING: cast("type[models.Model]", FileReading)}
        self.fields["quoi"].choices = [  # type: ignore[attr-defined]
            ("", _("Everything")),
            *sorted(
                ((name, label_of(model._meta)) for name, model in tables.items()),
                key=lambda pair: pair[1],
            ),
        ]


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    if not can_see_audit(request.user):
        raise Http404
    form = AuditForm(request.GET, user=request.user)
    wanted = form.cleaned_data if form.is_valid() else {}
    return _page(
        request,
        "members/audit.html",
        by=wanted.get("qui"),
        kind=wanted.get("quoi", ""),
        until=wanted.get("jusqu_au"),
        form=form,
        has_content=can_see_audit_content(request.user),
    )


@require_safe
def own_acts(request: HttpRequest) -> HttpResponse:
    """What is kept of what one did oneself."""
    user: User = request.user  # type: ignore[assignment]
    return _page(request, "members/own_acts.html", by=user, has_content=True)


@require_safe
def entry(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """What one act changed, word by word."""
    if not can_see_audit_content(request.user):
        raise Http404
    change = audit.change(kind, pk)
    if change is None:
        raise Http404
    return render(request, "members/audit_entry.html", {"change": change, "room": "members"})


def _page(
    request: HttpRequest,
    template: str,
    *,
    by: User | None,
    kind: str = "",
    until: dt.date | None = None,
    **context: Any,
) -> HttpResponse:
    """A page of acts from an instant backwards: those that happen meanwhile do not shift it."""
    before = _instant(request.GET.get("avant", ""))
    if before is None:
        before = timezone.now()
        if until is not None and until < timezone.localdate():
            midnight = dt.datetime.combine(until + dt.timedelta(days=1), dt.time())
            before = timezone.make_aware(midnight)
    found = audit.entries(before=before, by=by, kind=kind)
    older = request.GET.copy()
    if found:
        older["avant"] = found[-1].at.isoformat()
    return render(
        request,
        template,
        {
            "entries": found,
            "older": f"?{older.urlencode()}" if len(found) == audit.PAGE_SIZE else "",
            "room": "members",
            **context,
        },
    )


def _instant(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None
