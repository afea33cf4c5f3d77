"""Who stands behind what was bought, as the owner of a register has recorded it by a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from passport.models import (
    Party,
    SourcingContract,
    SourcingEntity,
    SourcingFact,
    SourcingReview,
)
from passport.queries.sourcing_list import listed_at, snapshots_at
from passport.queries.sourcing_project import end_of
from passport.rules.sourcing_party import (
    Contract,
    Debt,
    Entity,
    EntityKind,
    Holding,
    Measure,
    Office,
    Payment,
    Register,
    Reviewed,
    Standing,
)
from passport.rules.sourcing_register import FactKind


def register_of(*, owner: Party, as_of: date) -> Register:
    """All that an owner's register says by the end of a day (UTC), with its days since and until.

    What was recorded later is not in it, so that the same day gives the same register for ever.
    """
    facts = facts_at(owner=owner, as_of=as_of)
    return Register(
        entities={each.key: entity_of(each) for each in entities_at(owner=owner, as_of=as_of)},
        holdings=tuple(_holding(each) for each in facts if each.kind == FactKind.HOLDING),
        debts=tuple(_debt(each) for each in facts if each.kind == FactKind.DEBT),
        offices=tuple(_office(each) for each in facts if each.kind == FactKind.OFFICE),
        contracts=tuple(contract_of(each) for each in contracts_at(owner=owner, as_of=as_of)),
        listed=listed_at(owner=owner, as_of=as_of),
        reviewed=tuple(_reviewed(each) for each in reviews_at(owner=owner, as_of=as_of)),
        snapshots=snapshots_at(owner=owner, as_of=as_of),
    )


def entities_at(*, owner: Party, as_of: date) -> Sequence[SourcingEntity]:
    """The versions of entities that held by the end of a day, by key."""
    rows = SourcingEntity.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    return list(rows.order_by("key", "-number").distinct("key"))


def facts_at(*, owner: Party, as_of: date) -> Sequence[SourcingFact]:
    """The versions of facts that held by the end of a day, without those withdrawn by then."""
    rows = SourcingFact.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    found = rows.order_by("fact", "-number").distinct("fact")
    held = [each for each in found if not each.withdrawn]
    return sorted(held, key=lambda each: (each.of, each.holder, each.since, str(each.fact)))


def contracts_at(*, owner: Party, as_of: date) -> Sequence[SourcingContract]:
    """The versions of contracts that held by the end of a day, by key."""
    rows = SourcingContract.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    return list(rows.order_by("key", "-number").distinct("key"))


def reviews_at(*, owner: Party, as_of: date) -> Sequence[SourcingReview]:
    """What reviewers had concluded by the end of a day, the first first."""
    rows = SourcingReview.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    return list(rows.order_by("decided_on", "id"))


def latest_entities(*, owner: Party, keys: Sequence[str]) -> Mapping[str, SourcingEntity]:
    """The latest version of each of these entities, by key."""
    rows = SourcingEntity.objects.filter(owner=owner, key__in=keys)
    return {each.key: each for each in rows.order_by("key", "-number").distinct("key")}


def entity_of(row: SourcingEntity) -> Entity:
    """A version of an entity as a rule reads it."""
    return Entity(
        id=row.key,
        name=row.name,
        kind=EntityKind(row.kind),
        country=row.country,
        principal_place=row.principal_place,
        nationalities=tuple(row.nationalities),
        us_person=row.us_person,
        registry_id=row.registry_id,
        publicly_traded=row.publicly_traded,
        tax_year_starts=row.tax_year_starts,
        also_called=tuple(row.also_called),
        complete_on=row.complete_on,
    )


def contract_of(row: SourcingContract) -> Contract:
    """A version of a contract as a rule reads it."""
    return Contract(
        id=row.key,
        payer=row.payer,
        counterparty=row.counterparty,
        kind=row.kind,
        signed_on=row.signed_on,
        modified_on=row.modified_on,
        ended_on=row.ended_on,
        rights=tuple(row.rights),
        payments=tuple(
            Payment(
                paid_on=date.fromisoformat(each["paid_on"]),
                amount=Decimal(each["amount"]),
                currency=each["currency"],
            )
            for each in row.payments
        ),
        counsel=row.counsel,
        source=row.source,
    )


def plain(value: Decimal) -> Decimal:
    """A number without the noughts that its column puts behind it."""
    return Decimal(format(value.normalize(), "f"))


def _holding(row: SourcingFact) -> Holding:
    return Holding(
        owner=row.holder,
        owned=row.of,
        measure=Measure(row.measure),
        percent=plain(row.percent or Decimal(0)),
        since=row.since,
        until=row.until,
        source=row.source,
    )


def _debt(row: SourcingFact) -> Debt:
    return Debt(
        lender=row.holder,
        borrower=row.of,
        percent=plain(row.percent or Decimal(0)),
        since=row.since,
        until=row.until,
        source=row.source,
    )


def _office(row: SourcingFact) -> Office:
    return Office(
        by=row.holder,
        at=row.of,
        office=row.office,
        since=row.since,
        until=row.until,
        source=row.source,
    )


def _reviewed(row: SourcingReview) -> Reviewed:
    return Reviewed(
        entity=row.entity,
        tested_on=row.tested_on,
        conclusion=Standing(row.conclusion),
        reviewer=row.reviewer,
        decided_on=row.decided_on,
        reason=row.reason,
        document_sha256=bytes(row.document_sha256).hex(),
    )
