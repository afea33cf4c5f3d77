"""A DID document is fetched from its domain, and from nowhere that the domain might point to."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from passport.audit import fetch
from passport.audit.fetch import NoAnswer, Reach, is_public
from tests.audit import domain
from tests.audit.domain import NAME, Domain

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
BODY = b'{"id":"did:web:maker.example"}'


class Resolver:
    """Gives what it is told; counts how often it was asked."""

    def __init__(self) -> None:
        self.answers: list[list[str]] = [["127.0.0.1"]]
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[tuple[int, str]]:
        self.asked += 1
        found = self.answers[min(self.asked, len(self.answers)) - 1]
        return [(socket.AF_INET6 if ":" in each else socket.AF_INET, each) for each in found]


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    made = Resolver()
    monkeypatch.setattr(fetch, "_resolved", made)
    return made


@pytest.fixture
def maker(tmp_path: Path, resolver: Resolver) -> Iterator[Domain]:
    with domain.serving(tmp_path) as made:
        made.says(BODY)
        yield made


def ask(maker: Domain, *, seconds: float = 5.0, path: str = "/.well-known/did.json", **reach):
    within = Reach(**{"networks": LOOPBACK, "ca_file": maker.ca_file, **reach})
    return fetch.fetch(url=f"https://{NAME}:{maker.port}{path}", reach=within, seconds=seconds)


def test_asks_the_domain_by_its_name_once(maker: Domain, resolver: Resolver) -> None:
    assert ask(maker) == BODY
    (request,) = maker.requests
    assert request.startswith(b"GET /.well-known/did.json HTTP/1.1\r\n")
    assert f"\r\nHost: {NAME}:{maker.port}\r\n".encode() in request
    assert resolver.asked == 1


def test_reads_chunks_and_other_spellings_of_json(maker: Domain) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: Application/DID+JSON; charset=utf-8\r\n"
    chunks = b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n2\r\nfg\r\n0\r\n\r\n"
    maker.script = lambda line: line.sendall(head + chunks)
    assert ask(maker) == b"abcdefg"
    maker.script = lambda line: line.sendall(head + b"\r\nuntil it closes")
    assert ask(maker) == b"until it closes"


PRIVATE = (
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "fe80::1", "fec0::1",
    "fc00::1", "fd00:ec2::254", "ff02::1", "2002:7f00:1::", "2002:808:808::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1", "2001:db8::1",
    "3fff::1", "5f00::1", "4000::1",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001::1", "2001:4860::8888")


@pytest.mark.parametrize("address", PRIVATE)
def test_only_public_addresses_are_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    assert not Reach().admits(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert Reach().admits(address)


def test_a_trusted_network_opens_itself_alone() -> None:
    within = Reach(networks=(ipaddress.ip_network("10.1.0.0/16"),))
    assert within.admits("10.1.2.3")
    for outside in ("10.2.0.1", "127.0.0.1", "::ffff:10.1.2.3", "fe80::1%eth0"):
        assert not within.admits(outside)


@pytest.mark.parametrize(
    "found",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::ffff:127.0.0.1"]],
)
def test_a_name_that_leads_inside_is_not_followed(
    maker: Domain, resolver: Resolver, found: list[str]
) -> None:
    resolver.answers = [found]
    with pytest.raises(NoAnswer, match="not on the public Internet"):
        ask(maker, networks=())
    assert maker.requests == []


def test_a_second_answer_of_the_resolver_is_never_asked_for(
    maker: Domain, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the first answer passes, the second would lead to where nobody may go."""
    resolver.answers = [["127.0.0.1"], ["169.254.169.254"]]
    reached: list[tuple[str, int]] = []
    connect = socket.socket.connect
    monkeypatch.setattr(
        socket.socket, "connect", lambda self, to: (reached.append(to), connect(self, to))[1]
    )
    assert ask(maker) == BODY
    assert (resolver.asked, reached) == (1, [("127.0.0.1", maker.port)])


def redirect(status: int) -> bytes:
    to = "http://169.254.169.254/latest/meta-data/"
    return f"HTTP/1.1 {status} Away\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(maker: Domain, status: int) -> None:
    maker.script = lambda line: line.sendall(redirect(status))
    with pytest.raises(NoAnswer, match=rf"sends elsewhere \({status}\)"):
        ask(maker)
    assert len(maker.requests) == 1


def test_a_dead_address_costs_its_share_only(maker: Domain, resolver: Resolver) -> None:
    resolver.answers = [["127.0.0.2", "127.0.0.1"]]
    assert ask(maker) == BODY
    resolver.answers = [["127.0.0.2"]]
    with pytest.raises(NoAnswer, match="Connection refused"):
        ask(maker)


def drip(head: bytes):
    """Send a head, then a byte every tenth of a second for ever."""

    def script(line) -> None:
        line.sendall(head)
        while True:
            time.sleep(0.1)
            line.sendall(b"x")

    return script


DRIPS = {
    "in the head": b"HTTP/1.1 200 OK\r\nX: ",
    "in the body": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n",
    "before anything": b"",
}


@pytest.mark.parametrize("where", DRIPS)
def test_a_slow_drip_ends_with_the_clock(maker: Domain, where: str) -> None:
    maker.script = drip(DRIPS[where])
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="in full within 1 seconds"):
        ask(maker, seconds=1.0)
    assert time.monotonic() - began < 2.0


def test_a_lookup_that_hangs_ends_with_the_clock(
    maker: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_resolved", lambda host, port: time.sleep(3) or [])
    began = time.monotonic()
    with pytest.raises(NoAnswer, match="not resolved in time"):
        ask(maker, seconds=0.5)
    assert time.monotonic() - began < 1.5


def test_a_name_that_leads_nowhere(maker: Domain, resolver: Resolver) -> None:
    resolver.answers = [[]]
    with pytest.raises(NoAnswer, match="does not lead to any address"):
        ask(maker)


def test_the_system_s_resolver_is_asked(tmp_path: Path) -> None:
    with domain.serving(tmp_path, name="localhost") as made:
        made.says(BODY)
        url, within = f"https://localhost:{made.port}/did.json", made.ca_file
        networks = (*LOOPBACK, ipaddress.ip_network("::1/128"))
        assert fetch.fetch(url=url, reach=Reach(networks=networks, ca_file=within)) == BODY
    with pytest.raises(NoAnswer, match="does not lead"):
        fetch.fetch(url="https://nobody.invalid/did.json")
