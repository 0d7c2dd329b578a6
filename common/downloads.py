"""Private files on their way out: always saved, never shown, never kept on the way. The caller asked `visible_to`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from common.uploads import content_type_of

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile
    from django.http import HttpResponseBase


class HasFile(Protocol):
    """A row with a file, and the name under which it is saved."""

    @property
    def file(self) -> FieldFile: ...

    @property
    def file_name(self) -> str: ...


def serve(row: HasFile) -> HttpResponseBase:
    """The file as an attachment; by the proxy when `VIGIE_X_ACCEL_PREFIX` says that it may. Without a file, 404."""
    if not row.file:
        raise Http404
    response: HttpResponseBase
    if settings.X_ACCEL_PREFIX:
        response = HttpResponse()
        path = quote(str(row.file.name))
        response["X-Accel-Redirect"] = f"{settings.X_ACCEL_PREFIX.rstrip('/')}/{path}"
    else:
        try:
            response = FileResponse(row.file.open("rb"))
        except FileNotFoundError as error:
            raise Http404 from error
    response["Content-Type"] = content_type_of(row.file_name)
    response["Content-Disposition"] = str(content_disposition_header(True, row.file_name))  # noqa: FBT003 (its own signature)
    response["X-Content-Type-Options"] = "nosniff"
    # Opened in a browser all the same, the file can run and load nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
