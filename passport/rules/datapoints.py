"""The data points of a battery passport: to which category each applies, since when, for whom."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from passport.rules.disclosure import Access, Audience, filter_points
from passport.rules.errors import Malformed, NotFound

Value = TypeVar("Value")


class Category(StrEnum):
    """The categories that owe a passport; STATIONARY is industrial with internal storage."""

    EV = "EV"
    LMT = "LMT"
    INDUSTRIAL = "INDUSTRIAL"
    STATIONARY = "STATIONARY"


class Due(StrEnum):
    """What the law and the Commission's guidance say of a point for a category on a day."""

    MANDATORY = "mandatory"
    IF_APPLICABLE = "if_applicable"
    OPTIONAL = "optional"
    NOT_YET = "not_yet"
    NEVER = "never"


class Scope(StrEnum):
    """What shares the value: all batteries of a model, of a batch, or one battery."""

    MODEL = "model"
    BATCH = "batch"
    ITEM = "item"


class NotACatalogue(Malformed):
    """The file is no catalogue of data points."""

    code = "not-a-catalogue"
    title = "This is no catalogue of data points"


class NoSuchPoint(NotFound):
    """The catalogue has no point of this number."""

    code = "no-such-data-point"
    title = "There is no data point of this number"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPoint:
    """One numbered field of the passport; `field` is its name on our wire, or empty."""

    number: int
    name: str
    source: str
    # Per category, oldest first: from this day on, this is due.
    applicability: Mapping[Category, tuple[tuple[date, Due], ...]]
    access: Access
    level: Scope
    unit: str
    field: str
    note: str

    def due(self, category: str, on: date) -> Due:
        """What is due on a day. A passport made before the first day is filled as from then."""
        dated = self.applicability[Category(category)]
        current = dated[0][1]
        for since, state in dated:
            current = state if since <= on else current
        return current


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All points in order, with the version of the source they were taken from."""

    source: str
    source_version: str
    points: tuple[DataPoint, ...]

    def point(self, number: int) -> DataPoint:
        """One point by its number. Refuses NoSuchPoint."""
        if 1 <= number <= len(self.points):
            return self.points[number - 1]
        raise NoSuchPoint(
            f"there is no data point {number}", remedy=f"points are 1 to {len(self.points)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How complete a passport is, as data point numbers; each number stands in one list."""

    present: tuple[int, ...]
    missing: tuple[int, ...]  # mandatory and absent
    undecided: tuple[int, ...]  # optional, or due if applicable, and absent
    not_applicable: tuple[int, ...]  # never for this category
    not_yet: tuple[int, ...]  # its act is outstanding: must not be filled
    too_early: tuple[int, ...]  # filled although it must not be: kept, never shown

    @property
    def complete(self) -> bool:
        """Nothing mandatory is absent and nothing is filled that must not be."""
        return not self.missing and not self.too_early


def load(data: bytes) -> Catalogue:
    """The catalogue in the bytes of a file. Refuses NotACatalogue."""
    try:
        return catalogue(json.loads(data))
    except (ValueError, RecursionError) as error:
        raise NotACatalogue(
            f"the catalogue cannot be read: {error}", remedy="restore the file as released"
        ) from error


def catalogue(parsed: object) -> Catalogue:
    """The catalogue in parsed JSON, numbered from 1 without a gap. Refuses NotACatalogue."""
    try:
        if not isinstance(parsed, dict):
            raise TypeError("an object is due")
        points = tuple(_point(entry) for entry in parsed["points"])
        found = Catalogue(
            source=parsed["source"], source_version=parsed["source_version"], points=points
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotACatalogue(
            f"the catalogue is wrong: {error!r}", remedy="restore the file as released"
        ) from error
    if [point.number for point in points] != list(range(1, len(points) + 1)):
        raise NotACatalogue("its numbers do not run from 1 without a gap", pointer="/points")
    return found


def completeness(values: Mapping[int, object], category: str, on: date, *, of: Catalogue) -> Report:
    """Which points are there, missing, not applicable, not yet allowed. [Art. 77(2), Annex XIII]

    `values` maps data point numbers to what is recorded; None and "" count as absent.
    """
    lists: dict[str, list[int]] = {name: [] for name in Report.__slots__}
    for point in of.points:
        filled = values.get(point.number) not in (None, "", [], {})
        lists[_verdict(point.due(category, on), filled)].append(point.number)
    return Report(**{name: tuple(numbers) for name, numbers in lists.items()})


def disclosed(
    values: Mapping[int, Value], category: str, on: date, *audiences: Audience, of: Catalogue
) -> dict[int, Value]:
    """What these audiences may see of the values, without what must not be filled. [Art. 77(2)]"""
    return {
        point.number: values[point.number]
        for point in filter_points(of.points, *audiences)
        if point.number in values and point.due(category, on) not in (Due.NOT_YET, Due.NEVER)
    }


def _verdict(due: Due, filled: bool) -> str:
    if due in (Due.NOT_YET, Due.NEVER):
        if filled:
            return "too_early"
        return "not_yet" if due is Due.NOT_YET else "not_applicable"
    if filled:
        return "present"
    return "missing" if due is Due.MANDATORY else "undecided"


def _point(entry: Mapping[str, object]) -> DataPoint:
    words = {name: str(entry.get(name, "")) for name in ("unit", "field", "note")}
    return DataPoint(
        number=int(str(entry["number"])),
        name=str(entry["name"]),
        source=str(entry["source"]),
        applicability=_applicability(entry["applicability"]),
        access=Access(str(entry["access"])),
        level=Scope(str(entry["level"])),
        **words,
    )


def _applicability(entry: object) -> dict[Category, tuple[tuple[date, Due], ...]]:
    if not isinstance(entry, dict) or set(entry) != set(Category):
        raise ValueError("each point says what is due for each category")
    found = {}
    for category, dated in entry.items():
        states = tuple((date.fromisoformat(day), Due(state)) for day, state in dated)
        if not states or list(states) != sorted(states, key=lambda each: each[0]):
            raise ValueError("each category has at least one state, oldest first")
        found[Category(category)] = states
    return found
