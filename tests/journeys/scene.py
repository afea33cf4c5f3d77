"""What stands before the faults begin: packs with attested cells, read, three of them retired."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from passport.actions import attestation, custody, health, party
from passport.models import Battery
from passport.models.ids import new_id
from passport.rules.health import Method, make_reading
from recycling.actions import programme, retirement
from recycling.models import RetirementReason
from recycling.rules.feasibility import Kind
from recycling.rules.market import Route
from recycling.rules.programme import Asked
from tests import cast as casting
from tests.cast import THEN, Cast
from tests.passport import signing

RETIRED = 3
SOUND = dict.fromkeys(("thermal_event", "case_damage", "water_ingress", "recall_open"), False)


def set() -> None:
    """Set the scene and leave the keys of its people beside the state, for the test to act by."""
    cast = casting.gather()
    packs = casting.packs(cast["maker"], "A1", "A2", "A3", "A4", cells=2)
    _attest(cast, packs[0])
    for each in packs:
        _pass_on(cast, each)
    _open_market(cast)
    for each in packs[1:]:
        retirement.retire(
            battery_id=each.pk, by=cast["keeper"], reason=RetirementReason.CAPACITY,
            condition=SOUND, event_id=new_id(), at=THEN,
        )  # fmt: skip
    told = {"secrets": cast.secrets, "packs": [str(each.pk) for each in packs]}
    Path(settings.PASSPORT_STATE, "scene.json").write_text(json.dumps(told))


def _attest(cast: Cast, pack: Battery) -> None:
    held = signing.enrolled(cast["maker"])
    cells = Battery.objects.filter(unit=pack).exclude(pk=pack.pk).order_by("identity")
    batch = signing.attest_cells(held, list(cells), by=cast["maker"])
    document = signing.pack_origin(held, pack, [batch])
    attestation.record(credential_bytes=document, items=None, by=cast["maker"], at=THEN)


def _pass_on(cast: Cast, pack: Battery) -> None:
    keeper = cast["keeper"]
    given = custody.hand_over(battery_id=pack.pk, to_id=keeper.pk, by=cast["maker"], at=THEN)
    custody.accept(hand_over_id=given.pk, by=keeper, at=THEN)
    reading = make_reading(
        soh=Decimal("0.86"), method=Method.TESTED, source="bench", measured_at=THEN,
        resistance_ratio=Decimal("1.1"),
    )  # fmt: skip
    health.read(battery_id=pack.pk, event_id=new_id(), reading=reading, by=keeper, at=THEN)


def _open_market(cast: Cast) -> None:
    party.add_facility(party=cast["keeper"], name="Site", country="DE")
    asked = Asked(
        name="Furnace", kind=Kind.RECYCLER, route=Route.RECYCLE, chemistries=("*",),
        capacity_packs=9, opens_on=date(2026, 1, 1), accepts_damaged=True,
    )  # fmt: skip
    programme.publish(asked=asked, by=cast["recycler"], at=THEN)
