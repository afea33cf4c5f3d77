"""Declares a battery waste, and assembles the file with which it ceases to be waste."""

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from passport.actions import event
from passport.models import Battery, BatteryStatus, Document, LifecycleEvent, Party
from passport.queries.battery import unknown
from passport.rules.custody import NotTheHolder
from passport.rules.errors import NotFound, Refusal
from passport.rules.lifecycle import EventKind, check_status
from recycling.models import EvidenceFile, TestOrder
from recycling.queries.tested import undone_since


class EvidenceIncomplete(Refusal):
    """The file of Article 73 shows a passed test in a Member State, a contract and transport."""

    code = "evidence-incomplete"
    title = "The file of Article 73 is not whole"


class NoSuchPaper(NotFound):
    """The papers of the file are documents that the party has stored."""

    code = "no-such-paper"
    title = "No such document is stored"


@transaction.atomic
def declare(
    *, battery_id: uuid.UUID, by: Party, at: datetime, event_id: uuid.UUID
) -> LifecycleEvent:
    """Say that a retired battery in hand is discarded: it is waste from now on.

    Its responsibility goes on as Art. 77(7) says. The same again changes nothing. Refuses NotFound,
    NotTheHolder, NotPossibleNow (it is retired first), StatusNotPossible (it is waste already).
    """
    battery = _held(battery_id, by=by)
    known = LifecycleEvent.objects.filter(recorder=by, event_id=event_id).exists()
    if not known:
        check_status(before=battery.status, after=BatteryStatus.WASTE)
    recorded = event.append(
        battery=battery,
        kind=EventKind.ROUTED,
        happened_at=at,
        event_id=event_id,
        facts={"status": BatteryStatus.WASTE.value},
        by=by,
        at=at,
    )
    if not known:
        Battery.objects.filter(pk=battery.pk).update(status=BatteryStatus.WASTE)
    return recorded


@transaction.atomic
def assemble(
    *,
    battery_id: uuid.UUID,
    test_id: uuid.UUID,
    contract: bytes,
    transport: bytes,
    by: Party,
    at: datetime,
) -> EvidenceFile:
    """Put the file together: a test passed in a Member State, and two documents by their SHA-256.

    The same file again changes nothing. Refuses NotFound, NotTheHolder, NoSuchPaper,
    EvidenceIncomplete. [Art. 73(1)]
    """
    battery = _held(battery_id, by=by)
    for digest, pointer in ((contract, "/contract"), (transport, "/transport")):
        if not Document.objects.filter(sha256=digest).exists():
            raise NoSuchPaper(
                f"no document {digest.hex()[:16]}… is stored that you may read",
                pointer=pointer,
                remedy="store it first: POST /api/v1/documents",
            )
    test = TestOrder.objects.filter(pk=test_id, battery=battery).first()
    if test is None:
        raise unknown("test of this battery").at("/test")
    if undone_since(test=test):
        raise EvidenceIncomplete(
            "something happened to the battery that the test has not seen",
            pointer="/test",
            remedy="have it tested again, and name that test",
        )
    said = {"test": test, "contract_id": contract, "transport_id": transport}
    earlier = EvidenceFile.objects.filter(battery=battery, party=by, **said).first()
    if earlier is not None:
        return earlier
    try:
        with transaction.atomic():
            return EvidenceFile.objects.create(battery=battery, party=by, made_at=at, **said)
    except IntegrityError as clash:
        raise _incomplete(test, same=contract == transport) from clash


def _incomplete(test: TestOrder, *, same: bool) -> EvidenceIncomplete:
    if same:
        return EvidenceIncomplete(
            "one document stands for the contract and for the transport",
            pointer="/transport",
            remedy="store the evidence of packing and stacking as a document of its own",
        )
    place = f", recorded in {test.country}" if test.country else ""
    return EvidenceIncomplete(
        f"the test is {test.verdict.lower() or test.state.lower()}{place}",
        pointer="/test",
        remedy="name a test of this battery that it passed, carried out in a Member State",
    )


def _held(battery_id: uuid.UUID, *, by: Party) -> Battery:
    battery = event.lock(battery_id=battery_id)
    if battery.holder_id != by.pk:
        raise NotTheHolder(
            "the battery is in another party's hands", remedy="ask its holder to do it"
        )
    return battery
