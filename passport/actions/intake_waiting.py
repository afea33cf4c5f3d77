"""Lines of a file that wait for others of it: kept packed, taken up in their order."""

from collections.abc import Iterator, Sequence
from typing import Final

import zstandard

from passport.models import Intake, IntakeWaiting

BATTERY: Final = "battery"
ASSEMBLY: Final = "assembly"
COMPONENTS: Final = "components"
# No lines: the ids of units of before that got something new, to be told once.
GROWN: Final = "grown"
_AT_ONCE = 20_000


def keep(*, intake: Intake, kind: str, rows: Sequence[tuple[int, bytes]], round: int = 0) -> None:
    """Keep numbered lines until they are taken up in that round."""
    packer = zstandard.ZstdCompressor(level=1)
    IntakeWaiting.objects.bulk_create(
        IntakeWaiting(
            intake=intake,
            kind=kind,
            round=round,
            numbers=[number for number, _ in some],
            lines=packer.compress(b"\n".join(raw for _, raw in some)),
        )
        for some in _in_parts(rows)
    )


def next_of(*, intake: Intake, kind: str, round: int) -> IntakeWaiting | None:
    """The next ones of a round, None when all were taken up."""
    rows = IntakeWaiting.objects.filter(intake=intake, kind=kind, round=round)
    return rows.order_by("id").first()


def all_of(*, intake: Intake, kind: str, round: int = 0) -> Iterator[IntakeWaiting]:
    """All of a round, one after the other."""
    rows = IntakeWaiting.objects.filter(intake=intake, kind=kind, round=round)
    for pk in list(rows.order_by("id").values_list("pk", flat=True)):
        yield IntakeWaiting.objects.get(pk=pk)


def lines_of(kept: IntakeWaiting) -> list[tuple[int, bytes]]:
    """The numbered lines of a row."""
    lines = zstandard.ZstdDecompressor().decompress(bytes(kept.lines)).split(b"\n")
    return list(zip(kept.numbers, lines, strict=True))


def _in_parts(rows: Sequence[tuple[int, bytes]]) -> Iterator[Sequence[tuple[int, bytes]]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
