"""Lists of specified entities as they were retrieved, and who of the register is like them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Digest, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import sourcing_list
from passport.models.party import Role
from passport.queries import sourcing_list as lists
from passport.rules.errors import Malformed
from passport.rules.sourcing_register import Decision

MOST_BYTES = 8_000_000
ONLY_KEEPERS = needs(Role.KEEPER, scope=Scope.RECORD)


class NewSourcingList(StrictShape):
    catalogue = "sourcing-list"

    list_id = Text(longest=40)
    content = Text(longest=MOST_BYTES)
    retrieved_on = Day()
    source = Text(longest=300, empty=True, required=False)  # type: ignore[assignment]


class SourcingListShape(StrictShape):
    catalogue = "sourcing-list"

    id = Identifier()
    list_id = Text()
    sha256 = Digest()
    entries = Count()
    retrieved_on = Day()
    source = Text(empty=True)  # type: ignore[assignment]
    recorded_by = Text()
    recorded_at = Moment()


class SourcingMatchShape(StrictShape):
    catalogue = "sourcing-match"

    id = Identifier(source="match.id")
    key = Text(source="match.entity")
    own_name = Text(source="match.own_name")
    listed_name = Text(source="match.listed_name")
    list_id = Text(source="match.snapshot.list_id")
    sha256 = Digest(source="match.snapshot.sha256")
    score = Quantity(source="match.score")
    since = Day(source="match.since")
    until = Day(allow_null=True)
    decision = Word(among=[str(each) for each in Decision])
    reason = Text(empty=True)
    reviewer = Text(empty=True)


class NewMatchDecision(StrictShape):
    catalogue = "sourcing-match"

    decision = Word(among=[str(each) for each in Decision])
    reason = Text(longest=600)


class MatchDecisionShape(NewMatchDecision):
    catalogue = "sourcing-match"

    key = Text(source="entity")
    listed_name = Text()
    list_id = Text()
    reviewer = Text()


class SourcingLists(Resource):
    """The copies of lists that the key's party holds, the newest first.

    A POST takes one in, `content` being CSV or JSON of name, since, until, also, and looks for
    every entity of the register on it. The same bytes again change nothing.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": ONLY_KEEPERS}
    accepts = {"POST": NewSourcingList}
    answers = {"GET": SourcingListShape, "POST": SourcingListShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}
    largest = MOST_BYTES

    def get(self, request: Request) -> Response:
        return self.all(lists.all_snapshots(owner=self.party))

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        made = sourcing_list.take_in(
            content=told.pop("content").encode(),
            who=caller(request),
            by=self.party,
            at=self.at,
            **told,
        )
        return self.one(made, location=address("sourcing-lists"))


class SourcingMatches(Resource):
    """Who of the register is on the newest copies of lists, or like somebody on them."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": SourcingMatchShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.all(lists.matches_at(owner=self.party, as_of=self.at.date()))


class MatchDecisions(Resource):
    """Says whether the two are one, and why; what is dismissed decides nothing, and stays shown."""

    needs = {"POST": ONLY_KEEPERS}
    accepts = {"POST": NewMatchDecision}
    answers = {"POST": MatchDecisionShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, match_id: UUID) -> Response:
        told = self.payload()
        made = sourcing_list.decide(
            match_id=match_id,
            decision=Decision(told["decision"]),
            reason=told["reason"],
            who=caller(request),
            by=self.party,
            at=self.at,
        )
        return self.one(made)


def caller(request: Request) -> str:
    """Who entered it, as the register names a machine."""
    key: Any = request.auth
    return f"API key {key.name}"


def day_of(request: Request, name: str, at: datetime) -> date:
    """A day out of the query, today without one. Refuses Malformed."""
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else at.date()
    except ValueError:
        raise Malformed(
            f"{text[:20]} is no day", pointer=f"?{name}", remedy="write it as 2026-01-31"
        ) from None
