"""The log asks its panel at once, waits for a quorum and not for the slowest, and hears a no."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from passport.audit.panel import Contradicted, Panel
from passport.proof import policy, tiles
from passport.proof.errors import NoQuorum
from tests import simulator
from tests.audit.conftest import grow, serving


@pytest.fixture
def panel_of(world):
    """`panel_of({"w0": url, …}, "any")`: a panel with such a quorum of the two witnesses."""

    def make(urls, rule="all", seconds=1.0):
        text = world.policy_text().replace("group both all", f"group both {rule}")
        return Panel(policy=policy.parse(text.encode()), urls=urls, seconds=seconds)

    return make


@pytest.fixture
def hanging():
    """A witness that takes questions and never answers; `asked` counts them."""
    asked, go = [], threading.Event()

    class Silent(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(1)
            go.wait(5)

        def log_message(self, *_):
            pass

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Silent)) as url:
        yield url, asked
        go.set()


def ask(panel, world):
    size = len(world.entries)

    def proof(old):
        return tiles.consistency_path(old=old, new=size, read=world.files.__getitem__)

    return panel.ask(world.signed_head([]), proof)


def test_who_hangs_costs_a_moment_once_the_quorum_is_met(world, panel_of, start_witness, hanging):
    panel = panel_of({"w0": start_witness(0)[0], "w1": hanging[0]}, "any", seconds=3.0)
    begun = time.monotonic()
    assert len(ask(panel, world)) == 1
    assert time.monotonic() - begun < 1.5


def test_who_hangs_is_not_asked_again_meanwhile(world, panel_of, start_witness, hanging):
    panel = panel_of({"w0": start_witness(0)[0], "w1": hanging[0]}, "any", seconds=3.0)
    for _ in range(4):
        assert len(ask(panel, world)) == 1
        grow(world, 1)
    assert len(hanging[1]) == 1


def test_without_a_quorum_all_are_waited_for(world, panel_of, start_witness, hanging):
    panel = panel_of({"w0": start_witness(0)[0], "w1": hanging[0]}, "all", seconds=0.4)
    begun = time.monotonic()
    found = ask(panel, world)
    assert time.monotonic() - begun >= 0.4
    with pytest.raises(NoQuorum):
        panel.check_quorum(world.signed_head([]) + found[0].line.encode())


def test_a_quorum_is_met_by_so_many_of_the_policy(world, panel_of, start_witness):
    panel = panel_of({"w0": start_witness(0)[0], "w1": start_witness(1)[0]})
    found = ask(panel, world)
    panel.check_quorum(world.signed_head([]) + b"".join(each.line.encode() for each in found))


def other(count):
    made = simulator.Simulator()
    grow(made, count, "rewritten")
    return made


HISTORIES = {"a shorter one": 2, "one of this size": 3, "a longer one": 5}


@pytest.mark.parametrize("name", HISTORIES)
def test_a_contradiction_is_no_silence(world, panel_of, start_witness, name):
    urls = {"w0": start_witness(0)[0], "w1": start_witness(1)[0]}
    ask(panel_of(urls), world)
    with pytest.raises(Contradicted, match=r"witness-a\.example .*witness-b\.example"):
        ask(panel_of(urls), other(HISTORIES[name]))


def test_a_contradiction_by_one_that_is_not_needed_is_left_to_the_operator(
    world, panel_of, start_witness
):
    astray, fine = start_witness(0)[0], start_witness(1)[0]
    forked = other(5)
    ask(panel_of({"w0": astray}, "any"), forked)
    found = ask(panel_of({"w0": astray, "w1": fine}, "any"), world)
    assert [each.name for each in found] == [world.witnesses[1].name]


def test_a_checkpoint_that_nobody_known_has_signed_has_no_quorum(world, panel_of):
    world.log = simulator.key_of("log", "elsewhere.example/log")
    with pytest.raises(NoQuorum, match="Nobody whom the policy knows"):
        panel_of({}).check_quorum(other(3).signed_head([]).replace(b"2026", b"2025"))
