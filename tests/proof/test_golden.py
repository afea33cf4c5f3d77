"""Our own formats, frozen: a byte that differs here is a new version, not a fix."""

from dataclasses import replace
from pathlib import Path

import pytest

from passport.proof import canonical, checkpoint, leaf, note, policy, tree, verdict
from passport.proof.encoding import b64_encode
from tests import later, simulator

VECTORS = Path(__file__).resolve().parents[2] / "fixtures" / "vectors"


@pytest.fixture(scope="module")
def pack() -> simulator.Pack:
    return simulator.pack_of_cells()


def leaves(pack: simulator.Pack) -> bytes:
    """Every entry of the story's log with its leaf hash, and the checkpoint over them."""
    rows = [
        {"entry": each.decode(), "leafHash": b64_encode(tree.leaf_hash(each))}
        for each in pack.world.entries
    ]
    head = pack.world.signed_head().decode()
    return canonical.encode({"checkpoint": head, "entries": rows})


def everything() -> tuple[simulator.Pack, bytes]:
    """A bundle with all that one can hold: a new name of the log, keys that came and went, what was
    taken back and erased, an index, a title, a time stamp that nobody can check.
    """
    made = simulator.pack_of_cells(count=3, batch_size=5, events=2)
    second = simulator.key_of("issuer", simulator.PACKMAKER + "#key-2")
    later.begin_year(made, "batterypassport.example/log/2027")
    made.world.rotate(made.packmaker, second)
    made.world.revoke(made.packmaker, suspect_from=7, by=second)
    cells = [simulator.cell_id(each) for each in range(5)]
    taken = {"items": [cells[2]]}
    later.withdraw(made.world, made.cellmaker, made.batch_index, cells, **taken)
    later.erase(made.world, 4, [simulator.PACK])
    indexed = later.indexed(made)
    parts = {"checkpoint": made.world.signed_head(), **made.world.shown()}
    gone = {made.world.documents[each] for each in (4, made.world.past[0][0])}
    kept = [each for each in made.world.documents.values() if each not in gone]
    contents = replace(
        indexed, title="Project North", previous=later.previous_of(made.world), documents=kept,
        timestamps=[b"token"], **parts,
    )  # fmt: skip
    return made, made.bundle(contents)


def written(pack: simulator.Pack) -> dict[str, bytes]:
    trust = pack.world.policy_text(pack.cellmaker, pack.packmaker)
    whole, data = everything()
    return {
        "bundle-v1.json": pack.bundle(),
        "trust.policy": trust.encode(),
        "leaf-v1.json": leaves(pack),
        "everything-v1.json": data,
        "everything.policy": whole.world.policy_text(whole.cellmaker, whole.packmaker).encode(),
    }


NAMES = [
    *("bundle-v1.json", "trust.policy", "leaf-v1.json", "everything-v1.json", "everything.policy")
]


@pytest.mark.parametrize("name", NAMES)
def test_is_still_written_as_it_was_frozen(name, pack):
    assert written(pack)[name] == (VECTORS / name).read_bytes()


def test_the_frozen_bundle_is_still_accepted():
    trusted = policy.parse((VECTORS / "trust.policy").read_bytes())
    report = verdict.verify((VECTORS / "bundle-v1.json").read_bytes(), policy=trusted)

    assert report.exit_code == 0


def test_the_frozen_bundle_with_everything_is_judged_as_it_was():
    trusted = policy.parse((VECTORS / "everything.policy").read_bytes())
    report = verdict.verify((VECTORS / "everything-v1.json").read_bytes(), policy=trusted)

    assert report.doubts == [
        f"{simulator.cell_id(2)} was taken back from the batch at 1 by"
        f" {simulator.CELLMAKER}#key-1: wrong facility.",
        "The event at 4 was erased on demand (demand of the owner), says entry 11: its content"
        " cannot be checked.",
        f"1 components of {simulator.PACK} carry no good attestation,"
        f" {simulator.cell_id(2)} among them.",
    ]
    assert "proven up to entry 12 (snapshot at entry 12" in report.completeness


def test_the_frozen_entries_still_make_the_frozen_root():
    value = canonical.loads((VECTORS / "leaf-v1.json").read_bytes())
    hashes = [leaf.leaf_hash(leaf.decode(each["entry"].encode())) for each in value["entries"]]
    head = checkpoint.parse(note.parse(value["checkpoint"].encode())[0])

    assert tree.root(hashes) == head.root
    assert [b64_encode(each) for each in hashes] == [each["leafHash"] for each in value["entries"]]
