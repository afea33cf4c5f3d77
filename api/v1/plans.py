"""Plans: the best assignment of what a keeper retired, with an explanation a pack."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Cents, Digest, Document, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.jobs import JobShape
from passport.models.party import Role
from recycling.actions import plan as plans
from recycling.models.plan import GateRouteWord, PlanState
from recycling.models.programme import EndRoute
from recycling.queries import plan


class PlanShape(StrictShape):
    catalogue = "plan"

    id = Identifier()
    job = Identifier(source="job_id")
    state = Word(among=PlanState.values)
    snapshot = Digest(source="snapshot_sha256")
    rules_version = Text()
    prices_version = Text()
    solver = Text()
    objective_cents = Cents()
    linear_cents = Cents()
    best_edge_first_cents = Cents()
    seconds = Quantity()
    created_at = Moment()


class LineShape(StrictShape):
    catalogue = "plan-line"

    id = Identifier()
    retirement = Identifier(source="retirement_id")
    battery = Identifier(source="retirement.battery_id")
    gate_route = Word(among=GateRouteWord.values)
    programme = Identifier(source="programme_id", allow_null=True)
    route = Word(among=EndRoute.values, allow_null=True)
    reason = Text()
    value_cents = Cents()
    regret_cents = Cents()
    explanation = Document()


class Plans(Resource):
    """The plans of the key's party; POST asks for one of all that waits: 202 and a job."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.PLAN)}
    answers = {"GET": PlanShape, "POST": JobShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}

    def get(self, request: Request) -> Response:
        return self.page(plan.listing, keeper=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        asked = plans.request(by=self.party, at=self.at)
        return self.one(asked, location=address("jobs", asked.pk))


class Plan(Resource):
    """One plan, with its value beside the linear optimum and beside best-edge-first."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": PlanShape}

    def get(self, request: Request, plan_id: UUID) -> Response:
        return self.one(plan.by_id(plan_id=plan_id))


class Lines(Resource):
    """Where each pack goes, or why it stays."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": LineShape}
    lists = frozenset({"GET"})

    def get(self, request: Request, plan_id: UUID) -> Response:
        return self.page(plan.lines, plan=plan.by_id(plan_id=plan_id))
