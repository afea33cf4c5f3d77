"""One database with something in every table, and nothing of it a stranger's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from passport import tasks
from passport.actions import (
    bundle_order,
    custody,
    health,
    intake,
    intake_waiting,
    label,
    party,
    yard,
)
from passport.actions.yard import Noted
from passport.models import Attestation, Battery, Intake, Party, SigningKey
from passport.models.ids import new_id
from passport.rules.health import Method, make_reading
from passport.rules.yard import RecordKind
from recycling.actions import counter_offer, plan, programme, retirement, treatment
from recycling.models import Offer, Process, RetirementReason
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked
from recycling.rules.recovery import Fate, Output
from tests import cast as casting
from tests.cast import THEN, Cast
from tests.passport import signing
from tests.passport.house import House
from tests.postgres import captured, matter_sides, two_sides
from tests.postgres.ends import furnish_ends
from tests.postgres.project_sides import furnish_project
from tests.postgres.register_sides import furnish_register
from tests.postgres.supply_sides import furnish_supply

SOUND = {
    "recall_open": False, "thermal_event": False, "case_damage": False, "water_ingress": False,
    "crash_severity": "NONE",
}  # fmt: skip


@dataclass(frozen=True)
class Furniture:
    """Who is in it, and some rows to point at."""

    name: str
    cast: Cast
    pack: Battery
    cell: Battery
    lone: Battery
    batch: str  # the maker's batch of cells
    waiting: str  # the maker's intake that no worker has read
    open: str  # the maker's intake that is still coming in
    own: str  # the second maker's pack
    key: str  # the maker's signing key


def furnish(name: str, folder: Path) -> Furniture:
    """Fill the database in which the system's role is; a few tenths of a second."""
    cast = casting.gather()
    maker, keeper = cast["maker"], cast["keeper"]
    person = party.register_person(email="a@maker.example", name="A", password="long-Enough-4-all")
    party.join(person=person, party=maker, at=THEN)
    pack, ends, routed = casting.packs(maker, "P1", "P2", "P3", cells=2)
    second = cast["second-maker"]
    others = casting.packs(second, "S1", "S2", "S3", cells=1)
    for side in (maker, second):
        loose = casting.take_in(side, [_loose(side), {"type": "nothing"}])
        label.printed(
            print_id=new_id(), intake_id=loose.pk, level="CELL", count=1, label="L7163", by=side,
            person_id=None, at=THEN,
        )  # fmt: skip
        party.add_facility(party=side, name="Line 1", country="DE")
        scan = Noted(
            id=new_id(), kind=RecordKind.SCAN, text="NOBODY", happened_at=THEN, device="scanner"
        )
        yard.keep(noted=[scan], sent_at=THEN, by=side, person_id=None, at=THEN)
    batch = _sign(cast, pack)
    two_sides.furnish_claims(maker, batch=batch)
    _pass_on(cast["keeper"], pack, ends, routed)
    custody.grant(battery_id=pack.pk, to_id=cast["auditor"].pk, by=keeper, at=THEN)
    custody.hand_over(battery_id=pack.pk, to_id=cast["workshop"].pk, by=keeper, at=THEN)
    _retire(cast, ends, routed)
    two_sides.furnish_erasure(keeper, routed)
    two_sides.furnish_shipments(keeper, [routed], to=cast["workshop"])
    two_sides.furnish_second_maker(second, others, to=cast["recycler"])
    furnish_ends(keeper, routed)
    furnish_ends(second, others[0])
    own = Attestation.objects.filter(issuer=second).order_by("id")[0]
    matter_sides.furnish_matter(second, to=cast["workshop"], signed=own)
    matter_sides.furnish_matter(cast["recycler"], to=cast["workshop"], signed=batch)
    for side in (keeper, second):
        furnish_project(side, reader=cast["auditor"])
        furnish_supply(side)
        furnish_register(side)
    captured.furnish_captures(maker, of_others=pack)
    captured.furnish_captures(second, of_others=pack)
    _counter(cast)
    _leave_waiting(cast)
    house = House(folder)
    house.begin()
    size = house.turn()
    assert size is not None
    two_sides.furnish_log(size=size)
    return Furniture(
        name=name,
        cast=cast,
        pack=pack,
        cell=Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity")[0],
        lone=Battery.objects.get(serial="L1"),
        own=str(others[0].pk),
        batch=str(batch.pk),
        key=str(SigningKey.objects.get(method=f"{maker.did}#key-1").pk),
        waiting=str(Intake.objects.get(state="RECEIVED").pk),
        open=str(Intake.objects.get(state="RECEIVING", party=maker).pk),
    )


def _loose(side: Party) -> dict[str, object]:
    """A cell on its maker's shelf."""
    return casting.battery_line("L1" if side.slug == "maker" else "L2", model="CELL-1")


def _sign(cast: Cast, pack: Battery) -> Attestation:
    held = signing.enrolled(cast["maker"])
    cells = list(Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity"))
    batch = signing.attest_cells(held, cells, by=cast["maker"])
    signing.attestation.record(
        credential_bytes=signing.pack_origin(held, pack, [batch]),
        items=None, by=cast["maker"], at=THEN,
    )  # fmt: skip
    return batch


def _pass_on(to: Party, *packs: Battery) -> None:
    for each in packs:
        offered = custody.hand_over(battery_id=each.pk, to_id=to.pk, by=each.maker, at=THEN)
        custody.accept(hand_over_id=offered.pk, by=to, at=THEN)
        reading = make_reading(
            soh=Decimal("0.9"), method=Method.TESTED, source="cycler",
            measured_at=THEN, resistance_ratio=Decimal("1.2"),
        )  # fmt: skip
        health.read(battery_id=each.pk, event_id=new_id(), reading=reading, by=to, at=THEN)


def _retire(cast: Cast, ends: Battery, routed: Battery) -> None:
    keeper, recycler = cast["keeper"], cast["recycler"]
    for each in (ends, routed):
        retirement.retire(
            battery_id=each.pk, by=keeper, reason=RetirementReason.CAPACITY,
            condition=SOUND, event_id=new_id(), at=THEN,
        )  # fmt: skip
    offered = custody.hand_over(battery_id=ends.pk, to_id=recycler.pk, by=keeper, at=THEN)
    custody.accept(hand_over_id=offered.pk, by=recycler, at=THEN)
    treatment.book(
        battery_id=ends.pk, by=recycler, mass_in_kg=Decimal(72), process=Process.HYDRO,
        fractions=[Output(material="Cu", mass_kg=Decimal(71), fate=Fate.RECYCLED)],
        event_id=new_id(), at=THEN,
    )  # fmt: skip
    asked = Asked(
        name="Furnace", kind=Kind.RECYCLER, route=Route.RECYCLE, chemistries=("*",),
        capacity_packs=5, opens_on=date(2026, 1, 1), price_cents_per_kwh=0, fee_cents_per_kg=10,
    )  # fmt: skip
    programme.publish(asked=asked, by=recycler, at=THEN)
    wanted = plan.request(by=keeper, at=THEN)
    assert tasks.see_through(wanted.pk, clock=lambda: THEN) == "done"


def _leave_waiting(cast: Cast) -> None:
    """A file that no worker has read, and bundles that none has made."""
    for name, serial in (("maker", "P1"), ("keeper", "P1"), ("second-maker", "S1")):
        bundle_order.order(names=[serial], title="", by=cast[name], at=THEN)
    lines = [json.dumps(casting.battery_line("W1")).encode()]
    intake.receive(lines=lines, media_type="application/x-ndjson", by=cast["maker"], at=THEN)
    for side in (cast["maker"], cast["second-maker"]):
        made = intake.begin(by=side, media_type="application/x-ndjson", encoding="", at=THEN)
        intake.append(intake_id=made.pk, by=side, offset=0, data=b"{}")
        intake_waiting.keep(intake=made, kind=intake_waiting.ASSEMBLY, rows=[(1, b"{}")])


def _counter(cast: Cast) -> None:
    """Of both sides' offers one is answered with other terms."""
    for side in ("keeper", "second-maker"):
        found = Offer.objects.filter(from_party=cast[side]).order_by("id").first()
        assert found is not None
        counter_offer.ask(
            offer_id=found.pk, price_cents=found.price_cents + 1, pick_up_on=None,
            by=found.to_party, at=THEN,
        )  # fmt: skip
