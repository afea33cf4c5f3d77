"""The rows of new batteries, made ready whole before any of them is written."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from passport.actions.intake_chunk import Row
from passport.actions.registration_lines import Lines
from passport.models import BatteryModel, BatteryState, Level
from passport.postgres import registering
from passport.postgres.arrays import Packed, repeated


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


def ready(lines: Lines, *, known: Known) -> Ready:
    """Make ready what these lines register. Nothing is asked or remembered."""
    made = Ready()
    kinds: dict[tuple[object, ...], int] = {}
    units: list[tuple[object, int]] = []
    places: list[tuple[object, int]] = []
    kind_of: list[tuple[object, int]] = []
    for group in lines.groups:
        kind, of, parent = _kind(group.row, known, kinds)
        keys = lines.keys[group.first : group.first + group.count]
        kind_of.append((kind, group.count))
        if parent is None:
            units += [(key, 1) for key in keys]
            made.units += keys if of.level != Level.CELL else ()
        else:
            units.append((parent.unit, group.count))
            places.append((parent.id, group.count))
            made.grown |= set() if parent.here else {uuid.UUID(bytes=parent.unit)}
        if of.level != Level.CELL:
            for key, row in zip(keys, lines.within(group), strict=True):
                made.held[row.identity] = _held(key, of.level, parent, known.own)
    if lines.rows:
        made.each = (
            lines.ids, lines.names, lines.serials, lines.salts,
            repeated("uuid", units), repeated("integer", kind_of),
        )  # fmt: skip
        made.shared = registering.shared_columns(list(kinds))
    if places:
        made.places = (repeated("uuid", places), lines.inner_ids, lines.positions)
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
