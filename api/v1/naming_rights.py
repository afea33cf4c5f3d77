"""GS1 prefixes and domains under which the key's party names batteries: claimed, then proven."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Digest, Identifier, Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import naming_right as naming_rights
from passport.models.naming_right import NamingBasis, NamingKind, NamingState
from passport.queries import naming_right


class NewNamingRight(StrictShape):
    catalogue = "naming-right"

    kind = Word(among=NamingKind.values)
    value = Text(longest=300)
    document = Digest(source="document_sha256", required=False)


class NamingDecisionShape(StrictShape):
    catalogue = "naming-decision"

    state = Word(among=NamingState.values)
    basis = Word(among=NamingBasis.values)
    decided_by = Text(empty=True)
    reason = Text(empty=True)
    document = Digest(source="document_sha256", allow_null=True)
    digest = Digest(source="sha256")
    decided_at = Moment()


class NamingRightShape(StrictShape):
    catalogue = "naming-right"

    id = Identifier()
    kind = Word(among=NamingKind.values)
    value = Text()
    state = Word(among=NamingState.values)
    challenge = Text()
    url = Text(source="challenge_url", allow_null=True)
    document = Digest(source="document_sha256", allow_null=True)
    trouble = Text(empty=True)
    claimed_at = Moment()
    asked_at = Moment(allow_null=True)
    decided_at = Moment(allow_null=True)
    decisions = NamingDecisionShape(many=True, source="history")


class NamingRights(Resource):
    """What the key's party has claimed; POST claims a GS1 company prefix or a domain.

    A domain is proven by serving the `challenge`, signed with a key of the party, at `url`
    (`audit sign --domain`), then POST …/prove. A prefix is proven by a document that an operator
    looks at: store the GS1 licence first (POST /api/v1/documents) and name it here.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(scope=Scope.REGISTER)}
    accepts = {"POST": NewNamingRight}
    answers = {"GET": NamingRightShape, "POST": NamingRightShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(naming_right.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = naming_rights.claim(**self.payload(), by=self.party, at=self.at)
        return self.one(made, location=address("naming-rights", made.pk))


class NamingRight(Resource):
    """One claim of the key's party, with what was decided about it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": NamingRightShape}

    def get(self, request: Request, right_id: UUID) -> Response:
        return self.one(naming_right.by_id(right_id=right_id))


class Proof(Resource):
    """Has the claimed domain asked for its signed challenge; `trouble` says why it was not good."""

    needs = {"POST": needs(scope=Scope.REGISTER)}
    answers = {"POST": NamingRightShape}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request, right_id: UUID) -> Response:
        asked = naming_rights.ask_soon(right_id=right_id, by=self.party, at=self.at)
        return self.one(asked, location=address("naming-rights", asked.pk))
