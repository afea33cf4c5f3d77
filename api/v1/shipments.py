"""Batteries on their way together: offered as one, and answered as one, with exceptions."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Identifier, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.events import HANDS
from api.v1.hand_overs import receiver
from passport.actions import shipment as shipments
from passport.actions.shipment import Terms
from passport.models.battery import Level
from passport.queries import shipment
from passport.rules.custody import HandOverState
from passport.rules.dangerous_goods import Statement
from passport.rules.dangerous_goods_table import Condition
from passport.rules.shipment import LONGEST_REASON, MOST, ShipmentState

_KEPT = tuple(state for state in ShipmentState if state is not ShipmentState.DRAFT)


class NewDangerousGoods(StrictShape):
    catalogue = "dangerous-goods"

    un_number = Text(longest=10)
    condition = Word(among=tuple(Condition))
    packing_instruction = Text(longest=10, required=False)
    special_provisions = Several(of=lambda: Text(longest=10), most=10, required=False)
    assessed_by = Text(longest=120, required=False)


class DangerousGoodsShape(StrictShape):
    catalogue = "dangerous-goods"

    un_number = Text(source="unNumber")
    name = Text()
    hazard_class = Text(source="class")
    label = Text()  # type: ignore[assignment]
    condition = Word(among=tuple(Condition))
    packing_instruction = Text(source="packingInstruction", empty=True)
    special_provisions = Several(of=Text, source="specialProvisions")
    assessed_by = Text(source="assessedBy", empty=True)
    table = Text()


class PaperShape(StrictShape):
    catalogue = "shipment.paper"

    model = Text()
    code = Text()
    chemistry = Text()
    level = Word(among=tuple(Level))
    count = Count()
    mass_kg = Text(source="massKg")
    energy_kwh = Text(source="energyKwh")
    waste = Count()


class NewShipment(StrictShape):
    catalogue = "shipment"

    to = Text(longest=60)
    batteries = Several(of=lambda: Text(longest=2000), most=MOST)
    sscc = Text(longest=200, required=False)
    reference = Text(longest=60, required=False)
    carrier = Text(longest=120, required=False)
    vehicle = Text(longest=60, required=False)
    dangerous_goods = NewDangerousGoods(required=False)


class ShipmentShape(StrictShape):
    catalogue = "shipment"

    id = Identifier()
    giver = Text(source="from_party.slug")
    to = Text(source="to_party.slug")
    sscc = Text(empty=True)
    reference = Text(empty=True)
    carrier = Text(empty=True)
    vehicle = Text(empty=True)
    dangerous_goods = DangerousGoodsShape(allow_null=True)
    papers = PaperShape(many=True)
    pieces = Count()
    state = Word(among=_KEPT)
    reason = Text(empty=True)
    offered_at = Moment()
    answered_at = Moment(allow_null=True)


class PieceShape(StrictShape):
    catalogue = "shipment.piece"

    id = Identifier()
    battery = Identifier(source="battery_id")
    identity = Text()
    state = Word(among=tuple(HandOverState))
    reason = Text(empty=True)


class ExceptionShape(StrictShape):
    catalogue = "shipment.exception"

    battery = Identifier()
    reason = Text(longest=LONGEST_REASON)


class Arrived(StrictShape):
    catalogue = "shipment.answer"

    exceptions = ExceptionShape(  # type: ignore[call-arg]
        many=True, required=False, min_length=0, max_length=MOST
    )


class TurnedAway(StrictShape):
    catalogue = "shipment.answer"

    reason = Text(longest=LONGEST_REASON)


class Shipments(Resource):
    """The shipments that the key's party gives or gets; POST offers one.

    `?state=` and `?sscc=` narrow the list. In a new one batteries are ids, codes or serials.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewShipment}
    answers = {"GET": ShipmentShape, "POST": ShipmentShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}
    largest = 4 << 20

    def get(self, request: Request) -> Response:
        return self.page(
            shipment.listing,
            state=request.GET.get("state", "")[:20],
            sscc=request.GET.get("sscc", "")[:20],
        )

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        made = shipments.offer(
            batteries=told["batteries"],
            to_id=receiver(told["to"]),
            terms=Terms(
                **{name: told.get(name, "") for name in ("sscc", "reference", "carrier", "vehicle")}
            ),
            statement=_statement(told.get("dangerous_goods")),
            by=self.party,
            at=self.at,
        )
        return self.one(made, location=address("shipments", made.pk))


class Shipment(Resource):
    """One shipment, for its two sides."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ShipmentShape}

    def get(self, request: Request, shipment_id: UUID) -> Response:
        return self.one(shipment.by_id(shipment_id=shipment_id))


class Pieces(Resource):
    """What is in a shipment, a hand-over each, with what became of it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": PieceShape}
    lists = frozenset({"GET"})

    def get(self, request: Request, shipment_id: UUID) -> Response:
        found = shipment.by_id(shipment_id=shipment_id)
        return self.page(shipment.contents, shipment=found)


class Acceptance(Resource):
    """Takes what has arrived; each exception goes back to the giver with its reason."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": Arrived}
    answers = {"POST": ShipmentShape}
    largest = 4 << 20

    @repeatable(required=False)
    def post(self, request: Request, shipment_id: UUID) -> Response:
        told = self.payload().get("exceptions", ())
        exceptions = [(each["battery"], each["reason"]) for each in told]
        return self.one(
            shipments.accept(
                shipment_id=shipment_id, exceptions=exceptions, by=self.party, at=self.at
            )
        )


class RefusalOfIt(Resource):
    """Leaves all of a shipment with its giver, with a reason."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": TurnedAway}
    answers = {"POST": ShipmentShape}

    @repeatable(required=False)
    def post(self, request: Request, shipment_id: UUID) -> Response:
        told = self.payload()
        return self.one(
            shipments.refuse(shipment_id=shipment_id, **told, by=self.party, at=self.at)
        )


class Withdrawal(Resource):
    """Takes a shipment back before it is answered."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    answers = {"POST": ShipmentShape}

    @repeatable(required=False)
    def post(self, request: Request, shipment_id: UUID) -> Response:
        return self.one(shipments.withdraw(shipment_id=shipment_id, by=self.party, at=self.at))


def _statement(told: dict[str, Any] | None) -> Statement | None:
    if told is None:
        return None
    return Statement(
        un_number=told["un_number"],
        condition=Condition(told["condition"]),
        packing_instruction=told.get("packing_instruction", ""),
        special_provisions=tuple(told.get("special_provisions", ())),
        assessed_by=told.get("assessed_by", ""),
    )
