"""What procurement has recorded: offers, agreements, allocations and the pipeline, for rules."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from passport.models import (
    FrameworkAgreement,
    Party,
    PlannedProject,
    SourcingProject,
    SupplyAllocation,
    SupplyOffer,
)
from passport.queries.battery import unknown
from passport.rules.sourcing_agreement import Agreement, Allocation
from passport.rules.sourcing_mix import Planned
from passport.rules.sourcing_offering import read_ramp, read_volumes
from passport.rules.sourcing_supply import Offer, Proof, Unit

_ALL = 500


def offers(
    *, owner: Party, after: uuid.UUID | None = None, limit: int = _ALL, ended: bool = False
) -> list[SupplyOffer]:
    """A page of a party's offers, newest first; those that ended only when asked for."""
    rows = SupplyOffer.objects.filter(owner=owner).order_by("-id")
    rows = rows if ended else rows.filter(ended_at__isnull=True)
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def agreements(
    *, owner: Party, after: uuid.UUID | None = None, limit: int = _ALL
) -> list[FrameworkAgreement]:
    """A page of a party's agreements that go on, newest first, with offer and volumes."""
    rows = (
        FrameworkAgreement.objects.filter(owner=owner, ended_at__isnull=True)
        .select_related("offer")
        .prefetch_related("volumes")
        .order_by("-id")
    )
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def pipeline(
    *, owner: Party, after: uuid.UUID | None = None, limit: int = _ALL, ended: bool = False
) -> list[PlannedProject]:
    """A page of what a party plans, newest first; what ended only when asked for."""
    rows = PlannedProject.objects.filter(owner=owner).select_related("project").order_by("-id")
    rows = rows if ended else rows.filter(ended_at__isnull=True)
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def projects(*, owner: Party) -> list[SourcingProject]:
    """The projects that a party has opened, which its plans may be of."""
    return list(SourcingProject.objects.filter(owner=owner).order_by("name")[:_ALL])


def allocations(
    *, owner: Party, after: uuid.UUID | None = None, limit: int = _ALL
) -> list[SupplyAllocation]:
    """A page of the allocations that stand, newest first."""
    rows = (
        SupplyAllocation.objects.filter(owner=owner, released_at__isnull=True)
        .select_related("volume__agreement__offer", "planned")
        .order_by("-id")
    )
    return list(rows.filter(id__lt=after)[:limit] if after else rows[:limit])


def allocations_of(*, owner: Party, agreement_id: uuid.UUID) -> tuple[Allocation, ...]:
    """All that stands of one agreement, for the rule."""
    rows = SupplyAllocation.objects.filter(
        owner=owner, released_at__isnull=True, volume__agreement_id=agreement_id
    ).select_related("volume")
    return tuple(allocation_of(each) for each in rows)


def offer_of(row: SupplyOffer) -> Offer:
    """An offer as rules read it."""
    return Offer(
        id=str(row.pk), supplier=row.supplier, maker=row.maker, category=row.category,
        unit=Unit(row.unit), price=row.price, made_in=row.made_in,
        capacity=read_volumes(row.capacity, pointer=""), size_kwh=row.size_kwh,
        ramp=read_ramp(row.ramp, pointer=""), proof=Proof(row.proof),
        duty_percent=row.duty_percent,
    )  # fmt: skip


def agreement_of(row: FrameworkAgreement) -> Agreement:
    """An agreement as rules read it."""
    return Agreement(
        id=str(row.pk), name=row.name, maker=row.offer.maker, category=row.offer.category,
        volumes={each.year: each.volume for each in row.volumes.all()},
        ramp=read_ramp(row.ramp, pointer=""), size_kwh=row.offer.size_kwh,
    )  # fmt: skip


def allocation_of(row: SupplyAllocation) -> Allocation:
    """An allocation as rules read it."""
    return Allocation(
        str(row.volume.agreement_id), str(row.planned_id), row.volume.year, row.quantity
    )


def planned_of(row: PlannedProject) -> Planned:
    """A project of the pipeline as rules read it."""
    return Planned(
        id=str(row.pk), name=row.name, begins_on=row.begins_on, incurred_on=row.incurred_on,
        kwh=row.nameplate_kwh, kw=row.nameplate_kw, other_cost=Decimal(row.other_cost),
    )  # fmt: skip


def offer_row(*, offer_id: uuid.UUID, owner: Party, lock: bool = False) -> SupplyOffer:
    """One's own offer, ended ones too. Refuses NotFound."""
    rows = SupplyOffer.objects.filter(owner=owner, pk=offer_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise unknown("offer")
    return found


def agreement_row(
    *, agreement_id: uuid.UUID, owner: Party, lock: bool = False
) -> FrameworkAgreement:
    """One's own agreement, ended ones too. Refuses NotFound."""
    rows = FrameworkAgreement.objects.filter(owner=owner, pk=agreement_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise unknown("agreement")
    return found


def planned_row(*, planned_id: uuid.UUID, owner: Party, lock: bool = False) -> PlannedProject:
    """One's own planned project, ended ones too. Refuses NotFound."""
    rows = PlannedProject.objects.filter(owner=owner, pk=planned_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise unknown("planned project")
    return found


def allocation_row(
    *, allocation_id: uuid.UUID, owner: Party, lock: bool = False
) -> SupplyAllocation:
    """One's own allocation, released ones too. Refuses NotFound."""
    rows = SupplyAllocation.objects.filter(owner=owner, pk=allocation_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise unknown("allocation")
    return found


def years_of(*, planned: Sequence[Planned], offers: Sequence[Offer]) -> list[int]:
    """The years that a table of supply shows: from the first to the last that is spoken of."""
    named = {each.incurred_on.year for each in planned}
    named |= {year for each in offers for year in each.capacity}
    return list(range(min(named), max(named) + 1)) if named else []
