"""What a programme may ask, and who may publish one."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from passport.rules.errors import NotAllowed
from recycling.rules.errors import TermsBroken
from recycling.rules.feasibility import Kind
from recycling.rules.lanes import Lane, check_lanes, check_permits, check_recovery
from recycling.rules.market import Route

SECOND_LIVES = frozenset({Route.REUSE, Route.REPURPOSE, Route.REMANUFACTURE})
ROLES = {
    Kind.SECOND_LIFE: frozenset({"KEEPER", "WORKSHOP", "MAKER"}),
    Kind.RECYCLER: frozenset({"RECYCLER"}),
}
HIGHEST_SOH = Decimal("1.2")


class RoleMissing(NotAllowed):
    """The party has no role that runs such a programme."""

    code = "role-missing"
    title = "This party does not run such programmes"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a programme takes. Cents are integers; above zero, the programme pays the holder.

    Health is a fraction, the least included and the most excluded. With a `band_width` it takes
    lots of one pack model whose healths lie within that band; without, single packs. `recovery` is
    the share of each material that a recycler declares to win.
    """

    name: str
    kind: Kind
    route: Route
    chemistries: tuple[str, ...]
    capacity_packs: int
    opens_on: datetime.date
    closes_on: datetime.date | None = None
    models: tuple[str, ...] = ()
    soh_min: Decimal = Decimal(0)
    soh_max: Decimal = HIGHEST_SOH
    resistance_max: Decimal | None = None
    contract_years: Decimal = Decimal(0)
    accepts_damaged: bool = False
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    max_distance_km: int | None = None
    price_cents_per_kwh: int = 0
    fee_cents_per_kg: int | None = None
    use: str = ""
    weekly_capacity_packs: int | None = None
    lot_minimum_packs: int | None = None
    lot_maximum_packs: int | None = None
    band_width: Decimal | None = None
    process: str = ""
    recovery: Mapping[str, Decimal] = field(default_factory=dict)
    permit_waste_codes: tuple[str, ...] = ()
    permit_countries: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = ()


def check_programme(asked: Asked, *, roles: Collection[str]) -> None:
    """A programme of this kind, by a party of these roles, that some pack could meet. [programme-1]

    Refuses RoleMissing, TermsBroken.
    """
    if not ROLES[asked.kind] & set(roles):
        raise RoleMissing(
            f"a programme of kind {asked.kind} is run by: {', '.join(sorted(ROLES[asked.kind]))}",
            pointer="/kind",
            remedy="publish it as a party that has one of these roles",
        )
    for broken, pointer, remedy in _contradictions(asked):
        if broken:
            raise TermsBroken("this contradicts the rest", pointer=pointer, remedy=remedy)
    check_lanes(asked.lanes)
    check_permits(waste_codes=asked.permit_waste_codes, countries=asked.permit_countries)
    check_recovery(process=asked.process, recovery=asked.recovery)


def check_capacity(packs: int) -> None:
    """Zero places or more: zero closes a programme to new packs. [programme-2]

    Refuses TermsBroken.
    """
    if packs < 0:
        raise TermsBroken(
            f"{packs} places", pointer="/capacity_packs", remedy="offer zero places or more"
        )


def _contradictions(asked: Asked) -> list[tuple[bool, str, str]]:
    second = asked.route in SECOND_LIVES
    ends = asked.closes_on
    return [
        (second != (asked.kind is Kind.SECOND_LIFE), "/route", "a recycler's route is RECYCLE"),
        (not asked.chemistries, "/chemistries", 'name one chemistry at least, or "*" for any'),
        (asked.capacity_packs < 1, "/capacity_packs", "offer one place at least"),
        (
            not 0 <= asked.soh_min < asked.soh_max <= HIGHEST_SOH,
            "/soh_min",
            f"0 <= soh_min < soh_max <= {HIGHEST_SOH}, as fractions",
        ),
        (ends is not None and ends <= asked.opens_on, "/closes_on", "close after it opens"),
        (asked.contract_years < 0, "/contract_years", "a contract lasts zero years or more"),
        (
            (asked.latitude is None) != (asked.longitude is None),
            "/latitude",
            "give both latitude and longitude, or neither",
        ),
        (
            asked.kind is not Kind.RECYCLER and bool(asked.process or asked.recovery),
            "/process",
            "only a recycler names a process and what it recovers",
        ),
        *_lot_contradictions(asked),
    ]


def _lot_contradictions(asked: Asked) -> list[tuple[bool, str, str]]:
    least, most, band = asked.lot_minimum_packs, asked.lot_maximum_packs, asked.band_width
    weekly = asked.weekly_capacity_packs
    return [
        (
            band is None and (least is not None or most is not None),
            "/band_width",
            "a lot has a band of health; name its width, or take single packs",
        ),
        (
            band is not None and not 0 < band <= HIGHEST_SOH,
            "/band_width",
            f"a width above 0 and up to {HIGHEST_SOH}, as a fraction of health",
        ),
        (
            band is not None and (least is None or least < 1),
            "/lot_minimum_packs",
            "name the least number of packs in a lot, one or more",
        ),
        (
            least is not None and most is not None and most < least,
            "/lot_maximum_packs",
            "a lot holds at least as many packs as its least number",
        ),
        (
            least is not None and least > asked.capacity_packs,
            "/lot_minimum_packs",
            "offer as many places as the smallest lot has packs",
        ),
        (weekly is not None and weekly < 1, "/weekly_capacity_packs", "take one a week at least"),
    ]
