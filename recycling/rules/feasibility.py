"""Which pack may go to which programme at all, and if not, why not, in one sentence a reason."""

import math
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from recycling.rules.chemistry import takes
from recycling.rules.gates import GateRoute
from recycling.rules.grading import TransportCase, transport_case
from recycling.rules.lanes import NO_PERMITS, Lane, Permits, lane_from


class Kind(StrEnum):
    """What a programme does with a pack."""

    SECOND_LIFE = "SECOND_LIFE"
    RECYCLER = "RECYCLER"


class Obstacle(StrEnum):
    """Why a pack and a programme do not meet."""

    GATE = "GATE"
    TEST_FIRST = "TEST_FIRST"
    DAMAGED = "DAMAGED"
    CHEMISTRY = "CHEMISTRY"
    MODEL = "MODEL"
    HEALTH_UNKNOWN = "HEALTH_UNKNOWN"
    HEALTH_TOO_LOW = "HEALTH_TOO_LOW"
    HEALTH_TOO_HIGH = "HEALTH_TOO_HIGH"
    RESISTANCE_UNKNOWN = "RESISTANCE_UNKNOWN"
    RESISTANCE = "RESISTANCE"
    REMAINING_LIFE = "REMAINING_LIFE"
    TOO_FAR = "TOO_FAR"
    LANE = "LANE"
    PERMIT = "PERMIT"
    DECLINED = "DECLINED"


OPENED_BY_A_TEST = {Obstacle.TEST_FIRST, Obstacle.HEALTH_UNKNOWN, Obstacle.RESISTANCE_UNKNOWN}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A point on the earth, in degrees."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, kw_only=True)
class PackTerms:
    """What a programme asks of a pack; None where it was not read.

    `unproven`: nothing asks for a test but where its reading of health comes from.
    """

    id: str
    model: str
    chemistry: str
    soh: Decimal | None
    soh_low: Decimal | None
    resistance_ratio: Decimal | None
    remaining_years_low: Decimal | None
    rated_kwh: Decimal
    mass_kg: Decimal
    place: Place | None
    route: GateRoute
    damaged: bool
    critical: bool
    country: str = ""
    waste: bool = False
    waste_code: str = ""
    unproven: bool = False


@dataclass(frozen=True, kw_only=True)
class ProgrammeTerms:
    """What a programme takes, and what it pays: cents a usable kWh, or cents a kilogram.

    `fee_cents_per_kg` above zero: the recycler pays the holder. Empty `models`: any model. Without
    `lanes` it fetches anywhere; without `permits` it has not said which waste it may take.
    """

    id: str
    kind: Kind
    chemistries: frozenset[str]
    models: frozenset[str]
    soh_min: Decimal
    soh_max: Decimal
    resistance_max: Decimal | None
    contract_years: Decimal
    accepts_damaged: bool
    place: Place | None
    max_distance_km: int | None
    price_cents_per_kwh: Decimal
    fee_cents_per_kg: Decimal | None
    lanes: tuple[Lane, ...] = ()
    permits: Permits = NO_PERMITS


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One reason why an edge does not exist."""

    obstacle: Obstacle
    why: str


EARTH_RADIUS_KM = 6371.0088


@lru_cache(maxsize=100_000)
def distance_km(a: Place | None, b: Place | None) -> int | None:
    """Great-circle kilometres, rounded; None when a place is not known."""
    if a is None or b is None:
        return None
    lat_a, lon_a = math.radians(a.latitude), math.radians(a.longitude)
    lat_b, lon_b = math.radians(b.latitude), math.radians(b.longitude)
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return round(2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half))))


def reasons_against(pack: PackTerms, programme: ProgrammeTerms) -> tuple[Refused, ...]:
    """Every reason why this edge does not exist; none means that it does. [edge-1]"""
    found = [_gate(pack, programme), *_taken(pack, programme), _reach(pack, programme)]
    found += [_lane(pack, programme), _permit(pack, programme)]
    if programme.kind is Kind.SECOND_LIFE:
        found += [_window(pack, programme), _resistance(pack, programme), _life(pack, programme)]
    return tuple(reason for reason in found if reason is not None)


def awaits_only_the_test(reasons: tuple[Refused, ...], *, unproven: bool = False) -> bool:
    """Whether a test could open this edge: it must pass, or measure what nobody has. [edge-2]

    With an unproven reading also an edge that is open waits for it: until then it is indicative.
    """
    obstacles = {reason.obstacle for reason in reasons}
    return (unproven or Obstacle.TEST_FIRST in obstacles) and obstacles <= OPENED_BY_A_TEST


def _gate(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    """A: anywhere. T: second life after a test, or as an indication where only the reading is
    unproven. R and Q: recyclers; Q only those for damaged.
    """
    if programme.kind is Kind.SECOND_LIFE:
        if pack.unproven:
            return None
        if pack.route is GateRoute.TEST:
            return Refused(obstacle=Obstacle.TEST_FIRST, why="It must be tested first.")
        if pack.route is not GateRoute.OFFER:
            return Refused(obstacle=Obstacle.GATE, why="A gate allows recycling only.")
        return None
    if pack.damaged and not programme.accepts_damaged:
        return Refused(obstacle=Obstacle.DAMAGED, why="It takes no damaged batteries.")
    return None


def _taken(pack: PackTerms, programme: ProgrammeTerms) -> list[Refused]:
    found = []
    if not takes(accepted=programme.chemistries, chemistry=pack.chemistry):
        why = f"It does not take {pack.chemistry or 'an unknown chemistry'}."
        found.append(Refused(obstacle=Obstacle.CHEMISTRY, why=why))
    if programme.models and pack.model not in programme.models:
        found.append(Refused(obstacle=Obstacle.MODEL, why="It takes other pack models only."))
    return found


def _window(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    """The lower bound must reach the least asked; the mean must stay below the most. [edge-3]"""
    if pack.soh is None or pack.soh_low is None:
        return Refused(obstacle=Obstacle.HEALTH_UNKNOWN, why="Its health was never read.")
    if pack.soh_low < programme.soh_min:
        why = f"Surely left is {pack.soh_low}, asked is at least {programme.soh_min}."
        return Refused(obstacle=Obstacle.HEALTH_TOO_LOW, why=why)
    if pack.soh >= programme.soh_max:
        why = f"Its health {pack.soh} is not below {programme.soh_max}, where the window ends."
        return Refused(obstacle=Obstacle.HEALTH_TOO_HIGH, why=why)
    return None


def _resistance(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    if programme.resistance_max is None:
        return None
    if pack.resistance_ratio is None:
        return Refused(obstacle=Obstacle.RESISTANCE_UNKNOWN, why="Its resistance was never read.")
    if pack.resistance_ratio <= programme.resistance_max:
        return None
    why = f"Its resistance ratio {pack.resistance_ratio} is above {programme.resistance_max}."
    return Refused(obstacle=Obstacle.RESISTANCE, why=why)


def _life(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    """A known remaining life must cover the contract; an unknown one decides nothing. [edge-4]"""
    left = pack.remaining_years_low
    if left is None or left >= programme.contract_years:
        return None
    why = f"Surely left are {left} years, the contract runs {programme.contract_years}."
    return Refused(obstacle=Obstacle.REMAINING_LIFE, why=why)


def _reach(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    distance = distance_km(pack.place, programme.place)
    if distance is None or programme.max_distance_km is None:
        return None
    if distance <= programme.max_distance_km:
        return None
    why = f"It is {distance} km away, fetched is up to {programme.max_distance_km} km."
    return Refused(obstacle=Obstacle.TOO_FAR, why=why)


def way_of(pack: PackTerms, programme: ProgrammeTerms) -> tuple[TransportCase, Lane | None]:
    """In which case a pack travels to a programme, and over which of its lanes."""
    case = transport_case(
        damaged=pack.damaged,
        critical=pack.critical,
        to_recycling=programme.kind is Kind.RECYCLER,
    )
    return case, lane_from(country=pack.country, lanes=programme.lanes)


def _lane(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    """Where lanes are named, one must start where the pack is and take it as it is. [edge-5]

    Where nobody knows in which country it is, no lane bars it.
    """
    if not programme.lanes or not pack.country:
        return None
    case, lane = way_of(pack, programme)
    if lane is None:
        return Refused(obstacle=Obstacle.LANE, why=f"It fetches nothing from {pack.country}.")
    if case in lane.cases:
        return None
    why = f"Its lane from {pack.country} takes no batteries that travel as {case}."
    return Refused(obstacle=Obstacle.LANE, why=why)


def _permit(pack: PackTerms, programme: ProgrammeTerms) -> Refused | None:
    """Waste goes where a permit names its code and its country. [edge-6, Directive 2008/98]

    What goes to a recycler is waste from there on. A recycler that names no code has said nothing;
    a second life that names none takes no waste.
    """
    permits = programme.permits
    if programme.kind is Kind.SECOND_LIFE and not pack.waste:
        return None
    if not permits.waste_codes:
        why = "It is waste, and no permit for waste is named."
        barred = programme.kind is Kind.SECOND_LIFE
        return Refused(obstacle=Obstacle.PERMIT, why=why) if barred else None
    if pack.waste_code and pack.waste_code not in permits.waste_codes:
        why = f"Its permit does not name the waste code {pack.waste_code}."
        return Refused(obstacle=Obstacle.PERMIT, why=why)
    if pack.country and permits.countries and pack.country not in permits.countries:
        why = f"Its permit takes no waste from {pack.country}."
        return Refused(obstacle=Obstacle.PERMIT, why=why)
    return None
