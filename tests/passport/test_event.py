"""What happened is recorded once, by who may, in an order that can have been."""

import json
import uuid
from datetime import timedelta

import pytest

from passport.actions import custody, event
from passport.models import Battery, LifecycleEvent, Outbox
from passport.models.ids import new_id
from passport.proof import canonical
from passport.rules.custody import NotTheHolder
from passport.rules.errors import NotFound
from passport.rules.lifecycle import (
    AlreadyRegistered,
    BeforeManufacture,
    EventKind,
    InTheFuture,
    NotPossibleNow,
)
from tests.cast import THEN, battery_line, packs, take_in
from tests.passport.acting import acting
from tests.recycling.together import together

ID = uuid.UUID("01a1b2c3-0000-7000-8000-000000000001")


def _record(
    pack, by, kind=EventKind.INCIDENT, *, event_id=None, at=THEN, happened=None, facts=None
):
    with acting(by):
        return event.record(
            battery_id=pack.pk, kind=kind, happened_at=happened or at, at=at, by=by,
            event_id=event_id or new_id(), facts={"what": "dropped"} if facts is None else facts,
        )  # fmt: skip


def test_an_event_is_kept_as_the_bytes_that_are_logged(cast, pack, as_system):
    made = _record(pack, cast["maker"])
    body = bytes(made.body)
    assert canonical.encode(canonical.loads(body)) == body
    told = json.loads(body)
    assert (told["battery"], told["recorder"]) == (pack.identity, "did:web:maker.example")
    assert len(canonical.loads(body)["salt"]) == 22
    with as_system():
        entry = Outbox.objects.order_by("-id")[0]
        assert bytes(entry.digest) == bytes(made.body_sha256)
        assert entry.subjects == 1


def test_the_same_event_again_changes_nothing(cast, pack, as_system):
    first = _record(pack, cast["maker"], event_id=ID)
    again = _record(pack, cast["maker"], event_id=ID, at=THEN + timedelta(days=1), happened=THEN)
    assert again.pk == first.pk
    with as_system():
        assert LifecycleEvent.objects.filter(event_id=ID).count() == 1


def test_the_same_event_from_two_senders_at_one_moment_is_one(cast, pack, as_system):
    made = together(lambda by: _record(pack, by, event_id=ID).pk, [cast["maker"]] * 3)
    assert len(set(made)) == 1
    with as_system():
        assert LifecycleEvent.objects.filter(event_id=ID).count() == 1


OTHER = {
    "other facts": {"facts": {"what": "burnt"}},
    "another kind": {"kind": EventKind.REPAIRED},
    "another moment": {"happened": THEN - timedelta(hours=1)},
}


@pytest.mark.parametrize("name", OTHER)
def test_an_event_id_does_not_serve_for_another_event(cast, pack, name):
    _record(pack, cast["maker"], event_id=ID)
    with pytest.raises(event.EventIdReused):
        _record(pack, cast["maker"], event_id=ID, **OTHER[name])


def test_an_event_id_does_not_serve_for_another_battery(cast, pack, as_system):
    with as_system():
        (other,) = packs(cast["maker"], "P2")
    _record(pack, cast["maker"], event_id=ID)
    with pytest.raises(event.EventIdReused):
        _record(other, cast["maker"], event_id=ID)


REFUSED = {
    "in the future": ({"happened": THEN + timedelta(minutes=6)}, InTheFuture),
    "before manufacture": ({"happened": THEN - timedelta(days=3650)}, BeforeManufacture),
    "registered again": ({"kind": EventKind.REGISTERED}, AlreadyRegistered),
    "treated before retired": ({"kind": EventKind.TREATED}, NotPossibleNow),
    "regraded before retired": ({"kind": EventKind.REGRADED}, NotPossibleNow),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_have_been_is_refused(cast, pack, name, as_system):
    told, refusal = REFUSED[name]
    with pytest.raises(refusal):
        _record(pack, cast["maker"], **told)
    with as_system():
        assert LifecycleEvent.objects.exclude(kind="REGISTERED").count() == 0


def test_a_life_goes_its_way(cast, pack, as_system):
    for kind, state in (
        (EventKind.COMMISSIONED, "IN_SERVICE"),
        (EventKind.REPAIRED, "IN_SERVICE"),
        (EventKind.RETIRED, "RETIRED"),
        (EventKind.REGRADED, "REGISTERED"),
        (EventKind.COMMISSIONED, "IN_SERVICE"),
    ):
        _record(pack, cast["maker"], kind)
        with as_system():
            assert Battery.objects.get(pk=pack.pk).state == state
    with pytest.raises(NotPossibleNow):
        _record(pack, cast["maker"], EventKind.COMMISSIONED)


@pytest.mark.parametrize(("name", "refusal"), [("stranger", NotFound), ("authority", NotTheHolder)])
def test_who_does_not_hold_it_records_nothing(cast, pack, name, refusal):
    with pytest.raises(refusal):
        _record(pack, cast[name])


def test_a_maker_that_gave_it_away_records_nothing_more(cast, pack):
    with acting(cast["maker"]):
        given = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
    with acting(cast["keeper"]):
        custody.accept(hand_over_id=given.pk, by=cast["keeper"], at=THEN)
    with pytest.raises(NotTheHolder):
        _record(pack, cast["maker"])


@pytest.mark.parametrize("kind", [EventKind.REPAIRED, EventKind.COMMISSIONED])
def test_a_workshop_that_was_let_in_records_its_work(cast, pack, kind, as_system):
    with pytest.raises(NotFound):
        _record(pack, cast["workshop"], kind)
    with acting(cast["maker"]):
        for name in ("workshop", "auditor"):
            custody.grant(battery_id=pack.pk, to_id=cast[name].pk, by=cast["maker"], at=THEN)
    assert _record(pack, cast["workshop"], kind).recorder == cast["workshop"]
    with pytest.raises(NotTheHolder):
        _record(pack, cast["auditor"], EventKind.INCIDENT)


def test_the_maker_of_a_cell_in_anothers_pack_records_nothing_of_it(cast, as_system):
    with as_system():
        packs(cast["maker"], "P1", cells=1)
        take_in(cast["second-maker"], [battery_line("X")])
        cell = Battery.objects.get(serial="P1-C1")
        pack = Battery.objects.get(serial="P1")
        given = custody.hand_over(
            battery_id=pack.pk, to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
        )
        custody.accept(hand_over_id=given.pk, by=cast["keeper"], at=THEN)
    with pytest.raises(NotTheHolder):
        _record(cell, cast["maker"])
    assert _record(cell, cast["keeper"], EventKind.RETIRED).kind == "RETIRED"
