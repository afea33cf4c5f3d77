"""Sourcing scenarios: their inputs are kept, their results reckoned whenever asked for."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Document, Flag, Identifier, Moment, Several, Text
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.http.wire import Value
from api.v1.sourcing_offers import PLANS, READS
from passport.actions import sourcing_pipeline
from passport.queries import sourcing_rules, sourcing_scenario


class Exact(Value):
    """A fraction as it is, in lowest terms: "17/25"; a whole number without the line."""

    wire = {"type": "string", "pattern": r"^-?[0-9]+(/[0-9]+)?$"}

    def to_representation(self, value: Fraction) -> str:
        return str(value)


class Dollars(Value):
    """An amount of dollars, rounded to cents for reading; nothing is reckoned from it."""

    wire = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$"}

    def to_representation(self, value: Fraction) -> str:
        return str((Decimal(value.numerator) / value.denominator).quantize(
            Decimal("0.01"), ROUND_HALF_EVEN
        ))  # fmt: skip


class NewScenario(StrictShape):
    catalogue = "sourcing.scenario"

    name = Text(longest=120)
    inputs = Document()
    rule_set = Text(longest=60, required=False)


class ScenarioShape(StrictShape):
    catalogue = "sourcing.scenario"

    id = Identifier()
    name = Text()
    inputs = Document()
    rule_set = Text()
    as_of = Day()
    saved_at = Moment()


class MixedProjectShape(StrictShape):
    catalogue = "sourcing.outcome"

    project = Text()
    name = Text()
    year = Count()
    asked = Flag()
    ratio = Exact()
    potential = Exact()
    threshold = Exact(allow_null=True)
    supported = Flag()
    domestic = Exact()
    domestic_threshold = Exact(allow_null=True)
    goods = Dollars(source="bill.goods")
    duty = Dollars(source="bill.duty")
    other = Dollars(source="bill.other")
    capex = Dollars(source="bill.capex")
    credit = Dollars()
    adder = Dollars()
    at_stake = Dollars()
    net = Dollars()


class MixTotalShape(StrictShape):
    catalogue = "sourcing.total"

    mix = Text()
    capex = Dollars()
    duty = Dollars()
    credit = Dollars()
    lost = Dollars()
    net = Dollars()
    outcomes = MixedProjectShape(many=True)


class SwingShape(StrictShape):
    catalogue = "sourcing.swing"

    driver = Text()
    low = Dollars()
    high = Dollars()
    turns = Flag()


class BreakEvenShape(StrictShape):
    catalogue = "sourcing.break-even"

    at = Exact(allow_null=True)
    why = Text()


class ReckonedShape(StrictShape):
    catalogue = "sourcing.reckoned"

    rule_set = Text()
    as_of = Day()
    totals = MixTotalShape(many=True)
    bars = SwingShape(many=True)
    premium = BreakEvenShape()
    tariff = BreakEvenShape()
    unverified = Several(of=Text)
    no_duty = Several(of=Text)


class NewSupposition(StrictShape):
    catalogue = "sourcing.supposition"

    maker = Text(longest=64)
    list = Text(longest=40, source="list_id")
    on = Day()


class FallShape(StrictShape):
    catalogue = "sourcing.fall"

    mix = Text(source="before.mix")
    project = Text(source="before.project")
    name = Text(source="before.name")
    year = Count(source="before.year")
    ratio_before = Exact(source="before.ratio")
    ratio_after = Exact(source="after.ratio")
    threshold = Exact(source="before.threshold", allow_null=True)
    falls = Flag()
    dearer = Dollars()


class Scenarios(Resource):
    """The scenarios that the key's party has saved, newest first; POST saves one.

    `inputs` names recipes (an offer for each category), mixes (percent of each recipe), and how it
    is reckoned; without `pipeline` it takes all that is planned now. Without `rule_set` it is the
    newest.
    """

    needs = {"GET": READS, "POST": PLANS}
    accepts = {"POST": NewScenario}
    answers = {"GET": ScenarioShape, "POST": ScenarioShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(sourcing_scenario.listing, owner=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent: dict[str, Any] = {"rule_set": sourcing_rules.newest().id, **self.payload()}
        made = sourcing_pipeline.save_scenario(
            **sent, as_of=self.at.date(), by=self.party, at=self.at
        )
        return self.one(made, location=address("sourcing", "scenarios", made.pk))


class Scenario(Resource):
    """One scenario as it was saved."""

    needs = {"GET": READS}
    answers = {"GET": ScenarioShape}

    def get(self, request: Request, scenario_id: UUID) -> Response:
        return self.one(sourcing_scenario.by_id(scenario_id=scenario_id, owner=self.party))


class ScenarioResult(Resource):
    """What a saved scenario comes to, by its rule set and the register as of its day."""

    needs = {"GET": READS}
    answers = {"GET": ReckonedShape}

    def get(self, request: Request, scenario_id: UUID) -> Response:
        kept = sourcing_scenario.by_id(scenario_id=scenario_id, owner=self.party)
        return self.one(sourcing_scenario.of_saved(kept))


class ScenarioWhatIf(Resource):
    """POST supposes that a maker comes on a list on a day: who falls, and what it costs."""

    needs = {"POST": PLANS}
    accepts = {"POST": NewSupposition}
    answers = {"POST": FallShape}
    wholes = frozenset({"POST"})

    @repeatable(required=False)
    def post(self, request: Request, scenario_id: UUID) -> Response:
        kept = sourcing_scenario.by_id(scenario_id=scenario_id, owner=self.party)
        return self.all(sourcing_scenario.suppose_saved(kept, **self.payload()).changes)
