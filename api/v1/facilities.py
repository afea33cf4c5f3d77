"""Places where the key's party makes, keeps or treats batteries."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Quantity, Text
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import party as parties
from passport.queries import party


class NewFacility(StrictShape):
    catalogue = "facility"

    name = Text(longest=120)
    country = Text(longest=2)
    address = Text(longest=255, empty=True, required=False)
    gln = Text(longest=13, empty=True, required=False)
    latitude = Quantity(places=5, required=False, allow_null=True)
    longitude = Quantity(places=5, required=False, allow_null=True)


class FacilityShape(NewFacility):
    catalogue = "facility"

    id = Identifier()


class Facilities(Resource):
    """The facilities of the key's party."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(scope=Scope.REGISTER)}
    accepts = {"POST": NewFacility}
    answers = {"GET": FacilityShape, "POST": FacilityShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(party.facilities, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = parties.add_facility(**self.payload(), party=self.party)
        return self.one(made, location=address("facilities"))
