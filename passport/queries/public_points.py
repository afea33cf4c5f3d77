"""The public data points of a passport, with what is known of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from passport.models import BatteryModel
from passport.rules.datapoints import Catalogue, Category, DataPoint, Due, completeness, load
from passport.rules.disclosure import Access

CATALOGUE = Path(__file__).resolve().parents[2] / "fixtures" / "reference" / "datapoints.json"

# Where each run of data points begins, and what a reader calls it.
GROUPS = (
    (1, "Identity and maker"),
    (10, "What it is"),
    (13, "Substances and safety"),
    (17, "Footprint and sourcing"),
    (20, "Recycled and renewable content"),
    (25, "Electrical limits"),
    (31, "Expected life"),
    (36, "Efficiency and resistance"),
    (40, "Marks, papers and return"),
)


@dataclass(frozen=True)
class Point:
    """One data point; `standing` is known, missing, not_applicable or not_yet."""

    number: int
    group: str
    label: str
    value: str | None
    unit: str
    standing: str
    due_on: date | None
    source: str


@cache
def catalogue() -> Catalogue:
    """The Commission's data points, as this service keeps them."""
    return load(CATALOGUE.read_bytes())


def values_of_model(*, model: BatteryModel) -> dict[int, object]:
    """What is known of all batteries of a model, by data point: its fields win over its facts."""
    said: dict[int, object] = {6: model.get_category_display(), 12: model.chemistry}
    for number, name in {
        10: "mass_kg",
        11: "rated_capacity_ah",
        26: "minimum_voltage_v",
        27: "nominal_voltage_v",
        28: "maximum_voltage_v",
    }.items():
        said[number] = format(getattr(model, name).normalize(), "f")
    return {int(number): fact for number, fact in model.facts.items()} | said


def points_of(*, model: BatteryModel, values: Mapping[int, object], on: date) -> tuple[Point, ...]:
    """Every public data point as it stands on a day, by number, with these values."""
    report = completeness(values, model.category, on, of=catalogue())
    hidden = set(report.not_yet) | set(report.too_early)
    never = set(report.not_applicable)
    found = []
    for point in catalogue().points:
        if point.access is not Access.PUBLIC:
            continue
        standing = "known" if point.number in values else "missing"
        if point.number in never:
            standing = "not_applicable"
        elif point.number in hidden:
            standing = "not_yet"
        value = text_of(values.get(point.number)) if standing == "known" else None
        found.append(_point(point, value, standing, model.category))
    return tuple(found)


def _point(point: DataPoint, value: str | None, standing: str, category: str) -> Point:
    return Point(
        number=point.number,
        group=next(name for first, name in reversed(GROUPS) if point.number >= first),
        label=point.name,
        value=value,
        unit=point.unit or "",
        standing=standing,
        due_on=_due_on(point, category) if standing == "not_yet" else None,
        source=point.source,
    )


def _due_on(point: DataPoint, category: str) -> date | None:
    """The first day from which the point may be filled, when the law names one."""
    dated = point.applicability[Category(category)]
    return next((day for day, due in dated if due not in (Due.NOT_YET, Due.NEVER)), None)


def text_of(value: object) -> str | None:
    """A fact as a reader sees it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(text_of(each)) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text_of(each)}" for name, each in value.items())
    return str(value)
