"""Epilogue: a pack that was hit goes straight to a recycler, is treated in steps, and certified."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from api.management.story import making, names, signing
from api.management.story.ending import SOUND
from api.management.story.telling import Tale, Tick
from passport.proof import kinds
from passport.queries import retelling
from recycling.actions import batch, material, paper, retirement, step
from recycling.actions.material import Filling
from recycling.actions.step import Draw
from recycling.models import RetirementReason, Treatment, TreatmentBatch
from recycling.queries import lots, papers
from recycling.rules.recovery import Fate, Output
from recycling.rules.steps import StepKind

_APART = timedelta(hours=4)


def send_away(tale: Tale, tick: Tick) -> None:
    """The keeper retires it after the crash, and the recycler fetches it."""
    pack, keeper = tale.plot.treated, tale.party("keeper")
    identity, at = making.identity_of(tale, pack), tale.plot.moment("sent_away")
    event_id = names.event_id(at, pack.name, "retired")
    if event_id not in retelling.event_ids(recorder=keeper):
        told: Mapping[str, Any] = pack.told["treated"]
        stands = retelling.facility(of=keeper, name="Talwind vehicle depot")
        retirement.retire(
            battery_id=making.registered(tale)[identity].pk,
            by=keeper,
            reason=RetirementReason(told["reason"]),
            condition=SOUND | told["condition"],
            event_id=event_id,
            facility_id=stands.pk if stands else None,
            at=at,
        )
    making.pass_on(
        [identity],
        keeper,
        tale.party("treater"),
        offered_at=at + timedelta(hours=1),
        accepted_at=at + _APART,
    )
    tick(1)


def count(tale: Tale) -> int:
    """How many steps, and how many lots come of them."""
    told = tale.plot.treatment
    return len(told["steps"]) + len(told["lots"])


def treat(tale: Tale, tick: Tick) -> None:
    """Each step takes on what the one before passes onward; what is refined fills lots."""
    by, told = tale.party("treater"), tale.plot.treatment
    at = tale.plot.moment("treated", hour=7)
    opened = _opened(tale, at)
    battery = making.registered(tale)[making.identity_of(tale, tale.plot.treated)]
    draw, last = Draw(battery_id=battery.pk), None
    for number, row in enumerate(told["steps"]):
        moment = at + number * _APART
        last = step.book(
            batch_id=opened.pk,
            step=StepKind(row["step"]),
            draws=[draw],
            fractions=[_output(*each) for each in row["out"]],
            booking_id=names.event_id(moment, tale.plot.treated.name, row["step"]),
            process=row.get("process", ""),
            by=by,
            at=moment,
        )
        onward = last.fractions.filter(fate=Fate.ONWARD).first()
        draw = Draw(fraction_id=onward.pk) if onward else draw
        tick(1)
    if last is not None:
        _fill(tale, last, at=at + len(told["steps"]) * _APART, tick=tick)


def certify(tale: Tale, tick: Tick) -> None:
    """The recycler signs what it booked, with its own key, and then the origin of its lots."""
    by, at = tale.party("treater"), tale.plot.moment("certified")
    key = tale.keys[tale.plot.one("treater")]
    opened = _opened(tale, at)
    if not hasattr(opened, "certificate"):
        facts = papers.certificate_facts(batch=opened)
        signed = signing.signed_claim(
            key, kind=kinds.RECYCLING, facts=facts, at=at, access="parties"
        )
        paper.certify(batch_id=opened.pk, credential_bytes=signed, by=by, at=at)
    for number, line in enumerate(lots.listing(party=by), start=1):
        if line.attestation_sha256 is None:
            moment = at + timedelta(minutes=number)
            facts = papers.lot_facts(lot=line.lot)
            signed = signing.signed_claim(key, kind=kinds.MATERIAL, facts=facts, at=moment)
            paper.attest(lot_id=line.lot.pk, credential_bytes=signed, by=by, at=moment)
    tick(1)


def _opened(tale: Tale, at: datetime) -> TreatmentBatch:
    return batch.open_batch(
        number=tale.plot.treatment["batch"],
        by=tale.party("treater"),
        at=at,
        site=settings.PASSPORT_PUBLIC_URL,
    )


def _fill(tale: Tale, last: Treatment, *, at: datetime, tick: Tick) -> None:
    by = tale.party("treater")
    known = {line.lot.number for line in lots.listing(party=by)}
    for number, what in tale.plot.treatment["lots"]:
        if number not in known:
            fraction = last.fractions.get(material=what)
            material.make(
                number=number,
                material=what,
                fillings=[Filling(fraction_id=fraction.pk)],
                by=by,
                at=at,
                site=settings.PASSPORT_PUBLIC_URL,
            )
        tick(1)


def _output(what: str, kg: str, fate: str, assay: Mapping[str, str] | None = None) -> Output:
    found = None if assay is None else {each: Decimal(share) for each, share in assay.items()}
    return Output(material=what, mass_kg=Decimal(kg), fate=Fate(fate), assay=found)
