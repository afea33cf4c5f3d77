"""Safety recalls: published to every party, opened and closed by makers and authorities."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Flag, Identifier, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.batteries import OfBattery
from passport.actions import recall as recalls
from passport.actions.recall import Notice
from passport.actions.recall import Scope as Reach
from passport.models.party import Role
from passport.queries import party, recall
from passport.rules.errors import Malformed
from passport.rules.lifecycle import State
from passport.rules.recall import MOST_LOTS, MOST_NAMED

_OPENERS = (Role.MAKER, Role.AUTHORITY)


class NewRecall(StrictShape):
    catalogue = "recall"

    reason = Text(longest=600)
    advice = Text(longest=600, required=False)
    notice_url = Text(longest=600, required=False)
    document_sha256 = Digest(required=False)
    maker = Text(longest=60, required=False)
    lots = Several(of=lambda: Text(longest=20), most=MOST_LOTS, required=False)
    models = Several(of=Identifier, most=1000, required=False)
    batteries = Several(of=Identifier, most=MOST_NAMED, required=False)


class ClosingShape(StrictShape):
    catalogue = "recall"

    because = Text(longest=600)


class RecallShape(StrictShape):
    catalogue = "recall"

    id = Identifier()
    maker = Text(source="maker.slug")
    opened_by = Text(source="opened_by.slug")
    reason = Text()
    advice = Text(empty=True)
    notice_url = Text(empty=True)
    document_sha256 = Digest(allow_null=True)
    lots = Several(of=Text)
    models = Several(of=Identifier, source="model_ids")
    named = Count()
    opened_at = Moment()
    closed_at = Moment(allow_null=True)
    closed_because = Text(empty=True)
    digest = Digest(source="sha256")
    closing_digest = Digest(source="closing_sha256", allow_null=True)


class HitShape(StrictShape):
    catalogue = "recall.hit"

    recall = RecallShape()
    itself = Flag()
    inside = Count()


class WhereaboutsShape(StrictShape):
    catalogue = "whereabouts"

    id = Identifier()
    identity = Text()
    level = Word()
    lot = Text(empty=True)
    state = Word(among=tuple(State))
    unit = Identifier(source="unit_id", allow_null=True)
    unit_level = Word(allow_null=True)
    path = Text(empty=True, allow_null=True)
    holder = Text(allow_null=True)
    country = Text(allow_null=True)


class Recalls(Resource):
    """All recalls; POST opens one: of lots and models of the maker's, or of single batteries."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*_OPENERS, scope=Scope.RECORD)}
    accepts = {"POST": NewRecall}
    answers = {"GET": RecallShape, "POST": RecallShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(recall.listing)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        whose = told.get("maker")
        made = recalls.open_recall(
            maker=party.find(slug=whose) if whose else self.party,
            notice=Notice(
                reason=told["reason"],
                advice=told.get("advice", ""),
                url=told.get("notice_url", ""),
                document_sha256=told.get("document_sha256"),
            ),
            scope=Reach(
                lots=told.get("lots", ()),
                models=told.get("models", ()),
                batteries=told.get("batteries", ()),
            ),
            by=self.party,
            at=self.at,
        )
        return self.one(made, location=address("recalls", made.pk))


class Recall(Resource):
    """One recall."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": RecallShape}

    def get(self, request: Request, recall_id: UUID) -> Response:
        return self.one(recall.by_id(recall_id=recall_id))


class Closing(Resource):
    """Ends a recall, and says what makes its batteries safe again."""

    needs = {"POST": needs(*_OPENERS, scope=Scope.RECORD)}
    accepts = {"POST": ClosingShape}
    answers = {"POST": RecallShape}

    @repeatable(required=False)
    def post(self, request: Request, recall_id: UUID) -> Response:
        told = self.payload()
        return self.one(recalls.close(recall_id=recall_id, **told, by=self.party, at=self.at))


class RecalledBatteries(Resource):
    """Where the batteries of a recall are now, for its maker, its opener and authorities."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": WhereaboutsShape}
    lists = frozenset({"GET"})

    def get(self, request: Request, recall_id: UUID) -> Response:
        found = recall.by_id(recall_id=recall_id)
        return self.page(recall.where_now, recall=found)


class Whereabouts(Resource):
    """Where the key's party's own batteries of `?lot=` are now, as far as it may know."""

    needs = {"GET": needs(Role.MAKER, scope=Scope.READ)}
    answers = {"GET": WhereaboutsShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.page(recall.where_lot, lot=_lot(request))


class RecallsOfBattery(OfBattery):
    """The open recalls that a battery is under, itself or by what is inside it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": HitShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.all(recall.of_battery(battery_id=self.battery.pk))


class NoLot(Malformed):
    """The address asks about no lot."""

    code = "no-lot"
    title = "No lot is named"


def _lot(request: Request) -> Any:
    lot = request.GET.get("lot", "")
    if not lot or len(lot) > 20:
        raise NoLot(
            "no lot is named, or one of more than 20 characters",
            pointer="?lot",
            remedy="write the lot as it stands in your files, as in ?lot=2026-03-A",
        )
    return lot
