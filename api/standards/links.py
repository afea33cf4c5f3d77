"""Addresses that labels carry: GS1 Digital Links and IEC 61406 links, of batteries and of models.

A name is answered where it stands: its page for people, its data for machines, is its default link.
`linkType` asks for another of its links, or for all of them; each form has an address of its own
(`?format=`), to which a wish for a kind of link leads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from django.http import HttpRequest, HttpResponse

from api.http.onwards import onwards
from api.standards import battery_links, model_links
from api.standards.asking import Face, wish
from api.standards.crossing import open_to_all
from api.standards.linkset import PASSPORT, PRODUCT
from passport.rules import identity, resolving
from passport.rules.errors import NotFound, Refusal
from passport.rules.identity import ONE_BATTERY, Identity, IdentityKind, NotAnIdentity
from passport.rules.resolving import DEFAULT, Named

_CLASSES: Final = (IdentityKind.MODEL, IdentityKind.BATCH)


@dataclass(frozen=True)
class Pages:
    """What people read: of one battery (`gtin`, `serial`), and of a model (`found`)."""

    battery: Face
    model: Face


def by_serial(*, pages: Pages) -> Callable[..., HttpResponse]:
    """One battery by GTIN and serial."""

    @open_to_all
    def view(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
        try:
            named = identity.of_serial(gtin=gtin, serial=serial)
        except Refusal:
            if not serial.endswith("/"):
                raise
            # With a slash at the end the longest serial is too long.
            return _read(request, f"01/{gtin}/21/{serial}", pages)
        resolving.check_attributes(identity=named, query=_query(request))
        return battery_links.answer(request, named, page=pages.battery)

    return view


def by_link(*, pages: Pages) -> Callable[..., HttpResponse]:
    """Any other Digital Link: what is longer than need be leads to the shortest."""

    @open_to_all
    def view(request: HttpRequest, path: str) -> HttpResponse:
        return _read(request, path, pages)

    return view


def by_compressed_link(*, pages: Pages) -> Callable[..., HttpResponse]:
    """A compressed Digital Link leads to the link that it stands for, and says so."""

    @open_to_all
    def view(request: HttpRequest, packed: str) -> HttpResponse:
        try:
            named = resolving.read_path(path=f"/{packed}")
        except Refusal as refusal:
            raise NotFound("there is no such page", remedy="check the address") from refusal
        return _answer(request, named, packed, pages)

    return view


@open_to_all
def by_own_link(request: HttpRequest, path: str) -> HttpResponse:
    """The public passport of a battery that is named by a link of its maker's own (IEC 61406).

    On the maker's domain that is the link itself; on ours it stands behind /id/ with its domain.
    """
    try:
        here = identity.parse(f"https://{request.get_host()}/id/{quote(path)}")
        return battery_links.answer(request, here)
    except (NotFound, NotAnIdentity):
        # A host without a domain names nothing; neither does a path that begins with none.
        if "." not in path.partition("/")[0]:
            raise
    return battery_links.answer(request, identity.parse(f"https://{quote(path)}"))


def _read(request: HttpRequest, path: str, pages: Pages) -> HttpResponse:
    named = resolving.read_path(path=f"/{path}", query=_query(request))
    return _answer(request, named, path, pages)


def _answer(request: HttpRequest, named: Named, path: str, pages: Pages) -> HttpResponse:
    response = _resolved(request, named, path, pages)
    if named.packed:
        links = (f'<{named.whole}>; rel="owl:sameAs"', response.get("Link", ""))
        response["Link"] = ", ".join(each for each in links if each)
    return response


def _resolved(request: HttpRequest, named: Named, path: str, pages: Pages) -> HttpResponse:
    found = named.identity
    if found is not None and found.kind in ONE_BATTERY:
        if _leads(request, found, path, PASSPORT):
            return onwards(request, found.canonical)
        page = pages.battery if found.kind is IdentityKind.SERIAL else None
        return battery_links.answer(request, found, page=page)
    if found is None or found.kind not in _CLASSES:
        nothing = NotFound(
            f"nothing is registered as {named.whole[:120]}",
            remedy="scan the code on the battery itself",
        )
        return model_links.above(request, named.gtin, nothing)
    # Nothing is told of a batch as such: what is asked of it is answered for its model.
    model = identity.parse_any(f"{identity.CANONICAL_STEM}/01/{named.gtin}")
    if _leads(request, model, path, PRODUCT):
        model_links.check_known(named.gtin)
        return onwards(request, model.canonical)
    return model_links.answer(request, model, page=pages.model)


def _leads(request: HttpRequest, found: Identity, path: str, own: str) -> bool:
    """Whether the name itself is asked for, and goes on under a shorter address than this."""
    here = unquote(identity.path_here(found)) == f"/{path}"
    return not here and wish(request, own=own) == DEFAULT


def _query(request: HttpRequest) -> str:
    return str(request.META.get("QUERY_STRING", ""))
