"""Framework agreements, the pipeline of planned projects, and who gets what of which year."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Document, Identifier, Moment, Quantity, Text
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from api.v1.sourcing_offers import PLANS, READS, Ramp
from passport.actions import sourcing_pipeline, sourcing_supply
from passport.queries import sourcing_supply as supply
from passport.rules.sourcing_mix import Planned
from passport.rules.sourcing_offering import read_ramp, read_volumes


class NewAgreement(StrictShape):
    catalogue = "sourcing.agreement"

    offer = Identifier(source="offer_id")
    name = Text(longest=120)
    signed_on = Day()
    volumes = Document()
    ramp = Ramp(required=False)


class AgreementShape(StrictShape):
    catalogue = "sourcing.agreement"

    id = Identifier()
    offer = Identifier(source="offer_id")
    name = Text()
    signed_on = Day()
    ramp = Ramp()
    agreed_at = Moment()
    ended_at = Moment(allow_null=True)


class NewAllocation(StrictShape):
    catalogue = "sourcing.allocation"

    planned = Identifier(source="planned_id")
    year = Count(most=2100)
    quantity = Quantity(places=4)


class AllocationShape(StrictShape):
    catalogue = "sourcing.allocation"

    id = Identifier()
    agreement = Identifier(source="volume.agreement_id")
    planned = Identifier(source="planned_id")
    year = Count(source="volume.year")
    quantity = Quantity()
    allocated_at = Moment()
    released_at = Moment(allow_null=True)


class NewPlanned(StrictShape):
    catalogue = "sourcing.planned"

    name = Text(longest=120)
    project = Identifier(source="project_id", required=False)
    begins_on = Day()
    incurred_on = Day()
    nameplate_kwh = Quantity(places=3)
    nameplate_kw = Quantity(places=3)
    other_cost = Quantity(places=2, required=False)


class PlannedShape(StrictShape):
    catalogue = "sourcing.planned"

    id = Identifier()
    name = Text()
    project = Identifier(source="project_id", allow_null=True)
    begins_on = Day()
    incurred_on = Day()
    nameplate_kwh = Quantity()
    nameplate_kw = Quantity()
    other_cost = Quantity()
    planned_at = Moment()
    ended_at = Moment(allow_null=True)


class FrameworkAgreements(Resource):
    """Agreements that go on, newest first; POST keeps one, with volumes by year and a ramp."""

    needs = {"GET": READS, "POST": PLANS}
    accepts = {"POST": NewAgreement}
    answers = {"GET": AgreementShape, "POST": AgreementShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(supply.agreements, owner=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent = self.payload()
        volumes = read_volumes(sent.pop("volumes"), pointer="/volumes")
        ramp = read_ramp(sent.pop("ramp", []), pointer="/ramp")
        made = sourcing_supply.agree(**sent, volumes=volumes, ramp=ramp, by=self.party, at=self.at)
        return self.one(made)


class FrameworkAgreementEnd(Resource):
    """POST ends an agreement of which no allocation stands."""

    needs = {"POST": PLANS}
    answers = {"POST": AgreementShape}

    @repeatable(required=False)
    def post(self, request: Request, agreement_id: UUID) -> Response:
        return self.one(
            sourcing_supply.end_agreement(agreement_id=agreement_id, by=self.party, at=self.at)
        )


class AgreementAllocations(Resource):
    """POST gives a planned project so much of a year; more than is left is refused."""

    needs = {"POST": PLANS}
    accepts = {"POST": NewAllocation}
    answers = {"POST": AllocationShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, agreement_id: UUID) -> Response:
        sent = self.payload()
        made = sourcing_supply.allocate(
            agreement_id=agreement_id, **sent, by=self.party, at=self.at
        )
        return self.one(made)


class Allocations(Resource):
    """Every allocation that stands, newest first."""

    needs = {"GET": READS}
    answers = {"GET": AllocationShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.page(supply.allocations, owner=self.party)


class AllocationRelease(Resource):
    """POST takes an allocation back; its volume is free again."""

    needs = {"POST": PLANS}
    answers = {"POST": AllocationShape}

    @repeatable(required=False)
    def post(self, request: Request, allocation_id: UUID) -> Response:
        return self.one(
            sourcing_supply.release(allocation_id=allocation_id, by=self.party, at=self.at)
        )


class Pipeline(Resource):
    """The projects that are planned, newest first; POST plans one."""

    needs = {"GET": READS, "POST": PLANS}
    accepts = {"POST": NewPlanned}
    answers = {"GET": PlannedShape, "POST": PlannedShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(supply.pipeline, owner=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent = self.payload()
        made = sourcing_pipeline.plan(
            told=_plan(sent), project_id=sent.get("project_id"), by=self.party, at=self.at
        )
        return self.one(made)


class PlannedEnd(Resource):
    """POST takes a project out of the pipeline."""

    needs = {"POST": PLANS}
    answers = {"POST": PlannedShape}

    @repeatable(required=False)
    def post(self, request: Request, planned_id: UUID) -> Response:
        return self.one(
            sourcing_pipeline.end_plan(planned_id=planned_id, by=self.party, at=self.at)
        )


def _plan(sent: dict[str, Any]) -> Planned:
    return Planned(
        id="", name=sent["name"], begins_on=sent["begins_on"], incurred_on=sent["incurred_on"],
        kwh=sent["nameplate_kwh"], kw=sent["nameplate_kw"],
        other_cost=sent.get("other_cost", Decimal(0)),
    )  # fmt: skip
