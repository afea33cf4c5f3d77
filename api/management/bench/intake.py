"""bench intake: a file of cells in packs, with a signed batch over the cells, through the service.

1. a maker, 10,000 cells, and three more files, one by one: the middle one of their rates is that at
   10^4 rows;
2. the file: from the first byte of its body to its job done and a published checkpoint over the
   entry of its batch: `cells_per_s`;
3. the same file again, which changes nothing: `replay_per_s`, in lines;
4. three more files at 10^6 rows; the middle one of their rates against that at 10^4 is `flat_1e6`;
5. all rows that the file made, by COPY over one connection into the same tables with the same
   indexes, constraints and triggers, empty but for the rows that these point to: `vs_copy`.
"""

from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import household, memory, rows, sending
from api.management.bench.figures import Figure, Sheet
from api.management.bench.line_file import MakerFile
from api.management.bench.sending import Sender
from passport.models import Battery

CELLS, PACKS = 1_000_000, 1_000
FIRST, MORE = 10_000, 50_000
FILES = 3
QUICK = 200


def measure(sheet: Sheet, console: Console) -> None:
    """Fill the sheet."""
    share = QUICK if sheet.quick else 1
    empty = rows.empty_copy()
    try:
        _measure(sheet, console, empty, share)
    finally:
        rows.drop(empty)


def _measure(sheet: Sheet, console: Console, empty: str, share: int) -> None:
    cells, packs = CELLS // share, PACKS // share
    folder = Path(settings.PASSPORT_STATE)
    maker = sending.maker()
    console.print("starting web, worker, clock, sequencer and two witnesses …")
    with household.serving() as house:
        sender = Sender(house.url, maker)
        sender.take_in(_file(maker, folder, "A", FIRST // share, share))
        console.print("three more files at 10^4 rows …")
        few = _rate(sender, folder, "B", MORE // share, share)
        console.print(f"writing and signing a file of {cells:,} cells in {packs:,} packs …")
        file = MakerFile(maker, folder / "cells.ndjson", tag="C", cells=cells, packs=packs)
        console.print(f"sending it: {file.path.stat().st_size / 1e6:,.0f} MB …")
        took = sender.take_in(file)
        console.print("sending it again …")
        before = _counts()
        again = sender.take_in(file)
        _check_unchanged(before)
        console.print("three more files at 10^6 rows …")
        many = _rate(sender, folder, "D", MORE // share, share)
        more = _enlarge(sheet, console, sender, folder)
        peaks = memory.peaks()
    console.print("copying the same rows over one connection …")
    copied = rows.copy_into(empty, intake=took.intake)
    file.path.unlink()
    sheet.figures += _figures(file, took.seconds, again.seconds, copied, peaks, many / few)
    if more:
        sheet.figures.append(
            Figure("one more file at 10^7 rows", more / few, "", "flat_1e7", least=0.8)
        )


def _figures(
    file: MakerFile,
    took: float,
    again: float,
    copied: dict[str, float],
    peaks: dict[str, float],
    flat: float,
) -> list[Figure]:
    rate, limit = file.cells / took, file.cells / sum(copied.values())
    slowest = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in copied.items())
    largest = max(peaks, key=lambda name: peaks[name])
    others = ", ".join(f"{name} {size:.0f}" for name, size in sorted(peaks.items()))
    return [
        Figure("COPY of the same rows", limit, "1/s", how=f"one connection: {slowest}"),
        Figure(
            "cells registered and attested", rate, "1/s", "cells_per_s", least=20_000,
            how=f"{file.cells:,} cells in {file.packs:,} packs, first byte → checkpoint",
        ),
        Figure("against COPY", rate / limit, "", "vs_copy", least=0.5),
        Figure(
            "the same file again", file.lines / again, "1/s", "replay_per_s",
            how=f"lines, all known before; no row more in {len(rows.MADE) + 1} tables",
        ),
        Figure(
            "largest process", peaks[largest], "MB", "peak_mb", most=300,
            how=f"VmHWM of {largest}; {others}",
        ),
        Figure("one more file at 10^6 rows", flat, "", "flat_1e6", least=0.8),
    ]  # fmt: skip


def _file(maker: sending.Maker, folder: Path, tag: str, cells: int, share: int) -> MakerFile:
    packs = max(1, cells // 1000)
    return MakerFile(maker, folder / f"{tag}.ndjson", tag=tag, cells=cells, packs=packs)


def _rate(sender: Sender, folder: Path, tag: str, cells: int, share: int) -> float:
    """Cells a second while the worker is at it: waiting for it would hide what grows.

    The middle of three, since a database that writes behind itself slows one down now and then.
    """
    files = [_file(sender.maker, folder, f"{tag}{n}", cells, share) for n in range(FILES)]
    return median(cells / sender.take_in(file).worked for file in files)


def _enlarge(sheet: Sheet, console: Console, sender: Sender, folder: Path) -> float:
    """Fill the tables up to the size that was asked for; the rate of one more file there."""
    if sheet.size <= CELLS:
        return 0.0
    number = 0
    while (left := sheet.size - Battery.objects.count()) > 0:
        console.print(f"{left:,} rows to go …")
        cells, number = min(left, CELLS), number + 1
        tag = f"E{number}"
        file = MakerFile(
            sender.maker, folder / "more.ndjson", tag=tag, cells=cells, packs=max(1, cells // 1000)
        )
        sender.take_in(file)
        file.path.unlink()
    return _rate(sender, folder, "F", MORE, 1)


def _counts() -> dict[str, int]:
    return {name: rows.count(f"passport_{name}") for name in ("attestation", *rows.MADE)}


def _check_unchanged(before: dict[str, int]) -> None:
    if (after := _counts()) != before:
        changed = ", ".join(name for name in before if before[name] != after[name])
        raise CommandError(f"The same file again changed something: {changed}.")
