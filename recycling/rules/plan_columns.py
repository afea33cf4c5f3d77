"""A whole plan over columns: the market that workers solve, and the line of every pack.

What is said here of a hundred thousand packs at once is what planning says of each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recycling.rules.arrays import HELD, Cents, Market, Nodes
from recycling.rules.columns import Columns, Whole
from recycling.rules.components import Component, components
from recycling.rules.edge_columns import Edges, edges_of
from recycling.rules.feasibility import Kind
from recycling.rules.gate_columns import ROUTES, Gated, Mask, evaluate_columns
from recycling.rules.gates import GateRoute
from recycling.rules.inputs import Inputs
from recycling.rules.layout import lay_out, lots_of
from recycling.rules.market import Opening
from recycling.rules.planning import Reason

REASONS = tuple(Reason)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A market before it is solved: what the gates said, and every edge."""

    gated: Gated
    edges: Edges


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One value a pack: the opening (or HELD), cents, the place of its reason in REASONS."""

    chosen: Nodes
    value_cents: Cents
    regret_cents: Cents
    price_cents: Cents
    reason: Whole
    indicative: Mask


def ready(inputs: Inputs) -> Ready:
    """Gates, then edges. [plan-columns-1]"""
    tables = inputs.tables
    gated = evaluate_columns(inputs.packs, rules=tables.gates, on=inputs.on)
    edges = edges_of(inputs.packs, gated, openings=inputs.openings, prices=tables.prices)
    return Ready(gated=gated, edges=edges)


def market_of(inputs: Inputs, edges: Edges) -> Market:
    """The arrays that are solved; places are counted in packs."""
    ids = [each.tobytes().hex() for each in inputs.packs.ids]
    return Market.of(
        tuple(ids),
        tuple(opening.terms.id for opening in inputs.openings),
        (edges.src, edges.dst, edges.cents),
        capacity=[opening.places for opening in inputs.openings],
        hold_cents=edges.hold_cents,
    )


def parts_of(inputs: Inputs, edges: Edges) -> tuple[Component, ...]:
    """The parts that workers solve, with the rules of their lots. [plan-columns-4]

    A programme takes one lot a plan: one pack model, one band of health, at least its minimum.
    """
    openings, packs = inputs.openings, inputs.packs
    lots = lots_of(
        openings,
        lay_out(openings, packs=len(packs)),
        soh=packs.soh,
        model=packs.model.astype(np.int32),
        codes=[each.code for each in packs.models],
    )
    return components(market_of(inputs, edges), lots)


def lines_of(inputs: Inputs, made: Ready, *, chosen: Nodes, shadow_cents: Cents) -> Lines:
    """The line of every pack, from where it goes. [plan-columns-3]"""
    edges, count = made.edges, len(inputs.packs)
    value, best = edges.hold_cents.copy(), edges.hold_cents.copy()
    taken = chosen[edges.src] == edges.dst
    value[edges.src[taken]] = edges.cents[taken]
    np.maximum.at(best, edges.src, edges.cents)
    second = _are_second(inputs.openings)
    places = np.append(shadow_cents, 0)
    regret = best - value
    return Lines(
        chosen=chosen,
        value_cents=value,
        regret_cents=regret,
        price_cents=places[chosen],
        reason=_reasons(inputs, made, chosen=chosen, value=value),
        indicative=(chosen != HELD) & np.append(second, False)[chosen] & made.gated.unproven
        if count
        else np.zeros(0, dtype=bool),
    )


def _are_second(openings: Sequence[Opening]) -> Mask:
    return np.array([each.terms.kind is Kind.SECOND_LIFE for each in openings], dtype=bool)


def _reasons(inputs: Inputs, made: Ready, *, chosen: Nodes, value: Cents) -> Whole:
    edges, count = made.edges, len(inputs.packs)
    has_edge, has_second, has_room, better, barred = (np.zeros(count, dtype=bool) for _ in range(5))
    has_edge[edges.src] = True
    has_second[edges.src[_are_second(inputs.openings)[edges.dst]]] = True
    taken = np.bincount(chosen[chosen != HELD], minlength=len(inputs.openings))
    full = taken >= np.array([each.places for each in inputs.openings], dtype=np.int64)
    has_room[edges.src[~full[edges.dst]]] = True
    more = edges.cents > value[edges.src]
    better[edges.src[more]] = True
    # Better and with room is only what a lot keeps out: of another band or model, or closed.
    lots = np.array([each.lot is not None for each in inputs.openings], dtype=bool)
    barred[edges.src[more & ~full[edges.dst] & lots[edges.dst]]] = True
    held = chosen == HELD
    recycled = np.append(~_are_second(inputs.openings), False)[chosen]
    route = made.gated.route
    # The first that is so decides; the order is planning's.
    cases = (
        (held & made.edges.waits, Reason.HELD_FOR_TEST),
        (held & ~has_edge, Reason.HELD_NOBODY_TAKES_IT),
        (held & ~has_room, Reason.HELD_NO_PLACE_LEFT),
        (held & barred, Reason.LOT_OF_OTHERS),
        (held, Reason.HELD_COSTS_LESS),
        (route == ROUTES.index(GateRoute.QUARANTINE), Reason.GATE_QUARANTINES),
        (route == ROUTES.index(GateRoute.RECYCLE), Reason.GATE_RECYCLES),
        (~has_second, Reason.NO_SECOND_LIFE_FITS),
        (barred, Reason.LOT_OF_OTHERS),
        (better, Reason.PLACE_WORTH_MORE_TO_ANOTHER),
        (recycled, Reason.RECYCLING_WORTH_MORE),
    )
    found: Whole = np.select(
        [where for where, _ in cases],
        [REASONS.index(reason) for _, reason in cases],
        default=REASONS.index(Reason.BEST_VALUE),
    )
    return found


def earlier_of(packs: Columns, openings: Sequence[Opening]) -> Nodes:
    """The place among the openings that each pack was last proposed to, or HELD."""
    places = {opening.terms.id: place for place, opening in enumerate(openings)}
    known = [places.get(name, HELD) for name in packs.programmes]
    return np.array([*known, HELD], dtype=np.int32)[packs.earlier]
