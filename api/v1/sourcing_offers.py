"""What suppliers offer by category and year, and how many compliant sources that comes to."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import (
    Count,
    Document,
    Flag,
    Identifier,
    Moment,
    Quantity,
    Several,
    Text,
    Word,
)
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from api.http.wire import Value, refuse
from passport.actions import sourcing_supply
from passport.models.party import Role
from passport.queries import sourcing_desk
from passport.queries import sourcing_supply as supply
from passport.rules.sourcing_offering import read_ramp, read_volumes
from passport.rules.sourcing_supply import Coverage, Offer, Proof, Unit

READS = needs(scope=Scope.READ)
PLANS = needs(Role.KEEPER, scope=Scope.PLAN)


class Amount(Value):
    """A fraction as the decimal number that it is, to four places, rounded down."""

    wire = {"type": "string", "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"}

    def to_representation(self, value: Fraction) -> str:
        whole = Decimal(value.numerator * 10_000 // value.denominator).scaleb(-4)
        text = format(whole, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text


class Ramp(Value):
    """The phases of a ramp; a rule reads what is in them."""

    wire = {"type": "array", "items": {"type": "object", "additionalProperties": True}}

    def read(self, data: Any) -> Any:
        if not isinstance(data, list):
            raise refuse("not-a-list", "The value is not a list.", "Send it in brackets.")
        return data

    def to_representation(self, value: Any) -> Any:
        return list(value)


class NewOffer(StrictShape):
    catalogue = "sourcing.offer"

    supplier = Text(longest=64)
    maker = Text(longest=64)
    category = Text(longest=60)
    unit = Word(among=tuple(Unit))
    price = Quantity(places=4)
    size_kwh = Quantity(places=4, required=False)
    made_in = Text(longest=2)
    capacity = Document()
    ramp = Ramp(required=False)
    proof = Word(among=tuple(Proof))
    duty_percent = Quantity(places=4, required=False)


class OfferOfSupplyShape(StrictShape):
    catalogue = "sourcing.offer"

    id = Identifier()
    supplier = Text()
    maker = Text()
    category = Text()
    unit = Word(among=tuple(Unit))
    price = Quantity()
    size_kwh = Quantity()
    made_in = Text()
    capacity = Document()
    ramp = Ramp()
    proof = Word(among=tuple(Proof))
    duty_percent = Quantity(allow_null=True)
    offered_at = Moment()
    ended_at = Moment(allow_null=True)


class SourcesCellShape(StrictShape):
    catalogue = "sourcing.cell"

    year = Count()
    coverage = Word(among=tuple(Coverage))
    sources = Several(of=Text)
    open = Several(of=Text)
    prohibited = Several(of=Text)
    supply = Amount()
    demand = Amount()
    short = Amount()


class SourcesShape(StrictShape):
    catalogue = "sourcing.sources"

    category = Text()
    title = Text(source="label")
    unit = Text()
    apart = Flag()
    cells = SourcesCellShape(many=True)


class SupplyOffers(Resource):
    """What suppliers offer the key's party, newest first; POST keeps another offer.

    `capacity` is by year, in `unit`; `ramp` is a list of {starts_on, percent}.
    """

    needs = {"GET": READS, "POST": PLANS}
    accepts = {"POST": NewOffer}
    answers = {"GET": OfferOfSupplyShape, "POST": OfferOfSupplyShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(supply.offers, owner=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent = self.payload()
        capacity = read_volumes(sent.pop("capacity"), pointer="/capacity")
        unit, proof = Unit(sent.pop("unit")), Proof(sent.pop("proof"))
        ramp = read_ramp(sent.pop("ramp", []), pointer="/ramp")
        told = Offer(id="", unit=unit, proof=proof, capacity=capacity, ramp=ramp, **sent)
        return self.one(sourcing_supply.offer(told=told, by=self.party, at=self.at))


class SupplyOfferEnd(Resource):
    """POST ends an offer; what was agreed under it goes on."""

    needs = {"POST": PLANS}
    answers = {"POST": OfferOfSupplyShape}

    @repeatable(required=False)
    def post(self, request: Request, supply_offer_id: UUID) -> Response:
        return self.one(
            sourcing_supply.end_offer(offer_id=supply_offer_id, by=self.party, at=self.at)
        )


class Sources(Resource):
    """How many compliant sources each category has in each year, and where gaps are."""

    needs = {"GET": READS}
    answers = {"GET": SourcesShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.all(sourcing_desk.sources(owner=self.party, as_of=self.at.date()).rows)
