"""Speaks HTTP to the instance: with an API key as a machine, with a cookie as a person."""

import json
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookiejar import CookieJar
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from passport.proof import canonical

TIMEOUT_S = 30
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
Found = TypeVar("Found")


class Failed(Exception):
    """A step that did not come out: what is wrong, where, and what to do about it."""

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.where, self.remedy = what, where, remedy


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Caller:
    """Calls for one party, or for nobody when there is no secret."""

    url: str
    name: str = "nobody"
    secret: str = ""
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )

    def get(self, path: str, *, expect: int = 200, accept: str = "application/json") -> Answer:
        """Read an address; refuses (Failed) another status than the expected one."""
        return self._call(Request(self._at(path), headers={"Accept": accept}), expect)  # noqa: S310

    def post(self, path: str, body: object = None, *, expect: int = 200, **headers: str) -> Answer:
        """Send a JSON value, or NDJSON as bytes; refuses (Failed) another status."""
        lines = isinstance(body, bytes)
        data = body if isinstance(body, bytes) else canonical.encode({} if body is None else body)
        kind = "application/x-ndjson" if lines else "application/json"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(  # noqa: S310 - the address is the instance's
            self._at(path), data=data, headers={"Content-Type": kind, **named}, method="POST"
        )
        return self._call(request, expect)

    def items(self, path: str) -> Iterator[Any]:
        """Every item of a list, page by page."""
        following: str | None = path
        while following:
            page = self.get(following).json
            yield from page["items"]
            following = page["next"]

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a person does, with the form of the page. Refuses Failed."""
        page = self.get("/sign-in", accept="text/html").body.decode()
        token = _TOKEN.search(page)
        form = {"email": email, "password": password}
        form["csrfmiddlewaretoken"] = token[1] if token else ""
        where = self._at("/sign-in")
        request = Request(  # noqa: S310 - the address is the instance's
            where, data=urlencode(form).encode(), headers={"Referer": where, "Accept": "text/html"}
        )
        self._call(request, 200)

    def _at(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path

    def _call(self, request: Request, expect: int) -> Answer:
        if self.secret:
            request.add_header("Authorization", f"Bearer {self.secret}")
        where = f"{request.get_method()} {request.full_url} as {self.name}"
        try:
            with self.opener.open(request, timeout=TIMEOUT_S) as response:
                found = Answer(response.status, dict(response.headers), response.read())
        except HTTPError as error:
            found = Answer(error.code, dict(error.headers), error.read())
        except (URLError, HTTPException, OSError) as error:
            raise Failed(
                f"Nobody answers: {error}.", where=where, remedy="Start it: manage.py demo."
            ) from error
        if found.status != expect:
            raise _unexpected(found, expect, where)
        return found


def _unexpected(found: Answer, expect: int, where: str) -> Failed:
    try:
        problem = found.json
        faults = [f"{e.get('pointer', '')} {e.get('remedy', '')}" for e in problem["errors"]]
        says, remedy = f"{problem['title']}: {problem['detail']}", " ".join(faults).strip()
    except (ValueError, KeyError, TypeError):
        says, remedy = found.body[:200].decode("utf-8", "replace"), ""
    return Failed(
        f"Status {found.status} instead of {expect}. {says}",
        where=where,
        remedy=remedy or "See what the web process wrote at this moment.",
    )


def fresh_id() -> str:
    """An event id of our own (UUIDv7), as a client that works offline makes it."""
    drawn = uuid.uuid4().int & ~(0xFFFFFFFFFFFF << 80) & ~(0xF << 76)
    return str(uuid.UUID(int=drawn | time.time_ns() // 1_000_000 << 80 | 0x7 << 76))


def wait_for(
    look: Callable[[], Found | None], *, what: str, where: str, seconds: float = 60
) -> Found:
    """Look again and again until there is something. Refuses Failed after so many seconds."""
    deadline = time.monotonic() + seconds
    while (found := look()) is None:
        if time.monotonic() > deadline:
            raise Failed(
                f"{what} did not come within {seconds:.0f} s.",
                where=where,
                remedy="See whether worker, beat and sequencer run, and what they wrote.",
            )
        time.sleep(0.2)
    return found
