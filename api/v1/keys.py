"""Public keys with which a party signs: challenged, proven, enrolled. No private key comes here."""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Digest, Document, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import key as keys
from passport.models import VouchedBy
from passport.models.party import Role
from passport.proof import canonical
from passport.queries import key

SIGNERS = (Role.MAKER, Role.WORKSHOP, Role.RECYCLER)


class ChallengeShape(StrictShape):
    catalogue = "key-challenge"

    nonce = Text()
    expires_at = Moment()


class KeyEvent(StrictShape):
    catalogue = "key"

    credential = Document()


class KeyShape(StrictShape):
    catalogue = "key"

    id = Identifier()
    did = Text()
    method = Text()
    vouched_by = Word(among=VouchedBy.values)
    digest = Digest(source="enrolment_sha256")
    enrolled_at = Moment()


class Challenges(Resource):
    """A fresh nonce to sign with the key that is to be enrolled."""

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    answers = {"POST": ChallengeShape}
    statuses = {"POST": 201}

    def post(self, request: Request) -> Response:
        return self.one(keys.issue_challenge(by=self.party, at=self.at))


class Keys(Resource):
    """The keys of the key's party; POST enrols one by a key event that it signed itself."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    accepts = {"POST": KeyEvent}
    answers = {"GET": KeyShape, "POST": KeyShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.all(key.listing(party=self.party))

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        document = canonical.encode(self.payload()["credential"])
        made = keys.enrol(document=document, by=self.party, at=self.at)
        return self.one(made, location=address("keys"))
