"""A client that sends again, with the same Idempotency-Key, until it is answered."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Found = TypeVar("Found")
_AGAIN = {409, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class Patient:
    """Speaks for one party; a refused connection, or one that broke, is tried again."""

    url: str
    secret: str

    def get(self, path: str) -> bytes:
        return self._say(urllib.request.Request(self.url + path, headers=self._headers()))

    def post(self, path: str, body: bytes, *, key: str, kind: str = "application/json") -> Any:
        headers = self._headers() | {"Content-Type": kind, "Idempotency-Key": key}
        request = urllib.request.Request(self.url + path, data=body, headers=headers, method="POST")
        return json.loads(self._say(request))

    def begin(self, path: str, body: bytes, *, key: str, kind: str) -> http.client.HTTPConnection:
        """Send the head and half of a body, and keep the line open."""
        line = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=5)
        line.putrequest("POST", path)
        headers = self._headers() | {"Content-Type": kind, "Idempotency-Key": key}
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            line.putheader(name, value)
        line.endheaders(body[: len(body) // 2])
        return line

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", "Accept": "application/json"}

    def _say(self, request: urllib.request.Request) -> bytes:
        return wait_for(lambda: self._try(request), seconds=60)

    def _try(self, request: urllib.request.Request) -> bytes | None:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as refused:
            said = refused.read()
            if refused.code not in _AGAIN:
                raise AssertionError(f"{request.full_url}: {refused.code} {said!r}") from refused
        except (OSError, http.client.HTTPException):
            return None
        return None


def wait_for(look: Callable[[], Found | None], *, seconds: float, every: float = 0.02) -> Found:
    """Look until there is something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if (found := look()) is not None:
            return found
        time.sleep(every)
    raise AssertionError(f"it did not come within {seconds:.0f} s")
