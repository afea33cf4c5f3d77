"""Lines by the manufactured product they stand in and by who made that: what is judged together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from passport.rules.sourcing_case import Line, LineKind
from passport.rules.sourcing_inquiry import Inquiry
from passport.rules.sourcing_piece import NOTHING, Doubt, DoubtKind


@dataclass(frozen=True)
class Group:
    """A product of one maker: lines of the whole, and of components by their rows."""

    product: str
    maker: str | None
    wholes: tuple[Line, ...]
    parts: Mapping[str, tuple[Line, ...]]
    days: tuple[date, ...]  # on which it was paid for

    def lines(self) -> tuple[Line, ...]:
        """All of them."""
        return (*self.wholes, *(line for row in self.parts.values() for line in row))


def groups_of(*, lines: Iterable[Line], as_of: date) -> tuple[Group, ...]:
    """The products of a bill of materials, each maker's apart; in the order of their names.

    A group without a day of its own is looked at as of the case's.
    """
    kept: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        maker = line.producer if line.kind is LineKind.PRODUCT else line.product_producer
        kept[line.product, maker or ""].append(line)
    return tuple(_group(*key, kept[key], as_of) for key in sorted(kept))


def days_of(line: Line, others: Sequence[date]) -> tuple[date, ...]:
    """The days on which a line was paid for; a component inside a product, with the product."""
    return tuple(sorted({each.incurred_on for each in line.costs})) or tuple(others)


def making(group: Group, inquiry: Inquiry) -> frozenset[Doubt]:
    """What speaks against the maker of a product: any line of it, or the maker alone."""
    if not group.wholes:
        return inquiry.maker(group.maker, group.days, f"{group.product}/maker")
    return NOTHING.union(*(inquiry.own(line, days_of(line, group.days)) for line in group.wholes))


def uncovered(group: Group, row: str) -> Fraction:
    """By how much the lines of a row fall short of the nameplate of the product; 0 when untold."""
    lines = (*group.wholes, *group.parts[row])
    if not group.wholes or any(each.nameplate is None for each in lines):
        return Fraction(0)
    return max(Fraction(0), _nameplate(group.wholes) - _nameplate(group.parts[row]))


def _nameplate(lines: Iterable[Line]) -> Fraction:
    return sum((Fraction(each.nameplate or 0) for each in lines), Fraction(0))


def missing(group: Group, row: str) -> Doubt:
    """That no line says who made a row of a product."""
    return Doubt(DoubtKind.NOT_STATED, f"{group.product}/{row}")


def _group(product: str, maker: str, lines: Sequence[Line], as_of: date) -> Group:
    parts: dict[str, list[Line]] = defaultdict(list)
    wholes = []
    for line in lines:
        if line.kind is LineKind.PRODUCT:
            wholes.append(line)
        else:
            parts[line.row].append(line)
    days = {cost.incurred_on for line in wholes or lines for cost in line.costs}
    return Group(
        product=product,
        maker=maker or None,
        wholes=tuple(wholes),
        parts={row: tuple(found) for row, found in sorted(parts.items())},
        days=tuple(sorted(days)) or (as_of,),
    )
