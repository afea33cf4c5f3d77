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
from recycling.rules.layout import Layout, lay_out, lots_of
from recycling.rules.market import Opening
from recycling.rules.planning import Reason
from recycling.rules.weeks import WEEKS, Placed, placed

REASONS = tuple(Reason)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A market before it is solved: what the gates said, every edge, and every edge over weeks."""

    gated: Gated
    edges: Edges
    placed: Placed


@dataclass(frozen=True, kw_only=True)
class Lines:
    """One value a pack: the opening and the week (or HELD), cents, the place of its reason in
    REASONS.
    """

    chosen: Nodes
    week: Nodes
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
    over_weeks = placed(
        lay_out(inputs.openings, weeks=WEEKS),
        (edges.src, edges.dst, edges.cents),
        packs=inputs.packs,
        openings=inputs.openings,
        prices=tables.prices,
        on=inputs.on,
    )
    return Ready(gated=gated, edges=edges, placed=over_weeks)


def market_of(inputs: Inputs, made: Ready) -> Market:
    """The arrays that are solved; places are counted in packs."""
    ids = [each.tobytes().hex() for each in inputs.packs.ids]
    own, layout = made.placed, made.placed.layout
    return Market.of(
        tuple(ids),
        layout.names,
        (own.src, own.place, own.cents),
        capacity=layout.capacity,
        hold_cents=made.edges.hold_cents,
        pools=layout.pools,
    )


def parts_of(inputs: Inputs, made: Ready) -> tuple[Component, ...]:
    """The parts that workers solve, with the rules of their lots. [plan-columns-4]

    A programme takes one lot a plan: one pack model, one band of health, at least its minimum.
    """
    openings, packs = inputs.openings, inputs.packs
    lots = lots_of(
        openings,
        made.placed.layout,
        soh=packs.soh,
        model=packs.model.astype(np.int32),
        codes=[each.code for each in packs.models],
    )
    return components(market_of(inputs, made), lots)


def lines_of(inputs: Inputs, made: Ready, *, chosen: Nodes, shadow_cents: Cents) -> Lines:
    """The line of every pack, from the place where it goes. [plan-columns-3]"""
    edges, own, count = made.edges, made.placed, len(inputs.packs)
    value, best = edges.hold_cents.copy(), edges.hold_cents.copy()
    taken = chosen[own.src] == own.place
    value[own.src[taken]] = own.cents[taken]
    np.maximum.at(best, own.src, own.cents)
    goes = np.append(own.layout.opening, HELD)[chosen].astype(np.int32)
    second = np.append(_are_second(inputs.openings), False)
    return Lines(
        chosen=goes,
        week=own.week(chosen),
        value_cents=value,
        regret_cents=best - value,
        price_cents=np.append(shadow_cents, 0)[chosen],
        reason=_reasons(inputs, made, chosen=chosen, goes=goes, value=value),
        indicative=(goes != HELD) & second[goes] & made.gated.unproven
        if count
        else np.zeros(0, dtype=bool),
    )


def _are_second(openings: Sequence[Opening]) -> Mask:
    return np.array([each.terms.kind is Kind.SECOND_LIFE for each in openings], dtype=bool)


def _reasons(inputs: Inputs, made: Ready, *, chosen: Nodes, goes: Nodes, value: Cents) -> Whole:
    own, count = made.placed, len(inputs.packs)
    has_any, has_edge, has_second, has_room, better, barred = (
        np.zeros(count, dtype=bool) for _ in range(6)
    )
    to = own.layout.opening[own.place]
    has_any[made.edges.src] = True
    has_edge[own.src] = True
    has_second[own.src[_are_second(inputs.openings)[to]]] = True
    full = _full(own.layout, inputs.openings, chosen)
    has_room[own.src[~full[own.place]]] = True
    more = own.cents > value[own.src]
    better[own.src[more]] = True
    # Better and with room is only what a lot keeps out: of another band or model, or closed.
    lots = np.array([each.lot is not None for each in inputs.openings], dtype=bool)
    barred[own.src[more & ~full[own.place] & lots[to]]] = True
    held = chosen == HELD
    recycled = np.append(~_are_second(inputs.openings), False)[goes]
    route = made.gated.route
    # The first that is so decides; the order is planning's.
    cases = (
        (held & made.edges.waits, Reason.HELD_FOR_TEST),
        (held & ~has_any, Reason.HELD_NOBODY_TAKES_IT),
        (held & ~has_edge, Reason.HELD_TOO_LATE),
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


def _full(layout: Layout, openings: Sequence[Opening], chosen: Nodes) -> Mask:
    """Which places have no room left: in their week, or in all."""
    taken = np.bincount(chosen[chosen != HELD], minlength=len(layout.names))
    in_all = np.bincount(layout.opening, weights=taken, minlength=len(openings))
    limit = np.array([each.places for each in openings], dtype=np.int64)
    found: Mask = (taken >= layout.capacity) | (in_all >= limit)[layout.opening]
    return found


def earlier_of(packs: Columns, openings: Sequence[Opening], layout: Layout) -> Nodes:
    """The first place of the opening that each pack was last proposed to, or HELD."""
    places = {opening.terms.id: int(layout.first[at]) for at, opening in enumerate(openings)}
    known = [places.get(name, HELD) for name in packs.programmes]
    return np.array([*known, HELD], dtype=np.int32)[packs.earlier]
