"""The yard for machines: records of scans and deeds, and batteries by a part of their serial."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http import yard_records
from api.http.fields import Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, repeatable
from api.http.shapes import StrictShape
from api.http.yard_records import NewYardRecord, YardAnswer
from api.v1.events import HANDS
from passport.models.battery import BatteryState, Level
from passport.queries import yard
from passport.rules.yard import RecordKind


class NewYardRecords(StrictShape):
    catalogue = "yard-records"

    sent_at = Moment()
    records = NewYardRecord(many=True)


class YardRecordShape(StrictShape):
    catalogue = "yard-record"

    id = Identifier(source="record_id")
    kind = Word(among=tuple(RecordKind))
    text = Text()
    of = Identifier(allow_null=True)
    because = Text()
    device = Text()
    happened_at = Moment()
    recorded_at = Moment()
    battery = Identifier(source="battery_id", allow_null=True)
    identity = Text()
    code = Text()
    detail = Text()
    remedy = Text()
    settled_at = Moment(allow_null=True)


class FoundShape(StrictShape):
    catalogue = "yard-battery"

    battery = Identifier(source="id")
    id = Text(source="identity")
    serial = Text()
    model_name = Text()
    level = Word(among=Level.values)
    state = Word(among=BatteryState.values)


class YardRecords(Resource):
    """What the party noted in its yard; `?open=1` lists what needs attention.

    POST takes at most 50 records and answers for each: `taken`, `duplicate` (the same record was
    kept before: nothing changed), `later` (send it again in a moment: what it takes back is not in
    the log yet), or `refused` with the reason and what to do. `kept` says whether the record itself
    is here; what is not kept has to be sent again. Ids are the device's own.
    """

    needs = {"GET": needs(*HANDS, scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewYardRecords}
    answers = {"GET": YardRecordShape, "POST": YardAnswer}
    lists = frozenset({"GET"})
    wholes = frozenset({"POST"})

    def get(self, request: Request) -> Response:
        open_only = request.query_params.get("open") == "1"
        return self.page(yard.listing, party_id=self.party.pk, open_only=open_only)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        kept = yard_records.keep(self.document(), by=self.party, person_id=None, at=self.at)
        return self.all(kept)


class YardBatteries(Resource):
    """Batteries that the party sees, by `?part=` of a serial: at least 3 characters, at most 20
    answers, cells aside.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": FoundShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        part = request.query_params.get("part", "")
        return self.all(yard.partial(part=part, party_id=self.party.pk))
