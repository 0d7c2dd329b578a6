"""How every part of the API behaves: denied unless opened, only declared parameters, pages of rows.

The settings name these, so the framework imports them while it is itself being imported: nothing here may import its
views. What views are made of is in `common.endpoints`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import InvalidPage, Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rest_framework.request import Request
    from rest_framework.response import Response
    from rest_framework.views import APIView

    from common.endpoints import ReadOnlyViewSet

Item = TypeVar("Item")

# Names in the address, as stable as the address itself: French, as on the pages.
ORDERING = "tri"
PAGE = "page"
PAGE_SIZE = "taille"


class DenyByDefault(BasePermission):
    """Nobody. A view that may be read says by whom on its own line."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class Pagination(PageNumberPagination):
    """Fifty rows a page, two hundred at most. What makes no sense is refused rather than ignored."""

    page_size = 50
    page_query_param = PAGE
    page_query_description = gettext_lazy("Number of the page, from 1.")  # type: ignore[assignment] # translated when shown
    page_size_query_param = PAGE_SIZE
    page_size_query_description = gettext_lazy("Rows on a page: 50 without it, 200 at most.")  # type: ignore[assignment]
    max_page_size = 200
    last_page_strings = ()

    def get_page_size(self, request: Request) -> int:
        text = request.query_params.get(PAGE_SIZE)
        if text is None:
            return self.page_size
        # `isdecimal` alone accepts the digits of every script.
        size = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0
        if not 1 <= size <= self.max_page_size:
            raise ValidationError(
                {
                    PAGE_SIZE: [
                        _("Ask for 1 to %(most)d rows a page.") % {"most": self.max_page_size}
                    ]
                }
            )
        return size

    def paginate_queryset(
        self,
        queryset: QuerySet[Any, Item] | Sequence[Item],
        request: Request,
        view: APIView | None = None,
    ) -> list[Item]:
        self.request = request
        paginator = Paginator(queryset, self.get_page_size(request))
        number = request.query_params.get(PAGE, "1")
        try:
            self.page = paginator.page(number)
        except InvalidPage as error:
            pages = {"number": number, "last": paginator.num_pages}
            raise NotFound(
                _("There is no page “%(number)s”: the last one is %(last)d.") % pages
            ) from error
        return list(self.page)


class StrictFilterBackend(BaseFilterBackend):
    """Only the parameters that a view declares, each once, each with a value that makes sense; else 400."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any, Any], view: Any
    ) -> QuerySet[Any, Any]:
        self._refuse_unknown(request, view)
        if view.detail:
            return queryset
        filterset = view.get_filterset(queryset)
        if filterset is not None:
            if filterset.errors:
                raise ValidationError(dict(filterset.errors.items()))
            queryset = filterset.qs
        wanted = request.query_params.get(ORDERING)
        return queryset.order_by(*self._ordering(wanted, view)) if wanted else queryset

    def _refuse_unknown(self, request: Request, view: ReadOnlyViewSet[Any]) -> None:
        known = view.known_parameters()
        errors = {}
        for name, values in request.query_params.lists():
            if name not in known:
                errors[name] = [
                    _("This parameter is not known here. Known ones: %(names)s.")
                    % {"names": ", ".join(known)}
                    if known
                    else _("This address takes no parameter.")
                ]
            elif len(values) > 1:
                errors[name] = [_("This parameter can be given only once.")]
        if errors:
            raise ValidationError(errors)

    def _ordering(self, wanted: str, view: ReadOnlyViewSet[Any]) -> list[str]:
        fields = view.orderings.get(wanted.removeprefix("-"))
        if fields is None:
            names = ", ".join(view.orderings)
            message = _("Rows cannot be sorted by this. Known ones: %(names)s.") % {"names": names}
            raise ValidationError({ORDERING: [message]})
        if not wanted.startswith("-"):
            return list(fields)
        return [
            field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in fields
        ]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters = []
        if view.filterset_class is not None:
            for name, declared in view.filterset_class.base_filters.items():
                schema: dict[str, Any] = {"type": "string"}
                choices = declared.extra.get("choices")
                if choices and not callable(choices):
                    schema["enum"] = [str(value) for value, _label in choices]
                if declared.extra.get("max_length"):
                    schema["maxLength"] = declared.extra["max_length"]
                parameters.append(_query_parameter(name, str(declared.label), schema))
        if view.orderings:
            names = [sign + name for name in view.orderings for sign in ("", "-")]
            description = _("Order of the rows; a minus reverses it.")
            parameters.append(
                _query_parameter(ORDERING, description, {"type": "string", "enum": names})
            )
        return parameters


def _query_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal has one shape: `detail`, a sentence, and `errors` by parameter where some are at fault."""
    from rest_framework.views import exception_handler as default_exception_handler

    if isinstance(error, Http404):
        # Not Django's own words: they name the kind of row.
        error = NotFound()
    response = default_exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = {"detail": _("Some parameters make no sense."), "errors": response.data}
    return response
