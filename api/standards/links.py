"""Addresses that labels carry: GS1 Digital Links and IEC 61406 links, answered with public data."""

from typing import Any, Final
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from api.http import scanning
from api.http.onwards import onwards
from api.http.problems import Fault, Problem, respond
from api.http.versions import unless_known
from api.standards.shapes import PublicShape
from passport.queries import alias, passport
from passport.rules import identity
from passport.rules.errors import NotFound, Refusal
from passport.rules.identity import CANONICAL_STEM, Identity, NotAnIdentity
from passport.rules.lifecycle import State

LINKSET: Final = "application/linkset+json"
VOCABULARY: Final = "https://ref.gs1.org/voc/"


@require_safe
def by_serial(request: HttpRequest, gtin: str, serial: str) -> HttpResponse:
    """The public passport of one battery, by GTIN and serial."""
    return _answer(request, identity.of_serial(gtin=gtin, serial=serial))


@require_safe
def by_longer_link(request: HttpRequest, rest: str) -> HttpResponse:
    """Any other Digital Link of one battery leads to its shortest form."""
    found = identity.parse(f"{CANONICAL_STEM}/01/{quote(rest)}")
    if found.canonical == f"{CANONICAL_STEM}/01/{quote(rest)}":
        raise NotFound("no such battery", remedy="check the link")
    return onwards(request, found.canonical)


@require_safe
def by_other_key(request: HttpRequest, rest: str) -> HttpResponse:
    """The public passport of a battery that is named by another GS1 key than a GTIN."""
    found = identity.parse(f"{CANONICAL_STEM}/{quote(rest)}")
    if found.canonical != f"{CANONICAL_STEM}/{quote(rest)}":
        return onwards(request, found.canonical)
    return _answer(request, found)


@require_safe
def by_compressed_link(request: HttpRequest, packed: str) -> HttpResponse:
    """A compressed Digital Link leads to the link that it stands for, and says so."""
    try:
        found = identity.parse(f"{CANONICAL_STEM}/{packed}")
    except Refusal as refusal:
        raise NotFound("there is no such page", remedy="check the address") from refusal
    response = onwards(request, found.canonical)
    response["Link"] = f'<{found.canonical}>; rel="owl:sameAs"'
    return response


@require_safe
def by_own_link(request: HttpRequest, path: str) -> HttpResponse:
    """The public passport of a battery that is named by a link of its maker's own (IEC 61406).

    On the maker's domain that is the link itself; on ours it stands behind /id/ with its domain.
    """
    try:
        here = identity.parse(f"https://{request.get_host()}/id/{quote(path)}")
        return _answer(request, here)
    except (NotFound, NotAnIdentity):
        # A host without a domain names nothing; neither does a path that begins with none.
        if "." not in path.partition("/")[0]:
            raise
    return _answer(request, identity.parse(f"https://{quote(path)}"))


def _answer(request: HttpRequest, named: Identity) -> HttpResponse:
    on = request.at.date()  # type: ignore[attr-defined]
    scanning.read(request, identity=named.canonical, kind=scanning.DATA)
    try:
        record = passport.public_record(identity=named.canonical, on=on)
    except NotFound:
        return onwards(request, alias.public_identity(text=named.canonical))
    if record.answers_as != named.canonical:
        return onwards(request, record.answers_as)
    if record.state == State.RECYCLED:
        response = respond(_gone(named), request)
    elif _asks_linkset(request):
        response = JsonResponse(_linkset(request, named), content_type=LINKSET)
    else:
        response = JsonResponse(PublicShape(record).data)
        response["Cache-Control"] = "public, max-age=0, must-revalidate"
        response = unless_known(request, response, tag=record.etag.strip('"'))
    response["Access-Control-Allow-Origin"] = "*"
    response["Link"] = f'<{request.path}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
    return response


def _asks_linkset(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return request.GET.get("linkType") == "linkset" or accepted.startswith(LINKSET)


def _linkset(request: HttpRequest, named: Identity) -> dict[str, Any]:
    """The links of one battery (RFC 9264): its passport is its only and default one."""
    here = request.build_absolute_uri(request.path)
    passport_link = {"href": here, "title": "Battery passport"}
    both = [passport_link | {"type": kind} for kind in ("text/html", "application/json")]
    return {
        "linkset": [
            {
                "anchor": named.canonical,
                "itemDescription": f"Battery {named.serial}",
                f"{VOCABULARY}defaultLink": [passport_link],
                f"{VOCABULARY}dpp": both,
            }
        ]
    }


def _gone(named: Identity) -> Problem:
    detail = f"The battery {identity.display(named)} has been recycled; its passport has ended."
    remedy = "Authorities can still read what was recorded."
    return Problem(410, "recycled", "Recycled", detail, (Fault("recycled", detail, "", remedy),))
