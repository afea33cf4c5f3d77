"""A derived W3C Bitstring Status List: one bit for each entry of the log, set when withdrawn.

The list carries no time and no order: what was good when is judged from the log. It tells other
people's software whether an attestation stands today.
"""

import zlib
from collections.abc import Iterable

from passport.proof import canonical, integrity
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadCredential
from passport.proof.keys import Signer

CONTEXT = "https://www.w3.org/ns/credentials/v2"
# The least that the recommendation allows, so that no list points at one holder.
SIZE = 131_072
PURPOSE = "revocation"
# A gzip member (RFC 1952) with no file name and no time: the same bits are the same bytes.
_GZIP = 31


def place_of(index: int) -> tuple[int, int]:
    """Return the number of the list and the place in it of the entry at this index of the log."""
    return divmod(index, SIZE)


def encode(marked: Iterable[int]) -> str:
    """Return the compressed list with these places set: u, base64url of gzip, first bit leftmost.

    Refuses a place outside the list.
    """
    bits = bytearray(SIZE // 8)
    for each in marked:
        if not 0 <= each < SIZE:
            raise BadCredential(f"The list has no place {each}.")
        bits[each >> 3] |= 0x80 >> (each & 7)
    packer = zlib.compressobj(level=9, wbits=_GZIP)
    return "u" + b64u_encode(packer.compress(bytes(bits)) + packer.flush())


def entry_of(*, url: str, index: int) -> dict[str, object]:
    """Return the credentialStatus of a credential whose log index has this place in a list."""
    _, place = place_of(index)
    return {
        "id": f"{url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": PURPOSE,
        "statusListIndex": str(place),
        "statusListCredential": url,
    }


def signed(
    *,
    url: str,
    marked: Iterable[int],
    method: str,
    private_key: Signer,
    valid_from: str,
    valid_until: str,
) -> bytes:
    """Return the signed list (BitstringStatusListCredential, eddsa-jcs-2022) in canonical form.

    ``marked`` are places in this list; the moments are RFC 3339 in UTC. Refuses a bad moment.
    """
    for moment in (valid_from, valid_until):
        if not integrity.is_moment(moment):
            raise BadCredential(f"{moment!r} is not a moment in UTC.")
    document: dict[str, object] = {
        "@context": [CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": method.partition("#")[0],
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": PURPOSE,
            "encodedList": encode(marked),
        },
    }
    options = integrity.Options(method=method, created=valid_from)
    return canonical.encode(integrity.sign(document, private_key=private_key, options=options))
