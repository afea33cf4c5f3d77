"""Enters who stands behind what is bought: entities, facts between them, contracts, by versions."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from passport.actions import sourcing_list, sourcing_standing
from passport.models import Party, SourcingContract, SourcingEntity, SourcingFact
from passport.models.ids import new_id
from passport.queries.battery import unknown
from passport.queries.sourcing_register import contract_of, entity_of, latest_entities
from passport.queries.sourcing_rules import newest
from passport.rules import sourcing_register as rule
from passport.rules.errors import Conflict
from passport.rules.sourcing_party import Contract, Entity
from passport.rules.sourcing_register import FactKind


class NotOnRecord(Conflict):
    """Facts and contracts are between entities of the register."""

    code = "sourcing-not-on-record"
    title = "The entity is not in the register"


class FactWithdrawn(Conflict):
    """What was withdrawn was never so; it is not corrected or ended."""

    code = "sourcing-fact-withdrawn"
    title = "The fact was withdrawn"


@dataclass(frozen=True)
class Told:
    """What is told of a fact: a holding, a debt, or an office, and from when until when."""

    kind: FactKind
    holder: str
    of: str
    since: date
    source: str
    measure: str = ""
    percent: Decimal | None = None
    office: str = ""
    until: date | None = None


@transaction.atomic
def record_entity(
    *,
    entity: Entity,
    who: str,
    by: Party,
    at: datetime,
    source: str = "",
    party: Party | None = None,
) -> SourcingEntity:
    """Enter an entity, or its next version; the same again changes nothing.

    It is looked for on all lists at once. Refuses NotAKeepersRegister, BadFact, NoSuchYear.
    """
    sourcing_standing.hold(by=by)
    rule.check_entity(entity=entity)
    before = latest_entities(owner=by, keys=[entity.id]).get(entity.id)
    if before is not None and _same_entity(before, entity, source, party):
        return before
    told = {name: value for name, value in vars(entity).items() if name != "id"}
    lists = {name: list(told[name]) for name in ("nationalities", "also_called")}
    made = SourcingEntity.objects.create(
        owner=by,
        key=entity.id,
        number=before.number + 1 if before else 1,
        party=party,
        source=source,
        recorded_by=who,
        recorded_at=at,
        **(told | lists),
    )
    sourcing_list.look_for(entities=[made], by=by, at=at)
    sourcing_standing.look_again(by=by, at=at)
    return made


@transaction.atomic
def retell_entity(
    *, entity: Entity, who: str, by: Party, at: datetime, source: str = ""
) -> SourcingEntity:
    """Give an entity that is in the register its next version. Refuses NotFound, and as before."""
    before = latest_entities(owner=by, keys=[entity.id]).get(entity.id)
    if before is None:
        raise unknown("entity of this register")
    return record_entity(entity=entity, who=who, by=by, at=at, source=source, party=before.party)


@transaction.atomic
def record_fact(
    *,
    told: Told,
    who: str,
    by: Party,
    at: datetime,
    document_sha256: bytes | None = None,
) -> SourcingFact:
    """Enter a holding, a debt or an office between two entities of the register.

    Refuses NotAKeepersRegister, NotOnRecord, BadFact, HeldByItself.
    """
    sourcing_standing.hold(by=by)
    rule.check_fact(**vars(told))
    _check_known(by, {"/holder": told.holder, "/of": told.of})
    return _version(
        new_id(), 1, told, who=who, by=by, at=at, withdrawn=False, document=document_sha256
    )


@transaction.atomic
def change_fact(
    *,
    fact: uuid.UUID,
    who: str,
    by: Party,
    at: datetime,
    source: str,
    document_sha256: bytes | None = None,
    **changed: Any,
) -> SourcingFact:
    """Give a fact its next version: `until` ends it, other members correct it; the former stay.

    `source` is what says so. Refuses NotAKeepersRegister, NotFound, FactWithdrawn, BadFact.
    """
    sourcing_standing.hold(by=by)
    before = _latest(fact, by)
    told = replace(_told(before), source=source, **changed)
    rule.check_fact(**vars(told))
    return _version(
        fact,
        before.number + 1,
        told,
        who=who,
        by=by,
        at=at,
        withdrawn=False,
        document=document_sha256,
    )


@transaction.atomic
def withdraw_fact(
    *, fact: uuid.UUID, source: str, who: str, by: Party, at: datetime
) -> SourcingFact:
    """Say that a fact was never so; `source` says why. Refuses NotAKeepersRegister, NotFound,
    FactWithdrawn, BadFact.
    """
    sourcing_standing.hold(by=by)
    before = _latest(fact, by)
    told = replace(_told(before), source=source)
    rule.check_fact(**vars(told))
    return _version(
        fact, before.number + 1, told, who=who, by=by, at=at, withdrawn=True, document=None
    )


@transaction.atomic
def record_contract(
    *,
    contract: Contract,
    who: str,
    by: Party,
    at: datetime,
    document_sha256: bytes | None = None,
) -> SourcingContract:
    """Enter a contract with its payments, or its next version; the same again changes nothing.

    Refuses NotAKeepersRegister, NotOnRecord, BadFact, HeldByItself.
    """
    sourcing_standing.hold(by=by)
    rule.check_contract(contract=contract, rights=[each.key for each in newest().rights])
    _check_known(by, {"/payer": contract.payer, "/counterparty": contract.counterparty})
    rows = SourcingContract.objects.filter(owner=by, key=contract.id)
    before = rows.order_by("number").last()
    if before is not None and contract_of(before) == contract:
        return before
    told = {name: value for name, value in vars(contract).items() if name != "id"}
    made = SourcingContract.objects.create(
        owner=by,
        key=contract.id,
        number=before.number + 1 if before else 1,
        document_sha256=document_sha256,
        recorded_by=who,
        recorded_at=at,
        **(told | {"rights": list(contract.rights), "payments": _payments(contract)}),
    )
    sourcing_standing.look_again(by=by, at=at)
    return made


def _payments(contract: Contract) -> list[dict[str, str]]:
    return [
        {
            "paid_on": each.paid_on.isoformat(),
            "amount": format(each.amount, "f"),
            "currency": each.currency,
        }
        for each in contract.payments
    ]


def _same_entity(before: SourcingEntity, entity: Entity, source: str, party: Party | None) -> bool:
    named = party.pk if party else None
    return entity_of(before) == entity and (before.source, before.party_id) == (source, named)


def _check_known(by: Party, keys: dict[str, str]) -> None:
    known = latest_entities(owner=by, keys=list(keys.values()))
    for pointer, key in keys.items():
        if key not in known:
            raise NotOnRecord(
                f'there is no entity "{key[:70]}" in your register',
                pointer=pointer,
                remedy="enter it first",
            )


def _latest(fact: uuid.UUID, by: Party) -> SourcingFact:
    found = SourcingFact.objects.filter(owner=by, fact=fact).order_by("number").last()
    if found is None:
        raise unknown("fact of this register")
    if found.withdrawn:
        raise FactWithdrawn(f"{found.recorded_by} withdrew it", remedy="enter it anew")
    return found


def _told(row: SourcingFact) -> Told:
    return Told(
        kind=FactKind(row.kind),
        holder=row.holder,
        of=row.of,
        since=row.since,
        source=row.source,
        measure=row.measure,
        percent=row.percent,
        office=row.office,
        until=row.until,
    )


def _version(
    fact: uuid.UUID,
    number: int,
    told: Told,
    *,
    who: str,
    by: Party,
    at: datetime,
    withdrawn: bool,
    document: bytes | None,
) -> SourcingFact:
    made = SourcingFact.objects.create(
        owner=by,
        fact=fact,
        number=number,
        withdrawn=withdrawn,
        document_sha256=document,
        recorded_by=who,
        recorded_at=at,
        **vars(told),
    )
    sourcing_standing.look_again(by=by, at=at)
    return made
