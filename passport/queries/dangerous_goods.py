"""The dated table of dangerous goods, and what it says of batteries that travel together."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from passport.models import Battery, BatteryStatus
from passport.queries import incident
from passport.rules import dangerous_goods as rule
from passport.rules.dangerous_goods import Inside, Statement
from passport.rules.dangerous_goods_table import Carried, Condition, Table, load

TABLE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "dangerous_goods.json"


@cache
def table() -> Table:
    """The table as this service keeps it."""
    return load(TABLE.read_bytes())


def inside(batteries: Iterable[Battery]) -> frozenset[Inside]:
    """What batteries are, as far as the table asks; their models are loaded."""
    batteries = list(batteries)
    harmed = incident.harmed(battery_ids=[each.pk for each in batteries])
    return frozenset(
        Inside(
            chemistry=each.model.chemistry,
            level=each.level,
            energy_kwh=each.model.rated_energy_kwh,
            waste=each.status == BatteryStatus.WASTE,
            harmed=each.pk in harmed,
        )
        for each in batteries
    )


def suggestion(*, batteries: Iterable[Battery], on: date) -> Statement | None:
    """What a form about these batteries begins with; None where nothing fits all of them."""
    return rule.suggest(inside=inside(batteries), table=table(), on=on)


def numbers(*, on: date) -> tuple[tuple[str, str, str], ...]:
    """Every UN number in force on a day, each once: number, name, for which batteries."""
    found = {each.un: each for each in table().numbers if each.until is None or each.until >= on}
    return tuple((each.un, each.name, each.says) for each in found.values())


def instructions(*, on: date) -> dict[Condition, tuple[str, ...]]:
    """The packing instructions for batteries by themselves, by condition."""
    found = table().packings_for(carried=Carried.BATTERY, on=on)
    return {condition: packing.instructions for condition, packing in found.items()}
