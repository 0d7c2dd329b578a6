"""The day as of which promises are looked at: `?le=`, as on the board of measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone

from measures.viewpoints import DAY, parse_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True)
class AsOf:
    """A day, today unless another was asked for. One that makes no sense is said in `error`, and today taken instead."""

    on: dt.date
    error: str = ""
    is_today: bool = True

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> AsOf:
        today = timezone.localdate()
        text = query.get(DAY, "").strip()
        if not text:
            return cls(today)
        try:
            day = parse_day(text)
        except ValidationError as error:
            return cls(today, error=error.messages[0])
        return cls(day, is_today=day == today)

    @property
    def query_string(self) -> str:
        """What a link adds to keep the day: `?le=…`, or nothing."""
        return "" if self.is_today else f"?{DAY}={self.on.isoformat()}"
