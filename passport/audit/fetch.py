"""Asks an issuer's own domain for its DID document, without being led anywhere else.

1. Address: https and a name, at the DID's port. 2. Lookup: once, in time. 3. Every address that the
name has is public, or lies in a network that the operator trusts. 4. Connection to such an address,
with no second lookup, to whoever has a certificate for the name. 5. One GET: no redirect, JSON, at
most 64 KB. All five within five seconds, however slowly the other side drips.
"""

import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from passport.proof.errors import ProofError

MAX_BYTES = 65_536
SECONDS = 5.0
_MAX_HEAD = 32_768
_FIRST_TRY_S = 2.0
_REDIRECTS = (301, 302, 303, 307, 308)
_JSON = ("application/json", "text/json")
_REQUEST = """GET {path} HTTP/1.1\r
Host: {place}\r
Accept: application/did+json, application/json\r
Accept-Encoding: identity\r
User-Agent: battery-passport\r
Connection: close\r
\r
"""
# Only 2000::/3 is given out to hosts on the Internet (RFC 4291 §2.4); in it lie tunnels to IPv4
# (Teredo, ORCHID and others; 6to4) and addresses for examples. What embeds an IPv4 address
# (::ffff:0:0/96, 64:ff9b::/96) lies outside.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NO_HOSTS = tuple(
    map(
        ipaddress.ip_network,
        ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "192.88.99.0/24"),
    )
)

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


class NoAnswer(ProofError):
    """A domain that does not give its DID document, or would have to be followed elsewhere."""

    code = "no-answer"
    title = "The domain does not give its DID document"


@dataclass(frozen=True)
class Reach:
    """How far a fetch may go beyond the public Internet; by default nowhere.

    ``networks`` are trusted though they are not public; ``ca_file`` holds certificates of
    authorities that are trusted besides the system's.
    """

    networks: tuple[Network, ...] = ()
    ca_file: Path | None = None

    def admits(self, address: str) -> bool:
        """Tell whether an address may be connected to."""
        found = ipaddress.ip_address(address.partition("%")[0])
        return is_public(found) or any(
            found in each for each in self.networks if each.version == found.version
        )


def is_public(address: Address) -> bool:
    """Tell whether an address belongs to a host on the public Internet, and to nothing else."""
    if any(address in each for each in _NO_HOSTS if each.version == address.version):
        return False
    if address.version == 6 and address not in _UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def fetch(*, url: str, reach: Reach | None = None, seconds: float = SECONDS) -> bytes:
    """Return the bytes that lie at an https address; refuses with NoAnswer, and says why."""
    clock = Clock(time.monotonic() + seconds)
    parts, within = urlsplit(url), reach or Reach()
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https" or not host or _is_number(host):  # 1
        raise NoAnswer(f"{url[:200]} is not an https address of a name.")
    addresses = look_up(host, port, clock)  # 2
    for _, address in addresses:  # 3
        if not within.admits(address):
            raise NoAnswer(f"{host} leads to an address that is not on the public Internet.")
    try:
        with connect(addresses, port, clock) as bare, _encrypt(bare, host, within, clock) as line:
            return _get(line, parts.netloc, parts.path, clock)  # 5
    except ssl.SSLCertVerificationError as error:
        raise NoAnswer(f"The certificate of {host} is not good: {error.verify_message}.") from error
    except TimeoutError as error:
        raise NoAnswer(f"{host} did not answer in full within {seconds:g} seconds.") from error
    except (OSError, HTTPException) as error:
        raise NoAnswer(f"{host} does not answer as a web server does ({_word(error)}).") from error


class Clock:
    """Says how long is left, and ends everything when nothing is."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def left(self) -> float:
        """Seconds; refuses with TimeoutError when there are none."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _is_number(host: str) -> bool:
    """No top-level domain is a number, and every way of writing an IPv4 address ends in one."""
    last = host.rpartition(".")[2]
    return ":" in host or last.isdecimal() or last.startswith("0x")


def _resolved(host: str, port: int) -> Sequence[tuple[int, str]]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(int(family), str(place[0])) for family, _, _, _, place in found]


def look_up(host: str, port: int, clock: Clock) -> Sequence[tuple[int, str]]:
    """The system's resolver knows no deadline, so it is asked beside and left behind if late."""
    answers: queue.SimpleQueue[Sequence[tuple[int, str]] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(_resolved(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=clock.left())
    except queue.Empty as error:
        raise NoAnswer(f"The name {host} was not resolved in time.") from error
    if isinstance(found, Exception) or not found:
        raise NoAnswer(f"The name {host} does not lead to any address.")
    return found


def connect(addresses: Sequence[tuple[int, str]], port: int, clock: Clock) -> socket.socket:
    """Connect to the first address that takes us; a dead one costs no more than its share."""
    trouble: OSError = TimeoutError()
    for number, (family, address) in enumerate(addresses, start=1):
        last = number == len(addresses)
        wait = clock.left() if last else min(clock.left(), _FIRST_TRY_S)
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(wait)
        try:
            line.connect((address, port))
        except OSError as error:
            line.close()
            trouble = error
        else:
            return line
    raise trouble


def _encrypt(line: socket.socket, host: str, reach: Reach, clock: Clock) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    if reach.ca_file is not None:
        context.load_verify_locations(cafile=reach.ca_file)
    line.settimeout(clock.left())
    return context.wrap_socket(line, server_hostname=host)


class Dripping(io.RawIOBase):
    """Reads from a connection until the clock or the limit says no more."""

    def __init__(self, line: socket.socket, clock: Clock, limit: int) -> None:
        super().__init__()
        self._line, self._clock, self._room = line, clock, limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._line.settimeout(self._clock.left())
        count = self._line.recv_into(buffer)
        self._room -= count
        if self._room < 0:
            raise NoAnswer("The answer is longer than any that is taken.")
        return count


class Channel:
    """What HTTPResponse wants of a socket."""

    def __init__(self, raw: Dripping) -> None:
        self._raw = raw

    def makefile(self, *_: object) -> io.BufferedReader:
        return io.BufferedReader(self._raw)


def _get(line: ssl.SSLSocket, place: str, path: str, clock: Clock) -> bytes:
    line.settimeout(clock.left())
    line.sendall(_REQUEST.format(path=path, place=place).encode())
    raw = Dripping(line, clock, _MAX_HEAD + MAX_BYTES)
    answer = HTTPResponse(Channel(raw), method="GET")  # type: ignore[arg-type]
    answer.begin()
    _check_head(answer, place)
    body = answer.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise NoAnswer("The answer is longer than a DID document.")
    if answer.length:
        raise NoAnswer(f"{place} broke off in the middle of its answer.")
    return body


def _check_head(answer: HTTPResponse, place: str) -> None:
    if answer.status in _REDIRECTS:
        raise NoAnswer(f"{place} sends elsewhere ({answer.status}); redirects are not followed.")
    if answer.status != 200:
        raise NoAnswer(f"{place} answers with status {answer.status}.")
    kind = answer.headers.get_content_type()
    if kind not in _JSON and not (kind.startswith("application/") and kind.endswith("+json")):
        raise NoAnswer(f"{place} answers with {kind[:80]}, not with JSON.")
    coding = answer.headers.get("Content-Encoding", "identity")
    if coding != "identity":
        raise NoAnswer(f"{place} answers in the coding {coding[:40]!r}, which was not asked for.")


def _word(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return error.reason or "TLS"
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
