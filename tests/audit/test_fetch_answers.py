"""What a domain may answer when it is asked for a DID document, and what is refused, in words."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from passport.audit import fetch
from passport.audit.fetch import NoAnswer, Reach
from tests.audit import domain
from tests.audit.domain import NAME, Domain, answer

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
LIMIT = fetch.MAX_BYTES


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_resolved", lambda host, port: [(socket.AF_INET, "127.0.0.1")])


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Domain]:
    with domain.serving(tmp_path) as made:
        yield made


def ask(maker: Domain, *, host: str = NAME, ca_file: Path | None = None) -> bytes:
    within = Reach(networks=LOOPBACK, ca_file=ca_file or maker.ca_file)
    return fetch.fetch(url=f"https://{host}:{maker.port}/did.json", reach=within, seconds=4.0)


def endless(line) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        line.sendall(b"x" * 65_536)


def endless_head(line) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        line.sendall(b"X: " + b"y" * 1000 + b"\r\n")


def cut(line) -> None:
    line.sendall(answer(b"x" * 100)[:-50])


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ZIPPED = gzip.compress(b"{}" * 5_000_000)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
REFUSED = {
    "a body without an end": (endless, "longer"),
    "a head without an end": (endless_head, "longer|got more than|LineTooLong|HTTPException"),
    "a byte too many": (answer(b"x" * (LIMIT + 1)), "longer"),
    "a body that breaks off": (cut, "broke off"),
    "a page": (answer(b"<html>", kind="text/html"), "with text/html"),
    "no type": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "with text/plain"),
    "nothing there": (answer(b"{}", status="404 Not Found"), "status 404"),
    "a fault": (answer(b"{}", status="500 Broken"), "status 500"),
    "no content": (b"HTTP/1.1 204 None\r\n\r\n", "status 204"),
    "a bomb in a coding": (
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(ZIPPED) + ZIPPED,
        "coding 'gzip'",
    ),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "does not answer as a web server"),
    "nothing at all": (b"", "does not answer as a web server"),
    "a chunk of no size": (CHUNKED + b"zz\r\n", "does not answer as a web server|broke off"),
    "a length below zero": (HEAD + b"Content-Length: -5\r\n\r\n" + b"x" * 70_000, "longer"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refuses(maker: Domain, what: str) -> None:
    said, told = REFUSED[what]
    maker.script = said if callable(said) else lambda line: line.sendall(said)
    with pytest.raises(NoAnswer, match=told):
        ask(maker)


def test_takes_as_much_as_is_allowed(maker: Domain) -> None:
    maker.says(b"x" * LIMIT)
    assert len(ask(maker)) == LIMIT


CERTIFICATES = {
    "for another name": ({"name": "other.example"}, "Hostname mismatch"),
    "that has ended": ({"days": 0}, "expired"),
}


@pytest.mark.parametrize("what", CERTIFICATES)
def test_refuses_a_certificate(tmp_path: Path, what: str) -> None:
    told, said = CERTIFICATES[what]
    with domain.serving(tmp_path, **told) as made, pytest.raises(NoAnswer, match=said):
        ask(made)
    assert made.requests == []


def test_refuses_a_certificate_of_an_authority_that_nobody_trusts(
    maker: Domain, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    with domain.serving(tmp_path / "other") as other, pytest.raises(NoAnswer, match="not good"):
        ask(maker, ca_file=other.ca_file)
    with pytest.raises(NoAnswer, match="not good"):
        fetch.fetch(url=f"https://{NAME}:{maker.port}/did.json", reach=Reach(networks=LOOPBACK))
    assert maker.requests == []


def test_refuses_a_server_that_does_not_encrypt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            bare, _ = listener.accept()
            with bare:
                bare.recv(1024)
                bare.sendall(answer(b"{}"))

        thread = threading.Thread(target=talk)
        thread.start()
        port = listener.getsockname()[1]
        with pytest.raises(NoAnswer, match="does not answer as a web server"):
            fetch.fetch(url=f"https://{NAME}:{port}/did.json", reach=Reach(networks=LOOPBACK))
        thread.join()


@pytest.mark.parametrize(
    "url",
    ["http://maker.example/did.json", "https:///did.json", "https://127.0.0.1/did.json",
     "https://2130706433/did.json", "https://0x7f.0.0.1/did.json", "https://127.0x1/did.json",
     "https://[::1]/did.json", "file:" + "///etc/passwd", "ftp://maker.example/did.json"],
)  # fmt: skip
def test_refuses_an_address_that_is_no_name_over_https(url: str) -> None:
    with pytest.raises(NoAnswer, match="not an https address of a name"):
        fetch.fetch(url=url, reach=Reach(networks=LOOPBACK))
