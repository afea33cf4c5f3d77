"""Signed claims: taken in as bytes, given back as the same bytes' document."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Digest, Document, Identifier, Moment, Several, Text, Word
from api.http.parsers import JSON
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from api.v1.batteries import OfBattery
from api.v1.events import CONCERNED
from api.v1.keys import SIGNERS
from passport.actions import attestation as attestations
from passport.actions import export, status_list, withdrawal
from passport.proof import canonical, statuslist
from passport.queries import attestation
from passport.queries.key import State

MOST_ITEMS = 1 << 20
# A batch comes with all its items; some 200 bytes each.
LARGEST = 256 << 20
VC, VC_JWT = "application/vc", "application/vc+jwt"
SITE = settings.PASSPORT_PUBLIC_URL


class Stored(Document):
    """A document kept as bytes; null once they were erased."""

    def to_representation(self, value: Any) -> Any:
        return canonical.loads(bytes(value)) if value else None


class NewAttestation(StrictShape):
    catalogue = "attestation"

    credential = Document()
    items = Several(of=Document, most=MOST_ITEMS, required=False)


class StatusEntry(Document):
    """Which bit of which public list says whether an attestation was withdrawn."""

    def to_representation(self, value: Any) -> Any:
        number, place = statuslist.place_of(value)
        return {"list": status_list.url_of(site=SITE, number=number), "index": place}


class WithdrawalShape(StrictShape):
    catalogue = "withdrawal"

    id = Identifier()
    attestation = Identifier(source="attestation_id")
    method = Text()
    reason = Text(empty=True)
    items = Several(of=Text, most=MOST_ITEMS, allow_null=True)
    digest = Digest(source="sha256")
    at = Moment(source="recorded_at")


class TakenWithdrawal(WithdrawalShape):
    receipt = Document(required=False)
    proof = Text(required=False)
    entry = Text(required=False)


class KnownAttestation(StrictShape):
    catalogue = "attestation"

    id = Identifier(source="row.id")
    issuer = Text(source="row.issuer.slug")
    kind = Text(source="row.kind")
    method = Text(source="row.method")
    access = Text(source="row.access")
    battery = Identifier(source="row.battery_id", allow_null=True)
    lot = Text(source="row.lot.identity", allow_null=True)
    batch_size = Count(source="row.batch_size", allow_null=True)
    digest = Digest(source="row.sha256")
    upstream = Several(of=Digest)
    upstream_unknown = Several(of=Digest, source="strange")
    recorded_at = Moment(source="row.recorded_at")


class TakenAttestation(KnownAttestation):
    receipt = Document(required=False)
    proof = Text(required=False)
    entry = Text(required=False)


class AttestationLine(KnownAttestation):
    key_state = Word(among=[str(each) for each in State], source="key.state")
    key_suspect_from = Count(source="key.suspect_from", allow_null=True)
    log_index = Count(source="index", allow_null=True)
    status = StatusEntry(source="index", allow_null=True)
    withdrawn = WithdrawalShape(allow_null=True)
    withdrawals = WithdrawalShape(many=True)
    erased_at = Moment(source="row.erased_at", allow_null=True)
    erased_because = Text(source="row.erased_because", allow_null=True)


class AttestationShape(AttestationLine):
    credential = Stored(source="row.body", allow_null=True)


class NewWithdrawal(StrictShape):
    catalogue = "withdrawal"

    credential = Document()


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
        made = attestations.take(
            credential_bytes=canonical.encode(sent["credential"]),
            items=None if items is None else [canonical.encode(item) for item in items],
            by=self.party,
            at=self.at,
        )
        return self.taken(
            made,
            digest=bytes(made.row.sha256),
            kind="attestation" if items is None else "batch",
            location=address("attestations", made.row.pk),
            origin=made.origin,
        )


class Withdrawals(Waiting):
    """POST takes the signed statement with which an issuer takes an attestation back.

    The answer is a signed receipt; with `Prefer: wait=N` it is the proof, if N seconds suffice.
    """

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    accepts = {"POST": NewWithdrawal}
    answers = {"POST": TakenWithdrawal}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        document = canonical.encode(self.payload()["credential"])
        made = withdrawal.withdraw(credential_bytes=document, by=self.party, at=self.at)
        return self.taken(
            made,
            digest=bytes(made.sha256),
            kind="correction",
            location=address("attestations", made.attestation_id),
        )


class Attestation(Resource):
    """One attestation with its credential, and how it stands.

    `Accept: application/vc` gives the very bytes that were signed; `application/vc+jwt` what they
    say, told again and signed by this service, for software that reads no embedded proofs.
    """

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ)}
    answers = {"GET": AttestationShape}
    forms = {"GET": (VC, VC_JWT)}

    def get(self, request: Request, attestation_id: UUID) -> HttpResponse:
        form = request._request.get_preferred_type([JSON, VC, VC_JWT])
        asked: dict[str, Any] = {"attestation_id": attestation_id, "by": self.party}
        response: HttpResponse
        if form == VC:
            response = HttpResponse(export.as_signed(**asked), content_type=VC)
        elif form == VC_JWT:
            token = export.as_jwt(**asked, site=SITE, at=self.at)
            response = HttpResponse(token, content_type=VC_JWT)
        else:
            response = self.one(attestation.by_id(**asked))
        patch_vary_headers(response, ["Accept"])
        return response


class AttestationsOfBattery(OfBattery):
    """The attestations of a battery, its own and those of its batches."""

    needs = {"GET": needs(*CONCERNED, scope=Scope.READ)}
    answers = {"GET": AttestationLine}
    lists = frozenset({"GET"})

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.page(attestation.listing, battery=self.battery, by=self.party)
