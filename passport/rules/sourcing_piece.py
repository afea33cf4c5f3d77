"""The smallest amounts of a ratio, what speaks against each of them, and how each came about."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

NOTHING: frozenset["Doubt"] = frozenset()


class DoubtKind(StrEnum):
    """Why an amount counts as prohibited in the supported ratio."""

    PROHIBITED = "PROHIBITED"  # its maker is a prohibited foreign entity; `about` the entity
    CERTIFIED = "CERTIFIED"  # a certificate says that this part is prohibited; the line
    ASSIGNED = "ASSIGNED"  # assigned, and a tenth or more of the whole; the property
    FLAGGED = "FLAGGED"  # a reason to know is open; the flag
    UNKNOWN = "UNKNOWN"  # what its maker is has not been shown; the entity
    NO_MAKER = "NO_MAKER"  # nobody says who made it; the line
    NOT_STATED = "NOT_STATED"  # no line says who made this row of a product; product and row
    UNCOVERED = "UNCOVERED"  # lines of a row do not reach the nameplate of the product
    UNPRICED = "UNPRICED"  # a prohibited component inside, of which no cost is certified


# What speaks against the maker of a product, and not against the thing itself or all that is in it.
OF_THE_MAKER = frozenset({DoubtKind.PROHIBITED, DoubtKind.UNKNOWN, DoubtKind.NO_MAKER})
# What a certificate stands for.
NOT_SHOWN = frozenset({DoubtKind.UNKNOWN, DoubtKind.NO_MAKER})
# What stays prohibited when all that is not shown is taken for clean.
KNOWN = frozenset({DoubtKind.PROHIBITED, DoubtKind.CERTIFIED, DoubtKind.ASSIGNED})


@dataclass(frozen=True, order=True)
class Doubt:
    """One thing that, settled well, would no longer speak against an amount."""

    kind: DoubtKind
    about: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.about}"


@dataclass(frozen=True)
class Piece:
    """An amount, in dollars or in points of the table, and what speaks against it.

    It is clean only when nothing does. `lenient` is the reading in which the maker of a product
    taints its making and not what is inside (OI-1). `id` is that of the step that tells its value.
    """

    id: str
    amount: Fraction
    strict: frozenset[Doubt]
    lenient: frozenset[Doubt]
    lines: tuple[str, ...]
    assigned: bool = False


@dataclass(frozen=True)
class Step:
    """A figure: by which formula, of which operands, under which clause or table, out of what.

    Operands are ids of other steps, or places of the inputs: `case:` or `rules:` and a JSON
    pointer. `sources` are SHA-256 digests of the documents that the figure was taken from.
    """

    id: str
    formula: str
    operands: tuple[str, ...]
    value: Fraction
    citation: str
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A line that is in neither sum, and why."""

    line: str
    reason: str
    clause: str


@dataclass(frozen=True)
class Base:
    """All pieces of a property or component, and how they came about."""

    pieces: tuple[Piece, ...]
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]
    absent: tuple[str, ...] = ()  # listed products that are not part of it
    clauses: frozenset[str] = frozenset()  # that bear on an amount
    variant: str = ""
    table: str = ""


def inside(doubts: frozenset[Doubt]) -> frozenset[Doubt]:
    """Of what speaks against a product, what speaks in the lenient reading against its parts."""
    return frozenset(each for each in doubts if each.kind not in OF_THE_MAKER)


def shown(doubts: frozenset[Doubt]) -> frozenset[Doubt]:
    """What still speaks against a thing of which a certificate tells."""
    return frozenset(each for each in doubts if each.kind not in NOT_SHOWN)


def told(doubts: Iterable[Doubt]) -> tuple[str, ...]:
    """Doubts in one order, as a step notes them."""
    return tuple(str(each) for each in sorted(doubts))
