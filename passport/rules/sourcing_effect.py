"""What would change a verdict: each open doubt with what it moves, and the fewest that would do."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from passport.rules.sourcing_piece import KNOWN, Doubt, Piece

Bundles = Mapping[frozenset[Doubt], Fraction]

# So many doubts are tried in all combinations; of more, the heaviest are taken first.
_TRIED = 12
_PRUNED = 60


@dataclass(frozen=True)
class Finding:
    """A doubt, and where the supported ratio would be if it alone were settled well.

    `touches` is the part of the whole that it speaks against, alone or with others. `known` says
    that it is no open question: only another maker would change it.
    """

    doubt: Doubt
    ratio: Fraction
    moves: Fraction
    touches: Fraction
    known: bool
    would_pass: bool
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """The fewest doubts that, all settled well, would let the ratio pass; exact, or a good try."""

    doubts: tuple[Doubt, ...]
    ratio: Fraction
    fewest: bool


def findings_of(
    *, pieces: Iterable[Piece], total: Fraction, percent: Decimal | None
) -> tuple[Finding, ...]:
    """Every doubt of the strict reading, those that change the verdict alone first, then by how
    far they move the ratio. [sourcing-13]
    """
    pieces = [each for each in pieces if each.strict]
    clean = total - sum((each.amount for each in pieces), Fraction(0))
    alone: dict[Doubt, Fraction] = defaultdict(Fraction)
    touched: dict[Doubt, Fraction] = defaultdict(Fraction)
    lines: dict[Doubt, dict[str, None]] = defaultdict(dict)
    for piece in pieces:
        for doubt in piece.strict:
            touched[doubt] += piece.amount
            lines[doubt].update(dict.fromkeys(piece.lines))
            if len(piece.strict) == 1:
                alone[doubt] += piece.amount
    found = [
        Finding(
            doubt=doubt,
            ratio=(clean + alone[doubt]) / total,
            moves=alone[doubt] / total,
            touches=amount / total,
            known=doubt.kind in KNOWN,
            would_pass=_passes((clean + alone[doubt]) / total, percent),
            lines=tuple(lines[doubt]),
        )
        for doubt, amount in touched.items()
    ]
    return tuple(sorted(found, key=_order(failing=not _passes(clean / total, percent))))


def _order(*, failing: bool) -> Callable[[Finding], tuple[object, ...]]:
    return lambda each: (
        not (each.would_pass and failing),
        -each.moves,
        -each.touches,
        each.doubt,
    )


def fewest(
    *, pieces: Iterable[Piece], total: Fraction, percent: Decimal | None, known: bool
) -> Way | None:
    """The fewest doubts that would let the ratio pass: open ones, and with `known` those too of
    which only another maker is the cure. None where it passes, nothing is asked, or none would do.
    [sourcing-14]
    """
    if percent is None:
        return None
    bundles: dict[frozenset[Doubt], Fraction] = defaultdict(Fraction)
    for piece in pieces:
        bundles[piece.strict] += piece.amount
    needed = total * Fraction(percent) / 100 - bundles.pop(frozenset(), Fraction(0))
    usable = {
        doubts: amount
        for doubts, amount in bundles.items()
        if known or not any(each.kind in KNOWN for each in doubts)
    }
    if needed <= 0 or sum(usable.values()) < needed:
        return None
    doubts = sorted(frozenset().union(*usable))
    exact = len(doubts) <= _TRIED
    chosen = _tried(doubts, usable, needed) if exact else _taken(usable, needed)
    gained = _gain(usable, chosen)
    clean = total * Fraction(percent) / 100 - needed
    single = all(len(each) == 1 for each in usable)
    return Way(tuple(sorted(chosen)), (clean + gained) / total, exact or single)


def _passes(ratio: Fraction, percent: Decimal | None) -> bool:
    return percent is not None and ratio * 100 >= Fraction(percent)


def _gain(bundles: Bundles, settled: frozenset[Doubt]) -> Fraction:
    return sum((amount for doubts, amount in bundles.items() if doubts <= settled), Fraction(0))


def _tried(doubts: list[Doubt], bundles: Bundles, needed: Fraction) -> frozenset[Doubt]:
    for size in range(1, len(doubts)):
        tries = [frozenset(each) for each in combinations(doubts, size)]
        best = max(tries, key=lambda each: _gain(bundles, each))
        if _gain(bundles, best) >= needed:
            return best
    return frozenset(doubts)


def _taken(bundles: Bundles, needed: Fraction) -> frozenset[Doubt]:
    order = sorted(bundles, key=lambda each: (-bundles[each] / len(each), sorted(each)))
    chosen: set[Doubt] = set()
    gained = Fraction(0)
    for doubts in order:
        if gained >= needed:
            break
        chosen |= doubts
        gained += bundles[doubts]
    if len(chosen) <= _PRUNED:
        for doubt in sorted(chosen):
            if _gain(bundles, frozenset(chosen - {doubt})) >= needed:
                chosen.remove(doubt)
    return frozenset(chosen)
