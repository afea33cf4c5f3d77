"""A monitor follows a log to a new name, and says rollback, fork and split view by these words."""

import pytest

from passport.audit.__main__ import main
from passport.proof import tiles
from tests import simulator
from tests.audit.conftest import grow
from tests.simulator import ORIGIN, key_of

NEXT = "batterypassport.example/log/2027"


@pytest.fixture
def follow(world, publish, tmp_path):
    """`follow()` runs the monitor once, with the trust file of that moment; its exit code."""
    url, state, trust = publish(), tmp_path / "state.json", tmp_path / "trust.policy"

    def run(*more, text=None):
        trust.write_text(text or world.policy_text())
        return main(["monitor", url, "--trust", str(trust), "--state", str(state), *more])

    return run


def rename(world, note=None, *, name=NEXT):
    """Go on under another name, as an honest log does unless another note is given."""
    size = len(world.entries)
    body = note or world.signed_head()
    world.files[f"previous/{size}"] = body
    world.past.append((size, body, world.log.verifier.vkey))
    world.log = key_of("log", name)
    world.enter("previous-log", body, None, [])


def test_follows_a_log_to_its_new_name_and_the_next(world, follow, capsys):
    codes = [follow()]
    grow(world, 300)
    rename(world)
    grow(world, 2)
    codes += [follow()]
    rename(world, name=NEXT + "b")
    rename(world, name=NEXT + "c")
    codes += [follow(), follow()]
    assert codes == [0, 0, 0, 0]
    assert f"{NEXT}: 3 -> 306 entries, consistent" in capsys.readouterr().out


def test_a_newcomer_follows_the_names_from_the_first_on(world, follow):
    rename(world)
    grow(world, 2)
    assert follow() == 0


def test_a_new_name_that_nobody_told_of_is_not_believed(world, follow, capsys):
    text = world.policy_text()
    follow()
    rename(world)
    assert follow(text=text) == 2
    assert "add the line `log VKEY`" in capsys.readouterr().err


def _no_entry(world):
    world.past.append((3, b"", world.log.verifier.vkey))
    world.log = key_of("log", NEXT)
    grow(world, 1)


def _another_note(world):
    rename(world)
    world.files["previous/3"] = world.files["previous/3"].replace(b"\n3\n", b"\n2\n")


def _another_tree(world):
    other = simulator.Simulator()
    grow(other, 3, "rewritten")
    rename(world, other.signed_head())


def _the_old_name_again(world):
    rename(world)
    grow(world, 1)
    world.log = key_of("log", ORIGIN)
    world.past.clear()


def _unwitnessed(world):
    rename(world, world.signed_head(world.witnesses[:1]))


RENAMES = {
    "without a witness": (_unwitnessed, 1, "NOT WITNESSED: The quorum"),
    "without an entry": (_no_entry, 1, "FORK: It was"),
    "with a changed checkpoint": (_another_note, 2, ""),
    "after another tree": (_another_tree, 1, "FORK: Entry 3 renames another log"),
    "and the old name goes on": (_the_old_name_again, 1, "FORK: It was"),
}


@pytest.mark.parametrize("name", RENAMES)
def test_no_other_change_of_name_is_followed(world, follow, name, capsys):
    cheat, code, said = RENAMES[name]
    assert follow() == 0
    cheat(world)
    assert follow() == code
    assert said in capsys.readouterr().err


def test_a_note_that_is_not_the_one_in_the_entry_is_a_fork(world, follow, capsys):
    rename(world)
    world.files["previous/3"] = world.files["previous/3"].rpartition("\n— ".encode())[0] + b"\n"
    assert follow() == 1
    assert "is not the one it holds" in capsys.readouterr().err


def test_a_rollback_is_called_one_and_both_checkpoints_are_shown(world, follow, capsys):
    older = list(world.entries), dict(world.files)
    grow(world, 2)
    follow()
    seen = world.signed_head().decode()
    world.entries, world.files = older
    assert follow() == 1
    said = capsys.readouterr().err
    assert "ROLLBACK: It shows 3 entries and has shown 5." in said
    assert seen in said
    assert world.signed_head().decode() in said


def test_a_dropped_tail_that_grew_again_is_called_a_fork(world, follow, capsys):
    older = list(world.entries), dict(world.files)
    grow(world, 2)
    follow()
    world.entries, world.files = older
    grow(world, 4, "regrown")
    assert follow() == 1
    assert "FORK: Up to size 5 it is not any more what it was" in capsys.readouterr().err


def other_view(count, word="rewritten"):
    made = simulator.Simulator()
    grow(made, count, word)
    return made


VIEWS = {
    "the same": (lambda world: world, 0),
    "a shorter beginning": (lambda _: other_view(2, "entry"), 0),
    "another tree of this size": (lambda _: other_view(3), 1),
    "another, shorter tree": (lambda _: other_view(2), 1),
    "a longer one": (lambda _: other_view(9, "entry"), 1),
}


@pytest.mark.parametrize("name", VIEWS)
def test_two_views_are_compared(world, follow, name, tmp_path, capsys):
    make, code = VIEWS[name]
    place = tmp_path / "seen elsewhere"
    place.write_bytes(make(world).signed_head())
    assert follow("--compare", str(place)) == code
    said = capsys.readouterr().err
    assert ("SPLIT VIEW: Elsewhere" in said) is (code == 1)
    assert (place.read_text() in said) is (code == 1)


def test_another_address_of_the_log_is_compared(world, follow, publish):
    assert follow("--compare", publish()) == 0


def test_a_view_that_the_log_did_not_sign_proves_nothing(world, follow, tmp_path):
    place = tmp_path / "forged"
    place.write_bytes(world.signed_head().replace(b"\n3\n", b"\n4\n"))
    assert follow("--compare", str(place)) == 2


def test_partial_tiles_that_became_full_are_read_from_the_full_ones(world, follow, tmp_path):
    grow(world, 250)
    place = tmp_path / "seen elsewhere"
    place.write_bytes(world.signed_head())
    grow(world, 300)
    for path in [each for each in world.files if ".p/" in each and not each.endswith(".p/41")]:
        if tiles.parse_path(path).index == 0 and tiles.parse_path(path).level in (0, None):
            world.files.pop(path)
    assert follow("--compare", str(place)) == 0
