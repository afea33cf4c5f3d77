"""OpenAPI 3.1 from what each view declares: nothing is described twice."""

from typing import Any, Final

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from api.http.idempotency import HEADER
from api.http.paging import MOST
from api.http.parsers import JSON
from api.http.problems import MEDIA_TYPE

PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        **{key: {"type": "string"} for key in ("type", "title", "detail", "instance", "trace_id")},
        "status": {"type": "integer"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {
                    **{key: {"type": "string"} for key in ("pointer", "code", "detail", "remedy")},
                    "line": {"type": "integer", "minimum": 1},
                },
            },
        },
    },
}


class Pages:
    """How a list is wrapped: its rows, and the address of the next page or null."""

    def __init__(self, *, asked: bool) -> None:
        self.asked = asked

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        kinds = {"after": {"type": "string"}, "limit": {"type": "integer", "maximum": MOST}}
        return [
            {"name": name, "in": "query", "required": False, "schema": kind}
            for name, kind in kinds.items()
            if self.asked
        ]

    def get_paginated_response_schema(self, rows: dict[str, Any]) -> dict[str, Any]:
        following = {"type": ["string", "null"], "format": "uri-reference"}
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {"items": rows, "next": following},
        }


class ShapeSchema(AutoSchema):
    """Reads `accepts`, `answers`, `lists` and `needs` of a Resource."""

    view: Any

    def get_request_serializer(self) -> Any:
        taken = getattr(self.view, "takes", {}).get(self.method)
        return dict.fromkeys(taken, OpenApiTypes.BINARY) if taken else self._declared("accepts")

    def get_response_serializers(self) -> Any:
        shape = self._declared("answers") or OpenApiTypes.OBJECT
        status = getattr(self.view, "statuses", {}).get(self.method, 200)
        also = getattr(self.view, "also", {}).get(self.method, {})
        others = {code: OpenApiResponse(OpenApiTypes.OBJECT, words) for code, words in also.items()}
        refusal = {("default", MEDIA_TYPE): OpenApiResponse(PROBLEM, "A refusal.")}
        forms = getattr(self.view, "forms", {}).get(self.method, ())
        asked = {(status, form): OpenApiTypes.STR for form in forms}
        return {(status, JSON) if asked else status: shape, **asked, **others, **refusal}

    def _get_paginator(self) -> Any:
        return Pages(asked=self.method in self.view.lists) if self._is_list_view() else None

    def get_override_parameters(self) -> list[Any]:
        handler = getattr(self.view, self.method.lower(), None)
        read = getattr(handler, "reads", ())
        found = [OpenApiParameter(name, str, OpenApiParameter.HEADER) for name in read]
        if getattr(handler, "idempotent", False):
            found.append(OpenApiParameter(HEADER, str, OpenApiParameter.HEADER))
        return found

    def get_description(self) -> str:  # type: ignore[override]
        needs = getattr(self.view, "needs", {}).get(self.method)
        if needs is None:
            return super().get_description()
        roles = ", ".join(sorted(role.label for role in needs.roles))
        return f"{super().get_description()}\n\nFor: {roles}. Scope: {needs.scope}."

    def get_tags(self) -> list[str]:
        return [self.path.split("/")[3]]

    def get_operation_id(self) -> str:
        parts = [part.strip("{}") for part in self.path.split("/")[3:]]
        return "_".join([self.method.lower(), *parts]).replace("-", "_").replace(".", "_")

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method in self.view.lists | self.view.wholes

    def _declared(self, name: str) -> Any:
        return getattr(self.view, name, {}).get(self.method)


class KeyScheme(OpenApiAuthenticationExtension):
    """The one way in."""

    target_class = "api.http.auth.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "bp_…"}


class ValueScheme(OpenApiSerializerFieldExtension):
    """Each wire field says itself how it is spelt."""

    target_class = "api.http.wire.Value"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return dict(self.target.spelling())
