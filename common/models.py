from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchEntry(models.Model):
    """What a row is found by, made again whenever the row changes. Nothing here is the record: it can all be rebuilt.

    `place` is the order of the answers and tells everything it depends on: the day, the latest first and rows without
    a day before them, then the kind, then the row. `tokens` is what the index of each database is made from.
    """

    place = models.BigIntegerField(primary_key=True)
    kind = models.CharField(_("kind of row"), max_length=60)
    row = models.PositiveBigIntegerField(_("row"))
    title = models.TextField(_("title"))
    context = models.TextField(_("where it stands"), blank=True)
    body = models.TextField(_("text"), blank=True)
    dated_on = models.DateField(_("dated"), null=True, blank=True)
    # Of a page: its name, what the name takes, and the place in it. Where the site is mounted is known when it is shown.
    address = models.JSONField(_("address"))
    tokens = models.TextField(editable=False)

    class Meta:
        verbose_name = _("entry of the search index")
        verbose_name_plural = _("entries of the search index")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "row"],
                name="common_search_entry_row_once",
                violation_error_message=_("This row is already in the index."),
            )
        ]

    def __str__(self) -> str:
        return self.title
