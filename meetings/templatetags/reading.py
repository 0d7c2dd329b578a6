"""How long it takes to read a text, in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

# Some 220 words of French: what a reader of long texts goes through in a minute.
CHARACTERS_A_MINUTE = 1_300
AN_HOUR = 60


@register.filter
def time_to_read(characters: int) -> str:
    """“12 minutes”, “1 h 30”."""
    minutes = max(1, round(characters / CHARACTERS_A_MINUTE))
    if minutes < AN_HOUR:
        return ngettext("%(number)s minute", "%(number)s minutes", minutes) % {"number": minutes}
    # Nobody knows to the minute how long an hour of reading is.
    hours, rest = divmod(5 * round(minutes / 5), AN_HOUR)
    return _("%(hours)s h %(minutes)02d") % {"hours": hours, "minutes": rest}
