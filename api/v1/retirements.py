"""The end of a battery's present life, declared by its holder."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Day, Document, Identifier, Moment, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.models.party import Role
from recycling.actions import retirement as retirements
from recycling.models.retirement import RetirementReason, RetirementState
from recycling.queries import retirement


class NewRetirement(StrictShape):
    catalogue = "retirement"

    event_id = Identifier()
    battery = Identifier(source="battery_id")
    reason = Word(among=RetirementReason.values)
    condition = Document(required=False)
    facility = Identifier(source="facility_id", required=False)
    happened_at = Moment(required=False)
    ready_on = Day(required=False, allow_null=True)
    due_on = Day(required=False, allow_null=True)


class RetirementShape(StrictShape):
    catalogue = "retirement"

    id = Identifier()
    battery = Identifier(source="battery_id")
    reason = Word(among=RetirementReason.values)
    condition = Document()
    facility = Identifier(source="facility_id", allow_null=True)
    declared_at = Moment()
    ready_on = Day(allow_null=True)
    due_on = Day(allow_null=True)
    state = Word(among=RetirementState.values)


class Retirements(Resource):
    """The retirements that the key's party declared; POST retires a whole unit it holds."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.PLAN)}
    accepts = {"POST": NewRetirement}
    answers = {"GET": RetirementShape, "POST": RetirementShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(retirement.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = {"condition": {}} | self.payload()
        told["reason"] = RetirementReason(told["reason"])
        made = retirements.retire(**told, by=self.party, at=self.at)
        return self.one(made, location=address("retirements", made.pk))


class Retirement(Resource):
    """One retirement of the key's party."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": RetirementShape}

    def get(self, request: Request, retirement_id: UUID) -> Response:
        return self.one(retirement.by_id(retirement_id=retirement_id))
