"""manage.py intake: brings one file of serials in, shows how far it is, and writes its rejects."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from passport.actions.intake import BLOCK_BYTES
from passport.management import bringing
from passport.management.bringing import Outcome
from passport.models import IntakeState
from passport.queries.intake import IntakeLine
from passport.rules.errors import Refusal

NOTES: Final = """\
NDJSON, CSV (the first line names the fields) and Parquet are told apart by their beginning, gzip
and zstd too. The same file under the same name comes in once: called again it is followed, or goes
on where it stopped. Ctrl-C stops watching and not the work.

Ends with 0 when every line landed (without --wait: when the file is in), 1 when lines were
rejected, 2 when the file failed or was cancelled.
"""
_PAGE: Final = 100
_ENDS: Final = {IntakeState.FAILED: 2, IntakeState.CANCELLED: 2}


class Command(BaseCommand):
    """Reads the file once; what it says is the worker's to judge."""

    help = "Bring a file of models, batteries and assemblies in for a maker."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = NOTES
        parser.add_argument("file", help="the file; - for what comes in on standard input")
        parser.add_argument(
            "--party", default="", help="short name of the maker (if there are two)"
        )
        parser.add_argument("--wait", action="store_true", help="stay until it is worked off")
        parser.add_argument(
            "--rejects", type=Path, help="where rejected lines go (default: FILE.rejects.ndjson)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring in, follow, tell."""
        self.console = Console(width=None if sys.stdout.isatty() else _PAGE)
        try:
            by = bringing.maker(options["party"])
            with _opened(options["file"]) as file:
                intake_id = self._bring(file, options["file"], by)
            if not options["wait"]:
                self.console.print(f"It is in, as intake {intake_id}. With --wait you see it land.")
                return
            found = self._follow(intake_id, by)
        except Refusal as refusal:
            raise CommandError(f"{refusal.detail.rstrip('.')}. {refusal.remedy}") from refusal
        except KeyboardInterrupt:
            self.console.print("No longer watched; the work goes on. Call it again to see.")
            sys.exit(130)
        place = options["rejects"] or _beside(options["file"])
        self._tell(found, place, by)
        sys.exit(_ENDS.get(IntakeState(found.line.state), int(not found.landed)))

    def _bring(self, file: IO[bytes], name: str, by: Any) -> Any:
        size = file.seek(0, 2)
        file.seek(0)
        with self._bar(DownloadColumn(), TransferSpeedColumn()) as bar:
            task = bar.add_task("Sent", total=size)
            sha256 = bringing.digest_of(file)
            file.seek(0)
            intake_id = bringing.bring(
                file,
                name="" if name == "-" else Path(name).name,
                by=by,
                sha256=sha256,
                show=lambda line: bar.update(task, completed=line.size_bytes),
            )
            bar.update(task, completed=size)
        return intake_id

    def _follow(self, intake_id: Any, by: Any) -> Outcome:
        with self._bar(TextColumn("{task.fields[told]}")) as bar:
            task = bar.add_task("Read", total=None, told="")

            def show(line: IntakeLine) -> None:
                bar.update(
                    task, total=line.size_bytes, completed=line.bytes_read, told=_words(line)
                )

            return bringing.follow(intake_id=intake_id, by=by, show=show)

    def _bar(self, *columns: Any) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            *columns,
            TimeRemainingColumn(),
            console=self.console,
        )

    def _tell(self, found: Outcome, place: Path, by: Any) -> None:
        line = found.line
        self.console.print(
            f"{line.state.capitalize()}: {line.lines_read:,} lines read, {line.accepted:,} landed,"
            f" {line.duplicates:,} known before, {line.rejected:,} rejected."
        )
        if line.job and line.state == IntakeState.FAILED:
            self.console.print(line.job.last_error)
        if not found.kinds:
            return
        table = Table("Lines", "First", "What is wrong there", "What to do")
        for kind in found.kinds:
            table.add_row(f"{kind.count:,}", f"{kind.first:,}", kind.detail, kind.remedy)
        self.console.print(table)
        with place.open("wb") as file:
            file.writelines(bringing.rejects(intake_id=line.id, by=by))
        self.console.print(f"The rejected lines are in {place}; mend them and send them alone.")


def _opened(name: str) -> IO[bytes]:
    """The file; all of a pipe in a place of its own: it is read twice."""
    if name == "-":
        return _kept(sys.stdin.buffer)
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - the caller's
        if file.seekable():
            return file
        with file:
            return _kept(file)
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.") from error


def _kept(pipe: IO[bytes]) -> IO[bytes]:
    kept: IO[bytes] = SpooledTemporaryFile(max_size=BLOCK_BYTES)  # noqa: SIM115 - the caller's
    while piece := pipe.read(BLOCK_BYTES):
        kept.write(piece)
    kept.seek(0)
    return kept


def _beside(name: str) -> Path:
    return Path("stdin.rejects.ndjson" if name == "-" else f"{name}.rejects.ndjson")


def _words(line: IntakeLine) -> str:
    if line.state == IntakeState.RECEIVED:
        return "waits for a worker"
    rate = f", {line.lines_per_second:,}/s" if line.lines_per_second else ""
    return f"{line.lines_read:,} lines{rate}, {line.rejected:,} rejected"
