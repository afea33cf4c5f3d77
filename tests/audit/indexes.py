"""Index snapshots of a simulated log: true ones, and any that somebody would like to show."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from passport.proof import leaf, snapshot, tree
from passport.proof.credential import digest
from passport.proof.encoding import b64u_encode
from passport.proof.snapshot import Row, Snapshot
from tests.simulator import AT, Simulator, salt

Cheat = Callable[[list[Row]], list[Row]]


@dataclass
class Indexed:
    """A log that knows whom each of its entries is about."""

    world: Simulator
    about: dict[int, list[str]] = field(default_factory=dict)

    def tell(self, *subjects: str) -> int:
        """An event about these."""
        index = self.world.enter("event", f"event {len(self.about)}".encode(), None, list(subjects))
        self.about[index] = list(subjects)
        return index

    def rows(self) -> list[Row]:
        """What a true index of the log says now."""
        found: dict[bytes, Row] = {}
        for index, subjects in self.about.items():
            hashed = self.world.hash_of(index)
            for each in subjects:
                subject = subject_of(each)
                old = found.get(subject, Row(subject, None, bytes(32), None, bytes(32)))
                kind = "alone" if len(subjects) == 1 else "shared"
                count = old.shares + (kind == "shared")
                found[subject] = replace(old, **{kind: index, f"{kind}_hash": hashed}, shares=count)
        return [found[subject] for subject in sorted(found)]

    def show(
        self, rows: list[Row] | None = None, *, log: bool = True, raw: bytes = b""
    ) -> Snapshot:
        """Publish and log a snapshot of these rows, by default of the true ones."""
        shown = [snapshot.encode_row(row) for row in (self.rows() if rows is None else rows)]
        size, root = len(self.world.entries), tree.root(map(tree.leaf_hash, shown))
        made = Snapshot("log", size, len(shown), root, AT, salt("index"))
        document = snapshot.encode(made)
        files, line = self.world.files, f"{size} {b64u_encode(digest(document))}\n".encode()
        files[f"index/{size}/rows"] = raw or b"".join(shown)
        files[f"index/{size}/document"] = document
        files["index/list"] = files.get("index/list", b"") + line
        if log:
            self.world.enter("index", document, None, [])
        return made


def subject_of(name: str) -> bytes:
    return leaf.subject_hash(salt=salt(name), subject=name)
