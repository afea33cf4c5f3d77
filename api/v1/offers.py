"""Packs put to the key's party by plans: accepted or declined before a day."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Cents, Day, Flag, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from api.v1.programmes import TAKERS
from passport.models.party import Role
from passport.rules.errors import Malformed
from recycling.actions import counter_offer
from recycling.actions import offer as offers
from recycling.models.offer import OfferState
from recycling.queries import offer


class NewCounter(StrictShape):
    catalogue = "counter-offer"

    price_cents = Cents(required=False, allow_null=True)
    pick_up_on = Day(required=False, allow_null=True)
    note = Text(longest=300, required=False)


class CounterShape(NewCounter):
    made_at = Moment()
    answered_at = Moment(allow_null=True)
    taken = Flag(allow_null=True)


class OfferShape(StrictShape):
    catalogue = "offer"

    id = Identifier()
    retirement = Identifier(source="retirement_id")
    # Null once the pack concerns the reader no longer.
    battery = Identifier(source="retirement.battery_id", allow_null=True)
    programme = Identifier(source="programme_id")
    giver = Text(source="from_party.slug")
    to = Text(source="to_party.slug")
    value_cents = Cents()
    price_cents = Cents()
    indicative = Flag()
    firm_at = Moment(allow_null=True)
    counters = CounterShape(many=True)
    state = Word(among=OfferState.values)
    proposed_at = Moment()
    expires_at = Moment()
    goes_by = Day(allow_null=True)
    answered_at = Moment(allow_null=True)
    hand_over = Identifier(source="hand_over_id", allow_null=True)


class Offers(Resource):
    """The offers put to the key's party; `?side=made` lists those made for its packs."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": OfferShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        side = request.GET.get("side", "received")
        if side == "made":
            return self.page(offer.made_by, keeper=self.party)
        if side != "received":
            raise Malformed("no such side", pointer="?side", remedy="write received or made")
        return self.page(offer.listing, party=self.party)


class Offer(Resource):
    """One offer, for its two sides."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": OfferShape}

    def get(self, request: Request, offer_id: UUID) -> Response:
        return self.one(offer.by_id(offer_id=offer_id))


class Acceptance(Resource):
    """Takes the pack: a hand-over is open at once, and custody follows when it arrives."""

    needs = {"POST": needs(*TAKERS, scope=Scope.PLAN)}
    answers = {"POST": OfferShape}

    @repeatable(required=False)
    def post(self, request: Request, offer_id: UUID) -> Response:
        return self.one(offers.accept(offer_id=offer_id, by=self.party, at=self.at))


class Decline(Resource):
    """Leaves the pack to the next plan."""

    needs = {"POST": needs(*TAKERS, scope=Scope.PLAN)}
    answers = {"POST": OfferShape}

    @repeatable(required=False)
    def post(self, request: Request, offer_id: UUID) -> Response:
        return self.one(offers.decline(offer_id=offer_id, by=self.party, at=self.at))


class Counter(Resource):
    """Asks for other terms: a price in cents for the pack, a day on which it is fetched, or both.

    The offer stands as long as before; its keeper takes the other terms or leaves them.
    """

    needs = {"POST": needs(*TAKERS, scope=Scope.PLAN)}
    accepts = {"POST": NewCounter}
    answers = {"POST": OfferShape}

    @repeatable(required=False)
    def post(self, request: Request, offer_id: UUID) -> Response:
        asked = self.payload()
        found = counter_offer.ask(
            offer_id=offer_id,
            price_cents=asked.get("price_cents"),
            pick_up_on=asked.get("pick_up_on"),
            note=asked.get("note", ""),
            by=self.party,
            at=self.at,
        )
        return self.one(offer.by_id(offer_id=found.pk))


class CounterTaken(Resource):
    """The keeper takes the other terms: the offer is accepted with them."""

    needs = {"POST": needs(Role.KEEPER, scope=Scope.PLAN)}
    answers = {"POST": OfferShape}

    @repeatable(required=False)
    def post(self, request: Request, offer_id: UUID) -> Response:
        found = counter_offer.take(offer_id=offer_id, by=self.party, at=self.at)
        return self.one(offer.by_id(offer_id=found.pk))


class CounterLeft(Resource):
    """The keeper leaves the other terms: the offer stands as it was made."""

    needs = {"POST": needs(Role.KEEPER, scope=Scope.PLAN)}
    answers = {"POST": OfferShape}

    @repeatable(required=False)
    def post(self, request: Request, offer_id: UUID) -> Response:
        found = counter_offer.leave(offer_id=offer_id, by=self.party, at=self.at)
        return self.one(offer.by_id(offer_id=found.pk))
