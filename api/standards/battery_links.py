"""One battery by its name: its passport, its links, and what a name that nobody has leads to."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.http import scanning
from api.http.negotiation import wants_page
from api.http.onwards import onwards
from api.http.problems import Fault, Problem, respond
from api.http.versions import unless_known
from api.standards import linkset, model_links
from api.standards.asking import Face, lead, pointed, wish
from api.standards.linkset import PASSPORT
from api.standards.shapes import PublicShape
from passport.queries import alias, passport
from passport.queries.passport import PublicRecord
from passport.rules import identity
from passport.rules.errors import NotFound
from passport.rules.identity import Identity
from passport.rules.lifecycle import State
from passport.rules.resolving import DEFAULT, LINKSET, NoSuchLink

_SLASHES = re.compile(r"(?:%2F)+\Z")


def answer(request: HttpRequest, named: Identity, *, page: Face | None = None) -> HttpResponse:
    """What is asked of one battery; `page`, where there is one, is what people read.

    Of a name that nobody has registered no passport is shown, and no page of its model in its
    place: a forged label would be vouched for. Who asks for links gets those of the model.
    """
    try:
        return pointed(_registered(request, named, page), named)
    except NoSuchLink:
        raise
    except NotFound as unknown:
        shorter = _SLASHES.sub("", named.canonical)
        if shorter != named.canonical:
            scanning.unread(request)
            if wish(request, own=PASSPORT) == DEFAULT:
                return onwards(request, shorter)
            return answer(request, identity.parse(shorter), page=page)
        return model_links.above(request, named.gtin, unknown)


def _registered(request: HttpRequest, named: Identity, page: Face | None) -> HttpResponse:
    kind = wish(request, own=PASSPORT)
    if kind == DEFAULT and page is not None and wants_page(request):
        return page(request, gtin=named.gtin, serial=named.serial)
    if kind in (DEFAULT, LINKSET):
        scanning.read(request, identity=named.canonical, kind=scanning.DATA)
    found = _record(request, named)
    if isinstance(found, HttpResponse):
        return found
    if kind == DEFAULT:
        response = JsonResponse(PublicShape(found).data)
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        return unless_known(request, response, tag=found.etag.strip('"'))
    own = linkset.of_battery(named=named, page=page is not None)
    levels = (own, *model_links.levels(request, named.gtin))
    return linkset.document(levels=levels) if kind == LINKSET else lead(request, levels, kind)


def _record(request: HttpRequest, named: Identity) -> PublicRecord | HttpResponse:
    """The public record, or the answer that it is elsewhere or has ended."""
    on = request.at.date()  # type: ignore[attr-defined]
    try:
        record = passport.public_record(identity=named.canonical, on=on)
    except NotFound:
        return onwards(request, alias.public_identity(text=named.canonical))
    if record.answers_as != named.canonical:
        return onwards(request, record.answers_as)
    return respond(_gone(named), request) if record.state == State.RECYCLED else record


def _gone(named: Identity) -> Problem:
    detail = f"The battery {identity.display(named)} has been recycled; its passport has ended."
    remedy = "Authorities can still read what was recorded."
    return Problem(410, "recycled", "Recycled", detail, (Fault("recycled", detail, "", remedy),))
