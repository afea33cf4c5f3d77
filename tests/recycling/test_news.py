"""What becomes of offers and plans is told to the side that did not do it, once."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from passport.actions import news
from passport.models import News, WebhookDelivery
from passport.proof import canonical
from passport.queries.tenancy import act_as
from recycling.actions import counter_offer, offer
from recycling.models import Offer, Plan
from tests.passport import hooking
from tests.recycling.stage import AT, accept, cast, packs, planned, publish, retire

LATER = AT + timedelta(minutes=1)
URL = "https://hooks.party.example/"


@pytest.fixture(scope="module")
def begun(begin):
    """Three retired packs, and a storage operator with as many places."""
    return begin(lambda _: _set())


@pytest.fixture
def stage(begun, database, settings, tmp_path):
    hooking.switch_on(settings, tmp_path)
    settings.PASSPORT_PUBLIC_URL = "https://passport.example"
    return deepcopy(begun.made)


def _set():
    made = cast()
    for battery in packs(made, ["0.90", "0.85", "0.80"]):
        retire(battery, by=made.keeper)
    publish(made.storage, places=3)
    return made


def _told(endpoint):
    """What an endpoint is told since it was last asked, and asked again nothing new."""
    before = set(WebhookDelivery.objects.values_list("pk", flat=True))
    hooking.feed(AT + timedelta(hours=1))
    assert hooking.feed(AT + timedelta(hours=1)) == 0
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).exclude(pk__in=before).order_by("id")
    return [canonical.loads(bytes(row.body)) for row in rows]


def _answered(stage, act, found, *, by, **more):
    with transaction.atomic():
        act_as(by.pk)
        act(offer_id=found.pk, by=by, at=LATER, **more)


def test_a_plan_is_told_to_its_keeper_and_its_offers_to_whom_they_are_put(stage, as_system):
    keeper, storage = _endpoints(stage.keeper, stage.storage)
    with as_system():
        made = planned(stage)
        first, second, third = Offer.objects.order_by("id")
        (put,) = _told(storage)
        assert (put["type"], put["data"]["offers"]) == ("offer.proposed", 3)
        assert put["data"]["first"] == [str(each.pk) for each in (first, second, third)]
        assert put["data"]["links"] == {"offers": "https://passport.example/api/v1/offers"}
        (done,) = [d for d in _of(keeper) if d["type"] == "plan.finished"]
        assert done["data"]["plan"] == str(made.pk) == str(Plan.objects.get().pk)
        assert done["data"]["links"]["plan"].endswith(f"/api/v1/plans/{made.pk}")


def _endpoints(*parties):
    return [hooking.endpoint(each, URL, at=AT)[0] for each in parties]


def test_each_side_hears_what_the_other_did_to_an_offer(stage, as_system):
    with as_system():
        planned(stage)
        first, second, third = Offer.objects.order_by("id")
    parties = (stage.keeper, stage.storage, stage.stranger)
    # From a moment on: of what was before it they are told nothing.
    keeper, storage, stranger = (hooking.endpoint(each, URL, at=LATER)[0] for each in parties)
    _answer_all(stage, first, second, third)
    with as_system():
        said = [(each["type"], each["data"]["offer"]) for each in _told(keeper)]
        assert sorted(said) == [
            ("offer.accepted", str(first.pk)),
            ("offer.countered", str(third.pk)),
            ("offer.declined", str(second.pk)),
        ]
    _answered(stage, counter_offer.leave, third, by=stage.keeper)
    with as_system():
        assert [each["type"] for each in _told(storage)] == ["offer.proposed"]
        offer.sweep(at=AT + timedelta(days=4))
        hooking.feed(AT + timedelta(days=4, hours=1))
        ended = [each for end in (keeper, storage) for each in _of(end) if _is_over(each)]
        assert [each["data"]["first"] for each in ended] == [[str(third.pk)]] * 2
        assert not WebhookDelivery.objects.filter(endpoint=stranger).exists()


def _answer_all(stage, first, second, third):
    """One accepted, one declined, one with other terms asked for."""
    accept(first, by=stage.storage, at=LATER)
    _answered(stage, offer.decline, second, by=stage.storage)
    asked = {"price_cents": 1, "pick_up_on": None}
    _answered(stage, counter_offer.ask, third, by=stage.storage, **asked)


def _of(endpoint):
    rows = WebhookDelivery.objects.filter(endpoint=endpoint).order_by("id")
    return [canonical.loads(bytes(row.body)) for row in rows]


def _is_over(message):
    return message["type"] == "offer.expired"


def test_nobody_says_anything_in_the_name_of_another(stage):
    said = News(party_id=stage.keeper.pk, kind="plan.finished", said={}, links={})
    refused = pytest.raises(DatabaseError, match="row-level security")
    with transaction.atomic():
        act_as(stage.stranger.pk)
        with refused, transaction.atomic():
            news.tell([said], by=stage.storage, at=AT)
    with transaction.atomic():
        act_as(stage.stranger.pk)
        news.tell([said], by=stage.stranger, at=AT)
        assert not News.objects.exists()
