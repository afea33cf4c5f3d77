"""The real server: bodies with a length, chunked, and cut off on the way."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.db import connection

from tests.cast import Cast, battery_line, model_line
from tests.databases import Cluster

LINES = [model_line(), *(battery_line(f"S{n:05}") for n in range(2000))]
PART = "application/partial-upload"
BODY = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)


class Server(NamedTuple):
    port: int
    pid: int

    def peak_bytes(self) -> int:
        """The most memory that any process of it ever had (VmHWM)."""
        return max(_peak(pid) for pid in (self.pid, *_children(self.pid)))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kilobytes) * 1024


@pytest.fixture
def server(running: Server) -> int:
    """Its port alone."""
    return running.port


@pytest.fixture
def running(cast: Cast, cluster: Cluster, database: str, tmp_path: Path) -> Iterator[Server]:
    """A granian that serves this test's database; stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": _url(cluster, database), "PASSPORT_STATE": str(tmp_path),
        "PASSPORT_LOG_DIR": str(tmp_path / "log"), "DJANGO_SETTINGS_MODULE": "passport.settings",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--blocking-threads", "3", "passport.wsgi:application",
    ]  # fmt: skip
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(20)


def _url(cluster: Cluster, database: str) -> str:
    at = cluster.address
    return f"postgresql://{at.user}@/{database}?host={at.host}" + (
        f"&port={at.port}" if at.port else ""
    )


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            _ask(port, "GET", "/health/live")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def _ask(port: int, method: str, address: str, *given: Any, **more: Any) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(method, address, *given, **more)
        answer = line.getresponse()
        return answer.status, answer.read()


def _headers(cast: Cast, key: str) -> dict[str, str]:
    return {
        "Authorization": f"Bearer {cast.secrets['maker']}", "Content-Type": "application/x-ndjson",
    } | ({"Idempotency-Key": key} if key else {})  # fmt: skip


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    for begin in range(0, len(data), size):
        yield data[begin : begin + size]


def _post(port: int, cast: Cast, key: str, body: Any, **more: str) -> tuple[int, Any]:
    status, text = _ask(
        port, "POST", "/api/v1/intakes", body, _headers(cast, key) | more,
        encode_chunked="Transfer-Encoding" in more,
    )  # fmt: skip
    return status, json.loads(text)


def _cut(port: int, cast: Cast, key: str, *, chunked: bool) -> bytes:
    """Send half of the body, end it there, and return what the server says to that."""
    # At the end of a line: nothing in the bytes themselves tells that more was meant to come.
    half = BODY[: BODY.index(b"\n", len(BODY) // 2) + 1]
    head = "POST /api/v1/intakes HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in _headers(cast, key).items())
    head += "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(BODY)}"
    data = b"%x\r\n%s\r\n" % (len(half), half) if chunked else half
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head.encode() + b"\r\n\r\n" + data)
        line.shutdown(socket.SHUT_WR)
        try:
            return line.recv(65536)
        except ConnectionResetError:
            return b""


def test_a_body_that_is_cut_off_keeps_what_came_and_goes_on(server: int, cast: Cast) -> None:
    for key, in_chunks in (("cut", False), ("cut-chunked", True)):
        assert b" 202 " not in _cut(server, cast, key, chunked=in_chunks)
    half = BODY.index(b"\n", len(BODY) // 2) + 1
    where = _patiently(lambda: _stands(server, cast, half, files=2))
    # One goes on with what is missing, the other sends all of it again under its key.
    status, text = _ask(
        server, "PATCH", where[1], BODY[half:],
        _headers(cast, "") | {"Upload-Offset": str(half), "Content-Type": PART},
    )  # fmt: skip
    assert (status, json.loads(text)["state"]) == (202, "RECEIVED")
    status, again = _patiently(lambda: _unless_busy(_post(server, cast, "cut-chunked", BODY)))
    assert (status, again["id"]) == (202, where[0].rpartition("/")[2])
    assert again["sha256"] == json.loads(text)["sha256"] == hashlib.sha256(BODY).hexdigest()


def _stands(port: int, cast: Cast, at: int, *, files: int) -> list[str] | None:
    """The addresses of all files, newest first, once so many bytes of each have arrived."""
    _, text = _ask(port, "GET", "/api/v1/intakes", headers=_headers(cast, ""))
    items = json.loads(text)["items"]
    whole = [each for each in items if each["received_bytes"] == at]
    assert all(each["state"] == "RECEIVING" for each in items)
    return [f"/api/v1/intakes/{each['id']}" for each in items] if len(whole) == files else None


def _unless_busy(answer: tuple[int, Any]) -> tuple[int, Any] | None:
    return None if answer[0] == 409 else answer


def _patiently(ask: Callable[[], Any]) -> Any:
    for _ in range(200):
        if (found := ask()) is not None:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came about")


def test_bodies_of_each_kind_are_one_file_a_key(server: int, cast: Cast) -> None:
    status, first = _post(server, cast, "whole", BODY)
    assert (status, first["received_bytes"]) == (202, len(BODY))
    status, again = _post(server, cast, "whole", BODY)
    assert (status, again["id"]) == (202, first["id"])
    chunked = {"Transfer-Encoding": "chunked"}
    status, refused = _post(server, cast, "endless", _pieces(BODY, 777), **chunked)
    assert (status, refused["errors"][0]["code"]) == (400, "cut-off")
    status, second = _post(server, cast, "ended", _pieces(BODY + b"\n", 777), **chunked)
    assert (status, second["received_bytes"]) == (202, len(BODY) + 1)
    digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
    status, third = _post(
        server, cast, "digest", _pieces(BODY, 777), **chunked,
        **{"Content-Digest": f"sha-256=:{digest}:"},
    )  # fmt: skip
    assert (status, third["sha256"]) == (202, first["sha256"])


def test_the_same_request_at_the_same_moment_is_told_to_wait(server: int, cast: Cast) -> None:
    told = []

    def slowly() -> Iterator[bytes]:
        yield BODY[:100_000]
        time.sleep(0.5)
        told.append(_post(server, cast, "twice", BODY))
        yield BODY[100_000:]

    status, first = _post(server, cast, "twice", slowly(), **{"Content-Length": str(len(BODY))})
    assert (status, told[0][0]) == (202, 409)
    assert told[0][1]["errors"][0]["code"] == "still-running"
    assert _post(server, cast, "twice", BODY)[1]["id"] == first["id"]


LARGE = 200 << 20


def test_a_large_body_costs_no_memory(running: Server, cast: Cast) -> None:
    def large(size: int) -> Iterator[bytes]:
        piece = LINES and BODY[: 1 << 18].rpartition(b"\n")[0] + b"\n"
        for _ in range(size // len(piece)):
            yield piece
        yield b"\n"

    chunked = {"Transfer-Encoding": "chunked"}
    assert _post(running.port, cast, "first", large(8 << 20), **chunked)[0] == 202
    before = running.peak_bytes()
    status, told = _post(running.port, cast, "large", large(LARGE), **chunked)
    assert (status, told["received_bytes"] > LARGE * 0.9) == (202, True)
    assert running.peak_bytes() - before < 32 << 20


def test_small_bodies_may_be_chunked_and_no_stack_trace_leaves(server: int, cast: Cast) -> None:
    headers = _headers(cast, "k") | {
        "Content-Type": "application/json", "Transfer-Encoding": "chunked",
    }  # fmt: skip
    body = json.dumps({"name": "Hall", "country": "DE"}).encode()
    status, text = _ask(
        server, "POST", "/api/v1/facilities", _pieces(body, 7), headers, encode_chunked=True
    )
    assert (status, json.loads(text)["name"]) == (201, "Hall")
    status, text = _ask(server, "GET", "/no/such/address")
    assert status == 404
    assert b"Traceback" not in text


ACTIVITY = "SELECT state FROM pg_stat_activity WHERE usename = %s AND datname = current_database()"


def test_a_slow_sender_holds_nothing_of_the_database(
    server: int, cast: Cast, as_role: Callable[[str], Any]
) -> None:
    states: list[str] = []

    def slowly() -> Iterator[bytes]:
        yield BODY[:100_000]
        time.sleep(0.5)
        with as_role("admin"), connection.cursor() as cursor:
            cursor.execute(ACTIVITY, ["passport_app"])
            states.extend(row[0] for row in cursor.fetchall())
        yield BODY[100_000:]

    status, _ = _post(server, cast, "slow", slowly(), **{"Content-Length": str(len(BODY))})
    assert status == 202
    assert set(states) == {"idle"}


def test_a_connection_that_was_cut_costs_one_answer_at_most(
    server: int, cast: Cast, cluster: Cluster, database: str
) -> None:
    headers = {"Authorization": f"Bearer {cast.secrets['maker']}"}

    def ask() -> int:
        return _ask(server, "GET", "/api/v1/models", headers=headers)[0]

    assert [ask() for _ in range(9)] == [200] * 9
    with cluster.admin() as admin:
        cut = admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = %s and usename = 'passport_app'",
            [database],
        ).fetchall()
    answers = [ask() for _ in range(9)]
    assert set(answers) <= {200, 503}
    assert answers.count(503) <= len(cut)
    assert [ask() for _ in range(9)] == [200] * 9
