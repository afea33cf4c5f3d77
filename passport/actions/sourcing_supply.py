"""What procurement agrees on: offers, framework agreements, and who gets what of them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from passport.models import (
    AgreedVolume,
    FrameworkAgreement,
    Party,
    Role,
    SupplyAllocation,
    SupplyOffer,
)
from passport.queries import sourcing_rules, sourcing_scenario, sourcing_supply
from passport.queries.sourcing_register import register_of
from passport.rules.decimals import outwards
from passport.rules.errors import Conflict, NotAllowed, NotFound
from passport.rules.sourcing_agreement import Agreement, check_allocation
from passport.rules.sourcing_offering import check_offer, ramp_document, volumes_document
from passport.rules.sourcing_supply import Offer, Phase, Unit, check_ramp, check_volumes


class NoKeeper(NotAllowed):
    """Projects are planned and supplied by those who keep batteries."""

    code = "sourcing-of-no-keeper"
    title = "Only a keeper plans projects and buys for them"


class NoCompany(NotFound):
    """The register does not know who offers or makes."""

    code = "sourcing-company"
    title = "No such company stands in your register"


class AgreementNameTaken(Conflict):
    """The party has another agreement of this name."""

    code = "agreement-name-taken"
    title = "The name is taken by another agreement of yours"


class OtherCount(Conflict):
    """A category is counted in kW or by energy, not in both."""

    code = "sourcing-other-count"
    title = "Your other offers of this category are counted in another way"


class StillAllocated(Conflict):
    """Projects count on what is to end."""

    code = "still-allocated"
    title = "Projects still count on it"


def check_keeper(by: Party) -> None:
    """Refuses NoKeeper."""
    if not by.acts_as(Role.KEEPER):
        raise NoKeeper(
            "your party has another role",
            remedy="ask the operator to give your party the role of a keeper",
        )


@transaction.atomic
def offer(*, told: Offer, by: Party, at: datetime) -> SupplyOffer:
    """Keep what a supplier offers. Refuses NoKeeper, NoCompany, and what check_offer() refuses."""
    check_keeper(by)
    check_offer(told, table=sourcing_scenario.table_of(sourcing_rules.newest()))
    _check_count(told, owner=by)
    known = register_of(owner=by, as_of=at.date()).entities
    for field, name in (("supplier", told.supplier), ("maker", told.maker)):
        if name not in known:
            raise NoCompany(
                f"{name[:64]} is not in your register",
                pointer=f"/{field}",
                remedy="enter the company first, with who owns it",
            )
    return SupplyOffer.objects.create(
        owner=by, supplier=told.supplier, maker=told.maker, category=told.category,
        unit=told.unit, price=told.price, size_kwh=told.size_kwh, made_in=told.made_in,
        capacity=volumes_document(told.capacity), ramp=ramp_document(told.ramp), proof=told.proof,
        duty_percent=told.duty_percent, offered_at=at,
    )  # fmt: skip


@transaction.atomic
def end_offer(*, offer_id: uuid.UUID, by: Party, at: datetime) -> SupplyOffer:
    """End an offer; agreements under it go on. Twice is once. Refuses NotFound."""
    found = sourcing_supply.offer_row(offer_id=offer_id, owner=by, lock=True)
    if found.ended_at is None:
        found.ended_at = at
        found.save(update_fields=["ended_at"])
    return found


@transaction.atomic
def agree(
    *,
    offer_id: uuid.UUID,
    name: str,
    signed_on: date,
    volumes: Mapping[int, Decimal],
    ramp: Sequence[Phase],
    by: Party,
    at: datetime,
) -> FrameworkAgreement:
    """Keep a framework agreement with its volumes by year, in the offer's unit, and its ramp.

    Refuses NoKeeper, NotFound, NoVolume, NoPhase, AgreementNameTaken.
    """
    check_keeper(by)
    under = sourcing_supply.offer_row(offer_id=offer_id, owner=by)
    held = Agreement(
        "", name, under.maker, under.category, check_volumes(volumes, pointer="/volumes"),
        check_ramp(ramp),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = FrameworkAgreement.objects.create(
                owner=by, offer=under, name=name, signed_on=signed_on, agreed_at=at,
                ramp=ramp_document(ramp),
            )  # fmt: skip
    except IntegrityError as clash:
        raise AgreementNameTaken(
            f"you have an agreement called {name}", pointer="/name", remedy="choose another name"
        ) from clash
    AgreedVolume.objects.bulk_create(
        AgreedVolume(
            owner=by, agreement=made, year=year, volume=volume,
            deliverable=outwards(held.deliverable(year), places=4, up=False),
        )
        for year, volume in held.volumes.items()
    )  # fmt: skip
    return made


@transaction.atomic
def end_agreement(*, agreement_id: uuid.UUID, by: Party, at: datetime) -> FrameworkAgreement:
    """End an agreement of which nothing is allocated. Refuses NotFound, StillAllocated."""
    found = sourcing_supply.agreement_row(agreement_id=agreement_id, owner=by, lock=True)
    standing = SupplyAllocation.objects.filter(
        volume__agreement=found, released_at__isnull=True
    ).count()
    if standing:
        raise StillAllocated(
            f"{standing} allocations of {found.name} stand", remedy="release them first"
        )
    if found.ended_at is None:
        found.ended_at = at
        found.save(update_fields=["ended_at"])
    return found


@transaction.atomic
def allocate(
    *,
    agreement_id: uuid.UUID,
    planned_id: uuid.UUID,
    year: int,
    quantity: Decimal,
    by: Party,
    at: datetime,
) -> SupplyAllocation:
    """Give a planned project so much of an agreement's year, in the unit of its offer.

    Refuses NotFound, NoAllocation, OverAllocated.
    """
    row = sourcing_supply.agreement_row(agreement_id=agreement_id, owner=by, lock=True)
    planned = sourcing_supply.planned_row(planned_id=planned_id, owner=by)
    for each, what in ((row, "agreement"), (planned, "planned project")):
        if each.ended_at is not None:
            raise Conflict(f"the {what} has ended", remedy="choose one that goes on")
    held = sourcing_supply.agreement_of(row)
    # What comes is kept rounded down; nobody is given the fraction beyond it.
    kept = {each.year: each.deliverable for each in row.volumes.all()}
    check_allocation(
        agreement=replace(held, volumes=kept, ramp=()),
        year=year,
        volume=quantity,
        allocated=sourcing_supply.allocations_of(owner=by, agreement_id=row.pk),
    )
    # The lock on the agreement lets one in at a time; the trigger holds without it.
    return SupplyAllocation.objects.create(
        owner=by, volume=row.volumes.get(year=year), planned=planned, quantity=quantity,
        allocated_at=at,
    )  # fmt: skip


@transaction.atomic
def release(*, allocation_id: uuid.UUID, by: Party, at: datetime) -> SupplyAllocation:
    """Take an allocation back: its volume is free again. Twice is once. Refuses NotFound."""
    found = sourcing_supply.allocation_row(allocation_id=allocation_id, owner=by, lock=True)
    if found.released_at is None:
        found.released_at = at
        found.save(update_fields=["released_at"])
    return found


def _check_count(told: Offer, *, owner: Party) -> None:
    """Offers of a category are counted alike, in kW or by what they hold. Refuses OtherCount."""
    rows = SupplyOffer.objects.filter(owner=owner, category=told.category, ended_at__isnull=True)
    other = rows.exclude(unit=Unit.KW) if told.unit is Unit.KW else rows.filter(unit=Unit.KW)
    if other.exists():
        raise OtherCount(
            f"your other offers of {told.category} are not counted in {told.unit}",
            pointer="/unit",
            remedy="count it as they are, in kW or in kWh, or end them first",
        )
