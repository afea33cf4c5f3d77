"""What happened to a battery: read in order, and told by those who saw it."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.attempts import attempted
from api.http.fields import Digest, Document, Flag, Identifier, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from api.v1.batteries import OfBattery
from passport.actions import correction
from passport.models.party import Role
from passport.proof import canonical
from passport.queries import event
from passport.rules.correction import Reason
from passport.rules.lifecycle import EventKind

# Whose hands a battery passes through; and who is let in to look. An authority has the bundle.
HANDS = (Role.MAKER, Role.KEEPER, Role.WORKSHOP, Role.RECYCLER)
CONCERNED = (*HANDS, Role.AUDITOR)
# The others are recorded by what makes them happen: intake, hand-over, reading, retirement, plan.
TOLD = (EventKind.COMMISSIONED, EventKind.INCIDENT, EventKind.REPAIRED)


class FactsOf(Document):
    """The facts inside an event's stored bytes; none when these were erased or are withheld."""

    def to_representation(self, value: Any) -> Any:
        shown = b"" if getattr(value, "withheld", False) else bytes(value.body)
        body = canonical.loads(shown) if shown else {}
        return body.get("facts", {}) if isinstance(body, dict) else {}


class NewEvent(StrictShape):
    catalogue = "event"

    event_id = Identifier()
    kind = Word(among=TOLD)
    happened_at = Moment()
    facts = Document(required=False)
    corrects = Identifier(required=False, allow_null=True)


class EventShape(StrictShape):
    catalogue = "event"

    id = Identifier()
    event_id = Identifier()
    kind = Word(among=tuple(EventKind))
    battery = Identifier(source="battery_id", allow_null=True)
    recorder = Text(source="recorder.slug")
    happened_at = Moment()
    recorded_at = Moment()
    facts = FactsOf(source="*")
    withheld = Flag(required=False)
    digest = Digest(source="body_sha256")
    erased_at = Moment(allow_null=True)
    erased_because = Text(allow_null=True)
    corrected_by = Identifier(source="corrected.declaration_id", allow_null=True)
    corrected_at = Moment(source="corrected.declared_at", allow_null=True)
    corrected_because = Word(source="corrected.reason", among=tuple(Reason), allow_null=True)
    corrects = Identifier(allow_null=True)
    correctives = Several(of=Identifier, required=False)


class TakenEvent(EventShape):
    receipt = Document(required=False)
    proof = Text(required=False)
    entry = Text(required=False)


class Events(Waiting, OfBattery):
    """The events of a battery in the order they were recorded; `withheld` is without its facts,
    which the law does not give the reader.

    `corrected_by` names the event that declares this one wrong: nothing is built on it any more.
    `corrects` names the event that this one declares wrong, or stands in the place of; sent with a
    new event, it does both at once.

    `event_id` is the client's own UUID; the same event again changes nothing. What is recorded is
    answered with a signed receipt, and to who sends `Prefer: wait=N` with the proof, in time.
    """

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewEvent}
    answers = {"GET": EventShape, "POST": TakenEvent}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.page(event.told, battery=self.battery, by=self.party)

    @attempted
    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        told = {"facts": {}} | self.payload()
        told["kind"] = EventKind(told["kind"])
        made = correction.record(**told, battery_id=battery_id, by=self.party, at=self.at)
        return self.taken(
            made,
            digest=bytes(made.body_sha256),
            kind="event",
            location=address("batteries", battery_id, "events"),
        )
