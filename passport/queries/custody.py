"""Who holds what, and which hand-overs wait for an answer."""

import uuid
from collections.abc import Sequence

from passport.models import Battery, Custody, HandOver, HandOverState, Party
from passport.queries.battery import unknown
from passport.rules.custody import check_handover
from passport.rules.errors import Refusal


def of_battery(*, battery: Battery) -> list[HandOver]:
    """The hand-overs of a battery that the acting party has a part in, oldest first."""
    return list(
        HandOver.objects.filter(battery=battery)
        .select_related("from_party", "to_party")
        .order_by("id")
    )


def holders(*, battery: Battery) -> list[Custody]:
    """Who held a battery, oldest first; the last one holds it now."""
    return list(Custody.objects.filter(battery=battery).select_related("holder").order_by("since"))


def offer(*, hand_over_id: uuid.UUID) -> HandOver:
    """The hand-over of this id, if the acting party is one of its sides. Refuses NotFound."""
    found = (
        HandOver.objects.filter(id=hand_over_id)
        .select_related("battery", "from_party", "to_party")
        .first()
    )
    if found is None:
        raise unknown("hand-over")
    return found


def offers_to(*, party: Party) -> list[HandOver]:
    """The open hand-overs that wait for this party by themselves, oldest first.

    What travels in a shipment waits with it: queries.shipment.
    """
    return list(
        HandOver.objects.filter(to_party=party, state=HandOverState.OFFERED, shipment__isnull=True)
        .select_related("battery__model", "from_party")
        .order_by("id")
    )


def hindrances(
    *, batteries: Sequence[Battery], by: Party, to_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Refusal]:
    """Why some of these cannot be handed over now, by their ids, in two queries.

    The refusals are those of rules.custody.check_handover().
    """
    ids = [each.pk for each in batteries]
    waiting = HandOver.objects.filter(battery_id__in=ids, state=HandOverState.OFFERED)
    open_ = set(waiting.values_list("battery_id", flat=True))
    units = {each.unit_id for each in batteries if each.unit_id != each.pk}
    names = dict(Battery.objects.filter(pk__in=units).values_list("pk", "identity"))
    found: dict[uuid.UUID, Refusal] = {}
    for each in batteries:
        inside = None
        if each.unit_id != each.pk:
            inside = names.get(each.unit_id, "a battery of another party")
        try:
            check_handover(
                holder=each.holder_id, by=by.pk, to=to_id, open_offer=each.pk in open_,
                inside=inside,
            )  # fmt: skip
        except Refusal as refusal:
            found[each.pk] = refusal
    return found
