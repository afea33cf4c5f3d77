"""An offer is of days to come, and of weeks that its programme still has."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from passport.queries.tenancy import act_as
from recycling.actions import counter_offer, programme, retirement
from recycling.models import Offer
from recycling.rules.offer import NoPlaceLeft
from tests.recycling.stage import AT, cast, packs, planned, publish, retire, uid


def test_an_offer_ends_with_the_day_of_its_pack_and_a_day_that_is_over_binds_nobody(
    as_system, database
):
    with as_system():
        made = cast()
        hurried, later = packs(made, ["0.90", "0.90"])
        retire(hurried, by=made.keeper, due_on=date(2026, 6, 2))
        retire(later, by=made.keeper, due_on=date(2026, 6, 3))
        publish(
            made.recycler, places=1, name="Opens", fee_cents_per_kg=0, opens_on=date(2026, 6, 4)
        )
        planned(made)
        assert not Offer.objects.exists()
        publish(made.storage, places=1)
        planned(made, at=AT + timedelta(hours=1))
        first = Offer.objects.get()
        ends = datetime(2026, 6, 3 if first.goes_by.day == 2 else 4, tzinfo=UTC)
        assert (first.retirement.due_on, first.expires_at) == (first.goes_by, ends)
        planned(made, at=AT + timedelta(days=3))
        again = list(Offer.objects.filter(state="PROPOSED"))
        assert len(again) == 2
        assert all(each.goes_by > AT.date() + timedelta(days=3) for each in again)


def _countered(made, found, **terms):
    with transaction.atomic():
        act_as(made.storage.pk)
        counter_offer.ask(offer_id=found.pk, by=made.storage, at=AT, price_cents=None, **terms)


def _by_keeper(made, found, act):
    with transaction.atomic():
        act_as(made.keeper.pk)
        return act(offer_id=found.pk, by=made.keeper, at=AT)


# The week that becomes free is promised to the next one; what was promised before places were fewer
# is still answered, in a sentence.
def test_a_day_that_is_agreed_upon_takes_its_place_in_another_week(as_system, database):
    with as_system():
        made = cast()
        for battery in packs(made, ["0.90", "0.90"]):
            retire(battery, by=made.keeper)
        terms = publish(made.storage, places=9, weekly_capacity_packs=1)
        planned(made)
        first, second = Offer.objects.order_by("goes_by")
    _countered(made, second, pick_up_on=date(2026, 6, 5))
    with pytest.raises(NoPlaceLeft, match="all 1 places of the week of 2026-06-05"):
        _by_keeper(made, second, counter_offer.take)
    _by_keeper(made, second, counter_offer.leave)
    _countered(made, second, pick_up_on=date(2026, 6, 23))
    assert _by_keeper(made, second, counter_offer.take).goes_by == date(2026, 6, 23)
    with as_system():
        (third,) = packs(made, ["0.85"])
        retire(third, by=made.keeper)
        planned(made)
        assert Offer.objects.get(retirement__battery=third).goes_by == second.goes_by
    with transaction.atomic():
        act_as(made.storage.pk)
        programme.change(programme_id=terms.pk, by=made.storage, capacity_packs=0)
    _countered(made, first, pick_up_on=date(2026, 6, 5))
    with pytest.raises(NoPlaceLeft, match="all 0 places of the programme"):
        _by_keeper(made, first, counter_offer.take)


def test_a_retirement_sent_again_after_its_day_is_still_the_same(as_system, database):
    with as_system():
        made = cast()
        (pack,) = packs(made, ["0.90"])
        said = {
            "battery_id": pack.pk, "by": made.keeper, "reason": "CAPACITY", "condition": {},
            "event_id": uid(), "due_on": AT.date(), "happened_at": AT,
        }  # fmt: skip
        first = retirement.retire(**said, at=AT)
        assert retirement.retire(**said, at=AT + timedelta(days=1)) == first
