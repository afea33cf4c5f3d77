"""A monitor rebuilds the index from the entries, and names what is false or hidden in it."""

from dataclasses import replace

import pytest

from passport.audit.__main__ import main
from passport.proof.snapshot import Row
from tests.audit.conftest import grow
from tests.audit.indexes import Indexed, subject_of


@pytest.fixture
def indexed(world):
    """A log with packs A, B and C, of which B shares an event with C, and their true index."""
    made = Indexed(world)
    for subjects in (("A",), ("B",), ("C",), ("A",), ("B", "C")):
        made.tell(*subjects)
    made.show()
    return made


@pytest.fixture
def follow(world, publish, tmp_path):
    """`follow()` runs the monitor once and gives its exit code."""
    trust = tmp_path / "trust.policy"
    trust.write_text(world.policy_text())
    url = publish()
    state = tmp_path / "state.json"
    return lambda *more: main(["monitor", url, "--trust", str(trust), "--state", str(state), *more])


def row(rows: list[Row], name: str) -> Row:
    return next(each for each in rows if each.subject == subject_of(name))


def test_true_snapshots_are_followed_from_one_to_the_next(world, indexed, follow, capsys, tmp_path):
    codes = [follow()]
    indexed.tell("A", "D")
    indexed.tell("B")
    grow(world, 300)
    indexed.show()
    codes += [follow()]
    indexed.show()
    grow(world, 1)
    indexed.tell("D")
    indexed.show()
    codes += [follow(), follow()]
    assert codes == [0, 0, 0, 0]
    said = capsys.readouterr().out
    assert "index checked up to entry 8\n" in said
    assert f"index checked up to entry {8 + 1 + 302}\n" in said
    assert len(list(tmp_path.glob("state.json.rows-*"))) == 1


def changed(name: str, **fields: object):
    def cheat(made: Indexed) -> list[Row]:
        rows = made.rows()
        at = rows.index(row(rows, name))
        rows[at] = replace(rows[at], **fields)
        return rows

    return cheat


def without(name: str):
    return lambda made: [each for each in made.rows() if each.subject != subject_of(name)]


def older_alone(made: Indexed) -> list[Row]:
    """The last event about A is left out: its row still names the one before."""
    hashed = made.world.hash_of(6)
    return changed("A", alone=6, alone_hash=hashed)(made)


def shared_of(index: int, *, name: str = "C"):
    return lambda made: changed(name, shared=index, shared_hash=made.world.hash_of(index))(made)


CHEATS = {
    "the last event about one is left out": (older_alone, "where entry 9 is the last about it"),
    "one that was there has vanished": (without("C"), "has vanished"),
    "one with new events is left out": (without("D"), "leaves out"),
    "the last with others goes back": (shared_of(6), "went back from entry 7 to 6"),
    "another leaf at the same place": (changed("C", shared_hash=bytes(32)), "went back"),
    "the last with others is about one alone": (shared_of(10), "is not about it"),
    "the last with others is about nobody": (shared_of(11), "is not about it"),
    "the last with others is not there yet": (
        changed("C", shared=99, shared_hash=bytes(32)), "another entry than the one at 99",
    ),
    "another leaf at a new place": (
        changed("C", shared=9, shared_hash=bytes(32)), "another entry than the one at 9",
    ),
    "one that nobody told of alone": (
        lambda made: sorted(
            [*made.rows(), Row(b"\x01" * 32, 9, made.world.hash_of(9), None, bytes(32))],
            key=lambda each: each.subject,
        ),
        "where entry None is the last",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHEATS)
def test_a_false_row_is_named(world, indexed, follow, name, capsys):
    cheat, said = CHEATS[name]
    assert follow() == 0
    assert indexed.tell("A") == 9
    indexed.tell("D")
    grow(world, 1)
    indexed.show(cheat(indexed))
    assert [follow(), follow()] == [1, 1]
    found = capsys.readouterr().err
    assert "FALSE INDEX: " in found
    assert said in found


@pytest.mark.parametrize("more", [0, 2])
def test_a_count_that_did_not_grow_with_the_entries_is_named(indexed, follow, capsys, more):
    assert follow() == 0
    before = more + next(each.shares for each in indexed.rows() if each.subject == subject_of("C"))
    indexed.tell("C", "D")
    indexed.show(changed("C", shares=before)(indexed))
    assert follow() == 1
    assert f"counts {before} entries about it and others." in capsys.readouterr().err


def lacking(*left_out: int):
    """A true index of a log without some of its entries."""

    def cheat(made: Indexed) -> list[Row]:
        about = {index: who for index, who in made.about.items() if index not in left_out}
        return replace(made, about=about).rows()

    return cheat


def counted_for(name: str, instead: str):
    """What is left out of one row is added to another."""

    def cheat(made: Indexed) -> list[Row]:
        rows = {each.subject: each for each in made.rows()}
        for who, more in ((instead, 1), (name, -1)):
            old = rows[subject_of(who)]
            rows[old.subject] = replace(old, shares=old.shares + more)
        return list(rows.values())

    return cheat


COUNTS = {
    "the newest is left out of every row": (
        lacking(11), "2 rows lack entry 11, which is about 2, or a newer one",
    ),
    "one that a newer one covers is left out of every row": (
        lacking(10), "count entries about many 5 times more than the rows before;"
        " those that came since are about 7 together",
    ),
    "the newest is left out of one row": (
        lambda made: [
            each if each.subject != subject_of("C") else row(lacking(11)(made), "C")
            for each in made.rows()
        ], "1 rows lack entry 11, which is about 2, or a newer one",
    ),
    "one counts too many": (
        lambda made: changed("E", shares=2)(made), "8 times more",
    ),
    "a batch is left out of a cell that no newer entry is about": (
        lambda made: [each for each in made.rows() if each.subject != subject_of("E")],
        "1 rows lack entry 9, which is about 3, or a newer one",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTS)
def test_an_entry_about_many_counts_for_as_many_rows(indexed, follow, name, capsys):
    """A batch, what takes it back, and once more: entries that nobody's chain holds."""
    cheat, said = COUNTS[name]
    assert follow() == 0
    indexed.tell("C", "D", "E")
    indexed.tell("C", "D")
    indexed.tell("C", "D")
    indexed.show(cheat(indexed))
    assert [follow(), follow()] == [1, 1]
    found = capsys.readouterr().err
    assert "FALSE INDEX: " in found
    assert said in found


def test_what_counts_for_another_row_than_its_own_is_left_to_who_is_shown_its_members(
    indexed, follow
):
    """What a monitor cannot tell: whom an entry about many is about is hidden from it."""
    assert follow() == 0
    indexed.tell("C", "D", "E")
    indexed.tell("C", "D")
    indexed.tell("C", "E")
    indexed.show(counted_for("C", "E")(indexed))
    assert follow() == 0


def test_rows_other_than_those_that_were_logged_are_named(world, indexed, follow, capsys):
    path = "index/8/rows"
    world.files[path] = world.files[path][:-1] + b"\x00"
    assert follow() == 1
    assert "FALSE INDEX" in capsys.readouterr().err


def test_rows_out_of_order_are_named(world, indexed, follow, capsys):
    grow(world, 1)
    indexed.show(indexed.rows()[::-1])
    assert follow() == 1
    assert "FALSE INDEX: The rows over 10 entries" in capsys.readouterr().err


def test_a_document_other_than_the_listed_one_is_named(world, indexed, follow, capsys):
    world.files["index/list"] = b"8 " + b"A" * 43 + b"\n"
    assert follow() == 1
    assert "not the one that is listed" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["index/list", "index/10/rows"])
def test_a_snapshot_that_nobody_is_shown_is_named(world, indexed, follow, capsys, path):
    assert follow() == 0
    indexed.tell("A")
    indexed.show()
    kept = world.files.pop(path)
    assert follow() == 1
    assert "HIDDEN INDEX: Entry 10 logs a snapshot" in capsys.readouterr().err
    world.files[path] = kept
    assert follow() == 0


def test_a_second_snapshot_for_others_eyes_is_found_by_its_entry(world, indexed, follow, capsys):
    assert follow() == 0
    listed = dict(world.files)
    indexed.tell("A")
    indexed.show(older_alone(indexed))
    for path in [each for each in world.files if each.startswith("index/")]:
        world.files.pop(path)
    world.files |= {path: data for path, data in listed.items() if path.startswith("index/")}
    assert follow() == 1
    assert "HIDDEN INDEX: Entry 10" in capsys.readouterr().err


def test_a_newcomer_is_told_what_can_no_longer_be_checked(world, indexed, follow, capsys):
    world.files.pop("index/8/rows")
    indexed.tell("A")
    indexed.show()
    assert [follow(), follow()] == [0, 0]
    assert "The snapshot of entry 8 was not checked" in capsys.readouterr().out


def test_an_entry_that_was_changed_is_a_fork_not_a_false_index(world, indexed, follow, capsys):
    path = "tile/entries/000.p/9"
    world.files[path] = world.files[path].replace(b'"q":1', b'"q":2')
    assert follow() == 1
    assert "FORK" in capsys.readouterr().err


def test_who_does_not_want_the_index_is_not_bothered_with_it(world, indexed, follow):
    world.files.pop("index/8/rows")
    world.files.pop("index/list")
    assert follow("--no-index") == 0
