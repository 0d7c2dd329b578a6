"""For whom somebody speaks when they remark on a text: themselves, or an association that they represent today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import Association, Mandate

if TYPE_CHECKING:
    from members.models import User


def voices_of(person: User) -> Any:
    """The associations that somebody represents today."""
    mandates = Mandate.objects.live_on(timezone.localdate()).filter(person=person.pk)
    return Association.objects.filter(pk__in=mandates.values("association"))


def check_voice(person: User, association: Association | None) -> None:
    """Raises ValidationError when somebody would speak for an association that is not theirs today."""
    if association is not None and not voices_of(person).filter(pk=association.pk).exists():
        raise ValidationError({"association": _("You do not represent this association today.")})
