"""Plans: the best assignment of what a keeper retired, with an explanation a pack."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import (
    Cents,
    Count,
    Day,
    Digest,
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
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.jobs import JobShape
from passport.models.party import Role
from recycling.actions import plan as plans
from recycling.actions import what_if
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
    base = Identifier(source="base_id", allow_null=True)
    change = Document()


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
    place_cents = Cents(source="price_cents")
    indicative = Flag()
    goes_by = Day(allow_null=True)
    explanation = Document()


class Supposed(StrictShape):
    catalogue = "what-if"

    price_percent = Cents(required=False)
    programme = Identifier(required=False, allow_null=True)
    closed = Several(of=Identifier, most=1000, required=False)


class MoveShape(StrictShape):
    catalogue = "plan-difference"

    was = Text(allow_null=True)
    now = Text(allow_null=True)
    packs = Count()
    value_cents = Cents()


class DifferenceShape(StrictShape):
    catalogue = "plan-difference"

    value_cents = Cents()
    moved = Count()
    moves = MoveShape(many=True)


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


class WhatIf(Resource):
    """Asks what the plan would have been: prices of second lives some percent higher (of one
    programme where it is named), or programmes closed. It binds nobody: 202 and a job.
    """

    needs = {"POST": needs(Role.KEEPER, scope=Scope.PLAN)}
    accepts = {"POST": Supposed}
    answers = {"POST": JobShape}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request, plan_id: UUID) -> Response:
        asked = self.payload()
        job = what_if.request(
            plan_id=plan_id,
            price_percent=asked.get("price_percent", 0),
            programme=str(asked.get("programme") or ""),
            closed=[str(each) for each in asked.get("closed", ())],
            by=self.party,
            at=self.at,
        )
        return self.one(job, location=address("jobs", job.pk))


class Difference(Resource):
    """Which packs a plan that binds nobody would send elsewhere, and what that is worth."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": DifferenceShape}

    def get(self, request: Request, plan_id: UUID) -> Response:
        return self.one(plan.difference(plan=plan.by_id(plan_id=plan_id)))
