"""Safety recalls: which are open, what they reach, and where that is now.

Who learns what. That a recall exists, why, and of which lots and models, is public, as is whether
one battery is under it: that is safety information. The holder sees what of its own is under
recall, and nobody else's. The maker, whoever opened the recall, and authorities see where its
batteries are while it is open: the outermost unit, the places from there down to the battery, and
the holder's name and country, which is what it takes to reach the holder (Art. 45 and 79 of
Regulation (EU) 2023/1542), and nothing that lies beside it. Once it is closed, they see what they
see every day.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from passport.models import BatteryModel, Party, Recall
from passport.rules.errors import NotFound

_ZERO = uuid.UUID(int=0)
# A page answers within seconds, however many a recall is of.
MOST_COUNTED = 200_000


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one battery is; what is None is not for the reader to know.

    `path` are the places from the outermost unit down to the battery; `state` is the unit's where
    that has ended its life.
    """

    id: uuid.UUID
    identity: str
    serial: str
    level: str
    lot: str
    state: str
    unit_id: uuid.UUID | None
    unit_level: str | None
    path: str | None
    holder: str | None
    country: str | None
    roles: Sequence[str] | None


@dataclass(frozen=True)
class Hit:
    """An open recall that a battery is under: for what it is, or for so many inside it."""

    recall: Recall
    itself: bool
    inside: int


@dataclass(frozen=True)
class Counts:
    """How many there are, by what is known of where; the largest first.

    A holder of several roles counts in each of `by_kind`. `cut` says that there are more of them.
    """

    total: int
    units: int
    by_holder: tuple[tuple[str, int], ...]
    by_kind: tuple[tuple[str, int], ...]
    by_country: tuple[tuple[str, int], ...]
    by_state: tuple[tuple[str, int], ...]
    hidden: int
    cut: bool


def by_id(*, recall_id: uuid.UUID) -> Recall:
    """The recall of this id. Refuses NotFound."""
    found: Recall | None = _loaded().filter(pk=recall_id).first()
    if found is None:
        raise NotFound("no such recall", remedy="check the id of the recall")
    return found


def listing(
    *, after: uuid.UUID | None = None, limit: int = 200, open_only: bool = False
) -> list[Recall]:
    """A page of all recalls, by id; they are published to every party."""
    rows = _loaded().order_by("id")
    rows = rows.filter(closed_at__isnull=True) if open_only else rows
    return list(rows.filter(id__gt=after)[:limit] if after else rows[:limit])


def newest(*, limit: int, skip: int = 0) -> list[Recall]:
    """The recalls for a page: those that are open first, then by when they were opened."""
    rows = _loaded().order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "id")
    return list(rows[skip : skip + limit])


def any_open() -> bool:
    """Whether any recall is open."""
    return Recall.objects.filter(closed_at=None).exists()


def of_battery(*, battery_id: uuid.UUID) -> list[Hit]:
    """The open recalls that a battery is under, itself or by what is inside; needs no tenant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM recalls_of_v1(%s)", [battery_id])
        rows = cursor.fetchall()
    if not rows:
        return []
    found = _loaded().in_bulk([row[0] for row in rows])
    return [Hit(found[recall], itself, inside) for recall, itself, inside in rows]


def recalled_units(*, units: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those outermost units that are, or hold, something under an open recall; in one query."""
    return _ids("SELECT * FROM recalled_units_v2(%s::uuid[])", units)


def recalled(*, batteries: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these batteries that are, or hold, something under an open recall; in one query."""
    return _ids("SELECT * FROM recalled_batteries_v2(%s::uuid[])", batteries)


def where_now(
    *, recall: Recall, after: uuid.UUID | None = None, limit: int | None = None
) -> list[Whereabouts]:
    """Where the batteries of a recall are now, by id, in one query; nothing for others."""
    statement = "SELECT * FROM recall_whereabouts_v2(%s, %s, %s)"
    return _where(statement, [recall.pk, after or _ZERO, limit])


def where_lot(
    *, lot: str, after: uuid.UUID | None = None, limit: int | None = None
) -> list[Whereabouts]:
    """Where the acting maker's batteries of a lot are now, by id, in one query."""
    return _where("SELECT * FROM lot_whereabouts_v2(%s, %s, %s)", [lot, after or _ZERO, limit])


def counts_now(*, recall: Recall) -> Counts:
    """The batteries of a recall, up to MOST_COUNTED, by where they are; nothing for others."""
    return _counts("SELECT * FROM recall_counted_v2(%s, %s)", recall.pk)


def counts_lot(*, lot: str) -> Counts:
    """The acting maker's batteries of a lot, up to MOST_COUNTED, by where they are."""
    return _counts("SELECT * FROM lot_counted_v2(%s, %s)", lot)


def known_lots(*, maker: Party, lots: Sequence[str]) -> set[str]:
    """Those of these lots of which a maker has made something, in one step of an index each."""
    if not lots:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM lots_known_v1(%s, %s)", [maker.pk, list(lots)])
        return {name for (name,) in cursor.fetchall()}


def model_names(*, recall: Recall) -> list[str]:
    """What the models that a recall names are called."""
    rows = BatteryModel.objects.filter(pk__in=recall.model_ids).order_by("code")
    return [str(row) for row in rows]


def _loaded() -> Any:
    return Recall.objects.select_related("maker", "opened_by", "closed_by")


def _ids(statement: str, wanted: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    asked = list(wanted)
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(statement, [asked])
        return {row[0] for row in cursor.fetchall()}


def _where(statement: str, values: Sequence[Any]) -> list[Whereabouts]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Whereabouts(*row) for row in cursor.fetchall()]


def _counts(statement: str, value: uuid.UUID | str) -> Counts:
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value, MOST_COUNTED])
        for what, name, count in cursor.fetchall():
            found[what].append((name, count))
    by = {
        what: tuple(sorted(many, key=lambda one: (-one[1], one[0]))) for what, many in found.items()
    }
    return Counts(
        total=by["TOTAL"][0][1],
        units=by["UNITS"][0][1],
        by_holder=by.get("HOLDER", ()),
        by_kind=by.get("ROLE", ()),
        by_country=by.get("COUNTRY", ()),
        by_state=by.get("STATE", ()),
        hidden=by["HIDDEN"][0][1],
        cut="MORE" in by,
    )
