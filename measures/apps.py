from django.apps import AppConfig
from django.urls import register_converter


class MeasureNumberConverter:
    """“4”, “4 bis” or “1.1.1alter” in an address. A dot alone would climb in the path."""

    regex = r"[0-9A-Za-zÀ-ÿ][0-9A-Za-zÀ-ÿ. _-]*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class MeasuresConfig(AppConfig):
    name = "measures"

    def ready(self) -> None:
        from measures.search import register_rows

        register_converter(MeasureNumberConverter, "measure_number")
        register_rows()
