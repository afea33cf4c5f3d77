"""Receivers of webhooks on loopback that answer, hang, drip, lie, or hang up; and a verifier.

The verifier is written from the text of Standard Webhooks 1.0.0 and shares nothing with ours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Script = Callable[[socket.socket], None]
TOLERANCE_S = 300


@dataclass
class Heard:
    """One request: its headers in lower case, and the bytes of its body."""

    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        """What the body says."""
        return json.loads(self.body)


def status(line: str, *, body: bytes = b"", **headers: str) -> Script:
    """Answer with a status line and headers; an underscore stands for a dash."""
    head = [f"HTTP/1.1 {line}", f"Content-Length: {len(body)}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    said = "\r\n".join([*head, "", ""]).encode() + body
    return lambda connection: connection.sendall(said)


def hang(connection: socket.socket) -> None:
    """Say nothing until the other side has had enough."""
    connection.settimeout(30)
    connection.recv(1)


def drip(head: bytes) -> Script:
    """Send a head, then a byte every twentieth of a second."""

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            time.sleep(0.05)
            connection.sendall(b"x")

    return script


def pour(head: bytes, *, size: int, poured: list[int]) -> Script:
    """Send a head and so many bytes; how many went out is written down."""

    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        block, sent = b"x" * 65_536, 0
        try:
            while sent < size:
                connection.sendall(block)
                sent += len(block)
        finally:
            poured.append(sent)

    return script


@dataclass
class Receiver:
    """Listens on 127.0.0.1; `script` may be changed between requests."""

    port: int = 0
    script: Script = field(default_factory=lambda: status("204 No Content"))
    heard: list[Heard] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks?to=us"

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        # Whoever has heard enough hangs up.
        with suppress(OSError), connection:
            connection.settimeout(10)
            self.heard.append(_read(connection))
            self.script(connection)


def _read(connection: socket.socket) -> Heard:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65_536)
    return Heard(headers, body)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that takes what comes, until its script is changed."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        made = Receiver(port=listener.getsockname()[1])
        thread = threading.Thread(target=made.serve, args=(listener,), daemon=True)
        thread.start()
        yield made
        # Closing alone does not wake who waits for a connection.
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


class Refused(Exception):
    """A verifier's word for a message that it does not take."""


@dataclass
class Verifier:
    """Takes each message once, if it is signed, and was sent within five minutes of now."""

    secret: str
    seen: set[str] = field(default_factory=set)

    def take(self, headers: Mapping[str, str], body: bytes, *, now: float) -> str:
        """The id of the message. Refuses a wrong signature, an old one, and one seen before."""
        name, sent = headers["webhook-id"], headers["webhook-timestamp"]
        if abs(now - int(sent)) > TOLERANCE_S:
            raise Refused("the timestamp is too far from now")
        key = base64.b64decode(self.secret.removeprefix("whsec_"), validate=True)
        content = name.encode() + b"." + sent.encode() + b"." + body
        mac = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        given = [each.split(",", 1) for each in headers["webhook-signature"].split(" ")]
        if not any(kind == "v1" and hmac.compare_digest(said, mac) for kind, said in given):
            raise Refused("no signature fits")
        if name in self.seen:
            raise Refused("seen before")
        self.seen.add(name)
        return name
