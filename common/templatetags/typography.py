"""French typography in templates."""

import datetime as dt
from decimal import Decimal

from django import template

from common import typography

register = template.Library()


@register.filter(is_safe=True)
def french(text: str) -> str:
    # Words said by a lazy translation are words too.
    return typography.french(str(text))


@register.filter
def long_date(day: dt.date | None) -> str:
    return "" if day is None else typography.long_date(day)


@register.filter
def number(value: Decimal | int) -> str:
    return typography.number(value)
