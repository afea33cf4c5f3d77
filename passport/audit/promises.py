"""Holds the service to its intake receipts: what it promised to log is in the log by then."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from passport.audit import files
from passport.audit.findings import BrokenPromise
from passport.audit.following import Line
from passport.audit.remote import Log
from passport.proof import canonical, credential, leaf, receipt, tiles, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadNote, ProofError
from passport.proof.leaf import Leaf
from passport.proof.policy import Policy
from passport.proof.receipt import Receipt

Promise = tuple[bytes, str]  # digest, kind
_EVIDENCE = "The receipt is signed, so it is evidence against the service."


def read(path: Path, *, trusted: Policy) -> Receipt:
    """Read a receipt, or the whole answer that holds one.

    Refuses one that no record key of the policy signed, and one for a log that is not in it.
    """
    data = files.read(path, limit=credential.MAX_BYTES)
    value = canonical.loads(data)
    if isinstance(value, dict) and "receipt" in value:
        data = canonical.encode(value["receipt"])
    found = _verified(data, trusted)
    if found.origin not in trusted.logs:
        raise BadNote(f"{path} is a receipt for the log {found.origin}, not in your trust file.")
    return found


def _verified(data: bytes, trusted: Policy) -> Receipt:
    claimed = credential.read(data)
    issuer, method = claimed.issuer, claimed.method
    keys = sorted(key for did, key in trusted.records if did == issuer)
    last: ProofError = BadNote(f"{issuer} has no `record` line in your trust file.")
    for key in keys:
        try:
            return receipt.read(data, resolve_key={method: key}.__getitem__)[0]
        except ProofError as error:
            last = error
    raise last


@dataclass
class Promises:
    """The receipts that were handed in, and where their digests were seen, and under what kind."""

    receipts: list[Receipt]
    found: dict[Promise, int] = field(default_factory=dict)
    misfiled: dict[bytes, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.wanted = {(each.digest, each.kind) for each in self.receipts}
        self.digests = {digest for digest, _ in self.wanted}

    def watch(self, line: Line) -> None:
        """Take note of an entry that honours a receipt."""
        self._tick(line.index, line.leaf)

    def _tick(self, index: int, entry: Leaf) -> None:
        """A withdrawal or a key's revocation that is filed as something else is not honoured."""
        if (entry.digest, entry.kind) in self.wanted:
            self.found[entry.digest, entry.kind] = index
        elif entry.digest in self.digests:
            self.misfiled[entry.digest] = index, entry.kind

    def settle(self, *, log: Log, head: Checkpoint, base: tree.Range, at: datetime) -> None:
        """Say of each receipt where its digest is. Refuses with BrokenPromise when one is overdue.

        What was not read in this run is looked up by a proof, and if the log gives none, in every
        entry since the first.
        """
        if base.size:
            self._search(log, head, base)
        for each in self.receipts:
            self._judge(each, at)

    def _judge(self, promised: Receipt, now_is: datetime) -> None:
        name = b64u_encode(promised.digest)
        at = self.found.get((promised.digest, promised.kind))
        if at is not None:
            print(f"receipt {name}: entry {at}")
        elif promised.digest in self.misfiled:
            index, kind = self.misfiled[promised.digest]
            raise BrokenPromise(
                f"{name} was taken in at {promised.received_at} as {promised.kind}, and entry"
                f" {index} files it as {kind}.",
                remedy=_EVIDENCE,
            )
        elif datetime.fromisoformat(promised.log_by) < now_is:
            raise BrokenPromise(
                f"{name} was taken in at {promised.received_at}, was to be logged by"
                f" {promised.log_by}, and is not in the log.",
                remedy=_EVIDENCE,
            )
        else:
            print(f"receipt {name}: not logged yet; promised by {promised.log_by}")

    def _search(self, log: Log, head: Checkpoint, base: tree.Range) -> None:
        for digest, _ in self.wanted - self.found.keys():
            self._look_up(digest, log, head)
        if self.wanted - self.found.keys():
            self._read_all(log, head, base)

    def _look_up(self, wanted: bytes, log: Log, head: Checkpoint) -> None:
        """Believe the log's own answer only as far as the tree shows it."""
        try:
            said = canonical.loads(log.fetch(f"proof?digest={wanted.hex()}"))
            index = said["index"] if isinstance(said, dict) else None
            if type(index) is not int or not 0 <= index < head.size:
                return
            data = next(log.entries(start=index, size=head.size))
            path = tiles.inclusion_path(index=index, size=head.size, read=log.tile)
            tree.verify_inclusion(
                leaf=tree.leaf_hash(data), index=index, size=head.size, path=path, root=head.root
            )
            entry = leaf.decode(data)
            if entry.digest == wanted:
                self._tick(index, entry)
        except (ProofError, KeyError):
            return

    def _read_all(self, log: Log, head: Checkpoint, base: tree.Range) -> None:
        grown = tree.Range()
        for index, data in enumerate(log.entries(start=0, size=head.size)):
            if index == base.size:
                break
            grown = grown.append([tree.leaf_hash(data)])
            self._tick(index, leaf.decode(data))
        if grown != base:
            raise BadNote("The older entries are not shown as they were, so they prove nothing.")


def now() -> datetime:
    """The clock of whoever watches."""
    return datetime.now(UTC)
