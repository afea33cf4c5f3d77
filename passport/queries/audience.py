"""In which qualities a party reads batteries: what decides which of their fields it gets."""

import uuid
from collections.abc import Iterable

from passport.models import Battery, Concern, ConcernReason, Party
from passport.rules.disclosure import Access, Audience, audiences_of, reads


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


def sets_read(*, of: Iterable[Battery], by: Party) -> dict[uuid.UUID, frozenset[Access]]:
    """The access sets that a party reads of what happened to each of some batteries, by their ids.

    Who holds one reads of its use whatever its role: it bought it. [Art. 77(2)(c)] Two queries.
    """
    batteries = list(of)
    held = set(
        Concern.objects.filter(
            battery_id__in={each.unit_id for each in batteries},
            party=by,
            until__isnull=True,
            reason=ConcernReason.HOLDER,
        ).values_list("battery_id", flat=True)
    )
    own = frozenset({Access.LEGITIMATE_INTEREST})
    qualities = audiences(of=batteries, by=by)
    return {
        each.pk: reads(qualities[each.pk]) | (own if each.unit_id in held else frozenset())
        for each in batteries
    }
