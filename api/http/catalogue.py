"""What each `type` of a problem means: the address a problem document points to."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from api.http.database import AWAY, BY_STATE
from api.http.errors import NOT_FOUND, PLAIN, ShapeRefused, status_of
from api.http.problems import respond
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal


@dataclass(frozen=True)
class Kind:
    """One kind of refusal: its title, what it means, and the status it is answered with."""

    title: str
    meaning: str
    status: int


@transaction.non_atomic_requests
@require_safe
def problem_type(request: HttpRequest, code: str) -> HttpResponse:
    """The title of a kind of refusal, what it means, and its status."""
    kind = _of_edge().get(code) or _of_house().get(code)
    if kind is None:
        return respond(NOT_FOUND, request)
    return JsonResponse({"type": request.path} | asdict(kind))


@cache
def _of_edge() -> Mapping[str, Kind]:
    found = {code: Kind(title, title, status) for status, (code, title) in PLAIN.items()}
    for told in (*BY_STATE.values(), AWAY):
        found[told.code] = Kind(told.title, told.detail, told.status)
    shape = Kind(ShapeRefused.title, "Fields are missing, unknown or misspelt.", 400)
    return found | {"wrong-shape": shape}


@cache
def _of_house() -> Mapping[str, Kind]:
    found: dict[str, Kind] = {}
    for kind in _below((Refusal, ProofError)):
        meaning = " ".join((kind.__doc__ or "").split())
        found.setdefault(kind.code, Kind(kind.title, meaning, status_of(kind)))
    return found


def _below(kinds: tuple[type, ...]) -> Iterator[type[Refusal]]:
    for kind in kinds:
        yield kind
        yield from _below(tuple(kind.__subclasses__()))
