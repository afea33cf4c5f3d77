"""A witness cosigns what continues, refuses what forks, and never forgets."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from passport.audit import cosign
from passport.audit.cosign import Remote
from passport.audit.witness import request_body
from passport.proof import note, tiles
from tests import simulator
from tests.audit.conftest import grow


def ask(url: str, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("POST", path, body=body)
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers["Content-Type"]
    finally:
        connection.close()


def proof(world: simulator.Simulator, old: int) -> list[bytes]:
    size = len(world.entries)
    return tiles.consistency_path(old=old, new=size, read=world.files.__getitem__)


def submit(url: str, world: simulator.Simulator, old: int, data: bytes | None = None):
    body = request_body(old=old, proof=proof(world, old), data=data or world.signed_head([]))
    return ask(url, body)


def test_cosigns_the_first_checkpoint_and_each_that_continues(world, start_witness):
    url, _ = start_witness(0)
    first = submit(url, world, 0)
    grow(world, 4)
    second = submit(url, world, 3)

    assert (first[0], second[0]) == (200, 200)
    data = world.signed_head([]) + second[1].encode()
    opened = note.verify(data, verifiers=[world.witnesses[0].verifier])
    assert opened.verified[0].seconds == simulator.SECONDS


def test_says_which_size_it_saw_last(world, start_witness):
    url, _ = start_witness(0)
    submit(url, world, 0)
    grow(world, 2)

    assert submit(url, world, 0) == (409, "3\n", "text/x.tlog.size")


def test_the_same_checkpoint_is_cosigned_again(world, start_witness):
    url, _ = start_witness(0)

    assert [submit(url, world, 0)[0], submit(url, world, 3)[0]] == [200, 200]


def forked() -> simulator.Simulator:
    other = simulator.Simulator()
    grow(other, 3, "rewritten")
    return other


def test_refuses_a_rewritten_history(world, start_witness):
    url, _ = start_witness(0)
    submit(url, world, 0)
    other = forked()

    assert submit(url, other, 3)[0] == 409
    grow(other, 2)
    assert submit(url, other, 3)[0] == 422


def test_refuses_a_dropped_tail_and_remembers_over_a_restart(world, start_witness):
    url, _ = start_witness(0)
    older = world.signed_head([])
    grow(world, 2)
    submit(url, world, 0)
    again, made = start_witness(0)

    assert made.seen[simulator.ORIGIN].size == 5
    assert ask(again, request_body(old=3, proof=[], data=older))[:2] == (409, "5\n")


REFUSALS = {
    "an unknown log": (404, lambda head: head.replace(b"batterypassport.example", b"x.example")),
    "no signature of the log": (403, lambda head: head.replace(b"\n3\n", b"\n4\n")),
    "no checkpoint": (400, lambda head: b"hello"),
    "a note that is no checkpoint": (400, lambda head: head.replace(b"\n3\n", b"\n")),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refuses(case, world, start_witness):
    status, change = REFUSALS[case]
    url, _ = start_witness(0)
    data = change(world.signed_head([]))

    assert ask(url, request_body(old=0, proof=[], data=data))[0] == status


BODIES = {
    "an old size with a zero": b"old 00\n\n",
    "no old size": b"\n\n",
    "a proof that is not base64": b"old 0\n????\n\n",
    "too much proof": b"old 0\n" + b"A" * 43 + b"=\n" * 64 + b"\n",
    "nothing": b"",
}


@pytest.mark.parametrize("case", BODIES)
def test_refuses_a_body_with(case, world, start_witness):
    url, _ = start_witness(0)

    assert ask(url, BODIES[case] + world.signed_head([]) if BODIES[case] else b"")[0] == 400


def test_refuses_an_old_size_above_the_size(world, start_witness):
    url, _ = start_witness(0)

    assert ask(url, request_body(old=9, proof=[], data=world.signed_head([])))[0] == 400


def test_refuses_other_addresses_and_bodies_without_end(world, start_witness):
    url, _ = start_witness(0)

    assert ask(url, b"", "/other")[0] == 404
    assert ask(url, bytes(200_000))[0] == 413


def test_does_not_answer_what_it_could_not_keep(world, start_witness, tmp_path):
    url, made = start_witness(0)
    made.state = tmp_path / "gone" / "state.json"

    with pytest.raises(ConnectionError):
        submit(url, world, 0)
    assert made.seen == {}


def remotes(world, *urls: str) -> list[Remote]:
    return [Remote(url, key.verifier) for url, key in zip(urls, world.witnesses, strict=False)]


def gather(world, witnesses, **options):
    return cosign.gather(
        data=world.signed_head([]),
        witnesses=witnesses,
        consistency=lambda old: proof(world, old),
        **{"seconds": 5.0, **options},
    )


def test_the_log_asks_all_witnesses_at_once(world, start_witness):
    urls = [start_witness(0)[0], start_witness(1)[0]]
    gather(world, remotes(world, *urls))
    grow(world, 3)
    found = gather(world, remotes(world, *urls))

    assert {each.name for each in found.signatures} == {each.name for each in world.witnesses}
    assert found.sizes == {each.name: 6 for each in world.witnesses}
    assert (found.failures, found.ahead, found.refused) == ({}, {}, {})


def test_the_log_learns_that_it_was_rolled_back(world, start_witness):
    url, _ = start_witness(0)
    older = simulator.Simulator(entries=list(world.entries), files=dict(world.files))
    grow(world, 2)
    gather(world, remotes(world, url))
    found = gather(older, remotes(older, url))

    assert found.ahead == {world.witnesses[0].name: 5}
    assert found.signatures == []


def test_the_log_learns_that_it_forked(world, start_witness):
    url, _ = start_witness(0)
    gather(world, remotes(world, url))
    other = forked()

    assert "another root" in gather(other, remotes(other, url)).refused[world.witnesses[0].name]
    grow(other, 2)
    assert "422" in gather(other, remotes(other, url)).refused[world.witnesses[0].name]


def test_one_of_two_is_enough_when_the_quorum_says_so(world, start_witness):
    url, _ = start_witness(0)
    dead = [*remotes(world, url), Remote("http://127.0.0.1:9", world.witnesses[1].verifier)]

    assert len(gather(world, dead, enough=bool).signatures) == 1
    assert "Refused" in gather(world, dead).failures[world.witnesses[1].name]


def test_a_witness_with_another_key_is_not_believed(world, start_witness):
    url, _ = start_witness(0)
    found = gather(world, [Remote(url, world.witnesses[1].verifier)])

    assert found.signatures == []
    assert "BadNote" in found.failures[world.witnesses[1].name]
