"""How every part of the API behaves: denied unless opened, only declared parameters, pages of rows, reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.core.exceptions import ValidationError as FormValidationError
from django.core.paginator import InvalidPage, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import MethodNotAllowed, NotFound, ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter
from rest_framework.views import exception_handler as default_exception_handler

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.contrib.auth.models import AnonymousUser
    from django_filters import FilterSet
    from rest_framework.request import Request
    from rest_framework.response import Response
    from rest_framework.views import APIView

    from members.models import User

Row = TypeVar("Row", bound=Model)

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
    page_query_description = gettext_lazy("Number of the page, from 1.")
    page_size_query_param = PAGE_SIZE
    page_size_query_description = gettext_lazy("Rows on a page: 50 without it, 200 at most.")
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
                {PAGE_SIZE: [_("Ask for 1 to %(most)d rows a page.") % {"most": self.max_page_size}]}
            )
        return size

    def paginate_queryset(
        self, queryset: QuerySet[Row], request: Request, view: APIView | None = None
    ) -> list[Row]:
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


class KnownValueField(forms.CharField):
    """A key that must be the key of some row: a typing error is said, instead of finding nothing."""

    def __init__(self, *, is_known: Callable[[str], bool], **options: Any) -> None:
        super().__init__(**options)
        self.is_known = is_known

    def clean(self, value: Any) -> str:  # noqa: ANN401 (form data)
        text: str = super().clean(value)
        if text and not self.is_known(text):
            raise FormValidationError(_("“%(value)s” is not known."), params={"value": text})
        return text


class KnownValueFilter(CharFilter):
    """Rows by the key of another row. One query checks the key, among the rows that the reader may see."""

    field_class = KnownValueField

    def __init__(
        self,
        rows: Callable[[User | AnonymousUser], QuerySet[Any]],
        key: str,
        **options: Any,
    ) -> None:
        super().__init__(**options)

        def is_known(text: str) -> bool:
            return rows(self.parent.request.user).filter(**{key: text}).exists()

        self.extra["is_known"] = is_known


class StrictFilterBackend(BaseFilterBackend):
    """Only the parameters that a view declares, each once, each with a value that makes sense; else 400."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Row], view: APIView) -> QuerySet[Row]:
        if not isinstance(view, ReadOnlyViewSet):
            raise ImproperlyConfigured("Rows leave the API through a ReadOnlyViewSet.")
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
                    _("This parameter is not known here. Known ones: %(names)s.") % {"names": ", ".join(known)}
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
        return [field.removeprefix("-") if field.startswith("-") else f"-{field}" for field in fields]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:  # noqa: ANN401
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
            parameters.append(_query_parameter(ORDERING, description, {"type": "string", "enum": names}))
        return parameters


def _query_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


class ErrorSerializer(serializers.Serializer[Any]):
    """What every refusal says."""

    detail = serializers.CharField(help_text=gettext_lazy("What is wrong, in a sentence."))
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=gettext_lazy("Which parameters are refused, and why."),
    )


class ApiSchema(AutoSchema):
    """Describes what the base view does: parameters of one row, and refusals."""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        if not isinstance(self.view, ReadOnlyViewSet) or not self.view.detail:
            return []
        return [
            OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.QUERY, description=str(label))
            for name, label in self.view.detail_parameters.items()
        ]

    def get_response_serializers(self) -> Any:  # noqa: ANN401 (the library's own shape)
        return {200: super().get_response_serializers(), 400: ErrorSerializer, 404: ErrorSerializer}


class ReadOnlyViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Row]):
    """Rows that can be listed and read. Who may is declared by each view; nothing else than GET is answered."""

    http_method_names = ["get", "head", "options"]
    schema = ApiSchema()

    # Parts of a row's address, and the fields that they are: what people quote, not what the database counts.
    address: ClassVar[Mapping[str, str]] = {"id": "pk"}
    filterset_class: ClassVar[type[FilterSet] | None] = None
    # Name of an order → fields, ending on one that is unique, so that pages never share a row.
    orderings: ClassVar[Mapping[str, Sequence[str]]] = {}
    # Parameters of one row's address, with what they mean.
    detail_parameters: ClassVar[Mapping[str, Any]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        # Before anything about the person: a POST is refused as such, not for want of a token.
        if (request.method or "").lower() not in self.http_method_names:
            raise MethodNotAllowed(request.method or "")
        super().initial(request, *args, **kwargs)

    def get_object(self) -> Row:
        fields = {field: self.kwargs[part] for part, field in self.address.items()}
        row: Row = get_object_or_404(self.filter_queryset(self.get_queryset()), **fields)
        self.check_object_permissions(self.request, row)
        return row

    def get_filterset(self, queryset: QuerySet[Row]) -> FilterSet | None:
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.query_params, queryset, request=self.request)

    def known_parameters(self) -> list[str]:
        if self.detail:
            return list(self.detail_parameters)
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return [*filters, *([ORDERING] if self.orderings else []), PAGE, PAGE_SIZE]


class Router(SimpleRouter):
    """Addresses from each view's own parts: `/measures/traite-2014-2016/22/`."""

    def __init__(self) -> None:
        super().__init__(use_regex_path=False)

    def get_lookup_regex(self, viewset: type[ReadOnlyViewSet[Any]], lookup_prefix: str = "") -> str:
        parts = viewset.address.items()
        return "/".join(f"<{'int' if field == 'pk' else 'str'}:{part}>" for part, field in parts)


@extend_schema_field(OpenApiTypes.URI)
class AddressField(serializers.ReadOnlyField):
    """The address of a row in this API, from the fields that its view's `address` names."""

    def __init__(self, view_name: str, parts: Mapping[str, str], **options: Any) -> None:
        self.view_name = view_name
        self.parts = parts
        options.setdefault("source", "*")
        super().__init__(**options)

    def to_representation(self, value: Any) -> str:  # noqa: ANN401 (any row)
        parts = {}
        for part, path in self.parts.items():
            parts[part] = value
            for name in path.split("."):
                parts[part] = getattr(parts[part], name)
        return reverse(self.view_name, kwargs=parts, request=self.context.get("request"))


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal has one shape: `detail`, a sentence, and `errors` by parameter where parameters are at fault."""
    if isinstance(error, Http404):
        # Not Django's own words: they name the kind of row.
        error = NotFound()
    response = default_exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = {"detail": _("Some parameters make no sense."), "errors": response.data}
    return response
