"""What batteries are made of and built into, now and before; the holder puts in and takes out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Document, Flag, Identifier, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from api.v1.batteries import Disclosed, OfBattery
from api.v1.events import HANDS
from passport.actions import assembly as assemblies
from passport.actions.assembly import Put
from passport.queries import assembly, genealogy
from passport.rules.assembly import MOST_AT_ONCE
from passport.rules.errors import Malformed
from passport.rules.lifecycle import EventKind


class PutShape(StrictShape):
    catalogue = "assembly.act"

    child = Identifier(source="child_id")
    position = Text(longest=60, empty=True, required=False)


class NewAssembly(StrictShape):
    catalogue = "assembly.act"

    put = PutShape(many=True, max_length=MOST_AT_ONCE, required=False)  # type: ignore[call-arg]
    take = Several(of=Identifier, most=MOST_AT_ONCE, required=False)
    gather = Flag(required=False)


class AssemblyAct(StrictShape):
    catalogue = "assembly.act"

    id = Identifier()
    event_id = Identifier()
    kind = Word(among=(EventKind.ASSEMBLED, EventKind.DISASSEMBLED, EventKind.REPLACED))
    members = Several(of=Identifier)
    happened_at = Moment()
    digest = Digest(source="body_sha256")
    receipt = Document(required=False)
    proof = Text(required=False)
    entry = Text(required=False)


class PlacementShape(StrictShape):
    catalogue = "placement"

    id = Identifier()
    battery = Identifier(source="battery_id")
    identity = Text(allow_null=True)
    level = Word(allow_null=True)
    where = Word(among=("AROUND", "INSIDE"))
    parent = Identifier(source="parent_id")  # type: ignore[assignment]
    position = Text(empty=True)
    depth = Count()
    since = Moment()
    until = Moment(allow_null=True)


class PlaceShape(StrictShape):
    catalogue = "placement"

    id = Identifier()
    battery = Identifier(source="child_id")
    parent = Identifier(source="parent_id")  # type: ignore[assignment]
    position = Text(empty=True)
    since = Moment()
    until = Moment(allow_null=True)


class NotAMoment(Malformed):
    """The moment asked about cannot be read."""

    code = "not-a-moment"
    title = "This is not a moment"


class Assemblies(Waiting, Disclosed, OfBattery):
    """Everything inside a battery and around it, at any depth: now, or `?at=` a moment before.

    POST puts batteries in and takes others out, in one act of the holder's that is one event. With
    `gather` what goes in may stand in another battery of the holder's, and leaves it.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewAssembly}
    answers = {"GET": PlacementShape, "POST": AssemblyAct}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, battery_id: UUID) -> Response:
        self.outer = self.battery
        return self.page(genealogy.placements, battery=self.outer, at=_moment(request))

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        told = self.payload()
        self.outer = self.battery
        made = assemblies.change(
            parent_id=battery_id,
            put=[Put(**each) for each in told.get("put", ())],
            take=told.get("take", ()),
            gather=told.get("gather", False),
            by=self.party,
            at=self.at,
        )
        return self.taken(
            made,
            digest=bytes(made.body_sha256),
            kind="event",
            location=address("batteries", battery_id, "assembly"),
        )

    def _write(self, record: Any) -> dict[str, Any]:
        # What the holder has just done is told to the holder.
        if self._method == "POST":
            return dict(AssemblyAct(record).data)
        return super()._write(record)

    def _battery_of(self, record: Any) -> Any:
        return self.outer


class Places(Disclosed, OfBattery):
    """Where a battery stood and what stood in it, each with the span of time, oldest first."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": PlaceShape}
    lists = frozenset({"GET"})

    def get(self, request: Request, battery_id: UUID) -> Response:
        self.outer = self.battery
        return self.page(assembly.history, battery=self.outer)

    def _battery_of(self, record: Any) -> Any:
        return self.outer


def _moment(request: Request) -> datetime | None:
    text = request.GET.get("at")
    if text is None:
        return None
    try:
        # The sign of an offset that nobody escaped has become a space on its way.
        return Moment().read(text.replace(" ", "+"))
    except ValidationError as error:
        raise NotAMoment(
            "`at` is not a moment with its offset from UTC",
            pointer="?at",
            remedy="write it as in 2026-03-02T10:00:00Z, or leave it out for now",
        ) from error
