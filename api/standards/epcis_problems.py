"""What every address below /epcis/ has in common: the standard's versions and its exceptions.

A refusal is answered as everywhere (RFC 9457), with the name that the standard gives it as `type`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final

from django.http import HttpResponse
from rest_framework.response import Response
from rest_framework.views import set_rollback

from api.http.errors import problem_of
from api.http.permissions import Needs
from api.http.problems import Problem, respond
from api.http.resource import Resource
from api.http.schema import ShapeSchema
from passport.rules.errors import Refusal

ROOT: Final = "/epcis/"
VERSIONS: Final = {
    f"GS1-{part}-{which}": "2.0.0"
    for part in ("EPCIS", "CBV")
    for which in ("Version", "Min", "Max")
} | {"GS1-Vendor-Version": "1"}

# The names of EPCIS 2.0 for what HTTP says by its status; a refusal may have another one.
BY_STATUS: Final = {
    400: "ValidationException",
    401: "SecurityException",
    403: "SecurityException",
    404: "NoSuchResourceException",
    406: "NotAcceptableException",
    409: "ResourceAlreadyExistsException",
    413: "CaptureLimitExceededException",
    414: "URITooLongException",
    415: "UnsupportedMediaTypeException",
    422: "ValidationException",
}
ANY_OTHER: Final = "ImplementationException"


class NotAcceptable(Refusal):
    """The answer cannot be given in the form that is asked for."""

    code = "epcis-not-acceptable"
    title = "The answer is not to be had in that form"


# Code → the status and the name of a refusal, where the family of the refusal says another one.
BY_CODE: Final[dict[str, tuple[int, str]]] = {
    NotAcceptable.code: (406, "NotAcceptableException"),
    "epcis-query-parameter": (400, "QueryParameterException"),
    "epcis-query-too-large": (413, "QueryTooLargeException"),
    "epcis-no-such-page": (400, "QueryParameterException"),
    "epcis-not-a-query": (400, "QueryValidationException"),
    "epcis-too-many-events": (413, "CaptureLimitExceededException"),
    "took-too-long": (413, "QueryTooComplexException"),
}


def named(told: Problem) -> Problem:
    """The same problem, under the name that EPCIS 2.0 has for it."""
    status, name = BY_CODE.get(told.code, (told.status, BY_STATUS.get(told.status, ANY_OTHER)))
    return replace(told, status=status, type=f"epcisException:{name}")


def problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Answer for an error inside a view of EPCIS; the request's transaction is rolled back."""
    told = problem_of(error)
    if told is None:
        return None
    set_rollback()
    return respond(named(told), context["request"]._request)


def discoverable(wanted: Mapping[str, Needs]) -> dict[str, Needs]:
    """Who may, by method; and whoever may anything here may ask what can be done here."""
    first = next(iter(wanted.values()))
    return {**wanted, "OPTIONS": first}


class EpcisSchema(ShapeSchema):
    """Addresses outside /api/v1 are described together."""

    def get_tags(self) -> list[str]:
        return ["epcis"]

    def get_operation_id(self) -> str:
        parts = [part.strip("{}") for part in self.path.split("/") if part]
        return "_".join([self.method.lower(), *parts]).replace("-", "_")


class EpcisResource(Resource):
    """The base of the views of EPCIS 2.0; OPTIONS tells of versions and methods."""

    http_method_names: Sequence[str] = ("get", "head", "post", "delete", "options")
    schema = EpcisSchema()
    # What this address says of itself beside the versions, to OPTIONS and in every answer.
    says: ClassVar[Mapping[str, str]] = {}

    def get_exception_handler(self) -> Callable[..., HttpResponse | None]:
        return problem

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Which versions of the standards are spoken here, and which methods there are."""
        return Response(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        for name, value in {**VERSIONS, **self.says}.items():
            finished.headers.setdefault(name, value)
        return finished
