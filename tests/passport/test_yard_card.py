"""What the yard is told of a battery rests on what counts, and on nothing that was taken back."""

from __future__ import annotations

from decimal import Decimal

from passport.models import Battery
from passport.rules.correction import Reason
from recycling.queries.yard_card import cards
from tests.cast import Cast
from tests.passport import correcting
from tests.passport.acting import acting
from tests.passport.yarding import NOW


def _soh(battery: Battery, cast: Cast) -> object:
    """The state of health that the gates of its card were asked about."""
    keeper = cast["keeper"]
    with acting(keeper):
        (card,) = cards(party_id=keeper.pk, battery_ids=[battery.pk], on=NOW.date())
    assert card.gates is not None
    (said,) = {each.reading for each in card.gates.results if each.field == "soh_low"}
    return said and Decimal(str(said))


def test_a_reading_that_was_declared_wrong_opens_and_shuts_no_gate(
    cast: Cast, kept: Battery
) -> None:
    keeper = cast["keeper"]
    wrong = correcting.read(kept, keeper, "0.31")
    assert _soh(kept, cast) == wrong.soh_low
    correcting.declare(wrong.event, keeper, reason=Reason.DID_NOT_OCCUR)
    assert _soh(kept, cast) is None
    right = correcting.read(kept, keeper, "0.93")
    assert _soh(kept, cast) == right.soh_low
