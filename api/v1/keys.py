"""Public keys with which a party signs: how they come, stand and go. No private key comes here."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Document, Flag, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from passport.actions import key as keys
from passport.models.party import Role
from passport.proof import canonical, keyevent
from passport.proof.credential import digest
from passport.queries import voucher
from passport.queries.key import State
from passport.queries.voucher import Voucher

SIGNERS = (Role.MAKER, Role.KEEPER, Role.WORKSHOP, Role.RECYCLER)
OPERATIONS = (keyevent.ADD, keyevent.ROTATE, keyevent.REVOKE)


class ChallengeShape(StrictShape):
    catalogue = "key-challenge"

    nonce = Text()
    expires_at = Moment()


class KeyEvent(StrictShape):
    catalogue = "key"

    credential = Document()


class KeyEventShape(StrictShape):
    catalogue = "key-event"

    op = Word(among=OPERATIONS)
    at = Moment()
    digest = Digest()
    index = Count(allow_null=True)
    signed_by = Text()
    reason = Text(empty=True)
    suspect_from = Count(allow_null=True)


class KeyShape(StrictShape):
    catalogue = "key"

    id = Identifier(source="standing.id")
    did = Text(source="standing.did")
    method = Text(source="standing.method")
    public_key = Text(source="standing.multikey")
    state = Word(among=[str(each) for each in State], source="standing.state")
    hosted = Flag(source="standing.hosted")
    vouched_by = Word(among=[str(each) for each in Voucher])
    reason = Text(source="standing.reason", empty=True)
    suspect_from = Count(source="standing.suspect_from", allow_null=True)
    replaces = Text(source="standing.replaces", empty=True)
    replaced_by = Text(source="standing.replaced_by", empty=True)
    enrolled_at = Moment(source="standing.enrolled_at")
    digest = Digest(source="came.digest")
    index = Count(source="came.index", allow_null=True)
    events = KeyEventShape(many=True)


class TakenKey(KeyShape):
    receipt = Document(required=False)
    proof = Text(required=False)
    entry = Text(required=False)


class Challenges(Resource):
    """A fresh nonce for one key event: an add, a rotation or a revocation."""

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    answers = {"POST": ChallengeShape}
    statuses = {"POST": 201}

    def post(self, request: Request) -> Response:
        return self.one(keys.issue_challenge(by=self.party, at=self.at))


class Keys(Waiting):
    """The keys of the key's party; POST takes a key event, as `audit sign` makes it.

    An add brings in the key that signed it; a rotation puts another in its place; a revocation
    ends a key. The answer shows the key that came in, or the one that went, with a signed receipt
    for the event's digest; with `Prefer: wait=N` it is the proof, if N seconds suffice.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    accepts = {"POST": KeyEvent}
    answers = {"GET": KeyShape, "POST": TakenKey}
    wholes = frozenset({"GET"})
    statuses = {"POST": 202}

    def get(self, request: Request) -> Response:
        return self.all(voucher.lines(party_id=self.party.pk))

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        document = canonical.encode(self.payload()["credential"])
        changed = keys.take(document=document, by=self.party, at=self.at)
        return self.taken(
            voucher.line(key_id=changed.pk, did=changed.did),
            digest=digest(document),
            kind="key",
            location=address("keys"),
        )
