"""Ten tonnes of old batteries on a recycler's scale, and what it makes of them, step by step."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from passport.actions import attestation
from passport.actions import party as parties
from passport.models import Attestation, Battery
from passport.models.ids import new_id
from passport.proof import kinds
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from recycling.actions import batch, claim, material, paper, retirement, step
from recycling.actions.material import Filling
from recycling.actions.step import Draw
from recycling.models import (
    Fraction,
    LotHandOver,
    MaterialClaim,
    MaterialLot,
    RetirementReason,
    Treatment,
    TreatmentBatch,
)
from recycling.queries import papers
from recycling.rules.recovery import Fate, Output
from recycling.rules.steps import StepKind
from tests.cast import THEN, Cast, battery_line, gather, give, model_line, take_in
from tests.passport import signing
from tests.passport.claiming import claim as signed_claim

SITE = "https://passport.example"
# Code, chemistry, kWh when new, how many, GTIN; a tonne each.
MIX = (
    ("OLD-LFP", "LFP", "154", 4, "09521234000037"),
    ("OLD-NMC", "NMC622", "194", 4, "09521234000044"),
    ("OLD-NCA", "NCA", "200", 2, "09521234000051"),
)
SHREDDED = (
    ("black mass", "4200", "ONWARD", {"Ni": "0.15", "Co": "0.042", "Li": "0.038", "Cu": "0.01"}),
    ("Cu", "700", "RECYCLED", None),
    ("Al", "1000", "RECYCLED", None),
    ("steel", "2300", "RECYCLED", {"Fe": "0.98"}),
    ("plastics", "1000", "ENERGY", None),
    ("electrolyte", "600", "EMITTED", None),
)
REFINED = (
    ("nickel", "620", "RECYCLED", {"Ni": "1"}),
    ("cobalt", "172", "RECYCLED", {"Co": "1"}),
    ("lithium carbonate", "780", "RECYCLED", {"Li": "0.188"}),
    ("residue", "2600", "DISPOSED", None),
)
SALT = "https://maker.example/lot/nickel-salt-7"
OTHER_SALT = "https://second-maker.example/lot/salt-1"


@dataclass
class Loop:
    """Who is there, with their keys, and the old batteries in the recycler's hands."""

    cast: Cast
    keys: dict[str, KeyFile]
    old: list[Battery]

    def open(self, number: str = "B-1", *, by: str = "recycler") -> TreatmentBatch:
        return batch.open_batch(number=number, by=self.cast[by], at=THEN, site=SITE)

    def book(
        self, opened: TreatmentBatch, kind: str, draws: list[Draw],
        rows: tuple[tuple[Any, ...], ...], *, by: str = "recycler",
        booking_id: uuid.UUID | None = None,
    ) -> Treatment:  # fmt: skip
        return step.book(
            batch_id=opened.pk, step=StepKind(kind), draws=draws, fractions=outputs(rows),
            booking_id=booking_id or new_id(), by=self.cast[by], at=THEN,
        )  # fmt: skip

    def shred(self, opened: TreatmentBatch, rows: Any = SHREDDED, **told: Any) -> Treatment:
        draws = [Draw(battery_id=each.pk, mass_kg=Decimal(1000)) for each in self.old]
        return self.book(opened, "SHRED", draws, rows, **told)

    def lot(self, number: str, fraction: Fraction, kg: str | None = None) -> MaterialLot:
        filling = Filling(fraction_id=fraction.pk, mass_kg=Decimal(kg) if kg else None)
        return material.make(
            number=number, material=fraction.material, fillings=[filling],
            by=self.cast["recycler"], at=THEN, site=SITE,
        )  # fmt: skip

    def certify(self, opened: TreatmentBatch, **changed: Any) -> bytes:
        """Sign what is booked, and file it."""
        facts = papers.certificate_facts(batch=opened) | changed
        return self._file(facts, kinds.RECYCLING, paper.certify, batch_id=opened.pk)

    def attest(self, lot: MaterialLot, **changed: Any) -> bytes:
        facts = papers.lot_facts(lot=lot) | changed
        return self._file(facts, kinds.MATERIAL, paper.attest, lot_id=lot.pk)

    def _file(self, facts: dict[str, Any], kind: str, act: Any, **about: Any) -> bytes:
        signed = signed_claim(self.keys["recycler"], kind, facts.pop("id"), **facts)
        act(credential_bytes=signed, by=self.cast["recycler"], at=THEN, **about)
        return signed

    def offer(self, lot: MaterialLot, *, by: str = "recycler", to: str = "maker") -> LotHandOver:
        return material.offer(lot_id=lot.pk, to_id=self.cast[to].pk, by=self.cast[by], at=THEN)

    def accept(self, offered: LotHandOver, *, by: str = "maker") -> None:
        material.accept(hand_over_id=offered.pk, by=self.cast[by], at=THEN)

    def salt(
        self, origin: bytes, *, by: str = "maker", about: str = SALT, mass: str = "1000",
        share: str = "0.62",
    ) -> Attestation:  # fmt: skip
        """A maker's own material, of which a share is recycled."""
        document = signed_claim(
            self.keys[by], kinds.MATERIAL, about, material="nickel salt",
            mass={"value": mass, "unit": "KGM"}, recycledShare=share, upstream=[named(origin)],
        )  # fmt: skip
        return attestation.record(credential_bytes=document, items=None, by=self.cast[by], at=THEN)

    def claim(
        self, lot: MaterialLot, upon: Attestation, kg: str, *, by: str = "maker",
        claim_id: uuid.UUID | None = None,
    ) -> MaterialClaim:  # fmt: skip
        return claim.claim(
            lot_id=lot.pk, attestation=bytes(upon.sha256), mass_kg=Decimal(kg),
            claim_id=claim_id or new_id(), by=self.cast[by], at=THEN,
        )  # fmt: skip


@dataclass
class Made(Loop):
    """The same when the nickel is in the maker's hands, with its papers."""

    batch: TreatmentBatch
    nickel: MaterialLot
    origin: bytes


def named(document: bytes) -> str:
    """A signed document as others name it."""
    return b64u_encode(hashlib.sha256(document).digest())


def outputs(rows: Any) -> list[Output]:
    """Rows of the tables above as the action takes them."""
    return [
        Output(
            material=what, mass_kg=Decimal(kg), fate=Fate(fate),
            assay=None if assay is None else {e: Decimal(s) for e, s in assay.items()},
        )
        for what, kg, fate, assay in rows
    ]  # fmt: skip


def begin(_: Any) -> Loop:
    """Ten tonnes of three chemistries, retired, in the recycler's hands; as the system's role."""
    cast = gather()
    cast.parties["refiner"] = parties.register_party(
        name="Refiner", slug="refiner", roles=["RECYCLER"], country="FI",
        did="did:web:refiner.example", at=THEN,
    )  # fmt: skip
    keys = {n: signing.enrolled(cast[n]) for n in ("recycler", "maker", "second-maker")}
    done = take_in(cast["maker"], [line for kind in MIX for line in _lines(*kind)])
    assert not done.rejected, [(e.number, e.detail) for e in done.errors.all()]
    old = list(Battery.objects.filter(intake=done).select_related("model").order_by("serial"))
    for each in old:
        give(each, cast["maker"], cast["keeper"])
        retirement.retire(
            battery_id=each.pk, by=cast["keeper"], reason=RetirementReason.CAPACITY, condition={},
            event_id=new_id(), at=THEN,
        )  # fmt: skip
        give(each, cast["keeper"], cast["recycler"])
    return Loop(cast, keys, old)


def _lines(code: str, chemistry: str, kwh: str, count: int, gtin: str) -> list[dict[str, Any]]:
    volts = int(kwh) * 5
    model = model_line(
        code, chemistry=chemistry, rated_energy_kwh=kwh, mass_kg="1000", gtin=gtin,
        rated_capacity_ah="200", nominal_voltage_v=str(volts), minimum_voltage_v=str(volts - 90),
        maximum_voltage_v=str(volts + 90),
    )  # fmt: skip
    names = (f"https://id.gs1.org/01/{gtin}/21/{code}-{n}" for n in range(count))
    return [model, *(battery_line("", model=code, id=name) for name in names)]


def go_on(loop: Loop) -> Made:
    """Shred, refine, fill, certify, attest, and hand the nickel to the maker; as the system."""
    opened = loop.open()
    shredded = loop.shred(opened)
    black = shredded.fractions.get(material="black mass")
    refined = loop.book(opened, "REFINE", [Draw(fraction_id=black.pk)], REFINED)
    nickel = loop.lot("NI-1", refined.fractions.get(material="nickel"))
    loop.certify(opened)
    origin = loop.attest(nickel)
    loop.accept(loop.offer(nickel))
    return Made(**vars(loop), batch=opened, nickel=nickel, origin=origin)
