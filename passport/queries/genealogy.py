"""What batteries are made of and built into, at any depth: now, or at a moment of the past."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from passport.models import Assembly, Battery, Level
from passport.postgres.script import body
from passport.rules.errors import Refusal

# What fits into a bundle: some 350 bytes a component, 64 MiB in all.
MOST = 150_000
_ZERO = uuid.UUID(int=0)


class TooMuchInside(Refusal):
    """One file holds so many batteries and no more."""

    code = "too-much-inside"
    title = "Too many batteries for one file"


@dataclass(frozen=True, slots=True)
class Inner:
    """A battery that stands inside another."""

    id: uuid.UUID
    identity: str
    salt: bytes
    parent_id: uuid.UUID


@dataclass(frozen=True)
class Family:
    """The batteries asked about, and everything inside them that the acting party sees."""

    asked: tuple[Battery, ...]
    inner: tuple[Inner, ...]

    def joined(self, other: "Family") -> "Family":
        """Both together, each battery once."""
        asked = {each.pk: each for each in (*self.asked, *other.asked)}
        inner = {each.id: each for each in (*self.inner, *other.inner)}
        return Family(asked=tuple(asked.values()), inner=tuple(inner.values()))

    @cached_property
    def identities(self) -> Mapping[uuid.UUID, str]:
        """What each of them is called."""
        own = {each.pk: each.identity for each in self.asked}
        return {each.id: each.identity for each in self.inner} | own

    @cached_property
    def salts(self) -> Mapping[uuid.UUID, bytes]:
        """The salt that hides each of them in the log."""
        own = {each.pk: bytes(each.salt) for each in self.asked}
        return {each.id: each.salt for each in self.inner} | own

    @cached_property
    def children(self) -> Mapping[uuid.UUID, list[uuid.UUID]]:
        """What stands directly in each."""
        found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for each in self.inner:
            found[each.parent_id].append(each.id)
        return found

    @cached_property
    def outermost(self) -> Mapping[uuid.UUID, Battery]:
        """Under which battery asked about each stands; one that is in no other, under itself."""
        inside = {each.id for each in self.inner}
        found: dict[uuid.UUID, Battery] = {}
        for top in sorted(self.asked, key=lambda each: each.pk in inside):
            waiting = [top.pk]
            while waiting:
                here = waiting.pop()
                if here not in found:
                    found[here] = top
                    waiting += self.children.get(here, ())
        return found

    def components(self) -> dict[str, list[str]]:
        """What stands directly in what, by identity."""
        names = self.identities
        return {names[one]: [names[each] for each in ids] for one, ids in self.children.items()}


NOBODY = Family(asked=(), inner=())


@dataclass(frozen=True, slots=True)
class Placement:
    """A battery inside another, or `around` it, at `depth` steps; its place for a span of time.

    Of a battery that does not concern the reader `identity`, `serial` and `level` are None.
    """

    id: uuid.UUID
    battery_id: uuid.UUID
    identity: str | None
    serial: str | None
    level: str | None
    parent_id: uuid.UUID
    position: str
    depth: int
    around: bool
    since: datetime
    until: datetime | None

    @property
    def where(self) -> str:
        """INSIDE or AROUND the battery asked about."""
        return "AROUND" if self.around else "INSIDE"


def genealogy(*, battery: Battery, at: datetime | None = None) -> list[Placement]:
    """Everything around a battery and inside it at a moment, now without one, in one query.

    What is around it comes first; then what is inside, parents before children, by position.
    """
    return _placements("SELECT * FROM genealogy_seen_v1(%s, %s)", [battery.pk, at])


def placements(
    *, battery: Battery, at: datetime | None, after: uuid.UUID | None, limit: int
) -> list[Placement]:
    """A page of the same, by the id of the places."""
    statement = "SELECT * FROM genealogy_page_v1(%s, %s, %s, %s)"
    return _placements(statement, [battery.pk, at, after or _ZERO, limit])


def _placements(statement: str, values: Sequence[Any]) -> list[Placement]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Placement(*row) for row in cursor.fetchall()]


def count_inside(*, asked: Sequence[Battery]) -> int:
    """How many batteries a bundle of these shows, themselves included. Refuses TooMuchInside."""
    units = [each.pk for each in asked if each.unit_id == each.pk]
    parts = [each for each in asked if each.unit_id != each.pk]
    deep = [each for each in parts if each.level != Level.CELL]
    inside = len(family(asked=deep).inner) if deep else 0
    return Battery.objects.filter(unit_id__in=units).count() + len(parts) + inside


def layout(*, asked: Sequence[Battery]) -> str:
    """What changes whenever something is put into the units of these or taken out of them."""
    units = {each.unit_id for each in asked}
    # By the few that hold others: a join with all inside was planned as rows times rows while
    # tables that had just been filled were not counted yet.
    wholes = Battery.objects.filter(unit_id__in=units).exclude(level=Level.CELL)
    parents = list(wholes.values_list("pk", flat=True))
    places = Assembly.objects.filter(parent_id__in=parents, until__isnull=True)
    found = places.aggregate(count=Count("pk"), last=Max("since"))
    return f"{found['count']} {found['last']}"


def family(*, asked: Sequence[Battery]) -> Family:
    """Some batteries with all inside them, at any depth, in one query. Refuses TooMuchInside."""
    with connection.cursor() as cursor:
        ids = [each.pk for each in asked]
        cursor.execute(body("genealogies_v1"), {"batteries": ids, "most": MOST + 1})
        rows = cursor.fetchall()
    if len(rows) > MOST:
        raise TooMuchInside(
            f"these batteries hold more than {MOST:,} others",
            pointer="/batteries",
            remedy="ask for fewer at once: a file for each container, for example",
        )
    inner = tuple(Inner(one, name, bytes(salt), parent) for one, name, salt, parent in rows)
    return Family(asked=tuple(asked), inner=inner)
