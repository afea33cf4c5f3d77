"""The Go project's own note and tlog packages accept our log and refuse a changed one."""

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from passport.proof import checkpoint, note, tiles, tlogproof
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64_encode
from tests import simulator
from tests.oracles import golang
from tests.oracles.golang import Claims

# With as many tiles as subtrees on the right edge: Debian's tlog 0.7.0 skips that many tiles when
# it compares a tile with the one above, and would let a changed one of 300 entries pass.
SIZE, OLD = 288, 129
# The first, both sides of a border between tiles, and the last.
PROVEN = (0, 255, 256, 277, 287)

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return golang.build(tmp_path_factory.mktemp("go"))


@pytest.fixture(scope="module")
def world() -> simulator.Simulator:
    made = simulator.Simulator()
    for number in range(SIZE):
        made.enter("heartbeat", b"%d" % number, None, [])
    return made


@pytest.fixture
def claims(world: simulator.Simulator, tmp_path: Path) -> Claims:
    """The log as files, as a sequencer publishes it, and true claims about it."""
    read, head = world.files.__getitem__, world.signed_head()
    for path, data in {**world.files, "checkpoint": head}.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    old = simulator.Simulator(entries=world.entries[:OLD], files=world.files)
    return Claims(
        Log=world.log.verifier.vkey,
        Witnesses=[each.verifier.vkey for each in world.witnesses],
        Files=str(tmp_path),
        Proofs=[golang.proven(world.entries[each], proof_of(world, each)) for each in PROVEN],
        OldSize=OLD,
        OldRoot=b64_encode(old.head().root),
        Consistency=tuple(
            b64_encode(each) for each in tiles.consistency_path(old=OLD, new=SIZE, read=read)
        ),
    )


def proof_of(world: simulator.Simulator, index: int) -> bytes:
    path = tiles.inclusion_path(index=index, size=SIZE, read=world.files.__getitem__)
    return tlogproof.encode(index=index, path=path, data=world.signed_head())


def test_go_agrees_on_checkpoint_cosignatures_tiles_entries_and_proofs(checker, claims):
    assert len(claims.Witnesses) == 2
    assert golang.ask(checker, claims) == f"agreed {simulator.ORIGIN} {SIZE} {len(PROVEN)}"


# --- what is claimed ------------------------------------------------------------------------------


def _proof(claims: Claims, **changes: Callable[[str], str]) -> Claims:
    first, *rest = claims.Proofs
    changed = {name: change(first[name]) for name, change in changes.items()}
    assert changed.items() - first.items()
    return replace(claims, Proofs=[{**first, **changed}, *rest])


CLAIMED = {
    "a changed entry": (
        "tlog-proof",
        lambda claims: _proof(claims, Entry=lambda text: b64_encode(b"another")),
    ),
    "another place": (
        "tlog-proof",
        lambda claims: _proof(claims, Proof=lambda text: text.replace("index 0", "index 1")),
    ),
    "a proof without its last hash": (
        "tlog-proof",
        lambda claims: _proof(claims, Proof=lambda text: _without_a_hash(text)),
    ),
    "a proof with another checkpoint": (
        "note",
        lambda claims: _proof(claims, Proof=lambda text: text.replace("\n288\n", "\n289\n")),
    ),
    "another old root": (
        "consistency",
        lambda claims: replace(claims, OldRoot=b64_encode(bytes(32))),
    ),
    "another witness": (
        "note",
        lambda claims: replace(
            claims,
            Witnesses=[simulator.key_of("witness", "stranger.example").verifier.vkey],
        ),
    ),
    "another log": (
        "note",
        lambda claims: replace(
            claims, Log=simulator.key_of("log", "stranger.example/log").verifier.vkey
        ),
    ),
}


def _without_a_hash(text: str) -> str:
    head, below = text.split("\n\n", 1)
    return head.rpartition("\n")[0] + "\n\n" + below


@pytest.mark.parametrize("case", CLAIMED)
def test_go_refuses_the_claim(case, checker, claims):
    part, change = CLAIMED[case]

    assert golang.ask(checker, change(claims)).startswith(f"refused {part}:")


# --- what is published ----------------------------------------------------------------------------


def _flipped(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


def _other_signature(data: bytes, who: int) -> bytes:
    """The checkpoint with one bit of one signature flipped: 0 the log's, 1 and 2 the witnesses'."""
    text, signatures = note.parse(data)
    kept = list(signatures)
    value = kept[who].value
    kept[who] = replace(kept[who], value=value[:-1] + bytes([value[-1] ^ 1]))
    return note.join(text=text, signatures=kept)


def _other_time(data: bytes) -> bytes:
    text, signatures = note.parse(data)
    later = replace(signatures[1], value=_flipped(signatures[1].value[:8][::-1])[::-1])
    later = replace(later, value=later.value + signatures[1].value[8:])
    return note.join(text=text, signatures=[signatures[0], later, signatures[2]])


def _wrong_root(_: bytes) -> bytes:
    """Log and witnesses sign a root that the tiles do not have."""
    log = simulator.key_of("log", simulator.ORIGIN)
    head = Checkpoint(origin=simulator.ORIGIN, size=SIZE, root=bytes(32))
    signed = checkpoint.sign(
        checkpoint=head, public_key=log.public_key, private_key=log.private_key
    )
    lines = [simulator.cosign(each, head) for each in simulator.Simulator().witnesses]
    return checkpoint.add_cosignatures(signed, lines=lines)


PUBLISHED = {
    "a changed hash in a partial tile": ("tile", "tile/0/001.p/32", _flipped),
    "a changed hash in a full tile": ("tile", "tile/0/000", _flipped),
    "a changed hash in the tile above": ("tile", "tile/1/000.p/1", _flipped),
    "a tile that is cut off": ("tile", "tile/0/000", lambda data: data[:-32]),
    "a changed entry": ("entry", "tile/entries/000", lambda data: data.replace(b'"v":1', b'"v":2')),
    "an entry less": ("entry", "tile/entries/001.p/32", lambda data: data[:2] + data[2:-200]),
    "a changed signature of the log": (
        "note", "checkpoint", lambda data: _other_signature(data, 0),
    ),
    "a changed cosignature": ("note", "checkpoint", lambda data: _other_signature(data, 1)),
    "a cosignature with another time": ("note", "checkpoint", _other_time),
    "a checkpoint of another size": (
        "note", "checkpoint", lambda data: data.replace(b"\n288\n", b"\n289\n"),
    ),
    "a wrong root, signed by all": ("tile", "checkpoint", _wrong_root),
}  # fmt: skip


@pytest.mark.parametrize("case", PUBLISHED)
def test_go_refuses_the_log_with(case, checker, claims):
    part, path, change = PUBLISHED[case]
    place = Path(claims.Files) / path
    before = place.read_bytes()
    place.write_bytes(change(before))

    assert place.read_bytes() != before
    assert golang.ask(checker, replace(claims, Proofs=[])).startswith(f"refused {part}:")


def test_the_key_ids_are_those_that_go_computes(world):
    # type 1 for the log and type 4 for witnesses: the first byte of what a vkey carries
    for key, kind in ((world.log, 1), *((each, 4) for each in world.witnesses)):
        assert base64.b64decode(key.verifier.vkey.split("+", 2)[2])[0] == kind
