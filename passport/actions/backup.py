"""Takes a backup: a consistent dump, the files beside the database, and a manifest that is signed.

Order of effects, and what a crash after each leaves:
1. fill     everything is written into TARGET.partial, which no restore takes;
2. rename   the folder has its name, whole and on the disk;
3. log      the manifest's digest waits for its log entry (passport.actions.notice).
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from psycopg.conninfo import make_conninfo

from passport.actions.event import stamp
from passport.audit import files
from passport.env import DatabaseAddress
from passport.local import postgres_tools
from passport.local.trouble import Trouble
from passport.models.ids import new_salt
from passport.postgres import inventory
from passport.postgres.inventory import Connection, Head
from passport.proof import checkpoint, manifest, note, tree
from passport.proof.bundle import RecordKey
from passport.proof.checkpoint import Checkpoint
from passport.proof.manifest import File, Manifest
from passport.rules.errors import Conflict, Refusal

DUMP = "database.dump"
MANIFEST = "manifest.json"
_BLOCK = 1 << 20

# Is told what is being done, in words for a person.
Say = Callable[[str], None]


class TargetTaken(Conflict):
    """A backup never takes the place of another one."""

    code = "target-taken"
    title = "There is something of this name"


class ToolFailed(Refusal):
    """PostgreSQL's own program did not come to its end."""

    code = "tool-failed"
    title = "PostgreSQL's own program failed"


@dataclass(frozen=True)
class Wanted:
    """What to back up: the database, files beside it by the name they get, and who signs."""

    address: DatabaseAddress
    files: Mapping[str, Path]
    key: RecordKey
    revision: str


def take(*, target: Path, wanted: Wanted, at: datetime, say: Say) -> bytes:
    """Take a backup into a folder that does not exist yet; the bytes of its manifest.

    Private keys are not in it. Refuses TargetTaken, ToolFailed.
    """
    partial = target.with_name(target.name + ".partial")
    _check_free(target, partial)
    partial.mkdir(mode=0o700, parents=True)
    try:
        data = _fill(partial, wanted, at=at, say=say)  # 1
        # A crash here leaves a folder whose name says that it is not a backup.
        partial.rename(target)  # 2
        _sync(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return data


def told(*, address: DatabaseAddress) -> dict[str, str]:
    """The address of a database in the words of libpq, password included."""
    named = {
        "host": address.host,
        "port": address.port,
        "user": address.user,
        "password": address.password,
        "dbname": address.name,
        "connect_timeout": "5",
    }
    return address.options | {name: value for name, value in named.items() if value}


def run_tool(
    *,
    program: str,
    arguments: list[str],
    address: DatabaseAddress | None = None,
    say: Say | None = None,
) -> None:
    """Run pg_dump or pg_restore, on a database if one is named; nobody else sees the password.

    Refuses ToolFailed.
    """
    words = told(address=address) if address else {}
    try:
        found = postgres_tools.find(program, server=_major(words))
        hidden = words.pop("password", "")
        there = [f"--dbname={make_conninfo('', **words)}", "--no-password"] if words else []
        postgres_tools.run(
            [str(found), *there, *arguments],
            environment={"PGPASSWORD": hidden} if hidden else {},
            seen=lambda line: _tell(line, say),
        )
    except Trouble as trouble:
        raise ToolFailed(trouble.wrong, remedy=trouble.remedy) from trouble


def _major(words: Mapping[str, str]) -> int:
    if not words:
        return 0
    with inventory.entered(words, database="postgres") as connection:
        return inventory.server_major(connection)


def measure(*, path: Path) -> File:
    """Size and SHA-256 of a file, read piece by piece."""
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_BLOCK):
            seen.update(piece)
            size += len(piece)
    return File(size=size, sha256=seen.digest())


def _check_free(target: Path, partial: Path) -> None:
    if target.exists():
        raise TargetTaken(f"{target} exists already", remedy="name a folder that does not")
    if partial.exists():
        raise TargetTaken(
            f"{partial} exists: a backup is under way there, or was killed",
            remedy="wait for it, or remove the folder",
        )


def _fill(folder: Path, wanted: Wanted, *, at: datetime, say: Say) -> bytes:
    # The files first: the lock is then never ahead of the dump beside it, at most behind.
    for name, path in wanted.files.items():
        if path.exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            files.replace(folder / name, path.read_bytes())
    with (
        inventory.entered(told(address=wanted.address)) as connection,
        inventory.one_moment(connection) as moment,
    ):
        rows = _count(connection, say)
        head = inventory.head(connection)
        versions = _versions(connection, wanted)
        _dump(folder / DUMP, wanted.address, moment=moment, say=say)
    say("reading it again for its digests")
    data = manifest.sign(
        manifest=Manifest(
            created=stamp(at),
            head=_checkpoint(head),
            checkpoint=_note(head),
            tables=rows,
            files=_measured(folder),
            versions=versions,
            salt=new_salt(),
        ),
        key=wanted.key.signer,
        method=wanted.key.method,
    )
    files.replace(folder / MANIFEST, data)
    return data


def _count(connection: Connection, say: Say) -> dict[str, int]:
    names = inventory.tables(connection)
    say(f"counting the rows of {len(names)} tables")
    return {name: inventory.count(connection, name) for name in names}


def _dump(place: Path, address: DatabaseAddress, *, moment: str, say: Say) -> None:
    left_out = [f"--exclude-table-data=public.{name}" for name in inventory.LEFT_OUT]
    run_tool(
        program="pg_dump",
        arguments=[
            *("--format=custom", f"--file={place}", f"--snapshot={moment}", "--verbose"),
            *("--lock-wait-timeout=30s", *left_out),
        ],
        address=address,
        say=say,
    )
    _sync(place)
    _sync(place.parent)


def _tell(line: str, say: Say | None) -> None:
    """Of all that the tools say, which table they are at."""
    for mark in ("dumping contents of table", "processing data for table"):
        if mark in line and say is not None:
            say(line[line.index(mark) :].replace('"', ""))


def _checkpoint(head: Head | None) -> Checkpoint:
    if head is None:
        return Checkpoint(origin="", size=0, root=tree.Range().root())
    grown = tree.Range(head.size, head.edge)
    return Checkpoint(origin=head.origin, size=head.size, root=grown.root())


def _note(head: Head | None) -> bytes:
    if head is None or not head.note:
        return b""
    lines = [note.parse_signature(line) for line in head.cosignatures]
    return checkpoint.add_cosignatures(head.note, lines=lines)


def _versions(connection: Connection, wanted: Wanted) -> dict[str, str]:
    postgres = str(inventory.server_major(connection))
    applied = inventory.migrations(connection)
    return applied | {"postgres": postgres, "revision": wanted.revision}


def _measured(folder: Path) -> dict[str, File]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): measure(path=path) for path in found}


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
