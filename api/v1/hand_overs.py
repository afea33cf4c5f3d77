"""Custody on its way: offered by the holder, answered by the other side; and sight granted."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.batteries import OfBattery
from api.v1.events import CONCERNED, HANDS
from passport.actions import custody as custodies
from passport.actions.custody import Answer
from passport.queries import custody, party
from passport.rules.custody import HandOverState
from passport.rules.errors import NotFound, Refusal


class UnknownParty(Refusal):
    """Nobody has the short name that the document gives."""

    code = "unknown-party"
    title = "The other side is not known"


class Towards(StrictShape):
    catalogue = "hand-over"

    to = Text(longest=60)


class HandOverShape(StrictShape):
    catalogue = "hand-over"

    id = Identifier()
    battery = Identifier(source="battery_id")
    giver = Text(source="from_party.slug")
    to = Text(source="to_party.slug")
    state = Word(among=tuple(HandOverState))
    offered_at = Moment()
    answered_at = Moment(allow_null=True)


class AnswerShape(StrictShape):
    catalogue = "hand-over.answer"

    hand_over = Identifier()
    answer = Word(among=tuple(Answer))


class NewAnswers(StrictShape):
    catalogue = "hand-over.answers"

    answers = AnswerShape(many=True, max_length=1000)  # type: ignore[call-arg]


class AnsweredShape(StrictShape):
    catalogue = "hand-over.answer"

    hand_over = Identifier(source="hand_over_id")
    state = Word(among=tuple(HandOverState), allow_null=True)
    code = Text(allow_null=True)
    detail = Text(allow_null=True)
    remedy = Text(allow_null=True)


class CustodyShape(StrictShape):
    catalogue = "custody"

    battery = Identifier(source="battery_id")
    holder = Text(source="holder.slug")
    since = Moment()


class GrantShape(StrictShape):
    catalogue = "grant"

    battery = Identifier(source="battery_id")
    to = Text(source="party.slug")
    since = Moment()


class OfferedHandOvers(OfBattery):
    """The hand-overs of a battery that the key's party has a part in; POST offers it."""

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": Towards}
    answers = {"GET": HandOverShape, "POST": HandOverShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.all(custody.of_battery(battery=self.battery))

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        to_id = receiver(self.payload()["to"])
        made = custodies.hand_over(battery_id=battery_id, to_id=to_id, by=self.party, at=self.at)
        return self.one(made, location=address("hand-overs", made.pk))


class Grants(OfBattery):
    """Lets an auditor or a workshop see a whole unit."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": Towards}
    answers = {"POST": GrantShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        to_id = receiver(self.payload()["to"])
        made = custodies.grant(battery_id=battery_id, to_id=to_id, by=self.party, at=self.at)
        return self.one(made)


class HandOvers(Resource):
    """The open hand-overs that wait for the key's party."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": HandOverShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.all(custody.offers_to(party=self.party))


class Answers(Resource):
    """Answers many hand-overs, each by itself, and tells what became of each, in the order sent.

    What is refused has no state, and says why; it stops none of the others.
    """

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewAnswers}
    answers = {"POST": AnsweredShape}
    wholes = frozenset({"POST"})

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = [(each["hand_over"], Answer(each["answer"])) for each in self.payload()["answers"]]
        return self.all(custodies.answer_each(answers=told, by=self.party, at=self.at))


class HandOver(Resource):
    """One hand-over, for its two sides."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": HandOverShape}

    def get(self, request: Request, hand_over_id: UUID) -> Response:
        return self.one(custody.offer(hand_over_id=hand_over_id))


class Acceptance(Resource):
    """Takes custody of what was offered."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    answers = {"POST": CustodyShape}

    @repeatable(required=False)
    def post(self, request: Request, hand_over_id: UUID) -> Response:
        return self.one(custodies.accept(hand_over_id=hand_over_id, by=self.party, at=self.at))


class RefusalOfIt(Resource):
    """Leaves the battery with its holder."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    answers = {"POST": HandOverShape}

    @repeatable(required=False)
    def post(self, request: Request, hand_over_id: UUID) -> Response:
        return self.one(custodies.refuse(hand_over_id=hand_over_id, by=self.party, at=self.at))


class Withdrawal(Resource):
    """Takes an offer back before it is answered."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    answers = {"POST": HandOverShape}

    @repeatable(required=False)
    def post(self, request: Request, hand_over_id: UUID) -> Response:
        return self.one(custodies.withdraw(hand_over_id=hand_over_id, by=self.party, at=self.at))


def receiver(slug: str) -> UUID:
    """The other side by its short name. Refuses UnknownParty."""
    try:
        return party.find(slug=slug).pk
    except NotFound as absent:
        raise UnknownParty(absent.detail, pointer="/to", remedy=absent.remedy) from absent
