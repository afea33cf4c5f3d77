"""A monitor follows a log from its files and says when it is not the log it was."""

import pytest

from passport.audit.__main__ import main
from tests import simulator
from tests.audit.conftest import grow


@pytest.fixture
def follow(world, publish, tmp_path):
    """`follow()` runs the monitor once and gives its exit code."""
    trust = tmp_path / "trust.policy"
    trust.write_text(world.policy_text())
    url = publish()
    state = tmp_path / "state.json"
    return lambda *more: main(["monitor", url, "--trust", str(trust), "--state", str(state), *more])


def test_follows_a_log_that_grows(world, follow, capsys):
    codes = [follow()]
    grow(world, 600)
    codes += [follow(), follow()]

    assert codes == [0, 0, 0]
    assert "3 -> 603 entries, consistent" in capsys.readouterr().out


def test_lists_what_an_issuer_has_signed(world, follow, capsys):
    key = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
    index = world.enrol(key)

    assert follow("--issuer", simulator.CELLMAKER) == 0
    assert f"{index}  key  {key.name}" in capsys.readouterr().out


def test_a_rewritten_log_is_a_fork_again_and_again(world, follow, capsys):
    follow()
    other = simulator.Simulator()
    grow(other, 5, "rewritten")
    world.entries, world.files = other.entries, other.files

    assert [follow(), follow()] == [1, 1]
    assert "FORK" in capsys.readouterr().err


def test_a_dropped_tail_is_a_fork(world, follow):
    older = list(world.entries), dict(world.files)
    grow(world, 2)
    follow()
    world.entries, world.files = older

    assert follow() == 1


def test_a_changed_entry_is_a_fork(world, follow):
    path = "tile/entries/000.p/3"
    world.files[path] = world.files[path].replace(b'"heartbeat"', b'"heartbeet"')

    assert follow() == 1


def test_a_log_without_its_witnesses_is_said(world, follow, capsys):
    world.witnesses.reverse()
    world.witnesses = world.witnesses[:1]

    assert follow() == 1
    assert "quorum" in capsys.readouterr().err


def test_a_missing_bundle_leaves_nothing_seen(world, follow, capsys):
    world.files.pop("tile/entries/000.p/3")

    assert follow() == 2
    assert "404" in capsys.readouterr().err


def test_a_full_bundle_stands_in_for_a_partial_one(world, follow):
    grow(world, 300)
    partial = world.files.pop("tile/entries/001.p/47")
    world.files["tile/entries/001"] = partial + b"\x00\x01x" * (256 - 47)

    assert follow() == 0


def test_the_state_of_another_log_is_refused(world, follow, tmp_path):
    (tmp_path / "state.json").write_text('{"origin":"x","peaks":[],"size":0}')

    assert follow() == 2


def test_only_http_is_read(tmp_path, world, capsys):
    trust = tmp_path / "trust.policy"
    trust.write_text(world.policy_text())
    state = str(tmp_path / "s")

    assert main(["monitor", "ftp://log.example", "--trust", str(trust), "--state", state]) == 2
