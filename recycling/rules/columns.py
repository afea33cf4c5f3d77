"""Packs by the hundred thousand: one array a fact, the same values as so many files of packs.

Decimals are whole millionths, so that every comparison and every sum stays exact. The bytes of
columns() are canonical: the same packs give the same bytes, whatever order they were read in.
"""

import datetime
import json
import struct
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from passport.proof import canonical
from passport.rules.errors import Malformed
from recycling.rules.feasibility import Place
from recycling.rules.gates import Facts
from recycling.rules.market import PackFile
from recycling.rules.plain import plain, revive

Whole = NDArray[np.int64]

MILLION = 1_000_000
NONE = -(2**62)
_STEP = Decimal(1).scaleb(-6)
_FORMAT = "packs/2"
# As it was before packs had days.
_EARLIER = "packs/1"


class ColumnsBroken(Malformed):
    """The bytes of a snapshot are not what was written."""

    code = "columns-broken"
    title = "The snapshot cannot be read"


@dataclass(frozen=True, kw_only=True)
class PackModel:
    """What all packs of one model have in common."""

    code: str
    chemistry: str
    rated_kwh: Decimal
    mass_kg: Decimal


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Packs in the order of their ids. -1, or NONE in millionths, is what nobody read.

    `ids` has 16 bytes a row; `model`, `place`, `earlier` are places in the tuples of the same
    purpose; `declined` has pairs of a row and a programme; `facts` has an array a field of Facts:
    millionths, yes and no as 1 and 0, or places in `words`. `ready` and `due` are days, as
    toordinal() counts them.
    """

    models: tuple[PackModel, ...]
    places: tuple[Place, ...]
    words: tuple[str, ...]
    programmes: tuple[str, ...]
    ids: NDArray[np.uint8]
    model: Whole
    place: Whole
    country: Whole
    waste_code: Whole
    soh: Whole
    remaining_years_low: Whole
    rounds: Whole
    earlier: Whole
    declined: Whole
    ready: Whole
    due: Whole
    facts: Mapping[str, Whole]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def stands(self) -> tuple[Whole, ...]:
        """What of a pack, beside its model and its condition, programmes ask for."""
        return self.country, self.waste_code


@cache
def kinds() -> Mapping[str, type]:
    """Each fact with what its column holds: Decimal, bool or str."""
    hints = get_type_hints(Facts)
    found = {}
    for field in fields(Facts):
        among = get_args(hints[field.name]) or (hints[field.name],)
        found[field.name] = next(each for each in (Decimal, bool, str) if each in among)
    return found


def millionths(value: Decimal | None) -> int:
    """A decimal as whole millionths; NONE for None. Raises ValueError where that would round."""
    if value is None:
        return NONE
    whole = value.scaleb(6)
    if whole != whole.to_integral_value():
        raise ValueError(f"{value} has more than six decimals")
    return int(whole)


def decimal_of(whole: int) -> Decimal | None:
    """The decimal of whole millionths, without needless zeros."""
    return None if whole == NONE else Decimal(int(whole)) * _STEP


def ordinal(day: datetime.date | None) -> int:
    """A day as its column holds it; NONE for None."""
    return NONE if day is None else day.toordinal()


def _day(whole: int) -> datetime.date | None:
    return None if whole == NONE else datetime.date.fromordinal(whole)


def columns(packs: Sequence[PackFile]) -> Columns:
    """The columns of some files of packs, which are put in the order of their ids. [columns-1]"""
    rows = sorted(packs, key=lambda pack: uuid.UUID(pack.id).bytes)
    said = {getattr(p.facts, n) for p in rows for n, kind in kinds().items() if kind is str}
    said |= {each for pack in rows for each in (pack.country, pack.waste_code)}
    models = Names({_model(pack) for pack in rows}, key=_by_code)
    places = Names({pack.place for pack in rows}, key=_by_degrees)
    words = Names(said)
    programmes = Names({each for p in rows for each in (*p.declined_by, p.earlier)} - {""})
    declined = [
        (row, programmes.place(each))
        for row, pack in enumerate(rows)
        for each in sorted(pack.declined_by)
    ]

    def column(read: Callable[[PackFile], int]) -> Whole:
        return np.array([read(pack) for pack in rows], dtype=np.int64)

    return Columns(
        ids=np.frombuffer(b"".join(uuid.UUID(p.id).bytes for p in rows), np.uint8).reshape(-1, 16),
        model=column(lambda pack: models.place(_model(pack))),
        place=column(lambda pack: places.place(pack.place)),
        country=column(lambda pack: words.place(pack.country)),
        waste_code=column(lambda pack: words.place(pack.waste_code)),
        soh=column(lambda pack: millionths(pack.soh)),
        remaining_years_low=column(lambda pack: millionths(pack.remaining_years_low)),
        rounds=column(lambda pack: pack.rounds),
        earlier=column(lambda pack: programmes.place(pack.earlier or None)),
        declined=np.array(declined, dtype=np.int64).reshape(-1, 2),
        ready=column(lambda pack: ordinal(pack.ready_on)),
        due=column(lambda pack: ordinal(pack.due_on)),
        facts={
            name: column(lambda p, n=name, k=kind: coded(getattr(p.facts, n), k, words))  # type: ignore[misc]
            for name, kind in kinds().items()
        },
        models=models.all,
        places=places.all,
        words=words.all,
        programmes=programmes.all,
    )


class Names:
    """Distinct values in their order, each with its place; None has none, and is -1."""

    def __init__(self, values: Iterable[Any], *, key: Callable[[Any], Any] | None = None) -> None:
        self.all: tuple[Any, ...] = tuple(sorted(set(values) - {None}, key=key))
        self._places = {value: place for place, value in enumerate(self.all)} | {None: -1}

    def place(self, value: Any) -> int:
        """Where a value stands."""
        return self._places[value]


def coded(value: Any, kind: type, words: Names) -> int:
    """A fact as its column holds it."""
    if value is None:
        return NONE if kind is Decimal else -1
    if kind is Decimal:
        return millionths(value)
    return int(value) if kind is bool else words.place(value)


def reading_of(whole: int, *, kind: type, words: Sequence[str]) -> Decimal | bool | str | None:
    """The fact that a column holds."""
    if kind is Decimal:
        return decimal_of(whole)
    if whole == -1:
        return None
    return bool(whole) if kind is bool else words[whole]


def file_of(held: Columns, row: int) -> PackFile:
    """One pack as a file again. [columns-2]"""
    model = held.models[held.model[row]]
    declined = held.declined[held.declined[:, 0] == row][:, 1]
    facts = {
        name: reading_of(int(held.facts[name][row]), kind=kind, words=held.words)
        for name, kind in kinds().items()
    }
    return PackFile(
        id=str(uuid.UUID(bytes=held.ids[row].tobytes())),
        model=model.code,
        facts=Facts(**facts),  # type: ignore[arg-type]
        soh=decimal_of(int(held.soh[row])),
        rated_kwh=model.rated_kwh,
        mass_kg=model.mass_kg,
        place=None if held.place[row] < 0 else held.places[held.place[row]],
        remaining_years_low=decimal_of(int(held.remaining_years_low[row])),
        rounds=int(held.rounds[row]),
        declined_by=frozenset(held.programmes[each] for each in declined),
        country=held.words[held.country[row]],
        waste_code=held.words[held.waste_code[row]],
        earlier="" if held.earlier[row] < 0 else held.programmes[held.earlier[row]],
        ready_on=_day(int(held.ready[row])),
        due_on=_day(int(held.due[row])),
    )


def some(held: Columns, rows: NDArray[np.intp]) -> Columns:
    """The columns of some rows, which stand in growing order."""
    place = np.full(len(held), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    declined = held.declined[place[held.declined[:, 0]] >= 0]
    return Columns(
        models=held.models,
        places=held.places,
        words=held.words,
        programmes=held.programmes,
        ids=held.ids[rows],
        model=held.model[rows],
        place=held.place[rows],
        country=held.country[rows],
        waste_code=held.waste_code[rows],
        soh=held.soh[rows],
        remaining_years_low=held.remaining_years_low[rows],
        rounds=held.rounds[rows],
        earlier=held.earlier[rows],
        declined=np.stack([place[declined[:, 0]], declined[:, 1]], axis=1),
        ready=held.ready[rows],
        due=held.due[rows],
        facts={name: column[rows] for name, column in held.facts.items()},
    )


def encode(held: Columns) -> bytes:
    """The canonical bytes: a head of JSON, then the arrays in the order it names. [columns-3]"""
    arrays = _arrays(held)
    head = {
        "format": _FORMAT,
        "packs": len(held),
        "arrays": {name: list(array.shape) for name, array in arrays.items()},
        "models": plain(held.models),
        "places": plain(held.places),
        "words": plain(held.words),
        "programmes": plain(held.programmes),
    }
    said = canonical.encode(head)
    parts = [struct.pack(">I", len(said)), said]
    return b"".join(parts + [np.ascontiguousarray(arrays[n]).tobytes() for n in sorted(arrays)])


def decode(content: bytes) -> Columns:
    """The columns of such bytes. Refuses ColumnsBroken."""
    try:
        (size,) = struct.unpack_from(">I", content)
        head = json.loads(content[4 : 4 + size])
        return _revived(head, content, at=4 + size)
    except (ValueError, KeyError, TypeError, struct.error) as fault:
        raise ColumnsBroken(
            f"the bytes of the snapshot cannot be read: {fault}", remedy="plan anew"
        ) from fault


def _revived(head: Mapping[str, Any], content: bytes, *, at: int) -> Columns:
    if head["format"] not in (_FORMAT, _EARLIER):
        raise ValueError(f"format {head['format']}")
    arrays = {}
    for name in sorted(head["arrays"]):
        shape = head["arrays"][name]
        kind = np.dtype(np.uint8 if name == "ids" else "<i8")
        count = int(np.prod(shape))
        arrays[name] = np.frombuffer(content, kind, count, at).reshape(shape)
        at += count * kind.itemsize
    if head["format"] == _EARLIER:
        never = np.full(head["packs"], NONE, dtype=np.int64)
        arrays |= {"ready": never, "due": never}
    facts = {name.removeprefix("fact "): a for name, a in arrays.items() if " " in name}
    return Columns(
        models=revive(tuple[PackModel, ...], head["models"]),
        places=revive(tuple[Place, ...], head["places"]),
        words=tuple(head["words"]),
        programmes=tuple(head["programmes"]),
        facts=facts,
        **{name: array for name, array in arrays.items() if " " not in name},
    )


_OFTEN = ("rounds", "earlier", "declined", "ready", "due")


def _arrays(held: Columns) -> dict[str, NDArray[Any]]:
    own = ("ids", "model", "place", "country", "waste_code", "soh", "remaining_years_low")
    found = {name: getattr(held, name) for name in (*own, *_OFTEN)}
    return found | {f"fact {name}": column for name, column in held.facts.items()}


def _model(pack: PackFile) -> PackModel:
    return PackModel(
        code=pack.model,
        chemistry=pack.facts.chemistry or "",
        rated_kwh=pack.rated_kwh,
        mass_kg=pack.mass_kg,
    )


def _by_code(model: PackModel) -> tuple[object, ...]:
    return (model.code, model.chemistry, model.rated_kwh, model.mass_kg)


def _by_degrees(place: Place) -> tuple[Decimal, Decimal]:
    return (place.latitude, place.longitude)
