"""A model by its GTIN: what anybody may read of it, its links, and what stands above a battery."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from api.http import scanning
from api.http.errors import with_headers
from api.http.negotiation import wants_page
from api.http.versions import unless_known
from api.standards import linkset
from api.standards.asking import Face, lead, pointed, wish
from api.standards.linkset import PASSPORT, PRODUCT, Level
from api.standards.shapes import PublicModelsShape
from passport.queries import public_model
from passport.queries.public_model import PublicModels
from passport.rules import identity
from passport.rules.errors import NotFound
from passport.rules.identity import Identity
from passport.rules.resolving import DEFAULT, LINKSET, VOCABULARY


def answer(request: HttpRequest, named: Identity, *, page: Face) -> HttpResponse:
    """What is asked of a model; `page` is what people read."""
    found = _found(request, named.gtin)
    kind = wish(request, own=PRODUCT)
    if kind == LINKSET:
        return pointed(linkset.document(levels=(linkset.of_model(found=found),)), named)
    if kind != DEFAULT:
        return pointed(lead(request, (linkset.of_model(found=found),), kind), named)
    if wants_page(request):
        return pointed(page(request, found=found), named)
    response = JsonResponse(PublicModelsShape(found).data)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return pointed(unless_known(request, response, tag=found.etag.strip('"')), named)


def levels(request: HttpRequest, gtin: str) -> tuple[Level, ...]:
    """The links of the model above a battery or a batch; none where nobody knows one."""
    if not (gtin and public_model.known(gtin=gtin)):
        return ()
    return (linkset.of_model(found=_found(request, gtin)),)


def above(request: HttpRequest, gtin: str, unknown: NotFound) -> HttpResponse:
    """The model's links for a name that nobody has registered, to who asks for links.

    Refuses `unknown` to everybody else, with a word of where the model stands.
    """
    kind = wish(request, own=PASSPORT)
    found = levels(request, gtin)
    if not found or (kind not in (DEFAULT, LINKSET) and not _has(found, kind)):
        raise unknown
    if kind == DEFAULT:
        link = f'</01/{gtin}>; rel="{VOCABULARY}pip"; title="Battery model"'
        raise with_headers(unknown, {"Link": link})
    scanning.unread(request)
    whole = linkset.document(levels=found) if kind == LINKSET else lead(request, found, kind)
    return pointed(whole, identity.parse_any(found[0].anchor))


def check_known(gtin: str) -> None:
    """Whether anybody may read a model under this GTIN. Refuses NotFound."""
    if not public_model.known(gtin=gtin):
        raise public_model.unknown(gtin=gtin)


def _found(request: HttpRequest, gtin: str) -> PublicModels:
    on = request.at.date()  # type: ignore[attr-defined]
    return public_model.of_gtin(gtin=gtin, on=on)


def _has(levels: tuple[Level, ...], kind: str) -> bool:
    """Whether a link of this kind is among these."""
    return any(link.kind == kind for level in levels for link in level.links)
