"""Rows of two parties in every table that row-level security guards: each side's own, none shared.

What no action makes for both sides is written as rows, by the system's role.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from passport import tasks
from passport.actions import (
    alias,
    correction,
    custody,
    epcis_query,
    erasure,
    event,
    health,
    key,
    naming_right,
    party,
    recall,
    replay,
    serial,
    shipment,
    siting,
)
from passport.actions.recall import Notice, Scope
from passport.actions.shipment import Terms
from passport.models import (
    Alarm,
    Attestation,
    AttestationUpstream,
    BatchTile,
    Battery,
    CheckpointTimestamp,
    DidDocument,
    Document,
    HostedKey,
    KeyRevocation,
    LegacyBattery,
    LogDocument,
    LogEra,
    Lot,
    News,
    Party,
    SigningKey,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookSecret,
    Withdrawal,
)
from passport.models.ids import new_id
from passport.rules.correction import Reason
from passport.rules.dangerous_goods import Statement
from passport.rules.dangerous_goods_table import Condition
from passport.rules.health import Method, make_reading
from passport.rules.lifecycle import EventKind
from recycling.actions import plan, retirement
from recycling.models import Fraction, KeptOutlook, MassUse, RetirementReason, Treatment
from tests.cast import THEN
from tests.passport import signing
from tests.passport.acting import run

LATER = THEN + timedelta(seconds=2)


def sha256(*words: str) -> bytes:
    """A digest that depends on words alone."""
    return hashlib.sha256(" ".join(words).encode()).digest()


def furnish_claims(side: Party, *, batch: Attestation) -> None:
    """What a maker has besides its keys and attestations."""
    named = SigningKey.objects.get(party=side)
    Lot.objects.create(identity=f"urn:lot:{side.slug}:1", issuer=side, registered_at=THEN)
    AttestationUpstream.objects.create(attestation=batch, sha256=sha256("upstream", side.slug))
    _keep_tree(batch)
    Withdrawal.objects.create(
        attestation=batch, issuer=side, method=named.method, reason="mistaken",
        body=side.slug.encode(), sha256=sha256(side.slug), recorded_at=THEN,
    )  # fmt: skip
    Document.objects.create(
        sha256=sha256("document", side.slug), party=side, media_type="text/plain", size_bytes=1,
        content=b"x", access="parties", stored_at=THEN,
    )  # fmt: skip
    replay.keep(
        party=side, route="intakes", key="k", fingerprint=bytes(32), status=202, body=b"{}",
        location="", at=LATER,
    )  # fmt: skip
    key.issue_challenge(by=side, at=THEN)
    _key_rows(side)
    _recall(side)


def _recall(side: Party) -> None:
    """One of its batteries, called back and let go again."""
    one = Battery.objects.filter(maker=side, level="CELL").order_by("id")[0]
    opened = recall.open_recall(
        maker=side, notice=Notice(reason="may leak"), scope=Scope(batteries=[one.pk]), by=side,
        at=THEN,
    )  # fmt: skip
    recall.close(recall_id=opened.pk, because="was looked at", by=side, at=THEN)
    _names(side)
    _other_names(side)
    _alarm(side)
    _webhook(side)
    LegacyBattery.objects.create(
        party=side, identity=f"https://{side.slug}.example/found/1", level="PACK", category="EV",
        digest=sha256("found", side.slug), asked_at=THEN,
    )  # fmt: skip


def _other_names(side: Party) -> None:
    made = Battery.objects.filter(maker=side).order_by("identity")[0]
    alias.give(
        battery_id=made.pk, by=side, at=THEN,
        aliases=[{"scheme": "DID", "value": f"{side.did}:battery:1"}],
    )  # fmt: skip
    serial.issue(model=made.model.code, count=2, by=side, at=THEN)


def _alarm(side: Party) -> None:
    Alarm.objects.create(
        party=side, kind="CLASH", identity=f"https://{side.slug}.example/b/1", first_seen_at=THEN,
        last_seen_at=THEN,
    )  # fmt: skip


def _webhook(side: Party) -> None:
    made = WebhookEndpoint.objects.create(
        party=side, url=f"https://{side.slug}.example/hooks", next_index=0, created_at=THEN
    )
    WebhookSecret.objects.create(
        endpoint=made, party=side, kek_id="k", wrapped_key=bytes(60), sealed_seed=bytes(60),
        created_at=THEN,
    )  # fmt: skip
    message = WebhookDelivery.objects.create(
        endpoint=made, party=side, message_id=f"msg_{side.slug}", kind="battery.registered",
        log_index=0, body=b"{}", next_at=THEN, created_at=THEN,
    )  # fmt: skip
    News.objects.create(party=side, by=side, kind="plan.finished", said={}, links={}, at=THEN)
    WebhookAttempt.objects.create(delivery=message, party=side, number=1, at=THEN, took_ms=1)


def _keep_tree(batch: Attestation) -> None:
    if BatchTile.objects.filter(attestation=batch).exists():
        return
    run(
        "SELECT keep_batch_tiles_v1(%s, '{0}'::smallint[], '{0}'::int[], %s::bytea[])",
        batch.pk, [bytes(64)],
    )  # fmt: skip


def _key_rows(side: Party) -> None:
    gone = SigningKey.objects.get(method=signing.enrolled(side, fragment="key-2").name)
    KeyRevocation.objects.create(
        key=gone, party=side, signed_by=gone.method, reason="superseded",
        body=gone.method.encode(), sha256=sha256(gone.method), recorded_at=THEN,
    )  # fmt: skip
    HostedKey.objects.create(
        party=side, method=f"{side.did}#hosted", purpose="issuer", kek_id="kek-1",
        wrapped_key=bytes(40), sealed_seed=bytes(60), created_at=THEN,
    )  # fmt: skip
    DidDocument.objects.create(
        party=side, did=side.did or "", url="https://x.example/did.json", body=b"{}",
        sha256=sha256("did", side.slug), fetched_at=THEN,
    )  # fmt: skip


def _names(side: Party) -> None:
    claim = naming_right.claim(kind="DOMAIN", value=f"{side.slug}.example", by=side, at=THEN)
    naming_right.accept(
        right_id=claim.pk, operator="An operator", reason="the licence names it", at=THEN,
        document_sha256=sha256("licence", side.slug),
    )  # fmt: skip


def furnish_erasure(side: Party, battery: Battery) -> None:
    """An event of this party's, erased; and one that it took back."""
    told = event.record(
        battery_id=battery.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts={"technician": "somebody"}, by=side, at=LATER,
    )  # fmt: skip
    erasure.erase(digest=bytes(told.body_sha256), reason="asked for by its technician", at=LATER)
    siting.place(battery_ids=[battery.pk], facility_id=None, by=side, at=LATER)
    KeptOutlook.objects.create(battery=battery, readings=3, looked_until=THEN, kept_at=LATER)
    epcis_query.name(
        name="moved", query={"EQ_bizStep": ["shipping"]}, prefixes={}, by=side, at=LATER
    )
    seen = event.record(
        battery_id=battery.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts={"what": "dropped"}, by=side, at=LATER,
    )  # fmt: skip
    correction.declare(
        event_id=seen.pk, reason=Reason.DID_NOT_OCCUR, correctives=(), declaration_id=new_id(),
        by=side, at=LATER,
    )  # fmt: skip


def furnish_shipments(giver: Party, packs: list[Battery], *, to: Party) -> None:
    """Some packs on their way, taken back at once."""
    made = shipment.offer(
        batteries=[str(each.pk) for each in packs], to_id=to.pk, terms=Terms(), by=giver, at=LATER,
        statement=Statement("3480", Condition.NOT_KNOWN, "P911"),
    )  # fmt: skip
    shipment.withdraw(shipment_id=made.pk, by=giver, at=LATER)


def furnish_second_maker(second: Party, packs: list[Battery], *, to: Party) -> None:
    """The other side: it keeps, retires and even treats its packs itself."""
    second.roles = [*second.roles, "KEEPER"]
    held = signing.enrolled(second)
    cells = list(Battery.objects.filter(maker=second, level="CELL").order_by("identity"))
    furnish_claims(second, batch=signing.attest_cells(held, cells, by=second))
    person = party.register_person(email="b@second.example", name="B", password="long-Enough-4-all")
    party.join(person=person, party=second, at=THEN)
    reading = make_reading(
        soh=Decimal("0.9"), method=Method.TESTED, source="cycler", measured_at=THEN
    )
    kept, retired, treated = packs
    health.read(battery_id=kept.pk, event_id=new_id(), reading=reading, by=second, at=THEN)
    furnish_erasure(second, kept)
    retirement.retire(
        battery_id=retired.pk, by=second, reason=RetirementReason.DAMAGE,
        condition={"thermal_event": False}, event_id=new_id(), at=THEN,
    )  # fmt: skip
    furnish_shipments(second, [kept], to=to)
    custody.hand_over(battery_id=kept.pk, to_id=to.pk, by=second, at=LATER)
    wanted = plan.request(by=second, at=THEN)
    assert tasks.see_through(wanted.pk, clock=lambda: THEN) == "done"
    _treat(second, treated)


@transaction.atomic
def _treat(second: Party, pack: Battery) -> None:
    told = event.record(
        battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts={}, by=second, at=LATER,
    )  # fmt: skip
    booked = Treatment.objects.create(
        battery=pack, recycler=second, event=told, process="hydro", chemistry="LFP",
        mass_in_kg=1, mass_out_kg=1, efficiency=1, tables_version="t", treated_at=THEN,
        booked_at=THEN,
    )  # fmt: skip
    MassUse.objects.create(party=second, battery=pack, treatment=booked, mass_kg=1)
    Fraction.objects.create(treatment=booked, material="Cu", mass_kg=1, fate="RECYCLED")


def furnish_log(*, size: int) -> None:
    """What the service itself has had logged, once the log has a checkpoint of this size."""
    LogEra.objects.get_or_create(
        origin="batterypassport.example/log/2025",
        defaults={"began_at": -1, "before": None, "begun_on": THEN},
    )
    LogDocument.objects.get_or_create(
        sha256=sha256("index"), defaults={"kind": "index", "body": b"{}", "recorded_at": THEN}
    )
    CheckpointTimestamp.objects.create(
        checkpoint_id=size, authority="https://tsa.example", token=b"t", received_at=THEN
    )
