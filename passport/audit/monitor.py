"""`monitor`: follows a log from its public files and says when it is not the log it was."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from passport.audit import files, promises, seen
from passport.audit.findings import Finding, SplitView
from passport.audit.following import Line, Walk
from passport.audit.indexing import Index
from passport.audit.promises import Promises
from passport.audit.remote import Log, check_quorum, signed_head
from passport.audit.seen import Seen
from passport.proof import checkpoint, note, policy, tiles, tree
from passport.proof.checkpoint import Checkpoint
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadNote, BadTree
from passport.proof.policy import Policy

FOUND = 1


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add this command to the command line."""
    parser = commands.add_parser(
        "monitor",
        help="follow a log and say when it forks",
        description="Read all that a log has published since the last call, recompute its root and"
        " its index, and keep what was seen. Exit codes: 0 all is well, 1 a finding, said by its"
        " name (fork, rollback, split view, false or hidden index, broken promise, not"
        " witnessed), 2 unreadable.",
    )
    parser.add_argument("url", help="address of the log, below which /checkpoint lies")
    parser.add_argument("--trust", type=Path, required=True, help="your trust file")
    parser.add_argument("--state", type=Path, required=True, help="file that is kept for ever")
    parser.add_argument("--issuer", help="list the new entries signed by this DID")
    parser.add_argument(
        "--receipt", type=Path, action="append", default=[], help="intake receipt to hold it to"
    )
    parser.add_argument(
        "--compare", action="append", default=[], help="checkpoint seen elsewhere: file or log URL"
    )
    parser.add_argument("--no-index", action="store_true", help="do not check the index")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Follow the log once; the state advances only when the log is the one it was."""
    trusted = policy.parse(files.read(arguments.trust, limit=policy.MAX_BYTES))
    log = Log(arguments.url)
    others = [_elsewhere(each, trusted) for each in arguments.compare]
    held = Promises([promises.read(each, trusted=trusted) for each in arguments.receipt])
    head, data = log.head(trusted)
    before = _before(arguments.state, head, trusted)
    try:
        _follow(arguments, Walk(log, head, before, trusted), data, held)
        for other in others:
            _compare(log, head, other)
        held.settle(log=log, head=head, base=before.base, at=promises.now())
        check_quorum(data, trusted)
    except Finding as found:
        print(f"{found.label}: {found.detail}", file=sys.stderr)
        _show_evidence(before.checkpoint, data)
        return FOUND
    return 0


def _before(path: Path, head: Checkpoint, trusted: Policy) -> Seen:
    before = seen.load(path) or Seen(origin="")
    if before.origin not in ("", head.origin, *trusted.logs):
        raise BadNote(
            f"{path} is the state of the log {before.origin}, not of {head.origin}.",
            remedy="Use one state file a log; a renamed log needs both `log` lines.",
        )
    return before


def _follow(arguments: argparse.Namespace, walk: Walk, data: bytes, held: Promises) -> None:
    """Read the log, and keep what was seen before anything else about it is judged."""
    index = Index(log=walk.log, seen=walk.seen, state=arguments.state)
    signed = _Signed(arguments.issuer, walk.seen.tree.size)
    watchers = [signed.watch, held.watch]
    if not arguments.no_index:
        index.ask(size=walk.head.size)
        walk = replace(walk, stops=dict.fromkeys(index.shown, index.check))
        watchers.append(index.watch)
    walk.follow(*watchers)

    signed.show()
    base = index.base if not arguments.no_index else walk.tree
    text = data.decode()
    after = Seen(walk.head.origin, walk.tree, text, base, tuple(index.checked))
    # A crash before this line leaves the older state; the next call reads the same entries again.
    seen.save(arguments.state, after)
    size = walk.seen.tree.size
    print(f"{walk.head.origin}: {size} -> {walk.head.size} entries, consistent{_told(index)}")
    for entry in index.finish():
        print(f"The snapshot of entry {entry} was not checked: its rows are gone.")


def _told(index: Index) -> str:
    if index.base.size == index.seen.base.size:
        return ""
    return f"; index checked up to entry {index.base.size}"


class _Signed:
    """The new entries by one issuer, shown once the log is known to be whole."""

    def __init__(self, issuer: str | None, start: int) -> None:
        self.issuer, self.start = issuer, start
        self.lines: list[str] = []

    def watch(self, line: Line) -> None:
        method = line.leaf.method or ""
        if line.index >= self.start and self.issuer == method.partition("#")[0]:
            digest = b64u_encode(line.leaf.digest)
            self.lines.append(f"{line.index}  {line.leaf.kind}  {method}  {digest}  {line.leaf.at}")

    def show(self) -> None:
        for line in self.lines:
            print(line)


def _elsewhere(place: str, trusted: Policy) -> bytes:
    """Read a checkpoint that somebody else has seen, before this log is asked for its own."""
    if place.startswith(("http://", "https://")):
        data = Log(place).fetch("checkpoint")
    else:
        data = files.read(Path(place), limit=note.MAX_BYTES)
    signed_head(data, trusted)
    return data


def _compare(log: Log, head: Checkpoint, data: bytes) -> None:
    """Refuse with SplitView what does not begin, or is not begun by, what is shown here."""
    other = checkpoint.parse(note.parse(data)[0])
    if other.size > head.size:
        raise SplitView(
            f"Elsewhere it has shown {other.size} entries, here {head.size}.\n{data.decode()}"
        )
    path = tiles.consistency_path(old=other.size, new=head.size, read=log.tile)
    try:
        tree.verify_consistency(
            old=other.size, new=head.size, old_root=other.root, new_root=head.root, path=path
        )
    except BadTree as error:
        raise SplitView(
            f"Elsewhere it has shown another tree of {other.size} entries.\n{data.decode()}"
        ) from error


def _show_evidence(before: str, now: bytes) -> None:
    """Both checkpoints are signed by the log: whoever has them can show what it did."""
    for word, body in (("Seen before", before), ("Shown now", now.decode())):
        if body:
            print(f"{word}:\n{body}", file=sys.stderr)
