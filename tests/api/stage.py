"""One of everything, made by its own party: what the matrix of roles knocks at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings

from passport import tasks
from passport.actions import (
    alarm,
    bundle,
    bundle_order,
    custody,
    document,
    epcis_capture,
    epcis_index,
    epcis_query,
    event,
    health,
    key,
    legacy,
    naming_right,
    recall,
    serial,
    shipment,
)
from passport.actions import party as parties
from passport.actions.recall import Notice, Scope
from passport.actions.shipment import Terms
from passport.models import (
    Alarm,
    Battery,
    ErrorBehaviour,
    Intake,
    LifecycleEvent,
    SourcingScenario,
    WebhookDelivery,
    WebhookEndpoint,
)
from passport.models.ids import new_id
from passport.rules.dangerous_goods import Statement
from passport.rules.dangerous_goods_table import Condition
from passport.rules.epcis_native import stem_of
from passport.rules.health import Method, make_reading
from passport.rules.legacy import Plate
from passport.rules.lifecycle import EventKind
from recycling.actions import plan, programme, retirement, testing
from recycling.models import Offer, Plan, RetirementReason, SecondLife
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked
from tests.api.rows import ABSENT
from tests.cast import THEN, Cast, packs
from tests.passport.filing import filed
from tests.postgres.supply_sides import furnish_supply

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)
__all__ = ["NOW", "Stage", "bundle", "key", "set_up"]


@dataclass
class Stage:
    """The ids that addresses are filled with, by the name of their parameter."""

    cast: Cast
    ids: dict[str, Any]
    packs: list[Battery]


def set_up(cast: Cast, serials: tuple[str, str, str] = ("P1", "P2", "P3")) -> Stage:
    """The maker made three packs; the keeper holds two and has retired one; a plan offered it."""
    made = packs(cast["maker"], *serials, cells=1)
    intake_id = Intake.objects.get().pk
    kept, retired, waiting = made
    for pack in (kept, retired):
        _move(cast, pack)
    offered = custody.hand_over(
        battery_id=waiting.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=NOW
    )
    _read(cast, retired)
    programme_id = _publish(cast)
    over = _retire(cast, retired)
    made_plan = _plan(cast)
    offer = Offer.objects.get()
    return Stage(
        cast=cast,
        packs=made,
        ids={
            "battery_id": kept.pk,
            "cell_id": Battery.objects.get(unit=kept, level="CELL").pk,
            "model_id": kept.model_id,
            "intake_id": intake_id,
            "job_id": made_plan.job_id,
            "hand_over_id": offered.pk,
            "programme_id": programme_id,
            "retirement_id": over,
            "plan_id": made_plan.pk,
            "offer_id": offer.pk,
            **_sourcing(cast),
            **{name: new_id() for name in ABSENT},
            "recall_id": _recall(cast, kept),
            "bundle_id": _order(cast, kept),
            "right_id": _claim(cast),
            "sha256": _paper(cast),
            "issue_id": _issue(cast),
            "alarm_id": _clash(cast, kept),
            "legacy_id": _find(cast),
            "capture_id": _capture(cast),
            "event_id": _bump(cast, kept),
            **_webhook(cast),
            "shipment_id": _ship(cast),
            **(_ends(cast, retired) | _epcis(kept) | filed(cast)),
            "query_name": _named(cast),
        },
    )


def _sourcing(cast: Cast) -> dict[str, Any]:
    """The keeper's sourcing desk."""
    volume = furnish_supply(cast["keeper"])
    allocation = volume.allocations.get()
    return {
        "agreement_id": volume.agreement_id,
        "supply_offer_id": volume.agreement.offer_id,
        "planned_id": allocation.planned_id,
        "allocation_id": allocation.pk,
        "scenario_id": SourcingScenario.objects.get().pk,
    }


def _claim(cast: Cast) -> UUID:
    made = naming_right.claim(kind="DOMAIN", value="maker.example", by=cast["maker"], at=THEN)
    return made.pk


def _find(cast: Cast) -> UUID:
    plate = Plate(
        level="PACK", category="EV", nominal_voltage_v=Decimal(360), capacity_ah=Decimal(66),
        mass_kg=Decimal(294),
    )  # fmt: skip
    return legacy.find(plate=plate, by=cast["keeper"], at=THEN).pk


def _capture(cast: Cast) -> UUID:
    return epcis_capture.begin(
        document=b'{"epcisBody":{"eventList":[]}}', behaviour=ErrorBehaviour.ROLLBACK,
        by=cast["maker"], at=NOW,
    ).pk  # fmt: skip


def _bump(cast: Cast, pack: Battery) -> UUID:
    return event.record(
        battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
        facts={"what": "bumped"}, by=cast["keeper"], at=NOW,
    ).pk  # fmt: skip


def _epcis(pack: Battery) -> dict[str, Any]:
    """Everything is found as EPCIS; by these names the kept pack is, or nothing."""
    epcis_index.catch_up(stem=stem_of(settings.PASSPORT_PUBLIC_URL))
    made = LifecycleEvent.objects.get(battery=pack, kind=EventKind.REGISTERED)
    return {
        "event_name": made.epcis.event_uri,
        "event_type": "ObjectEvent",
        "epc": pack.identity,
        "step": "commissioning",
        "location": "https://id.gs1.org/414/9521234000112",
        "place": "https://id.gs1.org/414/9521234000112",
        "disposition": "active",
        "token": "no-token-at-all",
    }


def _named(cast: Cast) -> str:
    return epcis_query.name(
        name="what-was-shipped",
        query={"EQ_bizStep": ["shipping"]},
        prefixes={},
        by=cast["maker"],
        at=NOW,
    ).name


def _webhook(cast: Cast) -> dict[str, UUID]:
    """The maker's endpoint, and a message that was given up."""
    made = WebhookEndpoint.objects.create(
        party=cast["maker"], url="https://hooks.maker.example/", next_index=0, created_at=NOW
    )
    message = WebhookDelivery.objects.create(
        endpoint=made, party=cast["maker"], message_id="msg_0", kind="webhook.test", body=b"{}",
        state="FAILED", next_at=NOW, created_at=NOW, settled_at=NOW,
    )  # fmt: skip
    return {"endpoint_id": made.pk, "delivery_id": message.pk}


def _ship(cast: Cast) -> UUID:
    """One more pack of the maker's, on its way to the keeper."""
    (sent,) = packs(cast["maker"], "SENT-7Q4K9")
    made = shipment.offer(
        batteries=[str(sent.pk)], to_id=cast["keeper"].pk, terms=Terms(sscc="095212340000000174"),
        statement=Statement("3480", Condition.SOUND, "P903"), by=cast["maker"], at=NOW,
    )  # fmt: skip
    return made.pk


def _ends(cast: Cast, retired: Battery) -> dict[str, UUID]:
    """A test that the keeper does itself, and a second life that waits for a worker."""
    keeper = cast["keeper"]
    test = testing.order(battery_id=retired.pk, tester_id=keeper.pk, by=keeper, at=NOW)
    asked = SecondLife.objects.create(
        party=keeper, status="repurposed", originals=[retired.pk], lines=[{}], asked_at=NOW
    )
    return {"order_id": test.pk, "file_id": new_id(), "second_life_id": asked.pk}


def _clash(cast: Cast, pack: Battery) -> UUID:
    alarm.raise_clashes(identities=[pack.identity], by=cast["keeper"], at=THEN)
    return Alarm.objects.get(party=cast["maker"]).pk


def _paper(cast: Cast) -> str:
    made = document.store(
        content=b"%PDF-1.7 licence", media_type="application/pdf", by=cast["maker"], at=THEN
    )
    return bytes(made.sha256).hex()


def _recall(cast: Cast, pack: Battery) -> UUID:
    """Of one cell in a pack that the keeper holds."""
    cell = Battery.objects.get(unit=pack, level="CELL")
    made = recall.open_recall(
        maker=cast["maker"], notice=Notice(reason="may leak"), scope=Scope(batteries=[cell.pk]),
        by=cast["maker"], at=NOW,
    )  # fmt: skip
    return made.pk


def _order(cast: Cast, pack: Battery) -> UUID:
    asked = bundle_order.order(names=[str(pack.pk)], title="", by=cast["keeper"], at=NOW)
    return asked.pk


def _issue(cast: Cast) -> UUID:
    return serial.issue(model="PACK-12", count=2, by=cast["maker"], at=NOW).id


def _move(cast: Cast, pack: Battery) -> None:
    offer = custody.hand_over(
        battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
    )
    custody.accept(hand_over_id=offer.pk, by=cast["keeper"], at=THEN)


def _read(cast: Cast, pack: Battery) -> None:
    seen: dict[str, Any] = {
        "resistance_ratio": Decimal("1.1"), "minimum_cell_v": Decimal("3.1"),
        "cell_spread_mv": Decimal(8), "isolation_ohm_per_v": Decimal(5000),
        "self_discharge_percent_per_month": Decimal(1),
    }  # fmt: skip
    reading = make_reading(
        soh=Decimal("0.86"), method=Method.TESTED, source="test bench", measured_at=THEN, **seen
    )
    health.read(battery_id=pack.pk, event_id=new_id(), reading=reading, by=cast["keeper"], at=NOW)


def _publish(cast: Cast) -> UUID:
    asked = Asked(
        name="Furnace", kind=Kind.RECYCLER, route=Route.RECYCLE, chemistries=("*",),
        capacity_packs=5, opens_on=THEN.date(), accepts_damaged=True,
        latitude=Decimal("52.5"), longitude=Decimal("13.4"),
    )  # fmt: skip
    return programme.publish(asked=asked, by=cast["recycler"], at=THEN).pk


def _retire(cast: Cast, pack: Battery) -> UUID:
    place = parties.add_facility(
        party=cast["keeper"], name="Site", country="DE",
        latitude=Decimal("52.4"), longitude=Decimal("13.1"),
    )  # fmt: skip
    answers = {"thermal_event": False, "case_damage": False, "water_ingress": False}
    return retirement.retire(
        battery_id=pack.pk, by=cast["keeper"], reason=RetirementReason.CAPACITY,
        condition=answers | {"recall_open": False}, event_id=new_id(), at=NOW,
        facility_id=place.pk,
    ).pk  # fmt: skip


def _plan(cast: Cast) -> Plan:
    asked = plan.request(by=cast["keeper"], at=NOW)
    assert tasks.see_through(asked.pk, clock=lambda: NOW) == "done"
    return Plan.objects.get()
