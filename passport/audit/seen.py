"""What a monitor remembers of a log: one file that is replaced whole."""

from dataclasses import dataclass, field
from pathlib import Path

from passport.audit import files
from passport.proof import canonical
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadNote, ProofError
from passport.proof.tree import Range

_REMEDY = "Use one state file a log; begin with a new one only if this one is lost."


@dataclass(frozen=True)
class Seen:
    """The log as seen last: its name, tree and signed checkpoint.

    ``base`` is the tree up to where the index was checked, ``index`` the digests of the snapshots
    that were checked last; the rows of the newest of them are kept beside this file.
    """

    origin: str
    tree: Range = field(default_factory=Range)
    checkpoint: str = ""
    base: Range = field(default_factory=Range)
    index: tuple[str, ...] = ()


def rows_place(state: Path, size: int) -> Path:
    """Where the rows of the snapshot over so many entries are kept."""
    return state.with_name(f"{state.name}.rows-{size}")


def load(path: Path) -> Seen | None:
    """Read the state; None when nothing was seen yet. Refuses a file that is not a state."""
    if not path.exists():
        return None
    try:
        value = canonical.loads(files.read(path, limit=canonical.MAX_BYTES))
        return _read(value)
    except (ProofError, KeyError, TypeError, AttributeError) as error:
        raise BadNote(f"{path} is not the state of a monitor.", remedy=_REMEDY) from error


def _read(value: object) -> Seen:
    if not isinstance(value, dict):
        raise BadNote("The state is not an object.")
    origin, checkpoint = str(value["origin"]), str(value["checkpoint"])
    index = tuple(str(each) for each in value["index"])
    return Seen(origin, _range(value["tree"]), checkpoint, _range(value["base"]), index)


def _range(value: dict[str, object]) -> Range:
    size, peaks = value["size"], value["peaks"]
    if type(size) is not int or not isinstance(peaks, list) or len(peaks) != size.bit_count():
        raise BadNote("The state holds no tree.")
    return Range(size=size, peaks=tuple(b64u_decode(each, size=32) for each in peaks))


def save(path: Path, seen: Seen) -> None:
    """Put the state in place, then drop the rows of older snapshots."""
    state: dict[str, object] = {
        "origin": seen.origin,
        "tree": _written(seen.tree),
        "checkpoint": seen.checkpoint,
        "base": _written(seen.base),
        "index": list(seen.index),
    }
    files.replace(path, canonical.encode(state))
    # A crash here leaves rows that nobody asks for; the next call drops them.
    kept = rows_place(path, seen.base.size)
    for stale in path.parent.glob(f"{path.name}.rows-*"):
        if stale != kept:
            stale.unlink()


def _written(grown: Range) -> dict[str, object]:
    return {"size": grown.size, "peaks": [b64u_encode(each) for each in grown.peaks]}
