"""What a programme may ask, and who may publish one."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from passport.rules.errors import Malformed, NotAllowed
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route

SECOND_LIVES = frozenset({Route.REUSE, Route.REPURPOSE, Route.REMANUFACTURE})
ROLES = {
    Kind.SECOND_LIFE: frozenset({"KEEPER", "WORKSHOP", "MAKER"}),
    Kind.RECYCLER: frozenset({"RECYCLER"}),
}
HIGHEST_SOH = Decimal("1.2")


class TermsBroken(Malformed):
    """The terms of the programme contradict each other."""

    code = "programme-terms"
    title = "The terms of the programme do not fit each other"


class RoleMissing(NotAllowed):
    """The party has no role that runs such a programme."""

    code = "role-missing"
    title = "This party does not run such programmes"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a programme takes. Cents are integers; above zero, the programme pays the holder.

    Health is a fraction, the least included and the most excluded.
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
    ]
