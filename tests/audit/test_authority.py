"""Tokens of OpenSSL's own authority are taken; spoiled, foreign and dripping ones are not."""

from __future__ import annotations

import hashlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from passport.audit import authority as authorities
from passport.audit import fetch, stamps
from passport.proof.errors import BadTimestamp
from tests.audit.conftest import serving
from tests.audit.tsa import Authority

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
TEXT = "batterypassport.example/log/2026\n7\nAAAA\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("own") / "tsa", "Example TSA").found()


@pytest.fixture
def ask(authority: Authority) -> Iterator[Callable[..., bytes]]:
    """`ask()` asks it for a token over TEXT; `ask(url=…)` somebody else."""
    check = stamps.checker(authority.root)
    with serving(authority.server()) as url:
        yield lambda **other: authorities.ask(
            **({"text": TEXT, "url": url + "/tsa?of=x", "check": check} | other)
        )
    authority.answers, authority.media_type = None, "application/timestamp-reply"


def test_a_token_says_when_and_openssl_agrees(
    authority: Authority, ask: Callable[..., bytes], tmp_path: Path
) -> None:
    before = int(time.time())
    token = ask()
    assert before <= stamps.checker(authority.root)(token, TEXT) <= time.time()
    (tmp_path / "token").write_bytes(token)
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    subprocess.run(
        [
            *("openssl", "ts", "-verify", "-digest", digest, "-token_in"),
            *("-in", str(tmp_path / "token"), "-CAfile", str(authority.root)),
        ],
        check=True, capture_output=True,
    )  # fmt: skip


def test_the_query_asks_for_sha_256_with_certificate_and_nonce(
    authority: Authority, ask: Callable[..., bytes], tmp_path: Path
) -> None:
    ask()
    (tmp_path / "query").write_bytes(authority.asked[-1])
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", str(tmp_path / "query"), "-text"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert "Nonce: unspecified" not in said


@pytest.mark.parametrize("text", ["", TEXT.rstrip("\n"), TEXT + "\n", TEXT.replace("7", "8")])
def test_a_token_is_over_this_very_text(
    authority: Authority, ask: Callable[..., bytes], text: str
) -> None:
    with pytest.raises(BadTimestamp, match="does not hold"):
        stamps.checker(authority.root)(ask(), text)


def test_a_spoilt_token_is_refused_or_says_the_same_moment(
    authority: Authority, ask: Callable[..., bytes]
) -> None:
    token, check = ask(), stamps.checker(authority.root)
    moment, refused = check(token, TEXT), 0
    for place in range(0, len(token), 3):
        flipped = token[:place] + bytes([token[place] ^ 1]) + token[place + 1 :]
        try:
            assert check(flipped, TEXT) == moment
        except BadTimestamp:
            refused += 1
    assert refused > len(token) // 6
    for cut in (b"", token[:-1], token[:99], token + b"\0", b"\x30\x84\xff\xff\xff\xff"):
        with pytest.raises(BadTimestamp):
            check(cut, TEXT)


def test_an_authority_that_is_not_trusted_is_refused(
    ask: Callable[..., bytes], tmp_path: Path
) -> None:
    other = Authority(tmp_path / "tsa", "Example TSA").found()
    with pytest.raises(BadTimestamp, match="does not hold"):
        ask(check=stamps.checker(other.root))


ANSWERS = {
    "another question's answer": ("replay", "answered another question"),
    "a refusal": (b"\x30\x05\x30\x03\x02\x01\x02", "gives no token: status 2"),
    "no DER": (b"hello", "This is no time stamp"),
    "far too much": (b"\0" * 70_000, "too much"),
    "nothing": (b"", "This is no time stamp"),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_refuses_an_answer(authority: Authority, ask: Callable[..., bytes], what: str) -> None:
    sent, words = ANSWERS[what]
    if sent == "replay":
        ask()
        sent = (authority.folder / "reply").read_bytes()
    authority.answers = lambda data: sent
    with pytest.raises(BadTimestamp, match=words):
        ask()


def test_refuses_another_kind_of_answer(authority: Authority, ask: Callable[..., bytes]) -> None:
    authority.media_type = "text/html"
    with pytest.raises(BadTimestamp, match="answered 200 with text/html"):
        ask()


ADDRESSES = [
    "http://127.0.0.1:9/tsa", "ftp://tsa.example/", "tsa.example", "http://tsa.example:x/",
    "http://tsa.example/a b",
]  # fmt: skip


@pytest.mark.parametrize("url", ADDRESSES)
def test_refuses_an_address_where_nobody_answers(ask: Callable[..., bytes], url: str) -> None:
    with pytest.raises(BadTimestamp):
        ask(url=url)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n"
DRIPS = {
    "its answer": (HEAD, b"0"),
    "its headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: of it\r\n"),
    "its first line": (b"HTTP/1.1 ", b"2"),
}


@pytest.mark.parametrize("what", DRIPS)
def test_waits_no_longer_than_it_was_told_however_slowly_somebody_drips(
    ask: Callable[..., bytes], what: str
) -> None:
    first, drop = DRIPS[what]
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        talk, _ = listener.accept()
        with talk:
            talk.sendall(first)
            for _ in range(40):
                time.sleep(0.1)
                try:
                    talk.sendall(drop)
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    with pytest.raises(BadTimestamp, match=r"in full within 0\.5 seconds"):
        ask(url=f"http://127.0.0.1:{listener.getsockname()[1]}/", seconds=0.5)
    assert time.monotonic() - began < 1.5
    listener.close()
    thread.join()


def test_many_dead_addresses_cost_no_more_time_than_one(
    ask: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listener with a full queue takes no connection and refuses none."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        place = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(place)
        found = [(int(socket.AF_INET), "127.0.0.1")] * 4
        monkeypatch.setattr(fetch, "_resolved", lambda host, port: found)
        began = time.monotonic()
        with pytest.raises(BadTimestamp, match=r"in full within 0\.5 seconds"):
            ask(url=f"http://tsa.example:{place[1]}/", seconds=0.5)
        assert time.monotonic() - began < 1.5
        for each in waiting:
            each.close()


def test_a_name_that_is_never_resolved_is_not_waited_for(
    ask: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_resolved", lambda host, port: time.sleep(3) or [])
    began = time.monotonic()
    with pytest.raises(BadTimestamp, match="not resolved in time"):
        ask(url="http://tsa.example/", seconds=0.5)
    assert time.monotonic() - began < 1.5


def test_says_what_to_install_where_the_library_lacks(
    ask: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(BadTimestamp) as refused:
        ask()
    assert "rfc3161-client" in refused.value.remedy
