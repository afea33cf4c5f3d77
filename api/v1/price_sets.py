"""The figures that a keeper plans with instead of the released ones, a version at a time."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Day, Document, Identifier, Moment, Text
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from passport.models.party import Role
from recycling.actions import price_set as price_sets
from recycling.queries import price_set


class NewPriceSet(StrictShape):
    catalogue = "price-set"

    version = Text(longest=40)
    in_force_on = Day()
    figures = Document()


class PriceSetShape(NewPriceSet):
    id = Identifier()
    base = Text()
    published_at = Moment()


class PriceSets(Resource):
    """The price sets of the key's party, newest first; POST publishes a version.

    `figures` names those that differ from the released set, in its units: a string, or an object
    of strings by chemistry or transport case. Plans from `in_force_on` on are made with them.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.PLAN)}
    accepts = {"POST": NewPriceSet}
    answers = {"GET": PriceSetShape, "POST": PriceSetShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(price_set.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        return self.one(price_sets.publish(**self.payload(), by=self.party, at=self.at))
