"""Serials that nobody can guess, for makers that have none of their own."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Identifier, Moment, Several, Text
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import serial as serials
from passport.models.party import Role
from passport.queries import serial
from passport.rules.serials import MOST_AT_ONCE


class NewSerials(StrictShape):
    catalogue = "serials"

    model = Text(longest=60)
    count = Count(most=MOST_AT_ONCE)


class IssueShape(StrictShape):
    catalogue = "serials"

    id = Identifier()
    model = Text(source="model.code")
    count = Count()
    issued_at = Moment()


class IssuedShape(IssueShape):
    catalogue = "serials"

    model = Text()
    gtin = Text(empty=True)
    serials = Several(of=Text, most=MOST_AT_ONCE)


class Serials(Resource):
    """What was issued to the key's party; POST issues more, each serial once in all time."""

    needs = {
        "GET": needs(Role.MAKER, scope=Scope.READ),
        "POST": needs(Role.MAKER, scope=Scope.REGISTER),
    }
    accepts = {"POST": NewSerials}
    answers = {"GET": IssueShape, "POST": IssuedShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(serial.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = serials.issue(**self.payload(), by=self.party, at=self.at)
        return self.one(made, location=address("serials", made.id))


class Issue(Resource):
    """The serials of one issue, again."""

    needs = {"GET": needs(Role.MAKER, scope=Scope.READ)}
    answers = {"GET": IssuedShape}

    def get(self, request: Request, issue_id: UUID) -> Response:
        return self.one(serial.issued(issue_id=issue_id))
