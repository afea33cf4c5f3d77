"""Sends one message to the address of a receiver, without being led anywhere else.

1. Lookup: once, in time. 2. Every address that the name has is public, or lies in a network that
the operator trusts. 3. Connection to such an address, with no second lookup, to whoever has a
certificate for the name. 4. One POST; of the answer its head is read, and a little of what follows.
All within fifteen seconds, however slowly the other side drips. A redirect is an answer like any
other and is not followed.
"""

import contextlib
import io
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from socket import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

from passport.audit.fetch import Channel, Clock, NoAnswer, Reach, connect, look_up

SECONDS = 15.0
# Of an answer no more is read than this, head and all.
MOST_READ = 65_536
# What follows the head decides nothing; so long it may keep us, so that the other side can finish.
_REST_SECONDS = 1.0


@dataclass(frozen=True)
class Answer:
    """The status of an answer with its Retry-After, or in words why there was none."""

    status: int | None
    error: str = ""
    retry_after: str | None = None
    took_ms: int = 0


def post(
    *,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    reach: Reach,
    seconds: float = SECONDS,
) -> Answer:
    """What a receiver answers to one message; what goes wrong on the way is an answer too."""
    began = time.monotonic()
    parts, clock = urlsplit(url), Clock(began + seconds)
    try:
        answer = _asked(parts, _request(parts, headers, body), reach, clock)
    except ssl.SSLCertVerificationError as error:
        answer = Answer(None, f"the certificate is not good: {error.verify_message}")
    except NoAnswer as error:
        answer = Answer(None, error.detail)
    except TimeoutError:
        answer = Answer(None, f"no answer within {seconds:g} seconds")
    except HTTPException as error:
        answer = Answer(None, f"the answer is not HTTP ({type(error).__name__})")
    except OSError as error:
        answer = Answer(None, f"the connection failed ({error.strerror or type(error).__name__})")
    took = int((time.monotonic() - began) * 1_000)
    return Answer(answer.status, answer.error[:300], answer.retry_after, took)


def _request(parts: SplitResult, headers: Mapping[str, str], body: bytes) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}"]
    told = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Accept-Encoding": "identity",
        "User-Agent": "battery-passport",
        "Connection": "close",
    }
    lines += [f"{name}: {value}" for name, value in (told | dict(headers)).items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def _asked(parts: SplitResult, request: bytes, reach: Reach, clock: Clock) -> Answer:
    host, encrypted = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if encrypted else 80)
    try:
        addresses = look_up(host, port, clock)  # 1
    except NoAnswer as error:
        # In the words of a name that leads inside: nobody learns here which names there are.
        raise NoAnswer(_nowhere(host)) from error
    for _, address in addresses:  # 2
        if not reach.admits(address):
            raise NoAnswer(_nowhere(host))
    with (
        connect(addresses, port, clock) as bare,  # 3
        _line(bare, host if encrypted else "", reach, clock) as line,
    ):
        line.settimeout(clock.left())
        line.sendall(request)  # 4
        raw = _Reading(line, clock)
        answer = HTTPResponse(Channel(raw), method="POST")  # type: ignore[arg-type]
        answer.begin()
        while 100 <= answer.status < 200 and answer.status != 101:
            # What comes first, such as early hints (RFC 8297), is no answer yet.
            answer.headers = answer.msg = None  # type: ignore[assignment]
            answer.begin()
        raw.clock = Clock(time.monotonic() + min(clock.left(), _REST_SECONDS))
        _read_on(answer)
        return Answer(answer.status, "", answer.headers.get("Retry-After"))


def _nowhere(host: str) -> str:
    return f"The name {host} does not lead to an address on the public Internet."


def _read_on(answer: HTTPResponse) -> None:
    """Let the other side finish, within bounds; whatever it does, its status has been said."""
    with contextlib.suppress(OSError, HTTPException, NoAnswer):
        while answer.read1(4_096):
            continue


class _Reading(io.RawIOBase):
    """Reads from a connection until its clock or the limit says no more."""

    def __init__(self, line: socket, clock: Clock) -> None:
        super().__init__()
        self._line, self._room, self.clock = line, MOST_READ, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self.clock.left())
        count = self._line.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise NoAnswer("The answer is longer than any that is taken.")
        return count


@contextlib.contextmanager
def _line(bare: socket, name: str, reach: Reach, clock: Clock) -> Iterator[socket]:
    """The connection itself, or encrypted to whoever has a certificate for the name."""
    if not name:
        yield bare
        return
    context = ssl.create_default_context()
    if reach.ca_file is not None:
        context.load_verify_locations(cafile=reach.ca_file)
    bare.settimeout(clock.left())
    with context.wrap_socket(bare, server_hostname=name) as line:
        yield line
