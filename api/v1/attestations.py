"""Signed claims: taken in as bytes, given back as the same bytes' document."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Document, Identifier, Moment, Several, Text
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from api.v1.batteries import OfBattery
from api.v1.events import CONCERNED
from api.v1.keys import SIGNERS
from passport.actions import attestation as attestations
from passport.proof import canonical
from passport.queries import attestation

MOST_ITEMS = 1 << 20
# A batch comes with all its items; some 200 bytes each.
LARGEST = 256 << 20


class Stored(Document):
    """A document kept as bytes; null once they were erased."""

    def to_representation(self, value: Any) -> Any:
        return canonical.loads(bytes(value)) if value else None


class NewAttestation(StrictShape):
    catalogue = "attestation"

    credential = Document()
    items = Several(of=Document, most=MOST_ITEMS, required=False)


class AttestationLine(StrictShape):
    catalogue = "attestation"

    id = Identifier()
    issuer = Text(source="issuer.slug")
    kind = Text()
    method = Text()
    access = Text()
    battery = Identifier(source="battery_id", allow_null=True)
    batch_size = Count(allow_null=True)
    digest = Digest(source="sha256")
    recorded_at = Moment()
    erased_at = Moment(allow_null=True)
    erased_because = Text(allow_null=True)


class TakenAttestation(AttestationLine):
    receipt = Document(required=False)
    proof = Text(required=False)
    entry = Text(required=False)


class AttestationShape(AttestationLine):
    credential = Stored(source="body", allow_null=True)


class Attestations(Waiting):
    """POST takes one signed credential, or a signed batch with all its items in order.

    The answer is a signed receipt; with `Prefer: wait=N` it is the proof, if N seconds suffice.
    """

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    accepts = {"POST": NewAttestation}
    answers = {"POST": TakenAttestation}
    statuses = {"POST": 202}
    largest = LARGEST

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent = self.payload()
        items = sent.get("items")
        made = attestations.record(
            credential_bytes=canonical.encode(sent["credential"]),
            items=None if items is None else [canonical.encode(item) for item in items],
            by=self.party,
            at=self.at,
        )
        return self.taken(
            made,
            digest=bytes(made.sha256),
            kind="attestation" if items is None else "batch",
            location=address("attestations", made.pk),
        )


class Attestation(Resource):
    """One attestation with its credential."""

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ)}
    answers = {"GET": AttestationShape}

    def get(self, request: Request, attestation_id: UUID) -> Response:
        return self.one(attestation.by_id(attestation_id=attestation_id, by=self.party))


class AttestationsOfBattery(OfBattery):
    """The attestations of a battery, its own and those of its batches."""

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ)}
    answers = {"GET": AttestationLine}
    lists = frozenset({"GET"})

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.page(attestation.listing, battery=self.battery)
