"""Says to the other side what became of an offer, and to a keeper that its plan is there."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from passport.actions.event import stamp
from passport.actions.news import tell
from passport.models import News, Party
from passport.rules.webhook import OFFER_PROPOSED, PLAN_FINISHED
from recycling.models import Offer, Plan

# So many offers are named; the others are asked for.
MOST_NAMED = 20


def of_offer(kind: str, offer: Offer, *, by: Party, at: datetime) -> None:
    """Tell the side that did not do it itself what was done to an offer."""
    other = offer.from_party_id if by.pk == offer.to_party_id else offer.to_party_id
    said = {"offer": str(offer.pk), "state": offer.state, "programme": offer.programme.name}
    links = {"offer": f"offers/{offer.pk}"}
    tell([News(party_id=other, kind=kind, said=said, links=links)], by=by, at=at)


def of_offers(kind: str, offers: Iterable[Offer], *, at: datetime) -> None:
    """Tell both sides of what the clock did to many offers, each of its own in one message."""
    known = list(offers)
    received = _by_party((each.to_party_id, each.pk) for each in known)
    made = _by_party((each.from_party_id, each.pk) for each in known)
    told = [_several(kind, party, ids, "offers") for party, ids in received.items()]
    told += [_several(kind, party, ids, "offers?side=made") for party, ids in made.items()]
    tell(told, by=None, at=at)


def of_plan(plan: Plan, *, at: datetime) -> None:
    """Tell a keeper that its plan, or one that binds nobody, was made."""
    said = {"plan": str(plan.pk), "state": plan.state, "objective_cents": plan.objective_cents}
    links = {"plan": f"plans/{plan.pk}", "lines": f"plans/{plan.pk}/lines"}
    news = News(party_id=plan.keeper_id, kind=PLAN_FINISHED, said=said, links=links)
    tell([news], by=None, at=at)


def of_proposals(each: Iterable[tuple[uuid.UUID, uuid.UUID, datetime]], *, at: datetime) -> None:
    """Tell every party of the offers that a plan puts to it, and when the first of them ends.

    `each` holds the party, an offer, and when that ends.
    """
    known = list(each)
    first: dict[uuid.UUID, datetime] = {}
    for party, _, end in known:
        first[party] = min(end, first.get(party, end))
    told = [
        _several(OFFER_PROPOSED, party, ids, "offers", expires_at=stamp(first[party]))
        for party, ids in _by_party((party, offer) for party, offer, _ in known).items()
    ]
    tell(told, by=None, at=at)


def _by_party(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> dict[uuid.UUID, list[uuid.UUID]]:
    found: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
    for party, offer in pairs:
        found[party].append(offer)
    return found


def _several(
    kind: str, party: uuid.UUID, ids: Sequence[uuid.UUID], where: str, **more: object
) -> News:
    named = [str(each) for each in ids[:MOST_NAMED]]
    said = {"offers": len(ids), "first": named} | more
    return News(party_id=party, kind=kind, said=said, links={"offers": where})
