"""The links of a name, level by level, as a linkset (RFC 9264) with the link types of GS1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from api.http.negotiation import wants_page
from api.http.onwards import LINKSET
from passport.queries.public_model import PublicModels
from passport.rules import identity
from passport.rules.identity import Identity
from passport.rules.resolving import DEFAULT, PREFIX, VOCABULARY

PASSPORT: Final = "gs1:dpp"
PRODUCT: Final = "gs1:pip"
CONTEXT: Final = "https://ref.gs1.org/standards/resolver/linkset-context"
_CONTEXT: Final = (
    f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'
)


@dataclass(frozen=True)
class Link:
    """Where something is to be had here, of which kind and in which form."""

    kind: str
    address: str
    title: str
    media_type: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Level:
    """All links of one name; the first is the default one, and names neither form nor language."""

    anchor: str
    description: str
    links: tuple[Link, ...]


def of_battery(*, named: Identity, page: bool) -> Level:
    """The links of one battery: its passport, and with `page` the passport as people read it."""
    described = f"Battery {named.serial}"
    return _level(named.canonical, described, identity.path_here(named), PASSPORT, page)


def of_model(*, found: PublicModels) -> Level:
    """The links of a GTIN: what all its batteries share."""
    path = identity.path_here(identity.parse_any(found.identity))
    return _level(found.identity, f"Battery model {found.models[0].name}", path, PRODUCT, True)


def _level(anchor: str, described: str, path: str, kind: str, page: bool) -> Level:
    title = {PASSPORT: "Battery passport", PRODUCT: "Battery model"}[kind]
    spoken = tuple(code for code, _ in settings.LANGUAGES)
    forms = [Link(kind, f"{path}?format=json", f"{title} as data", "application/json", ("en",))]
    if page:
        forms.insert(0, Link(kind, f"{path}?format=html", title, "text/html", spoken))
    return Level(anchor, described, (Link(DEFAULT, path, title), *forms))


def best(*, levels: Iterable[Level], kind: str, request: HttpRequest) -> Link | None:
    """The link of this kind nearest to the name, in the form that the caller would rather have."""
    wanted = "text/html" if wants_page(request) else "application/json"
    for level in levels:
        found = [each for each in level.links if each.kind == kind]
        if found:
            return next((each for each in found if each.media_type == wanted), found[0])
    return None


def document(*, levels: Sequence[Level]) -> JsonResponse:
    """The linkset of a name and of what lies above it, the finest first."""
    response = JsonResponse({"linkset": [_context(each) for each in levels]}, content_type=LINKSET)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["Link"] = _CONTEXT
    return response


def _context(level: Level) -> dict[str, Any]:
    told: dict[str, Any] = {"anchor": level.anchor, "itemDescription": level.description}
    for each in level.links:
        told.setdefault(VOCABULARY + each.kind.removeprefix(PREFIX), []).append(_target(each))
    return told


def _target(link: Link) -> dict[str, Any]:
    # The address that the operator has named: a Host header is whatever its sender wrote.
    target: dict[str, Any] = {"href": settings.PASSPORT_PUBLIC_URL + link.address}
    target["title"] = link.title
    if link.media_type:
        target |= {"type": link.media_type, "hreflang": list(link.languages)}
    return target
