"""What was recorded wrong is declared wrong, by whoever recorded it."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Several, Word
from api.http.permissions import Scope, needs
from api.http.resource import address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from api.v1.events import HANDS, TakenEvent
from passport.actions import correction
from passport.rules.correction import Reason


class NewCorrection(StrictShape):
    catalogue = "correction"

    declaration_id = Identifier()
    reason = Word(among=tuple(Reason))
    correctives = Several(of=Identifier, most=100, required=False)


class Corrections(Waiting):
    """Declare an event wrong, once, in a new event; its recorder does, whoever holds the battery.

    `event_id` is the event's id here or its recorder's own, and so are `correctives`, the events
    that stand in its place; what did not occur has none. The wrong event stays in the history, and
    readings of it no longer count. `declaration_id` is the client's own UUID; the same declaration
    again changes nothing.
    """

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewCorrection}
    answers = {"POST": TakenEvent}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID, event_id: UUID) -> Response:
        told = {"correctives": ()} | self.payload()
        told["reason"] = Reason(told["reason"])
        made = correction.declare(
            **told, battery_id=battery_id, event_id=event_id, by=self.party, at=self.at
        )
        return self.taken(
            made,
            digest=bytes(made.body_sha256),
            kind="event",
            location=address("batteries", battery_id, "events"),
        )
