"""Who holds what, and which hand-overs wait for an answer."""

import uuid

from passport.models import Battery, Custody, HandOver, HandOverState, Party
from passport.queries.battery import unknown


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
    """The open hand-overs that wait for this party, oldest first."""
    return list(
        HandOver.objects.filter(to_party=party, state=HandOverState.OFFERED)
        .select_related("battery__model", "from_party")
        .order_by("id")
    )
