"""Our own formats, frozen: a byte that differs here is a new version, not a fix."""

from pathlib import Path

import pytest

from passport.proof import canonical, checkpoint, leaf, note, policy, tree, verdict
from passport.proof.encoding import b64_encode
from tests import simulator

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


def written(pack: simulator.Pack) -> dict[str, bytes]:
    trust = pack.world.policy_text(pack.cellmaker, pack.packmaker)
    return {
        "bundle-v1.json": pack.bundle(),
        "trust.policy": trust.encode(),
        "leaf-v1.json": leaves(pack),
    }


@pytest.mark.parametrize("name", ["bundle-v1.json", "trust.policy", "leaf-v1.json"])
def test_is_still_written_as_it_was_frozen(name, pack):
    assert written(pack)[name] == (VECTORS / name).read_bytes()


def test_the_frozen_bundle_is_still_accepted():
    trusted = policy.parse((VECTORS / "trust.policy").read_bytes())
    report = verdict.verify((VECTORS / "bundle-v1.json").read_bytes(), policy=trusted)

    assert report.exit_code == 0


def test_the_frozen_entries_still_make_the_frozen_root():
    value = canonical.loads((VECTORS / "leaf-v1.json").read_bytes())
    hashes = [leaf.leaf_hash(leaf.decode(each["entry"].encode())) for each in value["entries"]]
    head = checkpoint.parse(note.parse(value["checkpoint"].encode())[0])

    assert tree.root(hashes) == head.root
    assert [b64_encode(each) for each in hashes] == [each["leafHash"] for each in value["entries"]]
