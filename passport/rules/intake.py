"""One line of a maker's file as a checked value: a model, a battery, or an assembly."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from passport.rules import intake_fields as read
from passport.rules.assembly import InsideItself, Level
from passport.rules.datapoints import Category
from passport.rules.decimals import OutOfRange
from passport.rules.errors import Refusal
from passport.rules.gs1_values import check_meaning, check_value
from passport.rules.identity import Identity
from passport.rules.intake_facts import Facts, parse_facts, spelled


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelLine:
    """What all batteries of a type share; gtin is empty for makers without GS1 keys."""

    number: int
    code: str
    name: str
    level: Level
    category: Category
    chemistry: str
    gtin: str
    rated_capacity_ah: Decimal
    rated_energy_kwh: Decimal
    nominal_voltage_v: Decimal
    minimum_voltage_v: Decimal
    maximum_voltage_v: Decimal
    mass_kg: Decimal
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryLine:
    """One battery of a model; facility and position are empty when they are not told.

    `log_salt` hides its name in the log; None leaves the drawing of it to the service. `lot` is
    what the maker calls the production lot, empty when it is not told. `item` is what a signed
    batch says of the battery; it is no part of the registration.
    """

    number: int
    model: str
    identity: Identity
    manufactured_on: date
    facility: str
    parent: Identity | None
    position: str
    log_salt: bytes | None = None
    lot: str = ""
    item: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyLine:
    """A battery registered before, put into another one."""

    number: int
    parent: Identity
    child: Identity
    position: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """The signed credential over all items of the file; it stands before the first of them."""

    number: int
    credential: Mapping[str, object]


Line: TypeAlias = ModelLine | BatteryLine | AssemblyLine | BatchLine


class OtherItem(Refusal):
    """The item of a line is about another battery, or signs another salt than the line has."""

    code = "other-item"
    title = "The item is not of this battery"


class OtherGtin(Refusal):
    """The identifier of a battery carries another GTIN than its model."""

    code = "other-gtin"
    title = "The battery's GTIN is not its model's"


# Field → (largest, decimal places that are kept).
QUANTITIES = {
    "rated_capacity_ah": (Decimal(100_000), 4),
    "rated_energy_kwh": (Decimal(100_000), 5),
    "nominal_voltage_v": (Decimal(5_000), 3),
    "minimum_voltage_v": (Decimal(5_000), 3),
    "maximum_voltage_v": (Decimal(5_000), 3),
    "mass_kg": (Decimal(1_000_000), 5),
}
# Rated energy is capacity times nominal voltage; more than this apart is a wrong unit.
ENERGY_FACTOR = 4

_MODEL_REQUIRED = ("code", "name", "level", "category", "chemistry", *QUANTITIES)
_MODEL = frozenset({"type", "gtin", "facts", *_MODEL_REQUIRED})
_BATTERY_REQUIRED = ("model", "id", "manufactured_on")
_BATTERY = frozenset(
    {"type", "facility", "parent", "position", "log_salt", "lot", "item", *_BATTERY_REQUIRED}
)
_BATCH = frozenset({"type", "credential"})
_ASSEMBLY_REQUIRED = ("parent", "child")
_ASSEMBLY = frozenset({"type", "position", *_ASSEMBLY_REQUIRED})
# Kind of line → the names that may stand in it.
FIELDS_OF = {"model": _MODEL, "battery": _BATTERY, "assembly": _ASSEMBLY}


def parse_line(value: object, *, number: int, today: date | None = None) -> Line:
    """The line as a value, or the first fault in it with its pointer. [intake-1]

    `value` is one strictly parsed JSON value, `number` counts lines from 1; `today` refuses days
    ahead. Refuses UnknownField, MissingField, WrongType, NotAWord, NotADecimal, OutOfRange,
    NotADay, InTheFuture, InsideItself, and what identity.parse() and parse_facts() refuse.
    """
    if not isinstance(value, dict):
        raise read.WrongType(
            "the line is not an object", remedy='write one {"type": …} object on each line'
        )
    kind = value.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise read.NotAWord(
            '"type" is missing' if kind is None else f'"type" is {kind!r:.60}',
            pointer="/type",
            remedy="write one of: " + ", ".join(_READERS),
        )
    return reader(value, number, today)


def _model(value: Mapping[str, object], number: int, today: date | None) -> ModelLine:
    read.check_fields(value, known=_MODEL, required=_MODEL_REQUIRED)
    amounts = {
        name: read.quantity(value, name, most=most, places=places)
        for name, (most, places) in QUANTITIES.items()
    }
    _check_voltages(amounts)
    _check_energy(amounts)
    gtin = read.text(value, "gtin", longest=20, due=False)
    if gtin:
        read.pointed(_gtin, gtin, "gtin")
    return ModelLine(
        number=number,
        code=read.text(value, "code", longest=60),
        name=read.text(value, "name", longest=120),
        level=read.word(value, "level", of=Level),
        category=read.word(value, "category", of=Category),
        chemistry=read.text(value, "chemistry", longest=20),
        gtin=gtin,
        facts=parse_facts(value.get("facts", {})),
        **amounts,
    )


def _battery(value: Mapping[str, object], number: int, today: date | None) -> BatteryLine:
    read.check_fields(value, known=_BATTERY, required=_BATTERY_REQUIRED)
    identity = read.identity(value, "id")
    parent = read.identity(value, "parent") if "parent" in value else None
    if parent == identity:
        _inside_itself()
    return BatteryLine(
        number=number,
        model=read.text(value, "model", longest=60),
        identity=identity,
        manufactured_on=read.day(value, "manufactured_on", today=today),
        facility=read.text(value, "facility", longest=120, due=False),
        parent=parent,
        position=read.text(value, "position", longest=60, due=False),
        log_salt=read.salt(value, "log_salt"),
        lot=_lot(value),
        item=_item(value, identity),
    )


def _assembly(value: Mapping[str, object], number: int, today: date | None) -> AssemblyLine:
    read.check_fields(value, known=_ASSEMBLY, required=_ASSEMBLY_REQUIRED)
    parent, child = read.identity(value, "parent"), read.identity(value, "child")
    if parent == child:
        _inside_itself()
    position = read.text(value, "position", longest=60, due=False)
    return AssemblyLine(number=number, parent=parent, child=child, position=position)


def _batch(value: Mapping[str, object], number: int, today: date | None) -> BatchLine:
    read.check_fields(value, known=_BATCH, required=("credential",))
    return BatchLine(number=number, credential=read.thing(value, "credential"))


def _item(value: Mapping[str, object], identity: Identity) -> Mapping[str, object] | None:
    """An item is of its line's battery, by the same name and the same log salt. [intake-5]"""
    if "item" not in value:
        return None
    item = read.thing(value, "item")
    if item.get("id") != identity.canonical:
        raise OtherItem(
            f"the item is about {item.get('id')!r:.300}",
            pointer="/item/id",
            remedy=f"sign over {identity.canonical}, or move the item to its battery's line",
        )
    if "logSalt" in item and item["logSalt"] != value.get("log_salt"):
        raise OtherItem(
            "logSalt of the item is not log_salt of the line",
            pointer="/item/logSalt",
            remedy="write the same salt at both places, or leave logSalt out of the item",
        )
    return item


_READERS: dict[str, Callable[[Mapping[str, object], int, date | None], Line]] = {
    "model": _model,
    "battery": _battery,
    "assembly": _assembly,
    "batch": _batch,
}


def digest(line: Line) -> bytes:
    """SHA-256 over what the line says, 32 bytes; the line's number does not count. [intake-2]

    Spelling does not count either: "280" and "280.0", or two links to one battery, are the same.
    """
    said = "".join(f"{len(part)}:{part}" for part in _parts(line))
    return hashlib.sha256(said.encode()).digest()


def check_gtin(*, identity: Identity, model_gtin: str) -> None:
    """A battery named by GS1 keys carries its model's GTIN. [intake-3] Refuses OtherGtin."""
    if identity.gtin and model_gtin and identity.gtin != model_gtin:
        raise OtherGtin(
            f"the identifier says {identity.gtin}, the model {model_gtin}",
            pointer="/id",
            remedy="name the model that the label belongs to, or correct the identifier",
        )


def _parts(line: Line) -> tuple[str, ...]:
    """What a line says, as texts in a fixed order; a new field belongs at the end, under "/4"."""
    if isinstance(line, BatteryLine):
        parent = line.parent.canonical if line.parent else ""
        made = line.manufactured_on.isoformat()
        told = (line.identity.canonical, line.model, made, line.facility, parent, line.position)
        salt = "" if line.log_salt is None else line.log_salt.hex()
        if line.lot:
            return ("battery/3", *told, salt, line.lot)
        return ("battery/2", *told, salt) if salt else ("battery/1", *told)
    if isinstance(line, BatchLine):
        raise TypeError("a batch is known by the digest of its credential")
    if isinstance(line, AssemblyLine):
        return ("assembly/1", line.parent.canonical, line.child.canonical, line.position)
    amounts = (f"{getattr(line, name).normalize():f}" for name in QUANTITIES)
    words = (line.code, line.name, line.level, line.category, line.chemistry, line.gtin)
    return ("model/1", *words, *amounts, spelled(line.facts))


def _lot(value: Mapping[str, object]) -> str:
    """Up to 20 characters of the set that a label carries. [GS1 General Specifications, AI 10]"""
    lot = read.text(value, "lot", longest=20, due="lot" in value)
    if lot:
        read.pointed(_lot_characters, lot, "lot")
    return lot


def _lot_characters(lot: str) -> None:
    check_value("10", lot)


def _gtin(gtin: str) -> None:
    check_value("01", gtin)
    check_meaning("01", gtin)


def _check_voltages(amounts: Mapping[str, Decimal]) -> None:
    low, nominal, high = (
        amounts[f"{name}_voltage_v"] for name in ("minimum", "nominal", "maximum")
    )
    if not low < nominal < high:
        raise OutOfRange(
            f"voltages do not rise: minimum {low}, nominal {nominal}, maximum {high}",
            pointer="/nominal_voltage_v",
            remedy="give minimum < nominal < maximum, in volts",
        )


def _check_energy(amounts: Mapping[str, Decimal]) -> None:
    said = amounts["rated_energy_kwh"]
    found = amounts["rated_capacity_ah"] * amounts["nominal_voltage_v"] / 1000
    if not found / ENERGY_FACTOR <= said <= found * ENERGY_FACTOR:
        raise OutOfRange(
            f"rated energy is {said} kWh, but capacity times nominal voltage is {found} kWh",
            pointer="/rated_energy_kwh",
            remedy="check the units: Ah, V and kWh",
        )


def _inside_itself() -> None:
    raise InsideItself(
        "the battery is named as its own parent",
        pointer="/parent",
        remedy="name another battery as the parent, or leave the parent out",
    )
