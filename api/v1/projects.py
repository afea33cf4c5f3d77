"""Projects that claim a credit: their terms, who reads them, what is paid for ten years."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Identifier, Moment, Quantity, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import sourcing_project
from passport.models.party import Role
from passport.queries import party, sourcing_rules, sourcing_sheet
from passport.queries import sourcing_project as projects
from passport.queries.sourcing_sheet import Ledger
from passport.rules.sourcing_case import Credit, Election, Method
from passport.rules.sourcing_case import Project as Terms
from passport.rules.sourcing_entry import BEGUN
from passport.rules.sourcing_recapture import Weight


class NewProject(StrictShape):
    catalogue = "project"

    name = Text(longest=120)
    taxpayer = Text(longest=64)
    taxpayer_tax_id = Text(longest=40, required=False, empty=True)
    site = Text(longest=255, required=False, empty=True)
    credit = Word(among=tuple(Credit))
    method = Word(among=tuple(Method))
    begins_on = Day(required=False, allow_null=True)
    begins_by = Word(among=("", *BEGUN), required=False)
    placed_on = Day(required=False, allow_null=True)
    nameplate_kwh = Quantity(places=3)
    nameplate_kw = Quantity(places=3)
    tax_year_starts = Text(longest=5, required=False)
    sold_on = Day(required=False, allow_null=True)
    component = Text(longest=60, required=False, empty=True)
    elections = Several(of=lambda: Word(among=tuple(Election)), most=len(Election), required=False)
    rule_set = Text(longest=60, required=False)


class ProjectShape(StrictShape):
    catalogue = "project"

    id = Identifier(source="project.id")
    owner = Text(source="project.owner.slug")
    name = Text(source="project.name")
    version = Count(source="terms.number")
    taxpayer = Text(source="terms.taxpayer")
    taxpayer_tax_id = Text(source="terms.taxpayer_tax_id", empty=True)
    site = Text(source="terms.site", empty=True)
    credit = Text(source="terms.credit")
    method = Text(source="terms.method")
    begins_on = Day(source="terms.begins_on", allow_null=True)
    begins_by = Text(source="terms.begins_by", empty=True)
    placed_on = Day(source="terms.placed_on", allow_null=True)
    nameplate_kwh = Quantity(source="terms.nameplate_kwh")
    nameplate_kw = Quantity(source="terms.nameplate_kw")
    tax_year_starts = Text(source="terms.tax_year_starts")
    sold_on = Day(source="terms.sold_on", allow_null=True)
    component = Text(source="terms.component", empty=True)
    elections = Several(of=Text, source="terms.elections")
    rule_set = Text(source="terms.rule_set")
    opened_at = Moment(source="project.opened_at")
    recorded_at = Moment(source="terms.recorded_at")


class NewShare(StrictShape):
    catalogue = "project.share"

    party = Text(longest=60)


class ShareShape(StrictShape):
    catalogue = "project.share"

    id = Identifier()
    party = Text(source="party.slug")
    since = Moment()


class PaymentAlert(StrictShape):
    catalogue = "project.payment"

    weight = Word(among=tuple(Weight))
    contract = Text()
    counterparty = Text()
    paid_on = Day(allow_null=True)
    amount = Quantity(allow_null=True)
    currency = Text(empty=True)
    says = Text()
    clause = Text()


class PaymentsShape(StrictShape):
    catalogue = "project.payment"

    since = Day(allow_null=True)
    until = Day(allow_null=True)
    alerts = PaymentAlert(many=True)


class Projects(Resource):
    """The projects that the key's party owns or is shown; POST opens one of its own."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.RECORD)}
    accepts = {"POST": NewProject}
    answers = {"GET": ProjectShape, "POST": ProjectShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(projects.listing)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        made = sourcing_project.open_project(
            terms=_terms(told), rule_set=_rule_set(told), by=self.party, at=self.at
        )
        return self.one(projects.one(project_id=made.pk), location=address("projects", made.pk))


class Project(Resource):
    """One project under its latest terms; POST to /terms gives it the next ones."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ProjectShape}

    def get(self, request: Request, project_id: UUID) -> Response:
        return self.one(projects.one(project_id=project_id))


class ProjectTerms(Resource):
    """Give a project its next terms; the former ones stay. The same terms change nothing."""

    needs = {"POST": needs(Role.KEEPER, scope=Scope.RECORD)}
    accepts = {"POST": NewProject}
    answers = {"POST": ProjectShape}

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        told = self.payload()
        sourcing_project.change_terms(
            project_id=project_id, terms=_terms(told), rule_set=_rule_set(told), by=self.party,
            at=self.at,
        )  # fmt: skip
        return self.one(projects.one(project_id=project_id))


class ProjectShares(Resource):
    """To whom a project is shown; POST shows it to another party."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.KEEPER, scope=Scope.RECORD)}
    accepts = {"POST": NewShare}
    answers = {"GET": ShareShape, "POST": ShareShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, project_id: UUID) -> Response:
        return self.all(projects.shares(project=projects.by_id(project_id=project_id)))

    @repeatable(required=False)
    def post(self, request: Request, project_id: UUID) -> Response:
        reader = party.find(slug=self.payload()["party"])
        return self.one(
            sourcing_project.share(project_id=project_id, reader=reader, by=self.party, at=self.at)
        )


class ProjectPayments(Resource):
    """Payments in the ten years after service that cost the credit, or may (26 USC 50(a)(4))."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": PaymentsShape}

    def get(self, request: Request, project_id: UUID) -> Response:
        ledger: Ledger = sourcing_sheet.ledger_of(project_id=project_id, as_of=self.at.date())
        years = ledger.years
        return self.one(
            {
                "since": years.since if years else None,
                "until": years.until if years else None,
                "alerts": ledger.alerts,
            }
        )


def _rule_set(told: dict[str, Any]) -> str:
    return str(told.get("rule_set") or sourcing_rules.newest().id)


def _terms(told: dict[str, Any]) -> Terms:
    return Terms(
        id="",
        name=told["name"],
        owner=told["taxpayer"],
        owner_tax_id=told.get("taxpayer_tax_id", ""),
        site=told.get("site", ""),
        credit=Credit(told["credit"]),
        method=Method(told["method"]),
        begins_on=told.get("begins_on"),
        begins_by=told.get("begins_by", ""),
        placed_on=told.get("placed_on"),
        nameplate_kwh=told["nameplate_kwh"],
        nameplate_kw=told["nameplate_kw"],
        tax_year_starts=told.get("tax_year_starts", "01-01"),
        sold_on=told.get("sold_on"),
        component=told.get("component", ""),
        elections=tuple(told.get("elections", ())),
    )
