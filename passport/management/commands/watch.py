"""manage.py watch: takes in what machines drop into a folder, for as long as it runs."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import threading
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from passport.management import bringing
from passport.management.dropfolder import DropFolder
from passport.rules.errors import Refusal

log = logging.getLogger(__name__)

NOTES: Final = """\
A file is taken when FILE.done lies beside it, or when its size and time have not changed for
--settle seconds; with --settle 0 only with its mark. Hidden files, links, folders and what ends in
.part, .tmp and the like are left alone. NDJSON, CSV and Parquet, packed with gzip or zstd or not,
are told apart by their beginning.

The same bytes under the same name are one file, however often they are found: a kill at any moment,
or the same file dropped again, changes nothing. A file whose lines all landed goes to processed/,
any other to rejected/, each under the moment it came in, with a report beside it and its rejected
lines (NAME.rejects.ndjson). One line is logged an outcome. Mend the lines and drop them as a file.

As a service: one process a folder, started again when it ends (Restart=always); SIGTERM ends it
between two steps. It needs DATABASE_URL, no more rights than the web process, and no broker.
"""


class Command(BaseCommand):
    """Looks, takes in, puts away, sleeps; until it is told to stop."""

    help = "Watch a drop folder and take in what lies whole in it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = NOTES
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--party", default="", help="short name of the maker (if there are two)"
        )
        parser.add_argument("--settle", type=float, default=10.0, help="seconds (default: 10)")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two looks")
        parser.add_argument("--once", action="store_true", help="end when nothing lies there")

    def handle(self, *args: Any, **options: Any) -> None:
        """A crash anywhere leaves a file where it was, or put away."""
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        with _alone(options["folder"]):
            try:
                by = bringing.maker(options["party"])
            except Refusal as refusal:
                raise CommandError(f"{refusal.detail.rstrip('.')}. {refusal.remedy}") from refusal
            folder = DropFolder(options["folder"], by, options["settle"])
            folder.prepare()
            log.info("watching", extra={"folder": str(folder.path), "party": by.slug})
            while not stop.is_set():
                _patiently(folder.round)
                if options["once"] and not folder.pending():
                    return
                stop.wait(options["every"])


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who watches a folder; the lock goes with the process."""
    try:
        opened = os.open(folder / ".watched", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as error:
        raise CommandError(f"{folder} cannot be watched: {error.strerror}.") from error
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CommandError(f"{folder} is watched by another process already.") from error
    finally:
        os.close(opened)


def _patiently(act: Callable[[], int]) -> None:
    """Go on without a database, which is waited for, and past a file that cannot be moved."""
    try:
        act()
    except (OperationalError, InterfaceError) as lost:
        # Nothing is half done: the next round begins where the database stands.
        log.warning("database lost", extra={"error": str(lost).strip()})
        connection.close()
    except OSError as error:
        log.warning("folder trouble", extra={"error": str(error)})
