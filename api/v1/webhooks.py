"""Addresses that this service calls when something happens (Standard Webhooks 1.0.0)."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Document, Identifier, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import webhook as webhooks
from passport.proof import strictjson
from passport.queries import webhook
from passport.rules.errors import Malformed
from passport.rules.webhook import KINDS, LONGEST_URL, TEST, DeliveryState, EndpointState

STATES = [str(each) for each in DeliveryState]


class NewWebhook(StrictShape):
    catalogue = "webhook"

    url = Text(longest=LONGEST_URL)
    kinds = Several(of=lambda: Word(among=KINDS), most=len(KINDS), required=False)
    description = Text(longest=120, empty=True, required=False)


class WebhookChange(StrictShape):
    catalogue = "webhook"

    url = Text(longest=LONGEST_URL, required=False)
    kinds = Several(of=lambda: Word(among=KINDS), most=len(KINDS), required=False, allow_null=True)
    description = Text(longest=120, empty=True, required=False)
    state = Word(among=(EndpointState.ACTIVE, EndpointState.PAUSED), required=False)


class WebhookShape(StrictShape):
    catalogue = "webhook"

    id = Identifier()
    url = Text(longest=LONGEST_URL)
    kinds = Several(of=lambda: Word(among=KINDS), most=len(KINDS))
    description = Text(empty=True)
    state = Word(among=[str(each) for each in EndpointState])
    reason = Text(empty=True)
    next_index = Count()
    failing_since = Moment(allow_null=True)
    rotating_until = Moment(allow_null=True)
    created_at = Moment()
    ended_at = Moment(allow_null=True)


class MadeWebhook(WebhookShape):
    secret = Text()


class Replayed(StrictShape):
    catalogue = "webhook"

    index = Count(required=False)
    moment = Moment(required=False)


class DeliveryShape(StrictShape):
    catalogue = "webhook-delivery"

    id = Identifier()
    webhook = Identifier(source="endpoint_id")
    message_id = Text()
    kind = Word(among=(*KINDS, TEST))
    log_index = Count(allow_null=True)
    state = Word(among=STATES)
    attempts = Count()
    next_at = Moment(allow_null=True)
    last_status = Count(allow_null=True)
    last_error = Text(empty=True)
    created_at = Moment()
    settled_at = Moment(allow_null=True)


class TryShape(StrictShape):
    catalogue = "webhook-try"

    number = Count()
    at = Moment()
    took_ms = Count()
    status = Count(allow_null=True)
    error = Text(empty=True)


class WholeDelivery(DeliveryShape):
    payload = Document()
    tries = TryShape(many=True)


class Webhooks(Resource):
    """The endpoints of the key's party; POST makes one, and shows its secret this once.

    Without `kinds` everything is told that the party may know of. Messages are signed as Standard
    Webhooks 1.0.0 says, tell what happened to which battery, and leave the rest to be asked for.
    Offers and plans are told of as well: `offer.proposed` and `offer.expired` once for all of one
    plan, with how many and the first twenty; `offer.accepted`, `offer.declined`, `offer.countered`
    to the side that did not do it; `plan.finished` and `sourcing.standing_changed` to the keeper.
    A repeated POST makes another endpoint: an answer that holds a secret is kept nowhere.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(scope=Scope.RECORD)}
    accepts = {"POST": NewWebhook}
    answers = {"GET": WebhookShape, "POST": MadeWebhook}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(webhook.listing, party_id=self.party.pk)

    def post(self, request: Request) -> Response:
        sent = {"kinds": (), "description": ""} | self.payload()
        made, secret = webhooks.create(**sent, by=self.party, at=self.at)
        return self.one(_with(secret, made.pk), location=address("webhooks", made.pk))


class Webhook(Resource):
    """One endpoint; PATCH changes it, stops it (PAUSED), or lets it go on (ACTIVE).

    With null for `kinds` it is told of everything again.
    """

    needs = {"GET": needs(scope=Scope.READ), "PATCH": needs(scope=Scope.RECORD)}
    accepts = {"PATCH": WebhookChange}
    answers = {"GET": WebhookShape, "PATCH": WebhookShape}

    def get(self, request: Request, endpoint_id: UUID) -> Response:
        return self.one(webhook.by_id(endpoint_id=endpoint_id))

    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        sent = self.payload()
        if "kinds" in sent:
            sent["kinds"] = sent["kinds"] or ()
        changed = webhooks.change(**sent, endpoint_id=endpoint_id, by=self.party)
        return self.one(changed)


class Rotation(Resource):
    """Gives an endpoint another secret, shown this once; for a day both sign.

    A repeated POST gives another one, and takes nothing from the former.
    """

    needs = {"POST": needs(scope=Scope.RECORD)}
    answers = {"POST": MadeWebhook}

    def post(self, request: Request, endpoint_id: UUID) -> Response:
        made, secret = webhooks.rotate(endpoint_id=endpoint_id, by=self.party, at=self.at)
        return self.one(_with(secret, made.pk))


class Ending(Resource):
    """Ends an endpoint for good; what still waits for it is not sent."""

    needs = {"POST": needs(scope=Scope.RECORD)}
    answers = {"POST": WebhookShape}

    @repeatable(required=False)
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        return self.one(webhooks.end(endpoint_id=endpoint_id, by=self.party, at=self.at))


class Test(Resource):
    """Has a message sent that tells of nothing, so that the receiver can be tried."""

    needs = {"POST": needs(scope=Scope.RECORD)}
    answers = {"POST": DeliveryShape}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        made = webhooks.test(endpoint_id=endpoint_id, by=self.party, at=self.at)
        return self.one(made, location=address("webhooks", endpoint_id, "deliveries"))


class Replay(Resource):
    """Tells an endpoint everything again from an entry of the log (`index`) or a `moment` on.

    Messages keep their ids, so that a receiver passes over what it has.
    """

    needs = {"POST": needs(scope=Scope.RECORD)}
    accepts = {"POST": Replayed}
    answers = {"POST": WebhookShape}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        told = webhooks.replay(**self.payload(), endpoint_id=endpoint_id, by=self.party, at=self.at)
        return self.one(told)


class Deliveries(Resource):
    """What was made for an endpoint, oldest first; `?state=FAILED` leaves out the others."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": DeliveryShape}
    lists = frozenset({"GET"})

    def get(self, request: Request, endpoint_id: UUID) -> Response:
        endpoint = webhook.by_id(endpoint_id=endpoint_id)
        return self.page(webhook.deliveries, endpoint=endpoint, state=_state(request))


class Delivery(Resource):
    """One message: what it says, and every try."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": WholeDelivery}

    def get(self, request: Request, delivery_id: UUID) -> Response:
        found: Any = webhook.delivery(delivery_id=delivery_id)
        found.payload = strictjson.loads(bytes(found.body), max_bytes=1 << 20)
        return self.one(_Told(found, tries=webhook.tries(delivery=found)))


class Resending(Resource):
    """Sends one message again under its own id, with the whole schedule before it."""

    needs = {"POST": needs(scope=Scope.RECORD)}
    answers = {"POST": DeliveryShape}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request, delivery_id: UUID) -> Response:
        return self.one(webhooks.resend(delivery_id=delivery_id, by=self.party, at=self.at))


class _Told:
    """A record, with some fields besides its own."""

    def __init__(self, record: Any, **more: Any) -> None:
        self._record = record
        self.__dict__.update(more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._record, name)


def _with(secret: str, endpoint_id: UUID) -> _Told:
    return _Told(webhook.by_id(endpoint_id=endpoint_id), secret=secret)


def _state(request: Request) -> str:
    state = request.GET.get("state", "")
    if state and state not in STATES:
        raise Malformed(
            f"no state is named so: {state[:40]}",
            pointer="?state",
            remedy="use one of " + ", ".join(STATES) + ", or leave it out",
        )
    return state
