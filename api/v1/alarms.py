"""What looks wrong about batteries and names of the key's party, and the party's answer."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Document, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from passport.actions import alarm as alarms
from passport.queries import alarm
from passport.rules.alarm import AlarmKind, AlarmState
from passport.rules.errors import Malformed


class AlarmShape(StrictShape):
    catalogue = "alarm"

    id = Identifier()
    kind = Word(among=[str(each) for each in AlarmKind])
    identity = Text()
    battery = Identifier(source="battery_id", allow_null=True)
    first_seen_at = Moment()
    last_seen_at = Moment()
    count = Count()
    details = Document()
    state = Word(among=[str(each) for each in AlarmState])
    reason = Text(empty=True)
    dismissed_by = Text(empty=True)
    dismissed_at = Moment(allow_null=True)


class NewDismissal(StrictShape):
    catalogue = "alarm"

    reason = Text()


class Alarms(Resource):
    """The alarms of the key's party; `?state=OPEN` leaves out those that it has dismissed.

    CLASH: another maker wants the same identity. UNREGISTERED: a name under your prefix or domain
    was scanned that nobody has registered. TOO_FAST: one label was read in two places in too little
    time. What others know of it, and who they are, is not told.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": AlarmShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.page(alarm.listing, party_id=self.party.pk, **_chosen(request))


class Alarm(Resource):
    """One alarm of the key's party."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": AlarmShape}

    def get(self, request: Request, alarm_id: UUID) -> Response:
        return self.one(alarm.by_id(alarm_id=alarm_id))


class Dismissal(Resource):
    """Says what the party found when it looked; for this party alone the alarm is over."""

    needs = {"POST": needs(scope=Scope.RECORD)}
    accepts = {"POST": NewDismissal}
    answers = {"POST": AlarmShape}

    @repeatable(required=False)
    def post(self, request: Request, alarm_id: UUID) -> Response:
        key: Any = request.auth
        made = alarms.dismiss(
            alarm_id=alarm_id,
            reason=self.payload()["reason"],
            who=f"API key {key.name}",
            by=self.party,
            at=self.at,
        )
        return self.one(made)


def _chosen(request: Request) -> dict[str, str]:
    state = request.GET.get("state", "")
    if state and state not in list(AlarmState):
        raise Malformed(
            f"no state is named so: {state[:40]}",
            pointer="?state",
            remedy="use OPEN or DISMISSED, or leave it out",
        )
    return {"state": state}
