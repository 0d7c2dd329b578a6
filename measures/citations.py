"""Texts cite the library of sources by key: what they cite must be there, and notes are written from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

from common.markdown import FootNotes, Notes, cited_keys
from measures.models.sources import Source

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_citations(text: str) -> None:
    """Raise ValidationError naming the keys that the text cites and the library does not hold."""
    keys = cited_keys(text)
    if not keys:
        return
    known = set(Source.objects.filter(key__in=keys).values_list("key", flat=True))
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise ValidationError(
            ngettext(
                "This source is not in the library: %(keys)s. Add it, or correct its key.",
                "These sources are not in the library: %(keys)s. Add them, or correct their keys.",
                len(unknown),
            ),
            params={"keys": ", ".join(unknown)},
            code="unknown_source",
        )


def _library(texts: Iterable[str]) -> dict[str, Source]:
    keys = {key for text in texts for key in cited_keys(text)}
    return {source.key: source for source in Source.objects.filter(key__in=keys)} if keys else {}


def page_notes(texts: Iterable[str]) -> Notes:
    """Notes for a web page that prints these texts, with their sources read in one query."""
    return Notes(_library(texts).get)


def foot_notes(texts: Iterable[str]) -> FootNotes:
    """Notes for a printed document that holds these texts, with their sources read in one query."""
    return FootNotes(_library(texts).get)
