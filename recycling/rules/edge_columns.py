"""Edges and their worth over columns: the same edges and cents as market.docket() gives each pack.

Exact: what depends on the model, the country and the condition of a pack alone is asked of the
rules once a kind; health, resistance, life and distance are compared and multiplied as integers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from recycling.rules.columns import MILLION, NONE, Columns, Whole, file_of, millionths
from recycling.rules.feasibility import (
    EARTH_RADIUS_KM,
    OPENED_BY_A_TEST,
    Kind,
    Obstacle,
    PackTerms,
    Place,
    ProgrammeTerms,
    distance_km,
    reasons_against,
)
from recycling.rules.gate_columns import ROUTES, Gated, Mask, distinct
from recycling.rules.market import Opening, pack_terms
from recycling.rules.value import PAID, PriceSet, edge_value, haul_per_km, hold_value

# So close to half a kilometre two ways of rounding may differ: there the rule itself is asked.
_DOUBT = 1e-6
_UNKNOWN = -1


@dataclass(frozen=True, kw_only=True)
class Edges:
    """`src` is a row, `dst` a place among the openings, `cents` the worth; `hold_cents` and
    `waits` (for a test) have one value a pack.
    """

    src: NDArray[np.int32]
    dst: NDArray[np.int32]
    cents: Whole
    hold_cents: Whole
    waits: Mask


def edges_of(
    held: Columns, gated: Gated, *, openings: Sequence[Opening], prices: PriceSet
) -> Edges:
    """Every edge that exists, programme by programme. [edges-columns-1]"""
    kinds = _Kinds.of(held, gated)
    waits = np.zeros(len(held), dtype=bool)
    found = []
    for place, opening in enumerate(openings):
        terms = opening.terms
        km = _kilometres(held, terms)
        free, waiting = _judge(held, gated, kinds, terms, km=km)
        waits |= waiting
        rows = np.flatnonzero(free)
        cents = _cents(held, kinds, terms, rows=rows, km=km, prices=prices)
        found.append((rows, np.full(len(rows), place), cents, terms.kind))
    kept = [
        (rows[k], dst[k], cents[k])
        for rows, dst, cents, kind in found
        for k in (~waits[rows] | (kind is Kind.SECOND_LIFE),)
    ]
    return Edges(
        src=_joined([rows for rows, _, _ in kept]).astype(np.int32),
        dst=_joined([dst for _, dst, _ in kept]).astype(np.int32),
        cents=_joined([cents for _, _, cents in kept]),
        hold_cents=kinds.hold(prices),
        waits=waits,
    )


def _joined(parts: Sequence[NDArray[np.int64]]) -> Whole:
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


@dataclass(frozen=True, kw_only=True)
class _Kinds:
    """Packs that differ in nothing but health, life and place are of one kind."""

    terms: tuple[PackTerms, ...]
    of_row: Whole

    @classmethod
    def of(cls, held: Columns, gated: Gated) -> "_Kinds":
        keys = [held.model, gated.route, gated.critical.astype(np.int64)]
        keys += [gated.unproven.astype(np.int64), held.facts["waste"], *held.stands]
        firsts, of_row = distinct(keys)
        terms = [
            pack_terms(
                replace(file_of(held, int(row)), soh=None, remaining_years_low=None, place=None),
                route=ROUTES[gated.route[row]],
                critical=bool(gated.critical[row]),
                unproven=bool(gated.unproven[row]),
            )
            for row in firsts
        ]
        bare = tuple(replace(each, soh_low=None, resistance_ratio=None) for each in terms)
        return cls(terms=bare, of_row=of_row)

    def hold(self, prices: PriceSet) -> Whole:
        """What it costs to keep each pack."""
        cents = [hold_value(each, prices=prices).cents for each in self.terms]
        return np.array(cents, dtype=np.int64)[self.of_row]


def _judge(
    held: Columns, gated: Gated, kinds: _Kinds, terms: ProgrammeTerms, *, km: Whole
) -> tuple[Mask, Mask]:
    """Which packs may go there now, and which a test could let in, or make sure of."""
    never, untested = _of_kinds(kinds, terms)
    never |= _beyond(km, terms) | _declined(held, terms)
    if terms.kind is Kind.RECYCLER:
        return ~never & ~untested, np.zeros(len(held), dtype=bool)
    unread = _unhealthy(held, terms, never)
    open_now = ~never & ~untested & ~unread
    return open_now, ~never & (untested | gated.unproven)


def _of_kinds(kinds: _Kinds, terms: ProgrammeTerms) -> tuple[Mask, Mask]:
    """What bars a kind for good, and which kinds must be tested first."""
    seen = {Obstacle.HEALTH_UNKNOWN, Obstacle.RESISTANCE_UNKNOWN}
    found = [
        {each.obstacle for each in reasons_against(kind, terms)} - seen for kind in kinds.terms
    ]
    never = np.array([bool(each - OPENED_BY_A_TEST) for each in found], dtype=bool)
    untested = np.array([Obstacle.TEST_FIRST in each for each in found], dtype=bool)
    return never[kinds.of_row], untested[kinds.of_row]


def _unhealthy(held: Columns, terms: ProgrammeTerms, never: Mask) -> Mask:
    """Where a reading is missing; adds to `never` those whose readings do not fit."""
    low, mean = held.facts["soh_low"], held.soh
    unread: Mask = (low == NONE) | (mean == NONE)
    never |= ~unread & ((low < millionths(terms.soh_min)) | (mean >= millionths(terms.soh_max)))
    if terms.resistance_max is not None:
        ratio = held.facts["resistance_ratio"]
        never |= (ratio != NONE) & (ratio > millionths(terms.resistance_max))
        unread |= ratio == NONE
    left = held.remaining_years_low
    never |= (left != NONE) & (left < millionths(terms.contract_years))
    return unread


def _declined(held: Columns, terms: ProgrammeTerms) -> Mask:
    told = np.zeros(len(held), dtype=bool)
    if terms.id in held.programmes:
        place = held.programmes.index(terms.id)
        told[held.declined[held.declined[:, 1] == place][:, 0]] = True
    return told


def _beyond(km: Whole, terms: ProgrammeTerms) -> Mask:
    if terms.max_distance_km is None:
        return np.zeros(len(km), dtype=bool)
    beyond: Mask = (km != _UNKNOWN) & (km > terms.max_distance_km)
    return beyond


def _kilometres(held: Columns, terms: ProgrammeTerms) -> Whole:
    """How far each pack is from a programme, as distance_km() rounds it; -1 where unknown."""
    if terms.place is None or not held.places:
        return np.full(len(held), _UNKNOWN, dtype=np.int64)
    far = np.array([_UNKNOWN, *_distances(held.places, terms.place)], dtype=np.int64)
    return far[held.place + 1]


def _distances(places: Sequence[Place], to: Place) -> Sequence[int]:
    lat = np.radians(np.array([float(each.latitude) for each in places]))
    lon = np.radians(np.array([float(each.longitude) for each in places]))
    lat_b, lon_b = math.radians(to.latitude), math.radians(to.longitude)
    half = np.sin((lat_b - lat) / 2) ** 2
    half += np.cos(lat) * math.cos(lat_b) * np.sin((lon_b - lon) / 2) ** 2
    far = 2 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    whole = np.rint(far).astype(np.int64)
    for row in np.flatnonzero(np.abs(np.abs(far - np.floor(far)) - 0.5) < _DOUBT).tolist():
        whole[row] = distance_km(places[row], to)
    return whole.tolist()  # type: ignore[no-any-return]


def _cents(
    held: Columns,
    kinds: _Kinds,
    terms: ProgrammeTerms,
    *,
    rows: NDArray[np.intp],
    km: Whole,
    prices: PriceSet,
) -> Whole:
    """The worth of the packs in these rows: what is fixed for a kind, the energy, the way."""
    cents = np.zeros(len(rows), dtype=np.int64)
    of_row = kinds.of_row[rows]
    order = np.argsort(of_row, kind="stable")
    numbers, firsts = np.unique(of_row[order], return_index=True)
    for number, mine in zip(numbers.tolist(), np.split(order, firsts[1:]), strict=False):
        kind = kinds.terms[number]
        value = edge_value(kind, terms, prices=prices)
        moving = {item.name: item.cents for item in value.items if item.name in ("price", "haul")}
        whole = np.full(len(mine), value.cents - sum(moving.values()), dtype=np.int64)
        if "price" in moving:
            each = terms.price_cents_per_kwh * kind.rated_kwh
            whole += scaled(each, held.soh[rows[mine]], unit=MILLION)
        cents[mine] = whole + _haul(kind, terms, prices, km=km[rows[mine]], usual=moving["haul"])
    return cents


def paid_cents(
    held: Columns,
    gated: Gated,
    *,
    chosen: NDArray[np.int32],
    openings: Sequence[Opening],
    prices: PriceSet,
) -> Whole:
    """What its programme's own terms pay for each pack, or charge; 0 for a pack that stays."""
    kinds, paid = _Kinds.of(held, gated), np.zeros(len(held), dtype=np.int64)
    for place, opening in enumerate(openings):
        rows = np.flatnonzero(chosen == place)
        for number in np.unique(kinds.of_row[rows]).tolist():
            kind, mine = kinds.terms[number], rows[kinds.of_row[rows] == number]
            items = edge_value(kind, opening.terms, prices=prices).items
            paid[mine] = sum(item.cents for item in items if item.name in PAID)
            if opening.terms.kind is Kind.SECOND_LIFE:
                each = opening.terms.price_cents_per_kwh * kind.rated_kwh
                paid[mine] += scaled(each, held.soh[mine], unit=MILLION)
    return paid


def _haul(
    kind: PackTerms, terms: ProgrammeTerms, prices: PriceSet, *, km: Whole, usual: int
) -> Whole:
    each = haul_per_km(kind, terms, prices=prices)
    if each is None:
        return np.full(len(km), usual, dtype=np.int64)
    return np.where(km == _UNKNOWN, usual, scaled(-each, km, unit=1))


def scaled(each: Decimal, amounts: Whole, *, unit: int) -> Whole:
    """`each` times the amounts, which count `unit` to one, in whole cents, half to even."""
    sign, digits, exponent = each.as_tuple()
    factor = int("".join(map(str, digits))) * (-1 if sign else 1)
    down, up = 10 ** max(0, -int(exponent)) * unit, 10 ** max(0, int(exponent))
    largest = int(np.abs(amounts).max(initial=1)) * abs(factor) * up
    if largest < 2**62:
        return _half_even(amounts * (factor * up), down)
    exact = [_half_even(np.array([int(n) * factor * up], dtype=object), down) for n in amounts]
    return np.array([int(each[0]) for each in exact], dtype=np.int64)


def _half_even(numerator: NDArray[np.int64], denominator: int) -> Whole:
    whole = numerator // denominator
    twice = 2 * (numerator - whole * denominator)
    more = (twice > denominator) | ((twice == denominator) & (whole % 2 == 1))
    found: Whole = whole + more
    return found
