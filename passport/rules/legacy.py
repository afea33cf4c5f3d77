"""Batteries born before passports: what is on their plate, and what is assumed from it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from passport.rules.decimals import check_places
from passport.rules.errors import Conflict, Malformed, NotAllowed
from passport.rules.intake import QUANTITIES
from passport.rules.wording import check_line

# Lowest and highest voltage of a cell over its nominal one, by family; the widest where none is
# known. From the usual operating windows: LFP 2.5-3.2-3.65 V, NMC and NCA 3.0-3.65-4.2 V, LCO
# 3.0-3.7-4.2 V, LMO 3.0-3.8-4.2 V, LTO 1.5-2.3-2.8 V, sodium-ion 1.5-3.1-4.0 V.
_WINDOWS = {
    "LFP": (Decimal("0.781"), Decimal("1.141")),
    "NMC": (Decimal("0.822"), Decimal("1.151")),
    "NCA": (Decimal("0.822"), Decimal("1.151")),
    "LCO": (Decimal("0.811"), Decimal("1.135")),
    "LMO": (Decimal("0.789"), Decimal("1.105")),
    "LTO": (Decimal("0.652"), Decimal("1.217")),
    "NA_ION": (Decimal("0.484"), Decimal("1.290")),
    "": (Decimal("0.484"), Decimal("1.290")),
}
FAMILIES = tuple(sorted(name for name in _WINDOWS if name))
_MILLIVOLT, _WATT_HOUR = Decimal("0.001"), Decimal("0.00001")
# A tenth of a volt: below it the ends of its window are one millivolt.
_LEAST_VOLTAGE = Decimal("0.1")
# What a plate says is kept with a model, in its quantities: field → what it is there.
_KEPT_AS = {
    "nominal_voltage_v": "nominal_voltage_v",
    "capacity_ah": "rated_capacity_ah",
    "mass_kg": "mass_kg",
    "energy_kwh": "rated_energy_kwh",
}
_EARLIEST = date(1980, 1, 1)


class LegacyState(StrEnum):
    """How far the registration of a legacy battery has come."""

    WAITING = "WAITING"
    REGISTERED = "REGISTERED"
    REFUSED = "REFUSED"
    MERGED = "MERGED"


class NotAFinder(NotAllowed):
    """Who has an old battery in hand registers it: a keeper, a workshop or a recycler."""

    code = "not-a-finder"
    title = "Only who keeps or handles batteries registers old ones"


class WrongPlate(Malformed):
    """A figure that no plate of a battery can say."""

    code = "wrong-plate"
    title = "This cannot be on the plate"


class NotItsMaker(Conflict):
    """A maker takes a legacy battery over once its prefix or domain is proven. [naming-2]"""

    code = "not-its-maker"
    title = "Somebody keeps this battery, and you have not shown that you made it"


class NotMergedSo(Conflict):
    """The two records cannot be of one battery, or not yet."""

    code = "not-merged-so"
    title = "The records cannot become one like this"


@dataclass(frozen=True)
class Plate:
    """What somebody read off a plate; None and "" where it says nothing."""

    level: str
    category: str
    nominal_voltage_v: Decimal
    capacity_ah: Decimal
    mass_kg: Decimal
    chemistry: str = ""
    energy_kwh: Decimal | None = None
    manufactured_on: date | None = None
    maker_name: str = ""
    model_name: str = ""
    serial: str = ""


@dataclass(frozen=True)
class Completed:
    """The plate with what follows from it; `assumed` names what nobody has read."""

    energy_kwh: Decimal
    minimum_voltage_v: Decimal
    maximum_voltage_v: Decimal
    manufactured_on: date
    assumed: tuple[str, ...]


def may_find(*, roles: Collection[str]) -> bool:
    """Whether a party is one of those who have old batteries in hand."""
    return bool({"KEEPER", "WORKSHOP", "RECYCLER"} & set(roles))


def check_finder(*, roles: Collection[str]) -> None:
    """Keeper, workshop or recycler; a maker registers its own batteries by file. [legacy-1]

    Refuses NotAFinder.
    """
    if not may_find(roles=roles):
        raise NotAFinder(
            "your party is neither keeper, workshop nor recycler",
            remedy="let the party that has the battery in hand register it",
        )


def check_plate(*, plate: Plate, on: date) -> None:
    """Quantities as a model can have them, days of the past, lines that people can read.

    [legacy-2] Refuses WrongPlate, TooFine, BadWording.
    """
    _check_quantities(plate)
    if plate.chemistry and plate.chemistry not in FAMILIES:
        raise WrongPlate(
            f"{plate.chemistry[:40]} is no family of chemistries",
            pointer="/chemistry",
            remedy="choose one of " + ", ".join(FAMILIES) + ", or leave it out",
        )
    made = plate.manufactured_on
    if made is not None and not _EARLIEST <= made <= on:
        raise WrongPlate(
            f"{made} is no day on which this battery can have been made",
            pointer="/manufactured_on",
            remedy="leave it out if the plate does not say",
        )
    for name in ("maker_name", "model_name", "serial"):
        text = getattr(plate, name)
        if text:
            check_line(text=text, pointer=f"/{name}", most=120)


def _check_quantities(plate: Plate) -> None:
    for name, kept_as in _KEPT_AS.items():
        value: Decimal | None = getattr(plate, name)
        if value is None:
            continue
        most, places = QUANTITIES[kept_as]
        least = _LEAST_VOLTAGE if name == "nominal_voltage_v" else Decimal(0)
        if not (value.is_finite() and value > 0 and least <= value <= most):
            raise WrongPlate(
                f"{value} is no {name.rpartition('_')[0].replace('_', ' ')} of a battery",
                pointer=f"/{name}",
                remedy=f"write the number on the plate, from {least} to {most}, or weigh"
                " the battery",
            )
        check_places(value, places=places, pointer=f"/{name}")
    most, _ = QUANTITIES["rated_energy_kwh"]
    if plate.energy_kwh is None and _energy(plate) > most:
        raise WrongPlate(
            f"{plate.nominal_voltage_v} V and {plate.capacity_ah} Ah are {_energy(plate)} kWh",
            pointer="/capacity_ah",
            remedy=f"check the units, V and Ah: no battery has more than {most} kWh",
        )


def _energy(plate: Plate) -> Decimal:
    return plate.nominal_voltage_v * plate.capacity_ah / 1000


def complete(*, plate: Plate, on: date) -> Completed:
    """What a battery's record needs and its plate does not say, each named as assumed. [legacy-3]

    Energy is voltage times capacity; the voltages are the usual window of its chemistry.
    """
    low, high = _WINDOWS[plate.chemistry]
    assumed = ["minimum_voltage_v", "maximum_voltage_v"]
    energy = plate.energy_kwh
    if energy is None:
        assumed.append("energy_kwh")
        energy = _energy(plate)
    if plate.manufactured_on is None:
        assumed.append("manufactured_on")
    return Completed(
        energy_kwh=max(energy.quantize(_WATT_HOUR), _WATT_HOUR),
        minimum_voltage_v=(plate.nominal_voltage_v * low).quantize(_MILLIVOLT),
        maximum_voltage_v=(plate.nominal_voltage_v * high).quantize(_MILLIVOLT),
        manufactured_on=plate.manufactured_on or on,
        assumed=tuple(assumed),
    )


def check_takeover(*, proven: bool, inside: bool, same_level: bool, same_salt: bool) -> None:
    """A maker makes a legacy battery its own by registering it under a name it has proven.

    [legacy-4] Refuses NotItsMaker, NotMergedSo.
    """
    if not proven:
        raise NotItsMaker(
            "the party that keeps the battery has registered it under this name",
            pointer="/id",
            remedy="prove your prefix or domain (POST /api/v1/naming-rights), then send it again",
        )
    if inside:
        raise NotMergedSo(
            "the battery is in its keeper's hands: a file cannot say what it sits in",
            pointer="/parent",
            remedy="leave the parent out; its keeper records what it is built into",
        )
    if not same_level:
        raise NotMergedSo(
            "its keeper has registered it at another level",
            pointer="/model",
            remedy="compare the plate: cell, module, pack or system",
        )
    if not same_salt:
        raise NotMergedSo(
            "the battery has a salt in the log already",
            pointer="/log_salt",
            remedy="leave it out; the battery's record shows the salt once it is yours",
        )


def check_merge(*, holds_both: bool, states: Collection[str], levels: Collection[str]) -> None:
    """Who holds both records says that they are of one battery. [legacy-5] Refuses NotMergedSo."""
    if not holds_both:
        raise NotMergedSo(
            "you do not hold both batteries",
            pointer="/battery",
            remedy="let the maker hand its record over to you first, and accept it",
        )
    if {"RECYCLED", "MERGED"} & set(states):
        raise NotMergedSo(
            "one of the two has ended already", pointer="/battery", remedy="check the two names"
        )
    if len(set(levels)) != 1:
        raise NotMergedSo(
            "the two records are of different levels",
            pointer="/battery",
            remedy="compare the plate: cell, module, pack or system",
        )
