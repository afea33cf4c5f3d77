"""The pack of the bundle benchmark, by the real actions: registered, attested, lived with.

A pack of 5,000 cells in 12 modules; the cells from three batches of 2^20 that build upon two levels
of materials; twenty events and three hand-overs.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import large_batch
from passport import tasks
from passport.actions import attestation, custody, event, intake, party
from passport.actions import key as keys
from passport.actions.event import stamp
from passport.models import Battery, Intake, Level, Party
from passport.models.ids import new_id, new_salt
from passport.proof import batch, canonical, credential, keyevent, keyfile
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from passport.rules.lifecycle import EventKind

CELLS, MODULES, BATCHES, ITEMS = 5000, 12, 3, 2**20
QUICK_CELLS, QUICK_ITEMS = 120, 2**12
EVENTS, HAND_OVERS = 20, 3
GTINS = {"PACK": "09521234000020", "MODULE": "09521234000037", "CELL": "09521234000013"}
_SIZES = {
    "PACK": ("280", "89.6", "320", "250", "365", "540"),
    "MODULE": ("280", "7.46", "26.6", "20", "30.4", "45"),
    "CELL": ("4.85", "0.0179", "3.7", "2.5", "4.2", "0.0695"),
}
_FIGURES = (
    "rated_capacity_ah", "rated_energy_kwh", "nominal_voltage_v",
    "minimum_voltage_v", "maximum_voltage_v", "mass_kg",
)  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """A party, its key, and the secret with which it calls the API."""

    party: Party
    key: KeyFile
    secret: str


@dataclass(frozen=True)
class World:
    """The pack, who made it, and the lines that pin all makers in an auditor's trust file."""

    pack: Battery
    maker: Actor
    pins: str
    cells: int
    items: int


def build(*, quick: bool, console: Console) -> World:
    """Make it all; nothing is published yet."""
    cells, items = (QUICK_CELLS, QUICK_ITEMS) if quick else (CELLS, ITEMS)
    maker, supplier = _actor("maker", "MAKER"), _actor("supplier", "MAKER")
    keepers = [_actor(f"keeper-{number}", "KEEPER") for number in range(HAND_OVERS)]
    console.print(f"registering a pack of {cells:,} cells in {MODULES} modules …")
    pack = _register(maker, cells=cells)
    console.print(f"attesting {BATCHES} batches of {items:,} cells …")
    _attest(pack, maker, supplier, items=items)
    _live(pack, maker, keepers)
    pins = "".join(f"issuer {each.key.did} {each.key.multikey}\n" for each in (maker, supplier))
    return World(pack=pack, maker=maker, pins=pins, cells=cells, items=items)


def _actor(slug: str, role: str) -> Actor:
    at, did = _now(), f"did:web:{slug}.example"
    made = party.register_party(
        name=slug.title(), slug=slug, roles=[role], country="DE", did=did, at=at
    )
    _, secret = party.issue_api_key(party=made, name="bench", scopes=party.SCOPES, at=at)
    own = keyfile.make(purpose="issuer", name=f"{did}#key-1", seed=os.urandom(32))
    nonce = keys.issue_challenge(by=made, at=at).nonce
    signed = keyevent.enrol(key=own, challenge=nonce, created=_second(at))
    keys.enrol(document=signed, by=made, at=at)
    return Actor(party=made, key=own, secret=secret)


# --- registration ---------------------------------------------------------------------------------


def _register(maker: Actor, *, cells: int) -> Battery:
    lines = [canonical.encode(line) for line in _lines(cells)]
    taken = intake.receive(
        lines=lines, media_type="application/x-ndjson", by=maker.party, at=_now()
    )
    if taken.job is not None:
        tasks.perform(taken.job.pk, clock=_now)
    done = Intake.objects.get(pk=taken.pk)
    if done.accepted != len(lines):
        raise CommandError(f"{done.accepted} of {len(lines)} lines of the pack landed.")
    return Battery.objects.get(identity=_identity("PACK", 0))


def _lines(cells: int) -> Iterator[dict[str, object]]:
    for level, gtin in GTINS.items():
        figures = dict(zip(_FIGURES, _SIZES[level], strict=True))
        yield {
            "type": "model", "code": level, "name": level, "level": level, "gtin": gtin,
            "category": "STATIONARY", "chemistry": "NMC811", **figures,
        }  # fmt: skip
    yield _battery("PACK", 0)
    for number in range(MODULES):
        yield _battery("MODULE", number) | {"parent": _identity("PACK", 0)}
    for number in range(cells):
        yield _battery("CELL", number) | {"parent": _identity("MODULE", number % MODULES)}


def _battery(level: str, number: int) -> dict[str, object]:
    return {
        "type": "battery", "model": level, "manufactured_on": "2025-03-02",
        "id": _identity(level, number),
    }  # fmt: skip


def _identity(level: str, number: int) -> str:
    return f"https://id.gs1.org/01/{GTINS[level]}/21/{level[0]}{number:06d}"


# --- attestations ---------------------------------------------------------------------------------


def _attest(pack: Battery, maker: Actor, supplier: Actor, *, items: int) -> None:
    sulphate = _material(supplier, "cobalt sulphate", "lot-1", upstream=[])
    powder = _material(supplier, "cathode powder", "lot-2", upstream=[sulphate])
    common: dict[str, object] = {
        "chemistry": "NMC811",
        "mass": {"value": "0.0695", "unit": "KGM"},
        "materials": [
            {"material": "cathode powder", "massFraction": "0.06", "attestation": powder}
        ],
    }
    cells = list(Battery.objects.filter(unit=pack, level=Level.CELL).order_by("identity"))
    digests = []
    for number in range(BATCHES):
        data = large_batch.record(
            cells=cells[number::BATCHES], size=items, common=common,
            by=maker.party, key=maker.key, at=_now(),
        )  # fmt: skip
        digests.append(_digest(data))
    own = [
        _origin(maker, each, upstream=digests)
        for each in Battery.objects.filter(unit=pack, level=Level.MODULE)
    ]
    _origin(maker, pack, upstream=own)


def _material(supplier: Actor, name: str, lot: str, *, upstream: Sequence[str]) -> str:
    subject: dict[str, object] = {
        "id": f"https://supplier.example/{lot}",
        "material": name,
        "mass": {"value": "12000", "unit": "KGM"},
        "origin": ["CD", "FI"],
        "recycledShare": "0.16",
        "upstream": list(upstream),
    }
    return _record(supplier, "MaterialOriginAttestation", subject)


def _origin(maker: Actor, battery: Battery, *, upstream: Sequence[str]) -> str:
    inside = Battery.objects.filter(parents__parent=battery, parents__until__isnull=True)
    subject: dict[str, object] = {
        "id": battery.identity,
        "components": batch.component_root(inside.values_list("identity", flat=True)),
        "upstream": list(upstream),
    }
    return _record(maker, credential.ORIGIN, subject)


def _record(actor: Actor, kind: str, subject: dict[str, object]) -> str:
    at = _now()
    document: dict[str, object] = {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", kind],
        "issuer": actor.key.did,
        "validFrom": _second(at),
        "credentialSubject": {**subject, "salt": b64u_encode(new_salt()), "accessSet": "public"},
    }
    data = credential.sign(
        document, private_key=actor.key.private_key, method=actor.key.name, created=_second(at)
    )
    attestation.record(credential_bytes=data, items=None, by=actor.party, at=at)
    return _digest(data)


# --- its life -------------------------------------------------------------------------------------


def _live(pack: Battery, maker: Actor, keepers: Sequence[Actor]) -> None:
    """From hand to hand, and what each keeper records, until all events are there."""
    holder, recorded = maker, 0
    for number, keeper in enumerate(keepers, start=1):
        given = custody.hand_over(
            battery_id=pack.pk, to_id=keeper.party.pk, by=holder.party, at=_now()
        )
        custody.accept(hand_over_id=given.pk, by=keeper.party, at=_now())
        holder = keeper
        while recorded < EVENTS * number // len(keepers):
            at, kind = _now(), EventKind.REPAIRED if recorded else EventKind.COMMISSIONED
            event.record(
                battery_id=pack.pk, kind=kind, happened_at=at, event_id=new_id(),
                facts={"note": f"visit {recorded}"}, by=holder.party, at=at,
            )  # fmt: skip
            recorded += 1


def _digest(data: bytes) -> str:
    return b64u_encode(credential.digest(data))


def _second(at: datetime) -> str:
    return stamp(at.replace(microsecond=0))


def _now() -> datetime:
    return datetime.now(UTC)
