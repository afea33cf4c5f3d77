"""Why each pack of a plan goes where it goes, worked out from what was kept of its market."""

import uuid
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

import zstandard

from passport.queries.battery import unknown
from recycling.models import PlanLine, PlanRun
from recycling.queries.tables import recovery
from recycling.rules.columns import file_of
from recycling.rules.explanation import NO_WAIT, Waited, explain
from recycling.rules.feasibility import Kind
from recycling.rules.inputs import Inputs, decode
from recycling.rules.lanes import parse_recovery
from recycling.rules.market import Docket, Route, docket
from recycling.rules.planning import Line, Reason
from recycling.rules.recovery import ChemistryUnknown, contents_kg
from recycling.rules.weeks import first_monday, storage_of, week_of

_GRAM = Decimal("0.001")


def explained(lines: Iterable[PlanLine]) -> list[PlanLine]:
    """The same lines, each with its explanation; of plans that the acting party may see.

    It follows from the snapshot alone, so that it can be worked out again by anybody who has it.
    """
    found = list(lines)
    for line in found:
        if line.explanation is None:
            line.explanation = _explanation(line)
    return found


def inputs_of(*, run_id: uuid.UUID | None) -> Inputs:
    """What a plan was made from, if the acting party may see it. Refuses NotFound."""
    if run_id is None:
        raise unknown("snapshot")
    # Asked each time, since row-level security decides it; only the unpacking is remembered.
    seen = PlanRun.objects.values_list("snapshot_sha256", flat=True).get(pk=run_id)
    return _unpacked(run_id, bytes(seen))


@lru_cache(maxsize=2)
def _unpacked(run_id: uuid.UUID, snapshot_sha256: bytes) -> Inputs:
    content = PlanRun.objects.values_list("content", flat=True).get(pk=run_id)
    return decode(zstandard.decompress(bytes(content)))


def _explanation(line: PlanLine) -> dict[str, object]:
    plan = line.plan
    seen = inputs_of(run_id=plan.run_id)
    tables = seen.tables
    file = docket(
        file_of(seen.packs, line.row or 0), openings=seen.openings, tables=tables, on=seen.on
    )
    told = explain(
        _line(line, file),
        names={opening.terms.id: opening for opening in seen.openings},
        tables=tables,
        snapshot_sha256=bytes(plan.snapshot_sha256).hex(),
        solver=plan.solver,
        waited=_waited(line, file, seen=seen),
    )
    return told | {"recovers": _recovers(line, file)}


def _recovers(line: PlanLine, file: Docket) -> list[dict[str, str]]:
    """What the recycler that takes it has declared to win back of each material in it."""
    shares = parse_recovery(line.programme.recovery) if line.programme else {}
    try:
        inside = contents_kg(
            chemistry=file.terms.chemistry, rated_kwh=file.pack.rated_kwh, tables=recovery()
        )
    except ChemistryUnknown:
        return []
    found = {name: share * inside.get(name, Decimal(0)) for name, share in shares.items()}
    return [
        {"material": name, "kg": format(kg.quantize(_GRAM), "f")}
        for name, kg in found.items()
        if kg
    ]


def _waited(line: PlanLine, file: Docket, *, seen: Inputs) -> Waited:
    """From when the pack is ready to the week in which it goes."""
    if line.goes_by is None:
        return NO_WAIT
    since, ready = first_monday(seen.on), file.pack.ready_on
    first = 0 if ready is None else max(0, week_of(ready, since=since))
    return Waited(
        weeks=week_of(line.goes_by, since=since) - first,
        cents=storage_of(file.pack.rated_kwh, prices=seen.prices),
    )


def _line(line: PlanLine, file: Docket) -> Line:
    second = [edge.value.cents for edge in file.edges if edge.kind is Kind.SECOND_LIFE]
    return Line(
        docket=file,
        programme=str(line.programme_id) if line.programme_id else None,
        route=Route(line.route) if line.route else None,
        reason=Reason(line.reason),
        value_cents=line.value_cents,
        regret_cents=line.regret_cents,
        price_cents=line.price_cents,
        best_second_life_cents=max(second, default=None),
    )
