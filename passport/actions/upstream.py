"""What an attestation builds upon, named by the digests of other attestations."""

from collections.abc import Collection, Iterator, Mapping

from passport.models import Attestation, AttestationUpstream
from passport.proof.encoding import b64u_decode
from passport.rules.errors import Refusal

MOST = 8192


class TooMuchUpstream(Refusal):
    """More attestations are named than a chain is ever made of."""

    code = "too-much-upstream"
    title = "The attestation builds upon too many others"


def named(claims: Mapping[str, object]) -> set[bytes]:
    """The digests of the attestations that some claims name; their shapes were checked before."""
    return set(_named(claims))


def check_count(digests: Collection[bytes]) -> None:
    """Refuse with TooMuchUpstream more attestations than a chain is made of."""
    if len(digests) > MOST:
        raise TooMuchUpstream(
            f"{len(digests)} attestations are named; {MOST} at most",
            pointer="/credentialSubject/upstream",
            remedy="let suppliers attest in batches, and name the batches",
        )


def keep(*, attestation: Attestation, digests: Collection[bytes]) -> None:
    """Note each attestation that this one builds upon, known here or not; they were counted."""
    AttestationUpstream.objects.bulk_create(
        [AttestationUpstream(attestation=attestation, sha256=each) for each in sorted(digests)],
        batch_size=1000,
    )


def _named(claims: Mapping[str, object]) -> Iterator[bytes]:
    upstream, materials = claims.get("upstream"), claims.get("materials")
    if isinstance(upstream, list):
        yield from (b64u_decode(each, size=32) for each in upstream)
    for each in materials if isinstance(materials, list) else ():
        if "attestation" in each:
            yield b64u_decode(each["attestation"], size=32)
