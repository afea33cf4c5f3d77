"""Lists in pages by the last id seen: stable while rows are added, and never slow far down."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from api.http.fields import Identifier
from passport.rules.errors import Malformed

MOST: Final = 100
USUAL: Final = 50


class Row(Protocol):
    id: UUID


Fetch = Callable[[UUID | None, int], Sequence[Any]]


class NotAPage(Malformed):
    """`after` or `limit` is not as it must be."""

    code = "not-a-page"
    title = "There is no such page"


def page(request: HttpRequest, fetch: Fetch, write: Callable[[Any], Mapping[str, Any]]) -> Response:
    """Answer one page of a list ordered by id, with `next` and `Link: rel=next` if there is more.

    `fetch(after, limit)` returns rows with ids above `after`. Refuses NotAPage.
    """
    after, limit = _after(request), _limit(request)
    rows = list(fetch(after, limit + 1))
    more = len(rows) > limit
    rows = rows[:limit]
    following = _address(request, rows[-1].id, limit) if more else None
    response = Response({"items": [write(row) for row in rows], "next": following})
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _address(request: HttpRequest, last: UUID, limit: int) -> str:
    kept = {name: request.GET[name] for name in request.GET if name not in ("after", "limit")}
    return f"{request.path}?{urlencode(kept | {'after': last, 'limit': limit})}"


def _after(request: HttpRequest) -> UUID | None:
    text = request.GET.get("after")
    if text is None:
        return None
    try:
        return Identifier().read(text)
    except ValidationError as error:
        raise NotAPage(
            "`after` is not an id.", pointer="?after", remedy="Follow `next` as it was given."
        ) from error


def _limit(request: HttpRequest) -> int:
    text = request.GET.get("limit", str(USUAL))
    if text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST:
        return int(text)
    raise NotAPage(
        "`limit` is not a number in range.", pointer="?limit", remedy=f"Use 1 to {MOST}."
    )
