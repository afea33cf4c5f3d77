"""The Idempotency-Key header: the same request twice is one effect and one answer.

Only answers of success are kept: a refusal changed nothing, so the request may be tried again.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from passport.actions import replay
from passport.rules.errors import Malformed

HEADER: Final = "Idempotency-Key"
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"\Z')
_BARE: Final = re.compile(r"[\x21-\x7e]{1,255}\Z")

Handler = Callable[..., HttpResponse]


class NoKey(Malformed):
    """The address needs a key, or the key cannot be read."""

    code = "idempotency-key"
    title = "An Idempotency-Key is needed"


def replayable(*, fingerprint: Callable[[Any, Request], bytes], required: bool) -> Any:
    """Make a handler answer a repeated request as it did before.

    `fingerprint(view, request)` gives the digest of the payload; it is asked after the handler, or
    instead of it. Refuses NoKey (400), AnotherPayload (422), StillRunning (409).
    """

    def around(handler: Handler) -> Handler:
        @wraps(handler)
        def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
            key = key_of(request, required=required)
            if key is None:
                return handler(view, request, *args, **kwargs)
            place = {"party": view.party, "route": _route(request), "key": key}
            before = replay.claim(**place)
            if before is not None:
                replay.check_payload(before=before, fingerprint=fingerprint(view, request))
                return _again(before)
            response = handler(view, request, *args, **kwargs)
            keep_answer(
                view, response, route=place["route"], key=key, digest=fingerprint(view, request)
            )
            return response

        answer.idempotent = True  # type: ignore[attr-defined]
        return answer

    return around


def key_of(request: Request, *, required: bool) -> str | None:
    """Return the header, a structured-field string; without quotes it is taken as it stands.

    Refuses NoKey.
    """
    given = request.headers.get(HEADER)
    if given is None:
        if not required:
            return None
        raise NoKey(
            f"The header {HEADER} is missing.",
            remedy="Send one fresh key a request, such as a UUID; repeat it when you send again.",
        )
    quoted = _QUOTED.match(given)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else given
    if not _BARE.match(key):
        raise NoKey(
            f"The header {HEADER} cannot be read.",
            remedy="Use 1 to 255 visible ASCII characters.",
        )
    return key


def _route(request: Request) -> str:
    return f"{request.method} {request.path}"[:120]


def keep_answer(view: Any, response: HttpResponse, *, route: str, key: str, digest: bytes) -> None:
    """Keep an answer for the request of this route and key, whose payload has this digest."""
    if isinstance(response, Response):
        response = view.rendered(response)
    replay.keep(
        party=view.party,
        route=route,
        key=key,
        fingerprint=digest,
        status=response.status_code,
        body=response.content,
        location=response.headers.get("Location", ""),
        at=view.at,
    )


def _again(before: Any) -> HttpResponse:
    response = HttpResponse(
        bytes(before.body), status=before.status, content_type="application/json"
    )
    if before.location:
        response["Location"] = before.location
    response["Idempotent-Replayed"] = "true"
    return response
