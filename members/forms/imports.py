"""A table to import: a file, or cells pasted from a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.forms import HouseForm
from common.uploads import TooLargeFile
from members.importer.files import BYTE_LIMIT, Table, UnreadableFileError, read_table, read_text
from members.importer.kinds import KINDS, kinds_for

if TYPE_CHECKING:
    from members.models import User


class TableField(forms.FileField):
    """Bounded before it is read: far less than other files, since a table is text."""

    def to_python(self, data: Any) -> Any:
        if isinstance(data, TooLargeFile) or (data is not None and (data.size or 0) > BYTE_LIMIT):
            raise ValidationError(
                _("This file is too big: %(limit)s kB at most. Cut it in two."),
                params={"limit": BYTE_LIMIT // 1000},
            )
        return super().to_python(data)


class ImportForm(HouseForm, forms.Form):
    kind = forms.ChoiceField(label=_("What it holds"))
    file = TableField(
        label=_("File"),
        required=False,
        help_text=_("CSV or XLSX, 1,500 lines and 1 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv"}),
    )
    text = forms.CharField(
        label=_("or cells pasted from a spreadsheet, headers included"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )

    table: Table

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.key, kind.words) for kind in kinds_for(user)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        file, text = data.get("file"), data.get("text", "")
        if bool(file) == bool(text.strip()):
            raise ValidationError(_("Choose a file, or paste cells: one of the two."))
        headers = KINDS[data["kind"]].columns.values()
        try:
            self.table = read_table(file.read(), headers) if file else read_text(text, headers)
        except UnreadableFileError as error:
            self.add_error("file" if file else "text", str(error))
        return data
