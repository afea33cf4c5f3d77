"""Rows of second lives for two sides: gates, tests, quarantine, files, passports that follow."""

from __future__ import annotations

import hashlib

from passport.models import Battery, Document, LifecycleEvent, Party, PassportLink
from passport.models.ids import new_id
from recycling import models
from tests.cast import THEN


def furnish_ends(side: Party, pack: Battery) -> None:
    """What the side has of a pack in its hands, as the system's role writes it."""
    models.PartyPrices.objects.create(
        party=side, version="1", base="released", in_force_on=THEN.date(),
        figures={"road_factor": "1.3"}, published_at=THEN,
    )  # fmt: skip
    # The test has seen all that has happened to it.
    event = LifecycleEvent.objects.filter(battery=pack).order_by("-id")[0]
    reading = pack.readings.order_by("id")[0]
    test = models.TestOrder.objects.create(
        battery=pack, ordered_by=side, tester=side, state="RECORDED", ordered_at=THEN,
        facility="Bench", country="DE", certificate="UL-1", verdict="PASSED", reading=reading,
        event=event, settled_at=event.recorded_at,
    )  # fmt: skip
    models.GateCheck.objects.create(
        battery=pack, asked_by=side, because="ASKED", rules_version="r", route="A", results=[],
        reading=reading, test=test, checked_at=THEN,
    )  # fmt: skip
    models.Quarantine.objects.create(
        battery=pack, recorder=side, event=event, condition="DAMAGED", case={},
        assessed_by="expert", assessed_at=THEN, recorded_at=THEN,
    )  # fmt: skip
    contract, transport = (_paper(side, name) for name in ("contract", "transport"))
    models.EvidenceFile.objects.create(
        battery=pack, party=side, test=test, contract=contract, transport=transport, made_at=THEN
    )
    models.SecondLife.objects.create(
        party=side, status="repurposed", originals=[pack.pk], lines=[{}], asked_at=THEN
    )
    other = Battery.objects.filter(holder=side).exclude(pk=pack.pk).order_by("id")[0]
    PassportLink.objects.create(id=new_id(), original=pack, successor=other, since=THEN)


def _paper(side: Party, name: str) -> Document:
    content = f"{side.slug} {name}".encode()
    return Document.objects.create(
        sha256=hashlib.sha256(content).digest(), party=side, media_type="text/plain",
        size_bytes=len(content), content=content, access="parties", stored_at=THEN,
    )  # fmt: skip
