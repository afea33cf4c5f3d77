"""`monitor`: follows a log from its public files and says when it is not the log it was.

State is one file: origin, size and right edge of what was seen last. Every entry since then is
read and hashed, so the new root can only be right if the log grew by appending.
"""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from passport.audit import files
from passport.proof import canonical, checkpoint, leaf, note, policy, tiles, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadNote, BadTile, NoQuorum, ProofError
from passport.proof.policy import Policy
from passport.proof.tiles import WIDTH, Place

FORKED, UNREADABLE = 1, 2
_TIMEOUT_SECONDS = 20
_MAX_BUNDLE = WIDTH * (tiles.MAX_ENTRY_BYTES + 2)


@dataclass(frozen=True)
class Seen:
    """What was seen of a log last: its origin and its tree."""

    origin: str
    tree: tree.Range


class Fork(ProofError):
    """The log contradicts what it showed before."""

    code = "fork"
    title = "The log contradicts itself"


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "monitor",
        help="follow a log and say when it forks",
        description="Read all that a log has published since the last call, recompute its root,"
        " and keep what was seen. Exit codes: 0 consistent, 1 fork or rollback, 2 unreadable.",
    )
    parser.add_argument("url", help="address of the log, below which /checkpoint lies")
    parser.add_argument("--trust", type=Path, required=True, help="your trust file")
    parser.add_argument("--state", type=Path, required=True, help="file that is kept for ever")
    parser.add_argument("--issuer", help="list the new entries signed by this DID")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Follow the log once; the state advances only when all is well."""
    trusted = policy.parse(files.read(arguments.trust, limit=policy.MAX_BYTES))
    log = Log(arguments.url)
    try:
        head, data = log.head(trusted)
        before = _load(arguments.state, head.origin)
        after, entries = follow(log=log, head=head, before=before)
    except Fork as error:
        print(f"FORK: {error.detail}", file=sys.stderr)
        return FORKED
    _list(entries, before.tree.size, arguments.issuer)
    # A crash before this line leaves the older state; the next call reads the same entries again.
    _save(arguments.state, after)
    print(f"{head.origin}: {before.tree.size} -> {head.size} entries, consistent")
    return _report_quorum(trusted, data)


def _report_quorum(trusted: Policy, data: bytes) -> int:
    opened = note.verify(data, verifiers=trusted.verifiers())
    try:
        trusted.check_quorum({each.verifier for each in opened.verified})
    except NoQuorum as error:
        print(f"Not witnessed: {error.detail}", file=sys.stderr)
        return FORKED
    return 0


class Log:
    """A log at an address, read as files."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise BadTile(f"{url!r} is not an http address.")
        self._url = url.rstrip("/")

    def fetch(self, path: str) -> bytes:
        """Return a file of the log; refuses a missing one and one beyond any sensible size."""
        request = Request(f"{self._url}/{path}")  # noqa: S310 - the scheme was checked
        try:
            with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
                data: bytes = response.read(_MAX_BUNDLE + 1)
        except HTTPError as error:
            raise BadTile(f"{path}: the log answered {error.code}.") from error
        if len(data) > _MAX_BUNDLE:
            raise BadTile(f"{path} is too large.")
        return data

    def head(self, trusted: Policy) -> tuple[Checkpoint, bytes]:
        """Return the newest checkpoint; refuses one that no log of the policy signed."""
        data = self.fetch("checkpoint")
        opened = note.verify(data, verifiers=list(trusted.logs.values()))
        head = checkpoint.parse(opened.text)
        if opened.verified[0].verifier.name != head.origin:
            raise BadNote("The checkpoint is signed by the key of another log.")
        return head, data

    def entries(self, *, start: int, size: int) -> list[bytes]:
        """Return the entries from ``start`` on of a log of this size."""
        found: list[bytes] = []
        for index in range(start // WIDTH, -(-size // WIDTH)):
            width = min(WIDTH, size - index * WIDTH)
            bundle = self._bundle(index, width)
            found.extend(bundle[max(0, start - index * WIDTH) :])
        return found

    def _bundle(self, index: int, width: int) -> list[bytes]:
        try:
            return tiles.entries_of(Place(level=None, index=index, width=width), self.fetch)
        except BadTile:
            # The log may have grown and dropped the partial bundle: the full one begins with it.
            return tiles.entries_of(Place(level=None, index=index), self.fetch)[:width]


def follow(*, log: Log, head: Checkpoint, before: Seen) -> tuple[Seen, list[bytes]]:
    """Return the log as now seen, and its new entries; raises Fork when it did not just grow."""
    if head.size < before.tree.size:
        raise Fork(f"It shows {head.size} entries and has shown {before.tree.size}.")
    entries = log.entries(start=before.tree.size, size=head.size)
    grown = before.tree.append(tree.leaf_hash(each) for each in entries)
    if grown.size != head.size or grown.root() != head.root:
        raise Fork(
            f"What it shows at size {head.size} does not continue what it showed"
            f" at size {before.tree.size}."
        )
    return Seen(origin=head.origin, tree=grown), entries


def _load(path: Path, origin: str) -> Seen:
    if not path.exists():
        return Seen(origin=origin, tree=tree.Range())
    value = canonical.loads(files.read(path, limit=canonical.MAX_BYTES))
    if not isinstance(value, dict) or value.get("origin") != origin:
        raise BadNote(f"{path} is the state of another log.", remedy="Use one state file a log.")
    peaks = tuple(b64u_decode(each, size=32) for each in value["peaks"])
    return Seen(origin=origin, tree=tree.Range(size=value["size"], peaks=peaks))


def _save(path: Path, seen: Seen) -> None:
    state: dict[str, object] = {
        "origin": seen.origin,
        "size": seen.tree.size,
        "peaks": [b64u_encode(each) for each in seen.tree.peaks],
    }
    files.replace(path, canonical.encode(state))


def _list(entries: list[bytes], start: int, issuer: str | None) -> None:
    for index, data in enumerate(entries, start=start):
        entry = leaf.decode(data)
        if issuer is not None and (entry.method or "").partition("#")[0] == issuer:
            print(f"{index}  {entry.kind}  {entry.method}  {b64u_encode(entry.digest)}  {entry.at}")
