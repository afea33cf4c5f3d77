"""What the gates say of a battery: each with its value, its reading and its rule set."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from api.v1.events import HANDS
from passport.queries import battery as batteries
from recycling.actions import gate_check as gate_checks
from recycling.models.gate_check import CheckedBecause
from recycling.models.plan import GateRouteWord
from recycling.queries import gate_check
from recycling.rules.gates import GateRoute, Verdict


class GateShape(StrictShape):
    catalogue = "gate-check.result"

    gate = Text()
    field = Text()
    reading = Text(allow_null=True)
    threshold = Text(empty=True)
    verdict = Word(among=tuple(Verdict))
    route = Word(among=tuple(GateRoute))
    why = Text(empty=True)
    origin = Text(source="from")
    row = Identifier(source="source", allow_null=True)


class GateCheckShape(StrictShape):
    catalogue = "gate-check"

    id = Identifier()
    battery = Identifier(source="battery_id")
    because = Word(among=CheckedBecause.values)
    rules_version = Text()
    route = Word(among=GateRouteWord.values)
    results = GateShape(many=True)
    checked_at = Moment()


class GateChecks(Resource):
    """What the gates have said of a battery, newest first; POST asks them now and keeps it."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    answers = {"GET": GateCheckShape, "POST": GateCheckShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, battery_id: UUID) -> Response:
        battery = batteries.by_id(battery_id=battery_id)
        return self.page(gate_check.listing, battery=battery)

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        return self.one(gate_checks.check(battery_id=battery_id, by=self.party, at=self.at))
