"""The rows of new batteries, made ready whole before any of them is written."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from passport.actions.intake_lines import Row
from passport.models import BatteryModel, BatteryState, Level
from passport.models.ids import new_salt
from passport.postgres import registering
from passport.postgres.arrays import Packed


@dataclass(frozen=True, slots=True)
class Held:
    """A battery into which others can be put, and how its unit stands: its holder, its state. Ids
    are 16 bytes.
    """

    id: bytes
    level: str
    unit: bytes
    holder: bytes
    state: str
    here: bool
    offered: bool = False


@dataclass(frozen=True)
class Known:
    """What lines name, as it stands: models, facilities, parents; and who registers."""

    own: bytes
    models: Mapping[str, BatteryModel]
    facilities: Mapping[str, bytes]
    held: Mapping[str, Held]


@dataclass
class Ready:
    """Rows in the database's form, what grows with them, and what others can be put into then."""

    each: Sequence[Packed] = ()
    shared: Sequence[Packed] = ()
    places: Sequence[Packed] = ()
    units: list[bytes] = field(default_factory=list)
    grown: set[uuid.UUID] = field(default_factory=set)
    held: dict[str, Held] = field(default_factory=dict)

    def write(self, *, maker: uuid.UUID, intake: uuid.UUID, at: datetime) -> None:
        """Write them, in the running transaction."""
        if self.each:
            registering.batteries(
                each=self.each, shared=self.shared, maker=maker, intake=intake, at=at
            )
        if self.places:
            registering.assemblies(places=self.places, at=at)
        registering.custody(units=self.units, holder=maker, at=at)


def ready(new: Sequence[tuple[bytes, Row]], *, known: Known) -> Ready:
    """Make ready what these lines register, each under its id. Nothing is asked or remembered."""
    made = Ready()
    if not new:
        return made
    kinds: dict[tuple[object, ...], int] = {}
    alike: dict[tuple[object, ...], tuple[int, BatteryModel, Held | None]] = {}
    batteries, places = [], []
    for battery, row in new:
        key = (row.model, row.made_on, row.facility, row.parent, row.lot)
        found = alike.get(key)
        if found is None:
            found = alike[key] = _kind(row, known, kinds)
        kind, of, parent = found
        unit = battery if parent is None else parent.unit
        batteries.append((battery, row.identity, row.serial, row.salt or new_salt(), unit, kind))
        if parent is not None:
            places.append((parent.id, battery, row.position))
            if not parent.here:
                made.grown.add(uuid.UUID(bytes=parent.unit))
        elif of.level != Level.CELL:
            made.units.append(battery)
        if of.level != Level.CELL:
            made.held[row.identity] = _held(battery, of.level, parent, known.own)
    made.each = registering.battery_columns(batteries)
    made.shared = registering.shared_columns(list(kinds))
    made.places = registering.place_columns(places) if places else ()
    return made


def _kind(
    row: Row, known: Known, kinds: dict[tuple[object, ...], int]
) -> tuple[int, BatteryModel, Held | None]:
    """Where among what rows share stands what this one says, with its model and its parent."""
    of = known.models[row.model]
    parent = known.held[row.parent] if row.parent else None
    holder = known.own if parent is None else parent.holder
    facility = known.facilities.get(row.facility)
    shared = (of.pk.bytes, of.level, row.made_on, facility, holder, row.lot)
    return kinds.setdefault(shared, len(kinds) + 1), of, parent


def _held(battery: bytes, level: str, parent: Held | None, own: bytes) -> Held:
    if parent is None:
        return Held(battery, level, battery, own, BatteryState.REGISTERED, here=True)
    return replace(parent, id=battery, level=level, here=True)
