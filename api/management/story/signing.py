"""What happens on a maker's own side: it signs, and hands over bytes. The demo plays that part."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from passport.actions.event import stamp
from passport.proof import batch, canonical, credential, keyevent
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile


def enrolment(key: KeyFile, *, challenge: str, at: datetime) -> bytes:
    """The key event by which a maker shows that it holds a key."""
    return keyevent.enrol(key=key, challenge=challenge, created=stamp(at))


def signed_batch(
    key: KeyFile,
    *,
    items: Sequence[Mapping[str, object]],
    common: dict[str, object],
    at: datetime,
    access: str = "public",
) -> tuple[bytes, list[bytes]]:
    """One signature over many batteries: the credential, and the items that it covers."""
    salted = [canonical.encode({"salt": _salt(), **item}) for item in items]
    made = batch.build(salted, common=common)
    header = batch.Header(
        issuer=key.did,
        valid_from=stamp(at),
        salt=os.urandom(credential.SALT_BYTES),
        access=access,
        common=common,
    )
    return _sign(batch.document(batch=made, header=header), key, at), salted


def signed_claim(
    key: KeyFile,
    *,
    kind: str,
    facts: Mapping[str, object],
    at: datetime,
    access: str = "public",
) -> bytes:
    """A claim about one battery or lot, public unless told otherwise; `facts` hold its id."""
    document: dict[str, object] = {
        "@context": credential.CONTEXTS,
        "type": ["VerifiableCredential", kind],
        "issuer": key.did,
        "validFrom": stamp(at),
        "credentialSubject": {**facts, "salt": _salt(), "accessSet": access},
    }
    return _sign(document, key, at)


def _sign(document: dict[str, object], key: KeyFile, at: datetime) -> bytes:
    return credential.sign(
        document, private_key=key.private_key, method=key.name, created=stamp(at)
    )


def _salt() -> str:
    return b64u_encode(os.urandom(credential.SALT_BYTES))
