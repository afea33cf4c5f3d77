"""Clients that send prepared requests as fast as answers come: `send()`, in a process of its own.

They speak just enough HTTP/1.1 to cost little beside the server that is measured.
"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer, its request's place in the list, and when it was asked and came (monotonic s)."""

    place: int
    status: int
    body: bytes
    asked: float
    came: float


def request(method: str, path: str, *, host: str, headers: dict[str, str], body: bytes) -> bytes:
    """The bytes of a request that keeps its connection open."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def send(url: str, requests: Sequence[bytes], *, clients: int) -> tuple[list[Answer], float]:
    """Send all requests by so many clients at once; the answers in order, and the seconds it took.

    Each client takes the next request as soon as it has its answer.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_send, url, requests, clients).result()


def _send(url: str, requests: Sequence[bytes], clients: int) -> tuple[list[Answer], float]:
    where = urlsplit(url)
    places = iter(range(len(requests)))
    answers: list[Answer] = []
    threads = [
        threading.Thread(
            target=_client,
            args=((str(where.hostname), where.port or 80), requests, places, answers),
        )
        for _ in range(clients)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    if len(answers) != len(requests):
        raise ConnectionError(f"{len(answers)} of {len(requests)} requests were answered.")
    return sorted(answers, key=lambda each: each.place), took


def _client(
    where: tuple[str, int], requests: Sequence[bytes], places: Iterator[int], answers: list[Answer]
) -> None:
    with socket.create_connection(where, timeout=30) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for place in places:
            asked = time.monotonic()
            line.sendall(requests[place])
            status, body = _read(line)
            answers.append(Answer(place, status, body, asked, time.monotonic()))


def _read(line: socket.socket) -> tuple[int, bytes]:
    """One answer with a length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(line)
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
    while len(body) < length:
        body += _more(line)
    return int(head[9:12]), body


def _more(line: socket.socket) -> bytes:
    part = line.recv(65_536)
    if not part:
        raise ConnectionError("The server hung up.")
    return part
