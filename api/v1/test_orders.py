"""Tests of batteries for another use: ordered by the holder, booked and recorded by the tester."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Day, Document, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.events import HANDS
from recycling.actions import testing
from recycling.models.test_order import TestState, TestVerdict
from recycling.queries import testing as tests


class NewTest(StrictShape):
    catalogue = "test"

    battery = Identifier(source="battery_id")
    tester = Identifier(source="tester_id")


class TestBooking(StrictShape):
    catalogue = "test"

    booked_on = Day()


class TestResult(StrictShape):
    catalogue = "test"

    event_id = Identifier()
    facility = Text(longest=120)
    country = Text(longest=2)
    certificate = Text(longest=80)
    items = Document()
    answers = Document(required=False)
    tested_at = Moment(required=False)


class TestShape(StrictShape):
    catalogue = "test"

    id = Identifier()
    battery = Identifier(source="battery_id")
    ordered_by = Text(source="ordered_by.slug")
    tester = Text(source="tester.slug")
    state = Word(among=TestState.values)
    ordered_at = Moment()
    booked_on = Day(allow_null=True)
    facility = Text(empty=True)
    country = Text(empty=True)
    certificate = Text(empty=True)
    items = Document()
    answers = Document()
    verdict = Word(among=("", *TestVerdict.values))
    reading = Identifier(source="reading_id", allow_null=True)
    settled_at = Moment(allow_null=True)


class TestOrders(Resource):
    """The tests that the key's party ordered or was given; POST orders one."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewTest}
    answers = {"GET": TestShape, "POST": TestShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(tests.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = testing.order(**self.payload(), by=self.party, at=self.at)
        return self.one(made, location=address("test-orders", made.pk))


class TestOrder(Resource):
    """One test of a battery that concerns the key's party."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": TestShape}

    def get(self, request: Request, order_id: UUID) -> Response:
        return self.one(tests.by_id(order_id=order_id))


class Booking(Resource):
    """The tester names the day."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": TestBooking}
    answers = {"POST": TestShape}

    @repeatable(required=False)
    def post(self, request: Request, order_id: UUID) -> Response:
        day = self.payload()["booked_on"]
        return self.one(testing.book(order_id=order_id, booked_on=day, by=self.party, at=self.at))


class Result(Resource):
    """The tester records all seven items; what was measured becomes a reading.

    `items` has inspection, bms, history, voltage, capacity, resistance, self_discharge: each with
    `passed`, a `note`, and what it measures; `answers` those questions of the inspection at
    retirement that the test has answered anew.
    """

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": TestResult}
    answers = {"POST": TestShape}

    @repeatable(required=False)
    def post(self, request: Request, order_id: UUID) -> Response:
        told = self.payload()
        event_id, result = told.pop("event_id"), testing.Result(**told)
        made = testing.record(
            order_id=order_id, result=result, by=self.party, at=self.at, event_id=event_id
        )
        return self.one(made)


class Cancellation(Resource):
    """Either side calls a test off that was not recorded."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    answers = {"POST": TestShape}

    @repeatable(required=False)
    def post(self, request: Request, order_id: UUID) -> Response:
        return self.one(testing.cancel(order_id=order_id, by=self.party, at=self.at))
