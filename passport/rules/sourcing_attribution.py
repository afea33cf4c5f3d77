"""Whose stock is whose: attribution from entities to their owners (26 USC 318(a)(2)), exactly.

Section 7701(a)(51)(H) takes these rules for stock, and similar principles for other interests.
Only paragraph (2) is taken: nothing goes to members of a family (1), to an entity from its owners
(3), or to the holder of an option (4). What was attributed counts as owned for the next step
((a)(5)(A)), so that shares run through any number of entities.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from graphlib import CycleError, TopologicalSorter

from passport.rules.sourcing_linear import solve
from passport.rules.sourcing_party import EntityKind, Holding, Measure

HUNDRED = Fraction(100)
_NONE: Mapping[Measure, Fraction] = {}
# By which measure what an entity owns runs on to its owners: the first group that is told.
_KEYS: Mapping[EntityKind, Sequence[Collection[Measure]]] = {
    EntityKind.CORPORATION: ({Measure.VALUE},),
    EntityKind.PARTNERSHIP: ({Measure.PROFITS, Measure.CAPITAL},),
    EntityKind.TRUST: ({Measure.BENEFICIAL},),
    EntityKind.ESTATE: ({Measure.BENEFICIAL},),
}


@dataclass(frozen=True)
class Share:
    """A share in percent; the two differ only where holdings run in a circle and both are right."""

    least: Fraction = Fraction(0)
    most: Fraction = Fraction(0)


@dataclass(frozen=True)
class Ownership:
    """All holdings of one day: entity → its holders → percent by measure."""

    kinds: Mapping[str, EntityKind]
    held: Mapping[str, Mapping[str, Mapping[Measure, Fraction]]]
    from_corporation: Fraction

    def holders(self, entity: str) -> Mapping[str, Mapping[Measure, Fraction]]:
        """Who holds it directly, and how much by which measure."""
        return self.held.get(entity, {})

    def above(self, entity: str) -> frozenset[str]:
        """Everybody from whom a chain of holdings leads to the entity, itself only in a circle."""
        seen: set[str] = set()
        waiting = list(self.holders(entity))
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                waiting.extend(self.holders(each))
        return frozenset(seen)

    def key(self, owner: str, owned: str) -> Fraction:
        """The share by which what `owned` owns runs on to `owner`, in percent.

        Of a corporation by value, of a partnership by the greater of profits and capital, of a
        trust or an estate by the beneficial (actuarial) interest; where that is not told, by the
        greatest that is.
        """
        shares = self.holders(owned).get(owner, _NONE)
        for group in _KEYS.get(self.kinds.get(owned, EntityKind.CORPORATION), ()):
            told = [shares[measure] for measure in group if measure in shares]
            if told:
                return max(told)
        return max(shares.values(), default=Fraction(0))

    def told(self, entity: str) -> Mapping[Measure, Fraction]:
        """The sum of all direct holdings in it, by measure."""
        sums: dict[Measure, Fraction] = {}
        for shares in self.holders(entity).values():
            for measure, share in shares.items():
                sums[measure] = sums.get(measure, Fraction(0)) + share
        return sums

    def and_of(self, owner: str, rests: Mapping[str, Mapping[Measure, Fraction]]) -> "Ownership":
        """The same, with shares of one owner more: entity → its share by measure."""
        held = {**self.held}
        for entity, shares in rests.items():
            held[entity] = {**self.holders(entity), owner: shares}
        return replace(self, held=held)

    def runs_on(self, entity: str) -> bool:
        """Whether it is attributed from this entity to each owner in proportion, however small."""
        return self.kinds.get(entity, EntityKind.CORPORATION) is not EntityKind.CORPORATION


def ownership_of(
    *,
    holdings: Collection[Holding],
    kinds: Mapping[str, EntityKind],
    on: date,
    from_corporation: Fraction,
) -> Ownership:
    """The holdings that held on a day; several of one owner in one entity are added up.

    `from_corporation`, in percent of value, is where attribution from a corporation begins.
    """
    held: dict[str, dict[str, dict[Measure, Fraction]]] = {}
    for each in holdings:
        if each.since <= on and (each.until is None or on < each.until):
            shares = held.setdefault(each.owned, {}).setdefault(each.owner, {})
            shares[each.measure] = shares.get(each.measure, Fraction(0)) + Fraction(each.percent)
    return Ownership(kinds=kinds, held=held, from_corporation=from_corporation)


def share_of(
    *, owners: Collection[str], entity: str, measure: Measure | None, ownership: Ownership
) -> Share:
    """What `owners`, taken as one, own of an entity, directly and by attribution, in percent.

    From a partnership or an estate, what it owns counts as owned by its partners or beneficiaries
    proportionately, whatever they hold (318(a)(2)(A)); from a trust, by its beneficiaries in
    proportion to their actuarial interests (318(a)(2)(B)); from a corporation only by who owns 50
    per cent or more of its value, directly or by attribution, and in the proportion of that value
    (318(a)(2)(C)). `measure` None asks for the share by which the entity itself runs on.

    Where holdings run in a circle, each round is attributed anew: the endless sum is the answer of
    linear equations, exactly. Whether a corporation in the circle passes its 50 per cent may then
    depend on the circle itself; `least` lets it count only where it passes without, `most` also
    where it only holds itself up.
    """
    nodes = sorted(ownership.above(entity) - set(owners))
    if not set(owners) & ownership.above(entity):
        return Share()
    try:
        order = _in_order(nodes, ownership)
    except CycleError:
        low, high = _around(nodes, frozenset(owners), ownership)
    else:
        low = high = _down(order, frozenset(owners), ownership)
    return Share(
        _sum(low, frozenset(owners), entity, measure, ownership),
        _sum(high, frozenset(owners), entity, measure, ownership),
    )


def _in_order(nodes: Sequence[str], ownership: Ownership) -> list[str]:
    inside = set(nodes)
    graph = {each: set(ownership.holders(each)) & inside for each in nodes}
    return list(TopologicalSorter(graph).static_order())


def _down(
    order: Sequence[str], owners: frozenset[str], ownership: Ownership
) -> dict[str, Fraction]:
    """How much of what each entity owns runs on to the owners, owners before what they own."""
    passed: dict[str, Fraction] = {}
    for each in order:
        share = _sum(passed, owners, each, None, ownership)
        passed[each] = share if _passes(each, share, ownership) else Fraction(0)
    return passed


def _passes(entity: str, share: Fraction, ownership: Ownership) -> bool:
    return ownership.runs_on(entity) or share >= ownership.from_corporation


def _sum(
    passed: Mapping[str, Fraction],
    owners: frozenset[str],
    entity: str,
    measure: Measure | None,
    ownership: Ownership,
) -> Fraction:
    total = Fraction(0)
    for holder, shares in ownership.holders(entity).items():
        told = ownership.key(holder, entity) if measure is None else shares.get(measure)
        part = HUNDRED if holder in owners else passed.get(holder, Fraction(0))
        total += (told or Fraction(0)) * part / HUNDRED
    return min(total, HUNDRED)


def _around(
    nodes: Sequence[str], owners: frozenset[str], ownership: Ownership
) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """The same where holdings run in a circle: counted only upwards, and only downwards."""
    running = frozenset(each for each in nodes if ownership.runs_on(each))
    low = _settled(running, nodes, owners, ownership)
    high = _settled(frozenset(nodes), nodes, owners, ownership)
    return low, high


def _settled(
    active: frozenset[str], nodes: Sequence[str], owners: frozenset[str], ownership: Ownership
) -> dict[str, Fraction]:
    """The shares once no further entity begins, or ceases, to run on; at most a round an entity."""
    while True:
        shares = _solved(active, nodes, owners, ownership)
        after = frozenset(each for each in nodes if _passes(each, shares[each], ownership))
        if after == active:
            return {each: shares[each] if each in active else Fraction(0) for each in nodes}
        active = after


def _solved(
    active: frozenset[str], nodes: Sequence[str], owners: frozenset[str], ownership: Ownership
) -> dict[str, Fraction]:
    matrix = [
        [
            Fraction(int(row == column))
            - (ownership.key(column, row) / HUNDRED if column in active else 0)
            for column in nodes
        ]
        for row in nodes
    ]
    due = [sum((ownership.key(owner, row) for owner in owners), Fraction(0)) for row in nodes]
    # A circle that wholly owns itself has no owner to speak of: whatever is said of it holds.
    found = solve(matrix, due) or [HUNDRED] * len(nodes)
    return dict(zip(nodes, (min(each, HUNDRED) for each in found), strict=True))
