"""What the views of the API are made of: rows to be read, at addresses that people can quote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.reverse import reverse
from rest_framework.routers import SimpleRouter

from common.api import ORDERING, PAGE, PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django_filters import FilterSet
    from rest_framework.request import Request

Row = TypeVar("Row", bound=Model)


class ErrorSerializer(serializers.Serializer[Any]):
    """What every refusal says."""

    detail = serializers.CharField(help_text=gettext_lazy("What is wrong, in a sentence."))
    errors = serializers.DictField(  # type: ignore[assignment] # a field of the answer
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=gettext_lazy("Which parameters are refused, and why."),
    )


class ApiSchema(AutoSchema):
    """Describes what the base view does: parameters of one row, and refusals."""

    def get_override_parameters(self) -> list[Any]:
        if not isinstance(self.view, ReadOnlyViewSet) or not self.view.detail:
            return []
        return [
            OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.QUERY, description=str(label))
            for name, label in self.view.detail_parameters.items()
        ]

    def get_response_serializers(self) -> Any:
        return {200: super().get_response_serializers(), 400: ErrorSerializer, 404: ErrorSerializer}


class JsonOnly(BaseContentNegotiation):
    """JSON, whatever the reader says it prefers: `?format=` is a parameter that nobody declared."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class ReadOnlyViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Row]
):
    """Rows that can be listed and read. Who may is declared by each view; nothing else than GET is answered."""

    http_method_names = ["get", "head", "options"]
    schema = ApiSchema()
    content_negotiation_class = JsonOnly

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
        if any("\0" in str(value) for value in fields.values()):
            # No row has such an address, and PostgreSQL cannot even be asked.
            raise Http404
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

    def get_lookup_regex(self, viewset: Any, lookup_prefix: str = "") -> str:
        parts = viewset.address.items()
        return "/".join(f"<{'int' if field == 'pk' else 'str'}:{part}>" for part, field in parts)


@extend_schema_field(OpenApiTypes.URI)
class AddressField(serializers.ReadOnlyField):
    """The address of a row in this API, from the fields that its view's `address` names."""

    def __init__(self, view_name: str, parts: Mapping[str, str], **options: Any) -> None:
        self.view_name = view_name
        self.parts = parts
        super().__init__(**options)

    def bind(self, field_name: str, parent: Any) -> None:
        # `url` is the row's own address; any other field is the address of the row that it names.
        if field_name == "url":
            self.source = "*"
        super().bind(field_name, parent)

    def to_representation(self, value: Any) -> str:
        parts = {}
        for part, path in self.parts.items():
            parts[part] = value
            for name in path.split("."):
                parts[part] = getattr(parts[part], name)
        return reverse(self.view_name, kwargs=parts, request=self.context.get("request"))
