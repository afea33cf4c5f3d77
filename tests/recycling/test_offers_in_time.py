"""An offer is of days to come, and of weeks that its programme still has."""

from datetime import UTC, date, datetime, timedelta

from recycling.models import Offer
from tests.recycling.stage import AT, cast, packs, planned, publish, retire


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
