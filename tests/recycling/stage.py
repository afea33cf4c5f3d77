"""A market of known parties and packs, made through the real actions."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from passport import tasks
from passport.actions import custody, health, intake, intake_work, party
from passport.actions import job as jobs
from passport.models import Battery, IntakeError, Job, Party
from passport.models.ids import new_id
from passport.queries.tenancy import act_as
from passport.rules.health import Method, make_reading
from recycling.actions import offer, plan, programme, retirement
from recycling.models import Offer, Plan, Programme, Retirement, RetirementReason
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
SOUND = {
    "recall_open": False,
    "thermal_event": False,
    "case_damage": False,
    "water_ingress": False,
    "crash_severity": "NONE",
}
MODEL = {
    "type": "model",
    "code": "PACK-L",
    "name": "Pack L",
    "level": "PACK",
    "category": "EV",
    "chemistry": "LFP",
    "gtin": "09521234000020",
    "rated_capacity_ah": "100",
    "rated_energy_kwh": "50",
    "nominal_voltage_v": "350",
    "minimum_voltage_v": "280",
    "maximum_voltage_v": "400",
    "mass_kg": "300",
    "facts": {},
}


@dataclass(frozen=True)
class Stage:
    """The cast of one test: who makes, keeps, reuses, recycles, and looks on."""

    maker: Party
    keeper: Party
    storage: Party
    recycler: Party
    stranger: Party


def cast() -> Stage:
    """Register the parties; call it as passport_system."""
    roles = {
        "maker": "MAKER",
        "keeper": "KEEPER",
        "storage": "KEEPER",
        "recycler": "RECYCLER",
        "stranger": "KEEPER",
    }
    return Stage(
        **{
            name: party.register_party(
                name=name.title(), slug=name, roles=[role], country="DE", did=None, at=AT
            )
            for name, role in roles.items()
        }
    )


def packs(stage: Stage, sohs: list[str], *, model: dict[str, object] = MODEL) -> list[Battery]:
    """Make, hand to the keeper and read one pack a state of health; as passport_system."""
    start = Battery.objects.count()
    ids = [f"https://id.example/01/{model['gtin']}/21/P{start + n:05d}" for n in range(len(sohs))]
    lines = [model] + [
        {"type": "battery", "model": model["code"], "id": each, "manufactured_on": "2019-03-02"}
        for each in ids
    ]
    raw = [json.dumps(line).encode() for line in lines]
    taken = intake.receive(lines=raw, media_type="application/x-ndjson", by=stage.maker, at=AT)
    intake_work.run(job=lease(taken.job), at=AT)
    errors = list(IntakeError.objects.filter(intake=taken).values_list("code", "detail"))
    assert errors == []
    found = list(Battery.objects.filter(intake=taken).order_by("serial"))
    for battery, soh in zip(found, sohs, strict=True):
        read(battery, soh, by=stage.maker)
        give(battery, to=stage.keeper)
    return found


def read(
    battery: Battery,
    soh: str,
    *,
    by: Party,
    ratio: str = "1.2",
    method: Method = Method.TESTED,
    days: int = 1,
) -> None:
    """A reading of yesterday, or of so many days ago."""
    at = AT - timedelta(days=days)
    reading = make_reading(
        soh=Decimal(soh),
        method=method,
        source="cycler 4",
        measured_at=at,
        resistance_ratio=Decimal(ratio),
    )
    health.read(battery_id=battery.pk, event_id=new_id(), reading=reading, by=by, at=max(AT, at))


def give(battery: Battery, *, to: Party) -> None:
    """Pass a battery from its holder into other hands."""
    from_party = Battery.objects.get(pk=battery.pk).holder
    opened = custody.hand_over(battery_id=battery.pk, to_id=to.pk, by=from_party, at=AT)
    custody.accept(hand_over_id=opened.pk, by=to, at=AT)


def retire(
    battery: Battery,
    *,
    by: Party,
    ready_on: date | None = None,
    due_on: date | None = None,
    **condition: object,
) -> Retirement:
    """Retire a sound pack, or one whose inspection found something."""
    return retirement.retire(
        battery_id=battery.pk,
        by=by,
        reason=RetirementReason.CAPACITY,
        condition=SOUND | condition,
        event_id=new_id(),
        at=AT,
        ready_on=ready_on,
        due_on=due_on,
    )


def publish(
    by: Party, *, places: int, price: int = 5000, name: str = "Storage", **terms
) -> Programme:
    """Publish a second life, or with fee= a recycling programme."""
    recycles = "fee_cents_per_kg" in terms
    asked = Asked(
        name=name,
        kind=Kind.RECYCLER if recycles else Kind.SECOND_LIFE,
        route=Route.RECYCLE if recycles else Route.REPURPOSE,
        chemistries=("*",),
        capacity_packs=places,
        opens_on=terms.pop("opens_on", date(2026, 1, 1)),
        price_cents_per_kwh=0 if recycles else price,
        **({} if recycles else {"soh_min": Decimal("0.6"), "contract_years": Decimal(5)}),
        **terms,
    )
    return programme.publish(asked=asked, by=by, at=AT)


def lease(job: Job | None, *, at: datetime = AT) -> Job:
    """Take a job as a worker does."""
    leased = jobs.lease(job_id=job.pk, at=at) if job else None
    assert leased is not None
    return leased


def planned(stage: Stage, *, at: datetime = AT) -> Plan:
    """Ask for a plan and make it, with all its parts; as passport_system."""
    asked = plan.request(by=stage.keeper, at=at)
    assert tasks.see_through(asked.pk, clock=lambda: at) == "done", Job.objects.get(
        pk=asked.pk
    ).last_error
    return Plan.objects.filter(keeper=stage.keeper).exclude(state="WHATIF").latest("id")


def accept(found: Offer, *, by: Party, at: datetime = AT) -> Offer:
    """Accept an offer as its receiver does: as the application, in one transaction."""
    with transaction.atomic():
        act_as(by.pk)
        return offer.accept(offer_id=found.pk, by=by, at=at)


def uid() -> uuid.UUID:
    """A fresh event id."""
    return new_id()


def two_offered():
    """Two packs, offered to a storage operator with two places."""
    made = cast()
    for battery in packs(made, ["0.90", "0.80"]):
        retire(battery, by=made.keeper)
    publish(made.storage, places=2)
    planned(made)
    return made
