"""Holdings, debts, offices, and contracts between entities: told, ended, corrected, withdrawn."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import (
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
from api.v1.sourcing_lists import ONLY_KEEPERS, caller
from passport.actions import sourcing_register
from passport.actions.sourcing_register import Told
from passport.queries import sourcing_register as registers
from passport.rules.sourcing_party import Contract, Measure, Payment
from passport.rules.sourcing_register import ContractKind, Counsel, FactKind

MEASURES = ["", *(str(each) for each in Measure)]
COUNSELS = ["", *(str(each) for each in Counsel)]


class NewSourcingFact(StrictShape):
    catalogue = "sourcing-fact"

    kind = Word(among=[str(each) for each in FactKind])
    holder = Text(longest=64)
    of = Text(longest=64)
    measure = Word(among=MEASURES, required=False)
    percent = Quantity(places=12, required=False, allow_null=True)
    office = Text(longest=80, empty=True, required=False)
    since = Day()
    until = Day(required=False, allow_null=True)
    source = Text(longest=300)  # type: ignore[assignment]


class SourcingFactShape(NewSourcingFact):
    catalogue = "sourcing-fact"

    fact = Identifier()
    number = Count()
    withdrawn = Flag()
    recorded_by = Text()
    recorded_at = Moment()


class FactChange(StrictShape):
    catalogue = "sourcing-fact"

    percent = Quantity(places=12, required=False)
    since = Day(required=False)
    until = Day(required=False, allow_null=True)
    source = Text(longest=300)  # type: ignore[assignment]


class FactWithdrawal(StrictShape):
    catalogue = "sourcing-fact"

    source = Text(longest=300)  # type: ignore[assignment]


class SourcingPayment(StrictShape):
    catalogue = "sourcing-contract"

    paid_on = Day()
    amount = Quantity()
    currency = Text(longest=3)


class NewSourcingContract(StrictShape):
    catalogue = "sourcing-contract"

    key = Text(longest=64)
    payer = Text(longest=64)
    counterparty = Text(longest=64)
    kind = Word(among=[str(each) for each in ContractKind])
    signed_on = Day()
    modified_on = Day(required=False, allow_null=True)
    ended_on = Day(required=False, allow_null=True)
    rights = Several(of=Text, required=False)
    payments = SourcingPayment(many=True, required=False)
    counsel = Word(among=COUNSELS, required=False)
    source = Text(longest=300)  # type: ignore[assignment]


class SourcingContractShape(StrictShape):
    catalogue = "sourcing-contract"

    key = Text(source="id")
    payer = Text()
    counterparty = Text()
    kind = Word(among=[str(each) for each in ContractKind])
    signed_on = Day()
    modified_on = Day(allow_null=True)
    ended_on = Day(allow_null=True)
    rights = Several(of=Text)
    payments = SourcingPayment(many=True)
    counsel = Word(among=COUNSELS)
    source = Text()  # type: ignore[assignment]


class SourcingFacts(Resource):
    """The latest version of every fact of the register that was not withdrawn; a POST tells one."""

    needs = {"GET": needs(scope=Scope.READ), "POST": ONLY_KEEPERS}
    accepts = {"POST": NewSourcingFact}
    answers = {"GET": SourcingFactShape, "POST": SourcingFactShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.all(registers.facts_at(owner=self.party, as_of=self.at.date()))

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        made = sourcing_register.record_fact(
            told=Told(**{**told, "kind": FactKind(told["kind"])}),
            who=caller(request),
            by=self.party,
            at=self.at,
        )
        return self.one(made, location=address("sourcing-facts", made.fact, "change"))


class FactChanges(Resource):
    """Gives a fact its next version: `until` ends it, other members correct it."""

    needs = {"POST": ONLY_KEEPERS}
    accepts = {"POST": FactChange}
    answers = {"POST": SourcingFactShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, fact_id: UUID) -> Response:
        made = sourcing_register.change_fact(
            fact=fact_id, who=caller(request), by=self.party, at=self.at, **self.payload()
        )
        return self.one(made)


class FactWithdrawals(Resource):
    """Says that a fact was never so, and what says that."""

    needs = {"POST": ONLY_KEEPERS}
    accepts = {"POST": FactWithdrawal}
    answers = {"POST": SourcingFactShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, fact_id: UUID) -> Response:
        made = sourcing_register.withdraw_fact(
            fact=fact_id, who=caller(request), by=self.party, at=self.at, **self.payload()
        )
        return self.one(made)


class SourcingContracts(Resource):
    """The latest version of every contract of the register, with what was paid under it.

    A POST enters a contract, or the next version of the one that bears the key.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": ONLY_KEEPERS}
    accepts = {"POST": NewSourcingContract}
    answers = {"GET": SourcingContractShape, "POST": SourcingContractShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        rows = registers.contracts_at(owner=self.party, as_of=self.at.date())
        return self.all(registers.contract_of(each) for each in rows)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told: dict[str, Any] = self.payload()
        told["rights"] = tuple(told.get("rights", ()))
        told["payments"] = tuple(Payment(**each) for each in told.get("payments", ()))
        made = sourcing_register.record_contract(
            contract=Contract(id=told.pop("key"), **told),
            who=caller(request),
            by=self.party,
            at=self.at,
        )
        return self.one(registers.contract_of(made), location=address("sourcing-contracts"))
