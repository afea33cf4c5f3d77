"""What second-life operators and recyclers take, on which terms, and how many."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import (
    Cents,
    Count,
    Day,
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
from passport.models.party import Role
from recycling.actions import programme as programmes
from recycling.queries import programme
from recycling.rules.feasibility import Kind
from recycling.rules.grading import TransportCase
from recycling.rules.lanes import MATERIALS, PROCESSES, USUAL_CASES, Lane
from recycling.rules.market import Route
from recycling.rules.programme import Asked


def _case() -> Word:
    return Word(among=tuple(TransportCase))


TAKERS = (Role.KEEPER, Role.WORKSHOP, Role.MAKER, Role.RECYCLER)


class LaneShape(StrictShape):
    catalogue = "lane"

    country = Text(longest=2)
    cents_per_tonne_km = Cents(required=False, allow_null=True)
    flat_cents = Cents(required=False, allow_null=True)
    cases = Several(of=_case, most=len(TransportCase), required=False)


class RecoveryShape(StrictShape):
    catalogue = "recovery"

    material = Word(among=MATERIALS)
    share = Quantity(places=4)


class RecoveryKept(StrictShape):
    catalogue = "recovery"

    material = Text()
    share = Text()


class NewProgramme(StrictShape):
    catalogue = "programme"

    name = Text(longest=120)
    kind = Word(among=tuple(Kind))
    route = Word(among=tuple(Route))
    chemistries = Several(of=Text, most=50)
    models = Several(of=Text, most=200, required=False)
    soh_min = Quantity(places=3, required=False)
    soh_max = Quantity(places=3, required=False)
    resistance_max = Quantity(places=2, required=False, allow_null=True)
    contract_years = Quantity(places=1, required=False)
    accepts_damaged = Flag(required=False)
    price_cents_per_kwh = Cents(required=False)
    fee_cents_per_kg = Cents(required=False, allow_null=True)
    capacity_packs = Count(most=10_000_000)
    latitude = Quantity(places=5, required=False, allow_null=True)
    longitude = Quantity(places=5, required=False, allow_null=True)
    max_distance_km = Count(most=40_000, required=False, allow_null=True)
    opens_on = Day()
    closes_on = Day(required=False, allow_null=True)
    use = Text(longest=30, required=False, empty=True)
    weekly_capacity_packs = Count(most=10_000_000, required=False, allow_null=True)
    lot_minimum_packs = Count(most=10_000_000, required=False, allow_null=True)
    lot_maximum_packs = Count(most=10_000_000, required=False, allow_null=True)
    band_width = Quantity(places=3, required=False, allow_null=True)
    process = Word(among=("", *PROCESSES), required=False)
    recovery = RecoveryShape(many=True, required=False, max_length=len(MATERIALS))  # type: ignore[call-arg]
    permit_waste_codes = Several(of=Text, most=50, required=False)
    permit_countries = Several(of=Text, most=60, required=False)
    lanes = LaneShape(many=True, required=False, max_length=60)  # type: ignore[call-arg]


class ProgrammeShape(NewProgramme):
    id = Identifier()
    party = Text(source="party.slug")
    models = Several(of=Text, source="model_codes")
    recovery = RecoveryKept(many=True)  # type: ignore[assignment]
    published_at = Moment()


class ProgrammeChange(StrictShape):
    catalogue = "programme"

    capacity_packs = Count(most=10_000_000, required=False)
    closes_on = Day(required=False)


class Programmes(Resource):
    """The programmes of all parties that are open today; POST publishes one of one's own."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*TAKERS, scope=Scope.PLAN)}
    accepts = {"POST": NewProgramme}
    answers = {"GET": ProgrammeShape, "POST": ProgrammeShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(programme.listing, on=self.at.date())

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = programmes.publish(asked=_asked(self.payload()), by=self.party, at=self.at)
        return self.one(made, location=address("programmes", made.pk))


class Programme(Resource):
    """One programme; PATCH changes its places or its end."""

    needs = {"GET": needs(scope=Scope.READ), "PATCH": needs(*TAKERS, scope=Scope.PLAN)}
    accepts = {"PATCH": ProgrammeChange}
    answers = {"GET": ProgrammeShape, "PATCH": ProgrammeShape}

    def get(self, request: Request, programme_id: UUID) -> Response:
        return self.one(programme.by_id(programme_id=programme_id))

    def patch(self, request: Request, programme_id: UUID) -> Response:
        changed = programmes.change(**self.payload(), programme_id=programme_id, by=self.party)
        return self.one(changed)


def _asked(values: dict[str, Any]) -> Asked:
    values["kind"], values["route"] = Kind(values["kind"]), Route(values["route"])
    for name in ("chemistries", "models", "permit_waste_codes", "permit_countries"):
        values[name] = tuple(values.get(name, ()))
    values["recovery"] = {each["material"]: each["share"] for each in values.get("recovery", ())}
    values["lanes"] = tuple(_lane(each) for each in values.get("lanes", ()))
    return Asked(**values)


def _lane(values: dict[str, Any]) -> Lane:
    cases = values.pop("cases", USUAL_CASES)
    return Lane(**values, cases=tuple(TransportCase(case) for case in cases))
