"""What each `type` of a problem means: the address a problem document points to."""

from collections.abc import Iterator

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from api.http.errors import FAMILIES, NOT_FOUND
from api.http.problems import respond
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal


@require_safe
def problem_type(request: HttpRequest, code: str) -> JsonResponse:
    """The title of a kind of refusal, what it means, and its status."""
    kinds = [kind for kind in _below((Refusal, ProofError)) if kind.code == code]
    if not kinds:
        return respond(NOT_FOUND, request)  # type: ignore[return-value]
    kind = kinds[0]
    status = next((status for family, status in FAMILIES if issubclass(kind, family)), 422)
    meaning = " ".join((kind.__doc__ or "").split())
    return JsonResponse(
        {"type": request.path, "title": kind.title, "meaning": meaning, "status": status}
    )


def _below(kinds: tuple[type, ...]) -> Iterator[type[Refusal]]:
    for kind in kinds:
        yield kind
        yield from _below(tuple(kind.__subclasses__()))
