"""What a maker has made, by model and by lot, each counted only as far as a page shows it."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from passport.models import BatteryModel
from passport.rules.errors import NotFound

# Further than this nothing is counted for a list; a page of one thing goes further.
MOST_LISTED, MOST_ALONE = 1_000, 10_000


@dataclass(frozen=True)
class Bounded:
    """So many; or, when there are `more`, more than so many."""

    n: int
    more: bool = False

    def __bool__(self) -> bool:
        return self.n > 0


@dataclass(frozen=True)
class ModelLine:
    """A model with how many batteries of it were made."""

    model: BatteryModel
    made: Bounded


@dataclass(frozen=True)
class LotLine:
    """A production lot; level, model and day are those of one battery of it."""

    lot: str
    level: str
    model_name: str
    manufactured_on: date
    made: Bounded


@dataclass(frozen=True)
class Page:
    """Some lots; `next` names the last of them while there are more."""

    lots: tuple[LotLine, ...]
    next: str


def bounded(count: int, *, most: int) -> Bounded:
    """A count that was ended one after `most`."""
    return Bounded(min(count, most), count > most)


def models(*, party_id: uuid.UUID, limit: int) -> tuple[ModelLine, ...]:
    """A maker's models, newest first, each with its batteries counted up to a thousand."""
    rows = list(BatteryModel.objects.filter(maker_id=party_id).order_by("-id")[:limit])
    made = _made([row.pk for row in rows], most=MOST_LISTED)
    return tuple(ModelLine(row, made[row.pk]) for row in rows)


def model(*, party_id: uuid.UUID, model_id: uuid.UUID) -> ModelLine:
    """One model of a maker, its batteries counted up to ten thousand. Refuses NotFound."""
    row = BatteryModel.objects.filter(maker_id=party_id, id=model_id).first()
    if row is None:
        raise NotFound("no such model among yours", remedy="go back to your models")
    return ModelLine(row, _made([row.pk], most=MOST_ALONE)[row.pk])


def lots(*, before: str = "", limit: int = 50) -> Page:
    """The acting maker's lots, the last by name first, each counted up to a thousand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lots_made_v1(%s, %s, %s)", [before, limit + 1, MOST_LISTED])
        rows = cursor.fetchall()
    found = tuple(
        LotLine(lot, level, name, made_on, bounded(made, most=MOST_LISTED))
        for lot, level, name, made_on, made in rows[:limit]
    )
    return Page(found, found[-1].lot if len(rows) > limit else "")


def _made(ids: Iterable[uuid.UUID], *, most: int) -> dict[uuid.UUID, Bounded]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM made_of_models_v1(%s::uuid[], %s)", [list(ids), most])
        return {model_id: bounded(made, most=most) for model_id, made in cursor.fetchall()}
