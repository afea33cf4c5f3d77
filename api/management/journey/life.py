"""From the line to retirement by real actions: registered, attested, read, retired."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.core.management.base import CommandError

from api.management.journey import cells
from api.management.journey.cells import Cell
from api.management.journey.market import Cast
from passport import tasks
from passport.actions import attestation, custody, health, intake, key
from passport.models import Battery, Intake
from passport.models.ids import new_id, new_salt
from passport.proof import batch, canonical, credential, keyevent, keyfile
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from passport.rules.health import Method, make_reading
from recycling.actions import retirement
from recycling.models import RetirementReason

# What an inspection of these cells would have found: they were taken out whole and were measured.
SOUND = {
    "recall_open": False,
    "thermal_event": False,
    "case_damage": False,
    "water_ingress": False,
    "crash_severity": "NONE",
    "traceability": True,
}
Step = Callable[[], object]


@dataclass(frozen=True)
class Pack:
    """A registered pack, the cell that seeded it, and the salt that its maker drew for the log."""

    battery: Battery
    cell: Cell
    log_salt: str


def register(found: Sequence[Cell], *, cast: Cast, at: datetime) -> list[Pack]:
    """Send the maker's file through a real intake; every line must land."""
    models = cells.models(list(found), tag=cast.tag)
    gtins = {str(model["code"]): str(model["gtin"]) for model in models}
    names = {}
    lines = [canonical.encode(model) for model in models]
    for cell in found:
        code = f"{cell.batch}-{cast.tag}"
        identity, salt = cells.identity(cell, gtin=gtins[code], tag=cast.tag), new_salt()
        names[identity] = cell, b64u_encode(salt)
        line = {
            "type": "battery",
            "model": code,
            "id": identity,
            "log_salt": b64u_encode(salt),
            "manufactured_on": cells.MADE_ON,
        }
        lines.append(canonical.encode(line))
    taken = intake.receive(lines=lines, media_type="application/x-ndjson", by=cast.maker, at=at)
    if taken.job is not None:
        tasks.perform(taken.job.pk, clock=_now)
    done = Intake.objects.get(pk=taken.pk)
    if done.accepted != len(lines):
        raise CommandError(f"{done.accepted} of {len(lines)} lines landed; the file is not ours.")
    rows = Battery.objects.filter(intake=taken).select_related("model").order_by("serial")
    return [Pack(row, *names[row.identity]) for row in rows]


def attest(packs: Sequence[Pack], *, cast: Cast, at: datetime) -> KeyFile:
    """The maker enrols its key and signs one origin for all packs, on its own side."""
    own = keyfile.make(purpose="issuer", name=f"{cast.maker.did}#key-1", seed=os.urandom(32))
    created = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    nonce = key.issue_challenge(by=cast.maker, at=at).nonce
    event = keyevent.enrol(key=own, challenge=nonce, created=created)
    key.enrol(document=event, by=cast.maker, at=at)

    made = batch.build(
        canonical.encode(
            {
                "id": pack.battery.identity,
                "logSalt": pack.log_salt,
                "salt": b64u_encode(new_salt()),
            }
        )
        for pack in packs
    )
    header = batch.Header(
        issuer=own.did, valid_from=created, salt=new_salt(), access="public", common={}
    )
    signed = credential.sign(
        batch.document(batch=made, header=header),
        private_key=own.private_key,
        method=own.name,
        created=created,
    )
    attestation.record(credential_bytes=signed, items=made.items, by=cast.maker, at=at)
    return own


def live(pack: Pack, *, number: int, cast: Cast, at: datetime) -> None:
    """Into the keeper's hands, measured, and retired."""
    battery = pack.battery
    offered = custody.hand_over(battery_id=battery.pk, to_id=cast.keeper.pk, by=cast.maker, at=at)
    custody.accept(hand_over_id=offered.pk, by=cast.keeper, at=at)
    _read(pack, cast=cast, at=at)
    retirement.retire(
        battery_id=battery.pk,
        by=cast.keeper,
        reason=_reason(pack.cell),
        condition=SOUND,
        event_id=new_id(),
        facility_id=cast.yards[number % len(cast.yards)].pk,
        at=at,
    )


def _read(pack: Pack, *, cast: Cast, at: datetime) -> None:
    cell = pack.cell
    reading = make_reading(
        soh=cell.soh,
        method=Method.TESTED,
        source=f"PulseBat {cell.serial}: 1C capacity at 25 C, 5 s pulse at half charge",
        measured_at=at - timedelta(minutes=1),
        resistance_ratio=cell.resistance_ratio,
        capacity_ah=cell.capacity_ah * cells.IN_PARALLEL[cell.batch],
        minimum_cell_v=cell.volts,
    )
    health.read(
        battery_id=pack.battery.pk, event_id=new_id(), reading=reading, by=cast.keeper, at=at
    )


def _reason(cell: Cell) -> RetirementReason:
    if cell.soh < Decimal("0.7"):
        return RetirementReason.CAPACITY
    if cell.resistance_ratio > Decimal("1.5"):
        return RetirementReason.RESISTANCE
    return RetirementReason.CONTRACT_END


def _now() -> datetime:
    return datetime.now(UTC)
