"""A keeper of five packs that ships them, and the statement that goes with them."""

from __future__ import annotations

from typing import Any

from passport.actions import shipment
from passport.actions.shipment import Terms
from passport.models import Shipment
from passport.rules.dangerous_goods import Statement
from passport.rules.dangerous_goods_table import Condition
from tests.cast import THEN
from tests.passport.acting import acting

SSCC, OTHER_SSCC = "095212340000000174", "095212340000000181"
SOUND = Statement("3480", Condition.SOUND, "P903")


def offer(
    cast: Any, batteries: Any, *, by: str = "maker", to: str = "keeper", **said: Any
) -> Shipment:
    """Offer these as a shipment; by the maker to the keeper, as sound packs."""
    usual = {"terms": Terms(sscc=SSCC), "statement": SOUND, "at": THEN} | said
    with acting(cast[by]):
        return shipment.offer(
            batteries=[str(each.pk) for each in batteries], to_id=cast[to].pk, by=cast[by], **usual
        )


def answer(act: Any, cast: Any, made: Shipment, *, by: str = "keeper", **said: Any) -> Shipment:
    """Answer it, as the party that may."""
    usual: dict[str, Any] = {"at": THEN}
    if act is shipment.accept:
        usual["exceptions"] = []
    if act is shipment.refuse:
        usual["reason"] = "not ordered"
    with acting(cast[by]):
        answered: Shipment = act(shipment_id=made.pk, by=cast[by], **usual | said)
        return answered
