"""What a party sees of the end of life on its desk: packs to retire, and offers."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Q, QuerySet, When

from passport.models import Battery, BatteryState, Facility
from passport.queries.battery import held_units, unknown
from passport.queries.desk import BatteryLine, Home, home, lines
from passport.queries.party import by_id
from recycling.models import (
    PENDING,
    CounterOffer,
    Offer,
    OfferState,
    Retirement,
    RetirementState,
)
from recycling.queries import tables

_SHOWN = 200


@dataclass(frozen=True)
class Waiting:
    """What waits for a decision of the party, beside the counts of its batteries."""

    home: Home
    offers_in: int
    unplanned: int


@dataclass(frozen=True)
class RetiredLine:
    """A retired battery: why, since when, how far its way out has come."""

    line: BatteryLine
    reason: str
    declared_at: datetime
    state: str


@dataclass(frozen=True)
class OfferLine:
    """One pack put to one party; above zero the party pays, below zero it asks a fee.

    `line` is None once the pack no longer concerns the reader: its offer was declined or ended.
    """

    id: uuid.UUID
    line: BatteryLine | None
    route: str
    programme: str
    from_name: str
    to_name: str
    value_cents: int
    currency: str
    state: str
    proposed_at: datetime
    expires_at: datetime
    goes_by: date | None
    answered_at: datetime | None
    price_cents_per_kwh: int
    fee_cents_per_kg: int | None
    reason: str
    found: tuple[tuple[str, object], ...]
    price_cents: int = 0
    indicative: bool = False
    firm: bool = True
    asked: CounterOffer | None = None
    agreed: CounterOffer | None = None

    @property
    def sum_cents(self) -> int:
        """What changes hands for it, whoever pays."""
        return abs(self.price_cents)


@dataclass(frozen=True)
class Offers:
    incoming: tuple[OfferLine, ...]
    outgoing: tuple[OfferLine, ...]


def waiting(*, party_id: uuid.UUID) -> Waiting:
    """All that stands on top of a desk."""
    return Waiting(
        home=home(party_id=party_id),
        offers_in=Offer.objects.filter(
            Q(to_party_id=party_id, state=OfferState.PROPOSED)
            | Q(from_party_id=party_id, state=OfferState.COUNTERED)
        ).count(),
        unplanned=Retirement.objects.filter(keeper_id=party_id, state=RetirementState.OPEN).count(),
    )


def retirable(*, party_id: uuid.UUID) -> tuple[BatteryLine, ...]:
    """The whole units in a party's hands that serve, or are registered and could."""
    rows = held(party_id=party_id).filter(
        state__in=(BatteryState.IN_SERVICE, BatteryState.REGISTERED)
    )
    return lines(rows.order_by("model__name", "serial")[:_SHOWN], party_id=party_id)


def chosen(*, party_id: uuid.UUID, battery_ids: Iterable[uuid.UUID]) -> tuple[BatteryLine, ...]:
    """These batteries, as far as the party holds them. Refuses NotFound when one is missing."""
    wanted = list(battery_ids)
    found = lines(
        held(party_id=party_id).filter(id__in=wanted).order_by("serial"), party_id=party_id
    )
    if len(found) != len(wanted):
        raise unknown("battery in your hands")
    return found


def retired(*, party_id: uuid.UUID) -> tuple[RetiredLine, ...]:
    """What a party retired and what has not ended yet, newest first."""
    rows = list(
        Retirement.objects.filter(keeper_id=party_id)
        .exclude(state=RetirementState.CLOSED)
        .order_by("-id")[:_SHOWN]
    )
    shown = _shown([row.battery_id for row in rows], party_id=party_id)
    return tuple(
        RetiredLine(shown[row.battery_id], row.reason, row.declared_at, row.state)
        for row in rows
        if row.battery_id in shown
    )


def offers(*, party_id: uuid.UUID) -> Offers:
    """Offers put to a party, the first to end first, and those made for its packs."""
    rows = Offer.objects.select_related("programme", "from_party", "to_party")
    # Not joined: what was declined is hidden, and would hide its offer.
    rows = rows.prefetch_related("retirement", "counters")
    incoming = rows.filter(to_party_id=party_id)
    unanswered = incoming.filter(state__in=PENDING).order_by("expires_at", "id")
    answered = incoming.exclude(state__in=PENDING).order_by("-answered_at")
    # Those that wait for the keeper stand on top.
    waits = Case(When(state=OfferState.COUNTERED, then=0), default=1)
    outgoing = rows.filter(from_party_id=party_id).order_by(waits, "-id")
    return Offers(
        _offer_lines([*unanswered[:_SHOWN], *answered[:_SHOWN]], party_id=party_id),
        _offer_lines(outgoing[:_SHOWN], party_id=party_id),
    )


def places(*, party_id: uuid.UUID) -> tuple[Facility, ...]:
    """Where a party's packs may stand: the one that counts as its home first."""
    rows = Facility.objects.filter(party_id=party_id).order_by("name")
    return tuple(sorted(rows, key=lambda each: (each.latitude is None, each.name)))


def held(*, party_id: uuid.UUID) -> QuerySet[Battery]:
    """The whole units in a party's hands, with their models."""
    return held_units(party=by_id(party_id=party_id))


def _shown(ids: Iterable[uuid.UUID], *, party_id: uuid.UUID) -> dict[uuid.UUID, BatteryLine]:
    rows = Battery.objects.filter(id__in=list(ids)).select_related("model")
    return {line.id: line for line in lines(rows, party_id=party_id)}


def _offer_lines(rows: Iterable[Offer], *, party_id: uuid.UUID) -> tuple[OfferLine, ...]:
    found = list(rows)
    retired = {row.pk: each for row in found if (each := _retirement(row)) is not None}
    shown = _shown((each.battery_id for each in retired.values()), party_id=party_id)
    lines_of = {pk: shown.get(each.battery_id) for pk, each in retired.items()}
    return tuple(_offer_line(row, retired.get(row.pk), lines_of.get(row.pk)) for row in found)


def _retirement(row: Offer) -> Retirement | None:
    """None where the battery, and with it its retirement, concerns the reader no longer."""
    return getattr(row, "retirement", None)


def _offer_line(row: Offer, retired: Retirement | None, line: BatteryLine | None) -> OfferLine:
    counters = list(row.counters.all())
    return OfferLine(
        price_cents=row.price_cents,
        indicative=row.indicative,
        firm=not row.indicative or row.firm_at is not None,
        asked=next((each for each in counters if each.answered_at is None), None),
        agreed=next((each for each in counters if each.taken), None),
        id=row.id,
        line=line,
        route=row.programme.route,
        programme=row.programme.name,
        from_name=row.from_party.name,
        to_name=row.to_party.name,
        value_cents=row.value_cents,
        currency=tables.planning().prices.currency,
        state=row.state,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        goes_by=row.goes_by,
        answered_at=row.answered_at,
        price_cents_per_kwh=row.programme.price_cents_per_kwh,
        fee_cents_per_kg=row.programme.fee_cents_per_kg,
        reason=retired.reason if retired else "",
        # The lines of a plan name what others would pay: they stay with the keeper.
        found=tuple(sorted(retired.condition.items())) if retired else (),
    )
