"""The packs of a market as columns, read from the database in few questions however many they are.

The same values as a reader pack by pack would come to, with facts_of() of queries.snapshot.
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, F, QuerySet, TextField
from django.db.models.functions import Cast

from passport.models import Battery, BatteryModel, Facility, HealthReading, Party
from passport.queries.health import counting
from passport.queries.incident import set_apart
from passport.queries.legacy import untraced
from passport.queries.recall import recalled_units
from passport.rules.yard import Danger
from recycling.models import Offer, OfferState, Retirement, RetirementState
from recycling.queries.kept_outlook import of_waiting
from recycling.queries.snapshot import age_years, facts_of, home_of, place_of
from recycling.queries.standing import outweighing_rows
from recycling.queries.tables import planning
from recycling.queries.tested import Tested, condition_of, passed, recorded_tests
from recycling.rules.columns import (
    MILLION,
    NONE,
    Columns,
    Names,
    PackModel,
    Whole,
    coded,
    kinds,
    millionths,
    ordinal,
)
from recycling.rules.feasibility import Place
from recycling.rules.grading import waste_code
from recycling.rules.inspection import aged, outweighed

_READ = (
    "isolation_ohm_per_v",
    "minimum_cell_v",
    "cell_spread_mv",
    "self_discharge_percent_per_month",
    "soh_low",
    "resistance_ratio",
)


@dataclass(frozen=True)
class _Row:
    """What decides a pack's facts but for its reading and its age: few differ in it."""

    model_id: uuid.UUID
    status: str
    condition: str
    recalled: bool
    assumed: tuple[str, ...] | None
    dangers: frozenset[Danger]
    test: Tested | None
    knee: bool | None


def packs_of(*, keeper: Party, on: datetime.date) -> Columns:
    """The keeper's packs that wait for a plan, on that day."""
    rows = list(
        _waiting(keeper).values_list(
            "id", "battery_id", "battery__model_id", "battery__manufactured_on",
            "battery__status", "facility_id", Cast("condition", TextField()),
            "ready_on", "due_on",
        )
    )  # fmt: skip
    batteries = [row[1] for row in rows]
    recalled, found = recalled_units(units=batteries), untraced(battery_ids=batteries)
    apart, calm = set_apart(battery_ids=batteries), frozenset[Danger]()
    tests, ahead = recorded_tests(retirement_ids=[row[0] for row in rows]), _ahead(keeper)
    kinds_of = [
        _Row(
            *(r[2], r[4], r[6], r[1] in recalled, found.get(r[1]), apart.get(r[1], calm)),
            *(tests.get(r[0]), ahead[r[1]][0] if r[1] in ahead else None),
        )
        for r in rows
    ]
    models = {row.pk: row for row in BatteryModel.objects.filter(pk__in={r[2] for r in rows})}
    readings = _readings(keeper, place={each: n for n, each in enumerate(batteries)}, on=on)
    where = _Where.of(keeper, [row[5] for row in rows])
    codes = {pk: _waste_code(row, on=on) for pk, row in models.items()}
    words = _words(kinds_of, models, readings, also={*where.countries, *codes.values()}, on=on)
    facts = _facts(kinds_of, models, readings, words=words, on=on)
    facts["age_years"] = _ages([row[3] for row in rows], kinds_of, on=on)
    before = _Before.of(keeper, place={row[0]: n for n, row in enumerate(rows)})
    known = {pk: _model(row) for pk, row in models.items()}
    names = Names(known.values(), key=lambda m: (m.code, m.chemistry, m.rated_kwh, m.mass_kg))
    return Columns(
        ids=np.frombuffer(b"".join(r[0].bytes for r in rows), np.uint8).reshape(-1, 16),
        model=_whole(names.place(known[row[2]]) for row in rows),
        place=where.place,
        country=_whole(words.place(each) for each in where.countries),
        waste_code=_whole(words.place(codes[row[2]]) for row in rows),
        soh=readings["soh"],
        remaining_years_low=_whole(ahead[r[1]][1] if r[1] in ahead else NONE for r in rows),
        rounds=before.rounds,
        earlier=before.earlier,
        declined=before.declined,
        ready=_whole(ordinal(row[7]) for row in rows),
        due=_whole(ordinal(row[8]) for row in rows),
        facts=facts,
        models=names.all,
        places=where.places,
        words=words.all,
        programmes=before.names.all,
    )


def _waiting(keeper: Party) -> QuerySet[Retirement]:
    rows = Retirement.objects.filter(keeper=keeper, state=RetirementState.OPEN)
    return rows.filter(battery__holder=keeper).order_by("id")


def _ahead(keeper: Party) -> Mapping[uuid.UUID, tuple[bool | None, int]]:
    """Whether each pack has its knee behind it, and the years it surely lasts, if kept."""
    years = Cast(F("years_low") * MILLION, BigIntegerField())
    rows = of_waiting(keeper=keeper).values_list("battery_id", "knee", years)
    return {pk: (knee, NONE if low is None else low) for pk, knee, low in rows}


def _whole(values: Iterable[int]) -> Whole:
    return np.fromiter(values, dtype=np.int64)


def _readings(
    keeper: Party, *, place: Mapping[uuid.UUID, int], on: datetime.date
) -> dict[str, Any]:
    """The newest reading that counts of each pack: its columns by name, and its method in words."""
    rows: QuerySet[HealthReading] = counting().filter(
        battery__retirements__keeper=keeper, battery__retirements__state=RetirementState.OPEN
    )
    exact = [Cast(F(name) * MILLION, BigIntegerField()) for name in ("soh", *_READ)]
    newest = rows.order_by("battery_id", "-measured_at").distinct("battery_id")
    known = [
        row
        for row in newest.values_list("battery_id", "method", "measured_at", *exact)
        if row[0] in place
    ]
    # A test is not undone because a BMS spoke later and said nothing worse.
    methods = {row[0]: row[1] for row in known}
    other = {pk: row.pk for pk, row in outweighing_rows(rows, newest=methods, on=on).items()}
    if other:
        again = rows.filter(pk__in=list(other.values()))
        known = [row for row in known if row[0] not in other]
        known += again.values_list("battery_id", "method", "measured_at", *exact)
    at = np.array([place[row[0]] for row in known], dtype=np.int64)
    found: dict[str, Any] = {}
    for number, name in enumerate(("soh", *_READ), start=3):
        found[name] = _spread(at, [NONE if r[number] is None else r[number] for r in known], place)
    ages = [(on - row[2].date()).days * MILLION for row in known]
    found["reading_age_days"] = _spread(at, ages, place)
    found["soh_method"] = {place[row[0]]: row[1] for row in known}
    return found


def _spread(at: Whole, values: Sequence[int], place: Mapping[uuid.UUID, int]) -> Whole:
    column = np.full(len(place), NONE, dtype=np.int64)
    column[at] = values
    return column


def _words(
    rows: Sequence[_Row],
    models: Mapping[uuid.UUID, BatteryModel],
    readings: Mapping[str, Any],
    *,
    also: set[str],
    on: datetime.date,
) -> Names:
    """Every word that stands in a column."""
    said = [_facts_of(row, models[row.model_id], on=on) for row in dict.fromkeys(rows)]
    texts = [name for name, kind in kinds().items() if kind is str]
    own = {getattr(each, name) for each in said for name in texts}
    return Names(own | set(readings["soh_method"].values()) | (also if rows else set()))


def _facts(
    rows: Sequence[_Row],
    models: Mapping[uuid.UUID, BatteryModel],
    readings: Mapping[str, Any],
    *,
    words: Names,
    on: datetime.date,
) -> dict[str, Whole]:
    """Every fact as a column; what does not come from a reading is asked once a kind of pack."""
    number = {row: n for n, row in enumerate(dict.fromkeys(rows))}
    said = [_facts_of(row, models[row.model_id], on=on) for row in number]
    methods: dict[int, str] = readings["soh_method"]
    of_row = _whole(number[row] for row in rows)
    facts = {}
    for name, kind in kinds().items():
        own = [coded(getattr(each, name), kind, words) for each in said]
        facts[name] = np.array(own, dtype=np.int64)[of_row] if rows else of_row
    facts |= {name: readings[name] for name in (*_READ, "reading_age_days")}
    facts["soh_method"] = _whole(words.place(methods.get(n)) for n in range(len(rows)))
    return facts


def _facts_of(row: _Row, model: BatteryModel, *, on: datetime.date) -> Any:
    stub = Battery(model=model, status=row.status, manufactured_on=on)
    retired = Retirement(condition=json.loads(row.condition))
    condition = outweighed(condition_of(retired, test=row.test), dangers=row.dangers)
    condition = aged(condition, knee=row.knee)
    return facts_of(
        stub,
        reading=None,
        condition=condition,
        recalled=row.recalled,
        assumed=row.assumed,
        test_passed=passed(row.test),
        on=on,
    )


def _ages(days: Sequence[datetime.date], rows: Sequence[_Row], *, on: datetime.date) -> Whole:
    known = {day: millionths(age_years(since=day, on=on)) for day in set(days)}
    return _whole(
        NONE if "manufactured_on" in (row.assumed or ()) else known[day]
        for day, row in zip(days, rows, strict=True)
    )


def _waste_code(model: BatteryModel, *, on: datetime.date) -> str:
    return waste_code(chemistry=model.chemistry, on=on, table=planning().grades)


@dataclass(frozen=True)
class _Where:
    """Where each pack stands: at its facility, else at its keeper's first, else in its country."""

    places: tuple[Place, ...]
    place: Whole
    countries: tuple[str, ...]

    @classmethod
    def of(cls, keeper: Party, facilities: Sequence[uuid.UUID | None]) -> "_Where":
        home = home_of(keeper)
        rows = Facility.objects.filter(pk__in={each for each in facilities if each})
        known: dict[uuid.UUID | None, Facility | Party] = {row.pk: row for row in rows}
        known[None] = home or keeper
        there = {pk: place_of(row) or place_of(home) for pk, row in known.items()}
        names = Names({there[each] for each in facilities}, key=lambda p: (p.latitude, p.longitude))
        return cls(
            places=names.all,
            place=_whole(names.place(there[each]) for each in facilities),
            countries=tuple(known[each].country for each in facilities),
        )


@dataclass(frozen=True)
class _Before:
    """What was offered before: how often, to whom last, and who declined."""

    names: Names
    rounds: Whole
    earlier: Whole
    declined: Whole

    @classmethod
    def of(cls, keeper: Party, *, place: Mapping[uuid.UUID, int]) -> "_Before":
        rows = Offer.objects.filter(
            retirement__keeper=keeper, retirement__state=RetirementState.OPEN
        ).order_by("id")
        rounds = np.zeros(len(place), dtype=np.int64)
        last: dict[int, str] = {}
        declined: set[tuple[int, str]] = set()
        for retirement, programme, state in rows.values_list(
            "retirement_id", "programme_id", "state"
        ):
            row = place.get(retirement)
            if row is None:
                continue
            rounds[row] += 1
            last[row] = str(programme) if state == OfferState.EXPIRED else ""
            if state == OfferState.DECLINED:
                declined.add((row, str(programme)))
        names = Names(({*last.values()} | {name for _, name in declined}) - {""})
        earlier = np.full(len(place), -1, dtype=np.int64)
        for row, name in last.items():
            earlier[row] = names.place(name or None)
        pairs = sorted((row, names.place(name)) for row, name in declined)
        return cls(names, rounds, earlier, np.array(pairs, dtype=np.int64).reshape(-1, 2))


def _model(row: BatteryModel) -> PackModel:
    return PackModel(
        code=row.code,
        chemistry=row.chemistry,
        rated_kwh=Decimal(row.rated_energy_kwh),
        mass_kg=Decimal(row.mass_kg),
    )
