"""In which qualities a party reads batteries: what decides which of their fields it gets."""

import uuid
from collections.abc import Iterable

from passport.models import Battery, Concern, Party
from passport.rules.disclosure import Audience, audiences_of


def audiences(*, of: Iterable[Battery], by: Party) -> dict[uuid.UUID, frozenset[Audience]]:
    """The qualities in which a party reads each of some batteries, by their ids. [Art. 77(2)]

    A battery concerns whom a row says that it concerns: that a party sees it says nothing, since an
    authority sees every battery. One query for all.
    """
    batteries = list(of)
    units = {each.unit_id for each in batteries}
    sight = Concern.objects.filter(battery_id__in=units, party=by, until__isnull=True)
    concerned = set(sight.values_list("battery_id", flat=True))
    return {
        each.pk: audiences_of(
            roles=by.roles,
            concerned=each.unit_id in concerned,
            responsible=each.maker_id == by.pk,
        )
        for each in batteries
    }
