"""Sorts more serials than memory should hold: in parts on the disk, merged as they are read."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import IO

from passport.rules.errors import Refusal
from passport.rules.sourcing_serials import NotASerial, read_serial

PART = 100_000
HEADINGS = frozenset({"serial", "serials", "serial_number", "seriennummer"})


class TwiceListed(NotASerial):
    """A serial stands on two lines of one list."""

    code = "serial-twice"
    title = "The serial is listed twice"


class Sorted:
    """Serials in order, each once; `faults` are lines that are none, as far as they are kept."""

    def __init__(self, lines: Iterable[str], *, most_faults: int) -> None:
        self.faults: list[tuple[int, Refusal]] = []
        self.wrong = 0
        self._most = most_faults
        self._lines = lines

    def serials(self) -> Iterator[str]:
        """Go through them once; faults of a line are known when all lines were read."""
        with ExitStack() as open_files:
            parts = [open_files.enter_context(each) for each in self._parts()]
            before, at = "", 0
            for serial, number in heapq.merge(*(_read(each) for each in parts)):
                if serial == before:
                    self._fault(
                        number,
                        TwiceListed(
                            f"{serial[:40]} stands on line {at} already",
                            pointer="/serial",
                            remedy="list each serial once",
                        ),
                    )
                    continue
                before, at = serial, number
                yield serial

    def _parts(self) -> Iterator[IO[str]]:
        part: list[tuple[str, int]] = []
        for number, line in enumerate(self._lines, start=1):
            text = line.strip()
            if not text or (number == 1 and text.lower().strip('"\ufeff') in HEADINGS):
                continue
            try:
                part.append((read_serial(text.lstrip("\ufeff").strip('"')), number))
            except Refusal as refusal:
                self._fault(number, refusal)
            if len(part) == PART:
                yield _spilled(part)
                part = []
        yield _spilled(part)

    def _fault(self, number: int, refusal: Refusal) -> None:
        self.wrong += 1
        if len(self.faults) < self._most:
            self.faults.append((number, refusal))


def _spilled(part: list[tuple[str, int]]) -> IO[str]:
    part.sort()
    made = tempfile.TemporaryFile("w+", encoding="ascii", newline="\n")  # noqa: SIM115 - its reader closes it
    made.writelines(f"{serial}\t{number}\n" for serial, number in part)
    made.seek(0)
    return made


def _read(part: IO[str]) -> Iterator[tuple[str, int]]:
    for line in part:
        serial, _, number = line.partition("\t")
        yield serial, int(number)
