"""manage.py restore: puts a backup back, and says whether the log may go on from it."""

from __future__ import annotations

import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from passport.actions import backup, catch_up, erasure, restore
from passport.actions.restore import Since
from passport.audit import files
from passport.env import DatabaseAddress
from passport.management.commands import roles
from passport.management.commands.backup import kept_files
from passport.management.entry import confirm, require_system
from passport.postgres import inventory
from passport.proof import policy
from passport.proof.checkpoint import Checkpoint
from passport.proof.errors import ProofError
from passport.proof.manifest import BadManifest, Manifest
from passport.proof.policy import Policy
from passport.queries import published
from passport.rules.errors import Refusal

ROLLBACK = 3
NOTES = """\
Needs an administrative DATABASE_URL, as manage.py roles does. Stop the service first.

Where the log went on after the backup (checkpoint.lock, the tiles or a witness say so), the
sequencer refuses to sign: a second history would show. Then, in this order:
  1. restore a newer backup, or the database's own archive (WAL);
  2. if there is none: `restore SOURCE --catch-up` takes the entries that were published since over
     from the tiles. The log goes on where everybody saw it; the events and attestations behind
     those entries are gone, and the log still says that there were some.
Never remove or edit checkpoint.lock: it is what keeps the log from showing two histories.

What was erased after the backup is erased again, by the journal in PASSPORT_STATE/erasures.

Exit status: 0 restored, 1 refused or failed, 3 restored (or checked), but the log has gone on.
"""


class Command(BaseCommand):
    """Checks, fills, compares, erases again, and looks for signs of a rollback."""

    help = "Restore a backup into an empty database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """SOURCE is a folder that manage.py backup made."""
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = NOTES
        parser.add_argument("source", type=Path)
        parser.add_argument("--check", action="store_true", help="only check it; restore nothing")
        parser.add_argument("--verify", action="store_true", help="hash every entry of the log")
        parser.add_argument("--replace", action="store_true", help="drop what the database holds")
        parser.add_argument(
            "--catch-up", action="store_true", help="go on from the tiles, see below"
        )
        parser.add_argument("--trust", type=Path, help="policy with the record key, if not ours")
        parser.add_argument(
            "--take-lock", action="store_true", help="the backup's, if none is here"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask before replacing")

    def handle(self, *args: Any, **options: Any) -> None:
        """A crash leaves an empty database or a restored one; a restored one may be compared."""
        try:
            self._handle(options)
        except (Refusal, ProofError) as refusal:
            raise CommandError(f"{refusal.detail} {refusal.remedy}".strip()) from refusal
        except (psycopg.Error, OSError) as error:
            raise CommandError(f"The backup could not be restored: {error}".strip()) from error

    def _handle(self, options: dict[str, Any]) -> None:
        source, trusted = options["source"].absolute(), _policy(options["trust"])
        said = restore.check(source=source, records=_records(trusted), say=self._say)
        self.stdout.write(_told(said))
        if options["check"]:
            restore.read_dump(source=source)
            self._judge(_since(said, said.head, trusted))
            return
        require_system()
        address = roles.administrative_address()
        if connection.settings_dict["NAME"] != address.name:
            raise CommandError("DATABASE_URL and DATABASE_SYSTEM_URL name different databases.")
        self._make_room(address, replace=options["replace"], yes=options["yes"])
        restore.fill(source=source, address=address, say=self._say)
        connection.close()
        if options["verify"]:
            count = restore.compare(said=said, address=address, say=self._say)
            self.stdout.write(f"Every row is there, and {count} entries make the root.")
        self._put_back(source, said)
        head = self._caught_up() if options["catch_up"] else said.head
        self._erase_again(said)
        found = _since(said, head, trusted)
        self._lock(source, said, found, take=options["take_lock"])
        self._judge(found)

    def _make_room(self, address: DatabaseAddress, *, replace: bool, yes: bool) -> None:
        """An empty database with the roles that the dump names. Refuses one that is in use."""
        words = backup.told(address=address)
        with inventory.entered(words, database="postgres") as admin:
            roles.make_roles(admin, passwords=roles.given_passwords())
            if replace and inventory.is_there(admin, address.name):
                _check_nobody_in(admin, address.name)
                if not yes:
                    self.stdout.write(f"All that {address.name} holds will be dropped.")
                    confirm(address.name, instead="--yes")
                inventory.drop(admin, address.name)
            roles.make_database(admin, address.name)
        with inventory.entered(words) as admin:
            roles.grant(admin, address.name)

    def _put_back(self, source: Path, said: Manifest) -> None:
        """Files that are missing here; what stands is newer, and the lock is apart."""
        known = kept_files()
        for name in sorted(said.files):
            place = known.get(name) or _older(name)
            if name in ("checkpoint", "checkpoint.lock") or place is None or place.exists():
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            files.replace(place, (source / name).read_bytes())
            self.stdout.write(f"Put back: {place}")

    def _caught_up(self) -> Checkpoint:
        taken = catch_up.take_over(
            folder=Path(settings.PASSPORT_LOG_DIR), lock=_lock_file(), at=datetime.now(UTC)
        )
        lost = ", ".join(f"{count} {kind}" for kind, count in sorted(taken.kinds.items()))
        self.stdout.write(
            f"Entries taken over from the tiles: {lost or 'none'}. What they stood for is not in"
            " this backup."
        )
        return taken.head

    def _erase_again(self, said: Manifest) -> None:
        demands = erasure.noted(journal=Path(settings.PASSPORT_STATE) / "erasures")
        done, unknown = restore.erase_again(demands=demands)
        for each in done:
            self.stdout.write(f"Erased again: {each.digest.hex()} ({each.reason})")
        if unknown:
            self.stdout.write(
                f"{len(unknown)} erasures of the journal name nothing in this backup."
            )
        logged = published.erasures(folder=Path(settings.PASSPORT_LOG_DIR), after=said.head.size)
        if len(logged) > len(done) + len(unknown):
            self.stderr.write("The log names erasures after this backup that must be made again:")
            for line in logged:
                self.stderr.write(f"  {line}")

    def _lock(self, source: Path, said: Manifest, found: Since, *, take: bool) -> None:
        """Put the backup's lock where there is none, if nobody has seen more than it names."""
        if _lock_file().exists() or "checkpoint.lock" not in said.files:
            return
        if found.doubts or not (take or found.heard):
            self.stderr.write(
                "There is no checkpoint.lock here, and no witness to ask. If nothing was published"
                " after this backup, say --take-lock; else look for the lock in another copy."
            )
            return
        files.replace(_lock_file(), (source / "checkpoint.lock").read_bytes())
        self.stdout.write(f"Put back: {_lock_file()}")

    def _judge(self, found: Since) -> None:
        for line in found.notes:
            self.stdout.write(line)
        if found.doubts:
            raise CommandError(
                "\n".join((*found.doubts, "The log has gone on since this backup, so the sequencer"
                " will refuse to sign. What to do: manage.py restore --help.")),
                returncode=ROLLBACK,
            )  # fmt: skip
        self.stdout.write("Nobody has seen the log beyond it: the sequencer may go on.")

    def _say(self, words: str) -> None:
        self.stdout.write(f"  {words}")


def _check_nobody_in(admin: inventory.Connection, name: str) -> None:
    connection.close()
    # A connection that was closed a moment ago may still be on its way out.
    for _ in range(20):
        others = inventory.others_in(admin, name)
        if not others:
            return
        time.sleep(0.1)
    raise CommandError(f"{', '.join(others)} is still in {name}. Stop the service first.")


def _policy(named: Path | None) -> Policy | None:
    place = named or Path(settings.PASSPORT_POLICY)
    if named is None and not place.exists():
        return None
    return policy.parse(place.read_bytes())


def _records(trusted: Policy | None) -> list[tuple[str, bytes]]:
    """The record keys of the policy, and our own when its file is here."""
    known = sorted(trusted.records) if trusted else []
    own = settings.PASSPORT_RECORD_KEY
    if own is not None and Path(own).exists():
        key = files.load_key(Path(own), purposes=("record",))
        known.append((key.did, key.public_key))
    if not known:
        raise BadManifest(
            "No record key is known here, so nobody can say whose backup this is.",
            remedy="Name the policy that lists it: --trust FILE.",
        )
    return known


def _told(said: Manifest) -> str:
    return (
        f"Taken {said.created}, PostgreSQL {said.versions.get('postgres')}:"
        f" {sum(said.tables.values())} rows in {len(said.tables)} tables,"
        f" {said.head.size} entries of {said.head.origin or 'no log'}."
    )


def _since(said: Manifest, head: Checkpoint, trusted: Policy | None) -> Since:
    return restore.since(
        head=head,
        signed=said.checkpoint,
        lock=_lock_file(),
        policy=trusted,
        urls=dict(settings.PASSPORT_WITNESSES),
    )


def _lock_file() -> Path:
    return Path(settings.PASSPORT_LOG_DIR).parent / "checkpoint.lock"


def _older(name: str) -> Path | None:
    """Where the last checkpoint under an older name of the log lies."""
    folder, _, size = name.partition("/")
    return Path(settings.PASSPORT_LOG_DIR) / folder / size if folder == "previous" else None
