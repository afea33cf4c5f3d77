"""Keys that this service holds for a party: asked for, used and ended over HTTP.

For who has no key of its own yet. The log and every verifier say that such a key is hosted.
"""

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Document, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import address, repeatable
from api.http.shapes import StrictShape
from api.http.waiting import Waiting
from api.v1.attestations import LARGEST, MOST_ITEMS, TakenAttestation
from api.v1.keys import SIGNERS, TakenKey
from passport.actions import hosted_key
from passport.models import SigningKey
from passport.proof import canonical, keyevent
from passport.queries import attestation, voucher


class HostedAttestation(StrictShape):
    catalogue = "attestation"

    credential = Document()
    items = Several(of=Document, most=MOST_ITEMS, required=False)
    method = Text(longest=300, required=False)


class HostedRevocation(StrictShape):
    catalogue = "hosted-revocation"

    method = Text(longest=300)
    reason = Word(among=keyevent.REASONS)
    suspect_from = Count(required=False)


class HostedKeys(Waiting):
    """POST makes a key that this service holds for the party, and enrols it as hosted.

    The answer is the key with a signed receipt of its event; with `Prefer: wait=N` the proof.
    """

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    answers = {"POST": TakenKey}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        return _taken(self, hosted_key.create(by=self.party, at=self.at))


class HostedRevocations(Waiting):
    """POST ends a hosted key by an event that it signs itself."""

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    accepts = {"POST": HostedRevocation}
    answers = {"POST": TakenKey}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent = {"suspect_from": None} | self.payload()
        return _taken(self, hosted_key.revoke(**sent, by=self.party, at=self.at))


class HostedAttestations(Waiting):
    """POST takes a credential without proof, signs it with a hosted key, and records it.

    The newest hosted key in force signs, unless `method` names another.
    """

    needs = {"POST": needs(*SIGNERS, scope=Scope.ATTEST)}
    accepts = {"POST": HostedAttestation}
    answers = {"POST": TakenAttestation}
    statuses = {"POST": 202}
    largest = LARGEST

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        sent = self.payload()
        items = sent.get("items")
        made = hosted_key.attest(
            document=sent["credential"],
            items=None if items is None else [canonical.encode(item) for item in items],
            method=sent.get("method", ""),
            by=self.party,
            at=self.at,
        )
        (line,) = attestation.lines(rows=[made])
        return self.taken(
            line,
            digest=bytes(made.sha256),
            kind="attestation" if items is None else "batch",
            location=address("attestations", made.pk),
        )


def _taken(view: Waiting, key: SigningKey) -> Response:
    """Answer with a key and the receipt for the event that changed it last."""
    line = voucher.line(key_id=key.pk, did=key.did)
    return view.taken(line, digest=line.events[-1].digest, kind="key", location=address("keys"))
