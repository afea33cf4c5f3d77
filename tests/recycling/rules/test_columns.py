"""Columns are the same packs: the same gates, edges and cents as pack by pack, to the last one."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recycling.queries.tables import gate_document, planning
from recycling.rules import inputs
from recycling.rules.arrays import HELD, Market
from recycling.rules.columns import ColumnsBroken, columns, decode, file_of, kinds, some
from recycling.rules.components import components
from recycling.rules.edge_columns import paid_cents, scaled
from recycling.rules.feasibility import Kind, Place, ProgrammeTerms
from recycling.rules.gate_columns import ROUTES
from recycling.rules.gates import CRASH_SEVERITIES, Facts
from recycling.rules.market import Opening, PackFile, Route, Snapshot, docket, dockets
from recycling.rules.matching import solve
from recycling.rules.parting import pack, solve_part, unpack
from recycling.rules.plain import plain, revive
from recycling.rules.plan_columns import REASONS, Ready, lines_of, market_of, ready
from recycling.rules.planning import Solved, make_plan
from recycling.rules.supposing import NothingSupposed, check_change
from recycling.rules.value import PAID, cents

ON = datetime.date(2026, 6, 1)
TABLES = planning()
WORDS = {
    "crash_severity": st.sampled_from(CRASH_SEVERITIES),
    "soh_method": st.sampled_from(("TESTED", "CHARGE_BASED", "BMS_REPORTED", "DECLARED")),
}
# What stands at a limit of some gate, and beside it.
EDGE = st.sampled_from(
    [Decimal(each) for each in ("0.4", "0.39999", "0.6", "1.99", "2", "2.5", "2.69999", "5", "14",
                                "15.01", "99.9", "100", "180", "181", "499.9", "500")]
)  # fmt: skip
PLACES = st.sampled_from(
    [None, *(Place(latitude=Decimal(a), longitude=Decimal(b))
             for a, b in (("52.52", "13.405"), ("48.8566", "2.3522"), ("0", "0"), ("52.52", "13")))]
)  # fmt: skip
MODELS = (
    ("A", "LFP", Decimal("52.5"), Decimal("341.25")),
    ("B", "NMC622", Decimal(77), Decimal("400.40001")),
    ("C", "", Decimal("24.00001"), Decimal(156)),
)
HEALTH = st.integers(30_000, 110_000).map(lambda each: Decimal(each).scaleb(-5))


def _sound(name: str, kind: type) -> st.SearchStrategy[object]:
    """Mostly what passes, so that many packs reach the market."""
    if kind is bool:
        return st.sampled_from([name in ("traceability",)] * 6 + [True, False, None])
    if kind is str:
        return st.one_of(WORDS[name], st.just("TESTED" if name == "soh_method" else "NONE"))
    fine = {"soh_low": "0.79", "age_years": "6", "reading_age_days": "9", "resistance_ratio": "1.2"}
    return st.sampled_from([Decimal(fine[name]) if name in fine else None] * 5) | EDGE


@st.composite
def packs(draw: st.DrawFn) -> PackFile:
    code, chemistry, kwh, mass = draw(st.sampled_from(MODELS))
    said = {
        name: draw(
            st.none() | _sound(name, kind) if name in ("soh_method",) else _sound(name, kind)
        )
        for name, kind in kinds().items()
        if name != "chemistry"
    }
    said["reuse_test_passed"] = said["reuse_test_passed"] is True
    mean = draw(st.none() | HEALTH)
    return PackFile(
        id=str(uuid.UUID(int=draw(st.integers(0, 2**128 - 1)))),
        model=code,
        facts=Facts(chemistry=chemistry or None, **said),
        soh=mean,
        rated_kwh=kwh,
        mass_kg=mass,
        place=draw(PLACES),
        remaining_years_low=draw(st.none() | st.just(Decimal("4.99")) | st.just(Decimal(5))),
        rounds=draw(st.integers(0, 2)),
        declined_by=draw(st.sampled_from([frozenset(), frozenset({"s1"}), frozenset({"r1"})])),
        earlier=draw(st.sampled_from(["", "s2"])),
    )


def _opening(name: str, **terms: object) -> Opening:
    second = name.startswith("s")
    usual = ProgrammeTerms(
        id=name,
        kind=Kind.SECOND_LIFE if second else Kind.RECYCLER,
        chemistries=frozenset({"*"}),
        models=frozenset(),
        soh_min=Decimal("0.6") if second else Decimal(0),
        soh_max=Decimal("1.2"),
        resistance_max=None,
        contract_years=Decimal(5) if second else Decimal(0),
        accepts_damaged=False,
        place=Place(latitude=Decimal("50.1"), longitude=Decimal("8.6")),
        max_distance_km=None,
        price_cents_per_kwh=Decimal(5333) if second else Decimal(0),
        fee_cents_per_kg=None,
    )
    route = Route.REPURPOSE if second else Route.RECYCLE
    return Opening(name=name, route=route, terms=replace(usual, **terms), places=3)


OPENINGS = (
    _opening("s1", soh_max=Decimal("0.9"), chemistries=frozenset({"LFP"})),
    _opening("s2", resistance_max=Decimal("1.99"), max_distance_km=480),
    _opening("s3", models=frozenset({"B"}), place=None, soh_min=Decimal("0.79")),
    _opening("r1", accepts_damaged=True, chemistries=frozenset({"NMC", "LFP"})),
    _opening("r2", fee_cents_per_kg=Decimal(-33), place=None),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(packs(), max_size=12, unique_by=lambda pack: pack.id))
def test_columns_say_the_same_as_pack_by_pack(found: list[PackFile]) -> None:
    seen = inputs.decode(inputs.encode(_inputs(found)))
    assert inputs.encode(_inputs(found[::-1])) == inputs.encode(seen)
    held, made = seen.packs, ready(seen)
    ordered = [file_of(held, row) for row in range(len(held))]
    assert {each.id: each for each in ordered} == {each.id: each for each in found}
    snapshot = Snapshot(on=ON, packs=tuple(ordered), openings=OPENINGS)
    files = dockets(snapshot, tables=TABLES)
    assert [ROUTES[each] for each in made.gated.route] == [file.outcome.route for file in files]
    assert made.gated.critical.tolist() == [file.terms.critical for file in files]
    assert made.gated.unproven.tolist() == [file.terms.unproven for file in files]
    edges = made.edges
    assert edges.waits.tolist() == [file.awaits_test for file in files]
    assert edges.hold_cents.tolist() == [file.hold.cents for file in files]
    names = [opening.terms.id for opening in OPENINGS]
    told = zip(edges.src.tolist(), edges.dst.tolist(), edges.cents.tolist(), strict=True)
    wanted = {(n, e.programme, e.value.cents) for n, f in enumerate(files) for e in f.edges}
    assert {(src, names[dst], cents) for src, dst, cents in told} == wanted
    _check_lines(seen, made, make_plan(snapshot, tables=TABLES))


def _check_lines(seen: inputs.Inputs, made: Ready, plan: Solved) -> None:
    """What is said of all packs at once is what the plan says of each."""
    solved = solve(market_of(seen, made))
    lines = lines_of(seen, made, chosen=solved.chosen, shadow_cents=solved.shadow_cents)
    names = [*(opening.terms.id for opening in seen.openings), None]
    assert [names[each] for each in lines.chosen] == [line.programme for line in plan.lines]
    assert [REASONS[each] for each in lines.reason] == [line.reason for line in plan.lines]
    assert lines.value_cents.tolist() == [line.value_cents for line in plan.lines]
    assert lines.regret_cents.tolist() == [line.regret_cents for line in plan.lines]
    assert lines.price_cents.tolist() == [line.price_cents for line in plan.lines]
    paid = paid_cents(
        seen.packs, made.gated, chosen=lines.chosen, openings=seen.openings, prices=seen.prices
    )
    for line, cents_paid in zip(plan.lines, paid.tolist(), strict=True):
        taken = [e for e in line.docket.edges if e.programme == line.programme]
        items = [item for edge in taken for item in edge.value.items]
        assert cents_paid == sum(item.cents for item in items if item.name in PAID)


def _inputs(found: Sequence[PackFile]) -> inputs.Inputs:
    return inputs.Inputs(
        on=ON, packs=columns(found), openings=OPENINGS, gates=gate_document(), prices=TABLES.prices
    )


@given(st.decimals("-99999", "99999", places=5), st.integers(0, 2_000_000))
def test_cents_are_rounded_half_to_even(each: Decimal, amount: int) -> None:
    found = scaled(each, np.array([amount]), unit=1_000_000)
    assert found.tolist() == [cents(each * amount / 1_000_000)]
    huge = scaled(each * 10**9, np.array([amount]), unit=1_000_000)
    assert huge.tolist() == [cents(each * 10**9 * amount / 1_000_000)]


def test_a_part_keeps_what_its_packs_have_and_programmes_fall_apart() -> None:
    lone = _pack("A", 1), _pack("B", 2), replace(_pack("B", 3), declined_by=frozenset({"s3"}))
    held = columns(lone)
    part = some(held, np.array([1, 2]))
    assert [file_of(part, row) for row in (0, 1)] == [lone[1], lone[2]]


def test_a_part_comes_back_and_is_loyal_unless_that_costs_too_much() -> None:
    ids = ("a", "b"), ("s", "t")
    market = Market.of(
        *ids, ([0, 0, 1], [0, 1, 1], [1000, 1010, 900]), capacity=[1, 1], hold_cents=-50
    )
    (part,) = components(market)
    local, earlier = unpack(pack(part, earlier=np.array([0, HELD], dtype=np.int32)))
    assert local.market.packs == ("a", "b")
    assert earlier.tolist() == [0, HELD]
    tight = replace(part, market=replace(market, capacity=np.array([1, 1]), cents=market.cents))
    found = solve_part(tight, earlier=earlier, seconds=9)
    assert (found.assignment.chosen.tolist(), found.objective_cents) == ([0, 1], 1900)
    assert found.bound_cents >= found.objective_cents >= found.best_edge_first_cents
    alone = replace(part, market=market.only(np.array([True, True, False])))
    kept = solve_part(alone, earlier=earlier, seconds=9)
    # Ten cents are not worth going elsewhere; but best-edge-first would gain them.
    assert kept.objective_cents == kept.best_edge_first_cents == 1010 - 50
    last = solve_part(alone, earlier=earlier, seconds=0)
    assert (last.method, last.bound_cents) == ("BEST_EDGE_FIRST", 1010 - 50)


def test_what_is_supposed_changes_prices_and_closes_programmes() -> None:
    seen = _inputs([_pack("A", 1)])
    dearer = inputs.changed(seen, inputs.Change(price_percent=10, closed=("r1",)))
    told = {each.terms.id: each.terms.price_cents_per_kwh for each in dearer.openings}
    assert told == {
        "s1": Decimal("5866.3"),
        "s2": Decimal("5866.3"),
        "s3": Decimal("5866.3"),
        "r2": 0,
    }
    known = ["s1"]
    check_change(inputs.Change(price_percent=10), known=known, binds=True)
    for change, binds in (
        (inputs.Change(), True),
        (inputs.Change(price_percent=10), False),
        (inputs.Change(price_percent=-91), True),
        (inputs.Change(closed=("x",)), True),
    ):
        with pytest.raises(NothingSupposed):
            check_change(change, known=known, binds=binds)


def test_an_unproven_reading_gives_an_indication_and_no_recycler() -> None:
    told = replace(_pack("A", 1).facts, soh_method="BMS_REPORTED")
    file = docket(replace(_pack("A", 1), facts=told), openings=OPENINGS, tables=TABLES, on=ON)
    assert (file.terms.route, file.terms.unproven, file.awaits_test) == ("T", True, True)
    assert {edge.kind for edge in file.edges} == {Kind.SECOND_LIFE}


def test_a_market_becomes_words_and_a_market_again() -> None:
    assert revive(tuple[Opening, ...], plain(OPENINGS)) == OPENINGS
    with pytest.raises(TypeError, match="no part of a market"):
        revive(float, 1.0)


@pytest.mark.parametrize("broken", [b"", b"\0\0\0\2{}", b"\0\0\0\x12" + b'{"format":"other"}'])
def test_broken_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(ColumnsBroken):
        decode(broken)


def _pack(model: str, number: int) -> PackFile:
    code, chemistry, kwh, mass = next(each for each in MODELS if each[0] == model)
    facts = Facts(
        chemistry=chemistry, recall_open=False, thermal_event=False, case_damage=False,
        water_ingress=False, crash_severity="NONE", soh_low=Decimal("0.8"), soh_method="TESTED",
        resistance_ratio=Decimal("1.2"), reading_age_days=Decimal(9), traceability=True,
        waste=False,
    )  # fmt: skip
    return PackFile(
        id=str(uuid.UUID(int=number)), model=code, facts=facts, soh=Decimal("0.82"),
        rated_kwh=kwh, mass_kg=mass, place=None, remaining_years_low=None, rounds=0,
        declined_by=frozenset(),
    )  # fmt: skip
