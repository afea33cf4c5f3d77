"""Certified = delivered = installed, serial by serial, however many there are.

Lists come sorted and are read once, side by side, so that a million serials need no memory. What
was put in the place of another is told apart: before the property was placed in service the new
serial stands among the installed ones, afterwards the old one does.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import islice

from passport.rules.errors import Conflict, Malformed

LONGEST = 80
EXAMPLES = 20
_AT_ONCE = 4096
_SERIAL = re.compile(r"[!-~]{1,80}", re.ASCII)


class Stage(StrEnum):
    """Where a serial was listed."""

    CERTIFIED = "CERTIFIED"
    DELIVERED = "DELIVERED"
    INSTALLED = "INSTALLED"


class Mismatch(StrEnum):
    """In what way a serial does not agree."""

    NOT_CERTIFIED = "NOT_CERTIFIED"  # delivered or installed, and in no certificate
    NOT_DELIVERED = "NOT_DELIVERED"  # certified alone
    NOT_INSTALLED = "NOT_INSTALLED"  # delivered, and not put in
    NEVER_DELIVERED = "NEVER_DELIVERED"  # installed, and on no delivery
    STILL_INSTALLED = "STILL_INSTALLED"  # told to be substituted, and installed all the same
    NOT_KNOWN = "NOT_KNOWN"  # told to be replaced, and on no list


class NotASerial(Malformed):
    """The text cannot be a serial."""

    code = "not-a-project-serial"
    title = "This is no serial"


class NotInOrder(Conflict):
    """A list that is to be compared does not grow from serial to serial."""

    code = "serials-not-in-order"
    title = "The serials are not in order"


@dataclass(frozen=True)
class Change:
    """`new` in the place of `old`; `certified` when a certificate speaks of the new one."""

    old: str
    new: str
    changed_on: date
    reason: str = ""
    certified: bool = False


@dataclass(frozen=True)
class Reconciliation:
    """How the lists agree. `examples` are the first serials of each mismatch."""

    counts: Mapping[Stage, int]
    missing: tuple[Stage, ...]
    agreed: int
    replaced: int
    mismatches: Mapping[Mismatch, int]
    examples: Mapping[Mismatch, Sequence[str]]

    @property
    def agrees(self) -> bool:
        """Whether all three lists are there and nothing speaks against them."""
        return not self.missing and not self.mismatches


def read_serial(text: str) -> str:
    """The serial in a cell: printable ASCII without blanks, at most 80. Refuses NotASerial.
    [serials-4]
    """
    serial = text.strip()
    if not _SERIAL.fullmatch(serial):
        raise NotASerial(
            f"“{serial[:40]}” is empty, too long, or holds what no serial holds",
            pointer="/serial",
            remedy=f"write 1 to {LONGEST} letters, digits and marks without blanks",
        )
    return serial


@dataclass
class _Tally:
    agreed: int = 0
    counts: Counter[Stage] = field(default_factory=Counter)
    wrong: Counter[Mismatch] = field(default_factory=Counter)
    examples: dict[Mismatch, list[str]] = field(default_factory=dict)

    def note(self, mismatch: Mismatch, serial: str) -> None:
        self.wrong[mismatch] += 1
        shown = self.examples.setdefault(mismatch, [])
        if len(shown) < EXAMPLES:
            shown.append(serial)


@dataclass(frozen=True)
class _Changes:
    """Changes by serial: substituted before service, replaced after it."""

    substituted: frozenset[str]
    replaced: frozenset[str]
    put_in: Mapping[str, Change]  # by the new serial, before service
    spare: Mapping[str, Change]  # by the new serial, after it
    named: frozenset[str]


# certified 1, delivered 2, installed 4
_BITS: Mapping[Stage, int] = {Stage.CERTIFIED: 1, Stage.DELIVERED: 2, Stage.INSTALLED: 4}
_ALL = 7
_FOUND: Mapping[int, tuple[Mismatch, ...]] = {
    1: (Mismatch.NOT_DELIVERED,),
    2: (Mismatch.NOT_CERTIFIED, Mismatch.NOT_INSTALLED),
    3: (Mismatch.NOT_INSTALLED,),
    4: (Mismatch.NOT_CERTIFIED, Mismatch.NEVER_DELIVERED),
    5: (Mismatch.NEVER_DELIVERED,),
    6: (Mismatch.NOT_CERTIFIED,),
}


def reconcile(
    *,
    lists: Mapping[Stage, Iterable[str]],
    changes: Iterable[Change] = (),
    placed_on: date | None = None,
) -> Reconciliation:
    """Compare the lists of a line. [serials-5]

    Each list is sorted, each serial in it once; a stage without a list is not compared, and is
    told in `missing`. A change before `placed_on` (or while there is none) is a substitution: its
    old serial is not installed and the new one is. A later one is a replacement: the old one was
    installed, and the new one needs a certificate and stands on no other list. Refuses NotInOrder.
    """
    told = _sorted_out(changes, placed_on)
    missing = tuple(stage for stage in Stage if stage not in lists)
    absent = sum(_BITS[stage] for stage in missing)
    tally, seen = _Tally(), set[str]()
    for group, mask in _side_by_side(lists, tally.counts):
        named = told.named.intersection(group)
        seen |= named
        plain = set(group) - named if named else group
        _judge(plain, mask | absent, tally)
        for serial in sorted(named):
            asked = _with_changes(serial, mask, told, tally)
            if asked:
                _judge({serial}, asked | absent, tally)
    _after(told, seen, tally)
    return Reconciliation(
        counts={stage: tally.counts[stage] for stage in Stage},
        missing=missing,
        agreed=tally.agreed,
        replaced=len(told.substituted) + len(told.replaced),
        mismatches=dict(tally.wrong),
        examples={each: tuple(shown) for each, shown in tally.examples.items()},
    )


def _judge(group: Collection[str], mask: int, tally: _Tally) -> None:
    """Note serials that all stand on the same lists."""
    if mask == _ALL:
        tally.agreed += len(group)
        return
    for serial in sorted(group):
        for mismatch in _FOUND[mask]:
            tally.note(mismatch, serial)


def _with_changes(serial: str, mask: int, told: _Changes, tally: _Tally) -> int:
    """What is to be compared of a serial that a change names; 0 when nothing is."""
    if serial in told.substituted:
        if mask & _BITS[Stage.INSTALLED]:
            tally.note(Mismatch.STILL_INSTALLED, serial)
        return 0
    if serial in told.spare:
        certified = told.spare[serial].certified or mask & _BITS[Stage.CERTIFIED]
        if not certified:
            tally.note(Mismatch.NOT_CERTIFIED, serial)
        return 0
    change = told.put_in.get(serial)
    return mask | _BITS[Stage.CERTIFIED] if change and change.certified else mask


def _after(told: _Changes, seen: set[str], tally: _Tally) -> None:
    """What changes name and no list holds."""
    for serial in sorted((told.substituted | told.replaced) - seen):
        if serial not in told.spare and serial not in told.put_in:
            tally.note(Mismatch.NOT_KNOWN, serial)
    for serial in sorted(told.put_in.keys() - seen - told.substituted):
        tally.note(Mismatch.NOT_INSTALLED, serial)
    for serial in sorted(told.spare.keys() - seen):
        if not told.spare[serial].certified:
            tally.note(Mismatch.NOT_CERTIFIED, serial)


def _sorted_out(changes: Iterable[Change], placed_on: date | None) -> _Changes:
    every = list(changes)
    before = [each for each in every if placed_on is None or each.changed_on < placed_on]
    after = [each for each in every if placed_on is not None and each.changed_on >= placed_on]
    return _Changes(
        substituted=frozenset(each.old for each in before),
        replaced=frozenset(each.old for each in after),
        put_in={each.new: each for each in before},
        spare={each.new: each for each in after},
        named=frozenset(name for each in every for name in (each.old, each.new)),
    )


def _side_by_side(
    lists: Mapping[Stage, Iterable[str]], counts: Counter[Stage]
) -> Iterator[tuple[Collection[str], int]]:
    """Groups of serials that stand on the same lists, with the bits of those.

    Lists are read some thousand at a time, up to where all of them have been read; only what
    differs is looked at one by one.
    """
    stages = [stage for stage in Stage if stage in lists]
    runs = [_runs(stage, lists[stage], counts) for stage in stages]
    heads: list[list[str]] = [[] for _ in stages]
    while True:
        heads = [head or next(run, []) for head, run in zip(heads, runs, strict=True)]
        ends = [head[-1] for head in heads if head]
        if not ends:
            return
        cuts = [bisect_right(head, min(ends)) for head in heads]
        parts = [head[:cut] for head, cut in zip(heads, cuts, strict=True)]
        heads = [head[cut:] for head, cut in zip(heads, cuts, strict=True)]
        yield from _apart({_BITS[stage]: part for stage, part in zip(stages, parts, strict=True)})


def _apart(parts: Mapping[int, list[str]]) -> Iterator[tuple[Collection[str], int]]:
    """What all hold, and then what some do, in order."""
    first, *others = parts.values()
    if all(each == first for each in others):
        yield first, sum(parts)
        return
    held = {bit: set(part) for bit, part in parts.items()}
    common = set.intersection(*held.values())
    yield common, sum(parts)
    for serial in sorted(set.union(*held.values()) - common):
        yield (serial,), sum(bit for bit, part in held.items() if serial in part)


def _runs(stage: Stage, serials: Iterable[str], counts: Counter[Stage]) -> Iterator[list[str]]:
    waiting, before = iter(serials), ""
    while run := list(islice(waiting, _AT_ONCE)):
        for serial in () if run == sorted(set(run)) and run[0] > before else run:
            if serial <= before:
                raise NotInOrder(
                    f"{serial[:40]} follows {before[:40]} among the {stage.lower()} serials",
                    remedy="sort the list by its characters, and name each serial once",
                )
            before = serial
        before = run[-1]
        counts[stage] += len(run)
        yield run
