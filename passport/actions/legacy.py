"""Registers batteries born before passports, and makes one record when their maker claims them.

The application leaves what was found; the worker registers it: no request writes the registry.
"""

import hashlib
import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from passport.actions import custody, event
from passport.actions import job as jobs
from passport.actions.own_link import own_link
from passport.models import (
    Battery,
    BatteryModel,
    BatteryState,
    Document,
    Job,
    LegacyBattery,
    Party,
)
from passport.models.ids import new_id
from passport.postgres import registering
from passport.proof import canonical
from passport.queries import legacy as queries
from passport.queries.battery import unknown
from passport.queries.naming_right import standing_of
from passport.rules import identity as identities
from passport.rules import legacy as rule
from passport.rules.errors import Conflict, NotFound, Refusal
from passport.rules.legacy import Completed, LegacyState, Plate
from passport.rules.lifecycle import EventKind
from passport.rules.naming_right import Standing

KIND = "legacy"


class RegisteredAlready(Conflict):
    """A battery is registered once, by its maker or by who found it first."""

    code = "registered-already"
    title = "The battery is registered already"


class NoSuchPhoto(NotFound):
    """The picture of a plate is a document that the party has stored."""

    code = "no-such-photo"
    title = "No such picture is stored"


@dataclass(frozen=True)
class Claimed:
    """What a maker's line says of a battery that somebody found."""

    identity: str
    digest: bytes
    model: BatteryModel
    serial: str
    manufactured_on: date
    facility: bytes | None
    inside: bool
    log_salt: bytes | None


@transaction.atomic
def find(
    *,
    plate: Plate,
    by: Party,
    at: datetime,
    identity: str = "",
    photo_sha256: bytes | None = None,
) -> LegacyBattery:
    """Leave a battery that was found for the worker to register; the same again changes nothing.

    `identity` is what its label says, if that can be read; else the service gives it a link of its
    own. Refuses NotAFinder, WrongPlate, TooFine, BadWording, NotAnIdentity and its like,
    NoSuchPhoto, RegisteredAlready.
    """
    rule.check_finder(roles=by.roles)
    rule.check_plate(plate=plate, on=at.date())
    if photo_sha256 is not None:
        _check_photo(photo_sha256, by)
    name = identities.parse(identity).canonical if identity else own_link(folder="found")
    digest = hashlib.sha256(canonical.encode({"identity": name, "plate": _words(plate)})).digest()
    before = queries.asked(party_id=by.pk, identity=name)
    if before is not None and bytes(before.digest) == digest:
        return before
    if before is not None:
        raise RegisteredAlready(
            f"you have registered {name} already, with another plate",
            pointer="/identity",
            remedy="keep the record that is right; a correction is an event of the battery",
        )
    made = LegacyBattery.objects.create(
        party=by,
        identity=name,
        level=plate.level,
        category=plate.category,
        maker_name=plate.maker_name,
        plate=_words(plate),
        photo_sha256=photo_sha256,
        digest=digest,
        asked_at=at,
    )
    jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND} {made.pk}",
        party=by,
        payload={"legacy": str(made.pk)},
        at=at,
    )
    return made


def run(*, job: Job, at: datetime) -> None:
    """Do a leased job: register what was found, or merge two records, and finish the job.

    Refuses LeaseLost. What a rule refuses stands in the row, for who found it.
    """
    clock = jobs.clock(at)
    with transaction.atomic():
        jobs.hold(job=job, at=clock())
        rows = LegacyBattery.objects.select_for_update().filter(party=job.party)
        named = _named(job, "legacy")
        found = rows.filter(pk=named).first() if named else None
        if found is not None and found.state == LegacyState.WAITING:
            _settle(found, at=at)
        into = _named(job, "into")
        if found is not None and into is not None and found.state == LegacyState.REGISTERED:
            _merge(found, into, by=job.party, at=at)
        # A crash before this commit leaves the battery unregistered and the job due.
        jobs.finish(job=job, at=clock())


def take_over(*, claimed: Claimed, by: Party, at: datetime) -> Battery:
    """A maker registers the name of a battery that was found: one record, with both histories.

    The battery keeps its holder, its events and its salt; from now on it is of this maker and
    model. The caller holds the transaction. Refuses NotItsMaker, NotMergedSo.
    """
    found = LegacyBattery.objects.select_for_update().get(
        identity=claimed.identity, state=LegacyState.REGISTERED
    )
    battery = Battery.objects.select_for_update(of=("self",)).get(legacy=found)
    rule.check_takeover(
        proven=standing_of(identity=claimed.identity, by=by.pk) is Standing.PROVEN,
        inside=claimed.inside,
        same_level=battery.level == claimed.model.level,
        same_salt=claimed.log_salt in (None, bytes(battery.salt)),
    )
    battery.maker, battery.model, battery.serial = by, claimed.model, claimed.serial
    battery.manufactured_on = claimed.manufactured_on
    battery.facility_id = None if claimed.facility is None else uuid.UUID(bytes=claimed.facility)
    battery.save(update_fields=["maker", "model", "serial", "manufactured_on", "facility"])
    LegacyBattery.objects.filter(pk=found.pk).update(
        state=LegacyState.MERGED,
        merged_into=battery,
        merged_at=at,
        claimant=by,
        claim_digest=claimed.digest,
    )
    facts: dict[str, object] = {
        "claimedBy": by.did or by.slug,
        "model": claimed.model.code,
        "manufacturedOn": claimed.manufactured_on.isoformat(),
        "plateOf": found.maker_name or "unknown",
    }
    _record(EventKind.MERGED, battery, facts, by=by, at=at)
    return battery


@transaction.atomic
def merge_soon(
    *, legacy_id: uuid.UUID, battery_id: uuid.UUID, by: Party, at: datetime
) -> LegacyBattery:
    """Say that a battery that was found is one that its maker has registered under another name.

    Its maker hands its record over first, so that both have agreed; the worker merges.
    Refuses NotFound, NotMergedSo.
    """
    found = queries.by_id(legacy_id=legacy_id)
    _check_merge(found, battery_id, by=by)
    jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND} {found.pk} {battery_id}",
        party=by,
        payload={"legacy": str(found.pk), "into": str(battery_id)},
        at=at,
    )
    return found


def _check_merge(found: LegacyBattery, battery_id: uuid.UUID, *, by: Party) -> Battery:
    into = Battery.objects.filter(pk=battery_id).first()
    if into is None or found.battery is None or into.pk == found.battery_id:
        raise unknown()
    if queries.is_found(battery_id=into.pk):
        raise rule.NotMergedSo(
            "the other battery was found too: no maker has registered it", pointer="/battery"
        )
    mine = found.battery
    whole = all(each.unit_id == each.pk and each.holder_id == by.pk for each in (mine, into))
    rule.check_merge(
        holds_both=whole, states=(mine.state, into.state), levels=(mine.level, into.level)
    )
    return into


def _merge(found: LegacyBattery, battery_id: uuid.UUID, *, by: Party, at: datetime) -> None:
    try:
        into = _check_merge(found, battery_id, by=by)
    except Refusal:
        # What has changed since the party asked decides: the row stays as it is, to be asked again.
        return
    mine = found.battery
    assert mine is not None  # noqa: S101 - a registered row has its battery, says a constraint
    _record(EventKind.MERGED, mine, {"into": into.identity}, by=by, at=at)
    _record(EventKind.MERGED, into, {"from": mine.identity}, by=by, at=at)
    Battery.objects.filter(pk=mine.pk).update(state=BatteryState.MERGED)
    LegacyBattery.objects.filter(pk=found.pk).update(
        state=LegacyState.MERGED, merged_into=into, merged_at=at
    )


def _settle(found: LegacyBattery, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            battery, completed = _register(found, at=at)
    except Refusal as refusal:
        told = f"{refusal.detail}; {refusal.remedy}"[:400]
        changed = {"state": LegacyState.REFUSED, "refusal": told, "settled_at": at}
        LegacyBattery.objects.filter(pk=found.pk).update(**changed)
        return
    LegacyBattery.objects.filter(pk=found.pk).update(
        state=LegacyState.REGISTERED,
        battery=battery,
        assumed=list(completed.assumed),
        settled_at=at,
    )


def _register(found: LegacyBattery, *, at: datetime) -> tuple[Battery, Completed]:
    plate = _plate(found)
    rule.check_plate(plate=plate, on=at.date())
    completed = rule.complete(plate=plate, on=at.date())
    battery = Battery(id=new_id(), identity=found.identity)
    claims = [(battery.identity, bytes(found.digest), battery.pk.bytes)]
    if registering.claim(claims=claims, owner=found.party_id, at=at):
        raise RegisteredAlready(
            f"{found.identity} is registered already",
            pointer="/identity",
            remedy="ask whoever gave you the battery to hand its record over to you; if it is"
            " another battery with the same label, tell the operator of this service",
        )
    name = identities.parse(found.identity)
    battery.maker, battery.model = found.party, _model(found, plate, completed, at=at)
    battery.level, battery.serial = found.level, plate.serial or name.serial
    battery.manufactured_on, battery.registered_at = completed.manufactured_on, at
    battery.unit, battery.holder = battery, found.party
    battery.save(force_insert=True)
    custody.open_custody(batteries=[battery], at=at)
    facts: dict[str, object] = {
        "legacy": True,
        "origin": "not attested",
        "maker": found.maker_name or "unknown",
        "plate": found.plate,
        "assumed": list(completed.assumed),
    }
    if found.photo_sha256 is not None:
        facts["photo"] = bytes(found.photo_sha256).hex()
    _record(EventKind.REGISTERED, battery, facts, by=found.party, at=at)
    return battery, completed


def _model(
    found: LegacyBattery, plate: Plate, completed: Completed, *, at: datetime
) -> BatteryModel:
    """One model for all plates of a party that say the same; its code says that it was found."""
    said = {name: value for name, value in found.plate.items() if name not in _OF_ONE}
    digest = hashlib.sha256(canonical.encode({"plate": said, "assumed": list(completed.assumed)}))
    model, _ = BatteryModel.objects.get_or_create(
        maker=found.party,
        code=f"found-{digest.hexdigest()[:16]}",
        defaults={
            "name": plate.model_name or "unknown model",
            "level": plate.level,
            "category": plate.category,
            "chemistry": plate.chemistry,
            "rated_capacity_ah": plate.capacity_ah,
            "rated_energy_kwh": completed.energy_kwh,
            "nominal_voltage_v": plate.nominal_voltage_v,
            "minimum_voltage_v": completed.minimum_voltage_v,
            "maximum_voltage_v": completed.maximum_voltage_v,
            "mass_kg": plate.mass_kg,
            "digest": digest.digest(),
            "registered_at": at,
        },
    )
    return model


# What differs between two batteries of one model.
_OF_ONE = ("serial", "manufactured_on")


def _record(
    kind: EventKind, battery: Battery, facts: dict[str, object], *, by: Party, at: datetime
) -> None:
    content = event.words(
        kind=kind,
        subject={"battery": battery.identity},
        happened_at=at,
        event_id=new_id(),
        facts=facts,
    )
    event.keep(content=content, battery=battery, by=by, at=at)


def _words(plate: Plate) -> dict[str, object]:
    """A plate as JSON: what it says, decimals as strings."""
    said: dict[str, object] = {}
    for name, value in asdict(plate).items():
        if isinstance(value, Decimal):
            said[name] = format(value.normalize(), "f")
        elif isinstance(value, date):
            said[name] = value.isoformat()
        elif value:
            said[name] = str(value)
    return said


def _plate(found: LegacyBattery) -> Plate:
    said: dict[str, str] = found.plate
    day = said.get("manufactured_on")
    energy = said.get("energy_kwh")
    return Plate(
        level=said["level"],
        category=said["category"],
        nominal_voltage_v=Decimal(said["nominal_voltage_v"]),
        capacity_ah=Decimal(said["capacity_ah"]),
        mass_kg=Decimal(said["mass_kg"]),
        chemistry=said.get("chemistry", ""),
        energy_kwh=None if energy is None else Decimal(energy),
        manufactured_on=None if day is None else date.fromisoformat(day),
        maker_name=said.get("maker_name", ""),
        model_name=said.get("model_name", ""),
        serial=said.get("serial", ""),
    )


def _check_photo(sha256: bytes, by: Party) -> None:
    if not Document.objects.filter(sha256=sha256, party=by).exists():
        raise NoSuchPhoto(
            f"you have stored no document {sha256.hex()}",
            pointer="/photo",
            remedy="store it first: POST /api/v1/documents",
        )


def _named(job: Job, name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(job.payload.get(name)))
    except ValueError:
        return None
