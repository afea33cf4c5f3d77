"""The description of the interface, made from the views themselves."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """OpenAPI 3.1; anybody may read it."""
    response = JsonResponse(_description())
    response["Cache-Control"] = "public, max-age=300"
    return response


@lru_cache(maxsize=1)
def _description() -> dict[str, Any]:
    with GENERATOR_STATS.silence():  # it minds that two lists of words have one name
        return dict(SchemaGenerator().get_schema(request=None, public=True))
