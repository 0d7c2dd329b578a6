"""Cells of statistical tables: right-aligned numbers, and what is off said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.typography import number
from measures.enums import FigureState

if TYPE_CHECKING:
    from measures.dossier import PrintedTable
    from measures.models import Figure, Series

register = template.Library()


@register.simple_tag
def cell(printed: PrintedTable, series: Series, figure: Figure) -> SafeString:
    """A table cell: the number as printed, “n.d.”, or nothing; a total that is off shows both values."""
    if figure.state == FigureState.NOT_AVAILABLE:
        return format_html('<td class="numeric">{}</td>', _("n.a."))
    if figure.value is None:
        return format_html('<td class="numeric"></td>')
    text = number(figure.value) + (" *" if figure.is_provisional else "")
    finding = printed.findings.get((series.key, figure.period))
    if finding is None:
        return format_html('<td class="numeric">{}</td>', text)
    return format_html('<td class="numeric off">{} ≠ {}</td>', text, number(finding.computed))
