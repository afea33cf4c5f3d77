"""How a query of EPCIS comes in and its answer goes out: parameters, headers, pages."""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from rest_framework.request import Request

from api.standards.epcis_problems import NotAcceptable
from passport.models import Party
from passport.proof import canonical
from passport.queries.epcis_found import Page, Place
from passport.rules.epcis_answer import Told, as_links
from passport.rules.epcis_native import PREFIX, stem_of
from passport.rules.epcis_spelling import STANDARD, Naming
from passport.rules.errors import Malformed

MEDIA_TYPE: Final = "application/ld+json"
FORMAT: Final = "GS1-EPC-Format"
EXTENSIONS: Final = "GS1-Extensions"
TOKEN: Final = "nextPageToken"  # noqa: S105 - the name of a parameter
EXPIRES: Final = "GS1-Next-Page-Token-Expires"
LASTS: Final = timedelta(hours=1)
_AS_RECEIVED: Final = ("No_Preference", "Never_Translates")
_AS_LINKS: Final = "Always_GS1_Digital_Link"
_SALT: Final = "api.standards.epcis.next-page"


class NoSuchPage(Malformed):
    """The token of a next page is not of this service, party or query, or it is too old."""

    code = "epcis-no-such-page"
    title = "There is no such page"


def stem() -> str:
    """What `bat:` stands for at this service."""
    return stem_of(settings.PASSPORT_PUBLIC_URL)


def naming_for(request: Request) -> Naming:
    """What prefixes in parameters stand for: the standard's, ours, and those of GS1-Extensions."""
    return STANDARD.within({**own_prefix(), **prefixes_of(request)})


def own_prefix() -> dict[str, Any]:
    """Our own prefix, and what it stands for here."""
    return {PREFIX: stem()}


def prefixes_of(request: Request) -> dict[str, str]:
    """The prefixes that a request declares in GS1-Extensions."""
    pairs = (each.strip().partition("=") for each in request.headers.get(EXTENSIONS, "").split(","))
    return {prefix: space for prefix, _, space in pairs if prefix and space}


def format_of(request: Request) -> str:
    """How names of things are to be written; refuses (406) what is not translated here."""
    asked = request.headers.get(FORMAT, _AS_RECEIVED[0])
    if asked in (*_AS_RECEIVED, _AS_LINKS):
        return asked
    raise NotAcceptable(
        f"names are not written as {asked[:40]} here",
        remedy=f"leave {FORMAT} out, or ask for {', '.join((*_AS_RECEIVED, _AS_LINKS))}",
    )


def parameters(request: Request) -> dict[str, list[str]]:
    """What is asked, without what only leads through its pages."""
    given = {name: values for name, values in request.GET.lists() if name != TOKEN}
    return {str(name): [str(each) for each in values] for name, values in given.items()}


def place_of(request: Request, given: Mapping[str, Any], by: Party, at: datetime) -> Place | None:
    """Where the page begins that is asked for. Refuses NoSuchPage."""
    text = request.GET.get(TOKEN)
    if text is None:
        return None
    held = opened(text, at=at)
    if held["query"] != _digest(request, given, by):
        raise _no_page("it belongs to another query, or to another party")
    return Place(
        at=datetime.fromisoformat(held["at"]),
        id=uuid.UUID(held["id"]),
        part=int(held["part"]),
        left=held["left"],
        until=datetime.fromisoformat(held["until"]),
    )


def opened(text: str, *, at: datetime) -> dict[str, Any]:
    """What a token of ours holds. Refuses NoSuchPage."""
    try:
        held = signing.loads(text, salt=_SALT)
    except signing.BadSignature as error:
        raise _no_page("it was not given here") from error
    if datetime.fromisoformat(held["expires"]) <= at:
        raise _no_page(f"it was good for {LASTS.total_seconds() / 60:.0f} minutes")
    return dict(held)


def answered(text: str, *, form: str) -> HttpResponse:
    """An answer as JSON-LD; what a party reads is its own."""
    response = HttpResponse(text, content_type=MEDIA_TYPE)
    response[FORMAT] = form
    return response


def with_next(
    response: HttpResponse,
    request: Request,
    page: Page,
    *,
    given: Mapping[str, Any],
    by: Party,
    at: datetime,
) -> HttpResponse:
    """The same answer, with where its next page is."""
    if page.next is None:
        return response
    expires = at + LASTS
    token = signing.dumps(
        {
            "at": page.next.at.isoformat(),
            "id": str(page.next.id),
            "part": page.next.part,
            "left": page.next.left,
            "until": page.next.until.isoformat(),
            "query": _digest(request, given, by),
            "expires": expires.isoformat(),
        },
        salt=_SALT,
    )
    asked = urlencode([*((n, v) for n, values in given.items() for v in values), (TOKEN, token)])
    response["Link"] = f'<{request._request.path}?{asked}>; rel="next"'
    response[EXPIRES] = expires.isoformat().replace("+00:00", "Z")
    return response


def translated(told: list[Told], *, form: str) -> list[Told]:
    """The events with their names written as asked for."""
    if form != _AS_LINKS:
        return told
    return [Told(as_links(each.event), each.context) for each in told]


def _digest(request: Request, given: Mapping[str, Any], by: Party) -> str:
    said = {"path": request._request.path, "party": str(by.pk), "query": dict(given)}
    return hashlib.sha256(canonical.encode(said)).hexdigest()


def _no_page(why: str) -> NoSuchPage:
    return NoSuchPage(
        f"nextPageToken leads nowhere: {why}",
        pointer=f"?{TOKEN}",
        remedy="ask again from the first page, and follow Link: rel=next as it is given",
    )
