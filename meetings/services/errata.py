"""Dated additions to adopted minutes, whose text is locked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.search import index
from common.typography import long_date
from meetings.enums import MinutesStatus
from meetings.models import Erratum, Minutes, MinutesSection
from meetings.perms import can_write_minutes

if TYPE_CHECKING:
    from members.models import User


@transaction.atomic
def add_erratum(*, section: MinutesSection, by: User, on: dt.date, text: str) -> Erratum:
    """Add to a section of adopted minutes what should have been read. Raises PermissionDenied, ValidationError by field."""
    if not can_write_minutes(by):
        raise PermissionDenied
    minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=section.minutes_id)
    if minutes.status != MinutesStatus.ADOPTED or minutes.adopted_on is None:
        raise ValidationError(
            _("Only adopted minutes have errata: until then, the section itself is corrected.")
        )
    if on > timezone.localdate():
        raise ValidationError({"on": _("The day of an erratum cannot be in the future.")})
    if on < minutes.adopted_on:
        raise ValidationError(
            {
                "on": _("An erratum comes after the adoption, on %(day)s.")
                % {"day": long_date(minutes.adopted_on)}
            }
        )
    erratum = Erratum(section=section, on=on, text=text, added_by=by)
    erratum.full_clean()
    erratum.save()
    index(section)
    return erratum
