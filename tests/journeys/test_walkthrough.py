"""The walk from outside: it says what failed and what to do, and reads labels as cameras do."""

from __future__ import annotations

import subprocess
import uuid
from decimal import Decimal

import pytest

from api.management.walk import programs, reading
from api.management.walk.caller import Caller, Failed, fresh_id, wait_for
from api.management.walk.steps import STEPS, go
from api.management.walk.walk import Walk
from api.pages import label
from passport.rules.identity import parse

NOWHERE = "http://127.0.0.1:9"
CODE = "https://id.gs1.org/01/09521003009902/21/P1ABCDEF01"


@pytest.fixture
def drawn() -> label.Label:
    """The label of a battery, as it opens at a host."""
    return label.make(identity=parse(CODE), host="passport.example", module_mm=Decimal("0.5"))


def test_the_walk_stops_at_what_failed_and_says_what_to_do(tmp_path):
    told: list[str] = []
    assert not go(Walk(NOWHERE, tmp_path), tell=told.append)
    assert len(told) == 2
    assert "■" in told[0]
    assert "GET http://127.0.0.1:9/health/ready as nobody" in told[1]
    assert "manage.py demo" in told[1]


def test_a_walk_without_a_story_asks_for_one(tmp_path):
    with pytest.raises(Failed) as failed:
        _ = Walk(NOWHERE, tmp_path).callers
    assert "manage.py story" in failed.value.remedy


def test_no_two_walks_make_the_same_battery(tmp_path):
    made = {pack.identity for _ in range(5) for pack in Walk(NOWHERE, tmp_path).packs}
    assert len(made) == 10
    assert all(parse(each).canonical == each for each in made)


def test_every_step_says_what_it_does():
    assert len({step.says for step in STEPS}) == len(STEPS)
    assert all(step.do.__doc__ for step in STEPS)


def test_picture_and_drawing_are_read_alike(drawn):
    assert reading.read_png(label.png(drawn)) == [drawn.uri]
    assert reading.read_svg(label.svg(drawn)) == [drawn.uri]


def test_a_drawing_without_a_code_says_nothing(drawn):
    assert reading.read_svg(label.svg(drawn).replace(b"h", b"x")) == []
    assert reading.read_svg(b"<svg/>") == []


def test_event_ids_are_of_version_seven_and_grow():
    first, second = uuid.UUID(fresh_id()), uuid.UUID(fresh_id())
    assert (first.version, first.variant) == (7, uuid.RFC_4122)
    assert first.int >> 80 <= second.int >> 80


def test_waiting_ends_with_a_sentence():
    with pytest.raises(Failed, match=r"The plan did not come within 0 s\."):
        wait_for(lambda: None, what="The plan", where="here", seconds=0)


def test_the_clean_interpreter_is_pinned_by_hash():
    pinned = programs.pinned()
    names = [line.partition("==")[0] for line in pinned.splitlines() if "==" in line]
    assert sorted(names) == list(programs.NEEDED)
    assert pinned.count("--hash=sha256:") >= len(names)


def test_a_program_that_fails_is_quoted(tmp_path):
    with pytest.raises(Failed) as failed:
        programs.audit("verify", tmp_path / "nothing", "--trust", tmp_path / "nobody")
    assert "Exit code 2" in failed.value.what
    assert "passport.audit verify" in failed.value.where


def test_without_a_network_nobody_is_reached():
    words = programs.without_network()
    if not words:
        pytest.skip("this user may not take the network away")
    code = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    done = subprocess.run([*words, "python3", "-c", code], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr


def test_nobody_at_the_address_is_told_with_who_called():
    caller = Caller(NOWHERE, "keeper")
    with pytest.raises(Failed, match="Nobody answers") as failed:
        caller.get("/api/v1/whoami")
    assert failed.value.where.endswith("as keeper")
