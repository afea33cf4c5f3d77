"""What is proven of a battery's origin, in one line: signed by whom, logged where, witnessed."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from passport.models import Battery, LogEntry, Party
from passport.proof.encoding import b64u_encode
from passport.queries import erasure, log, voucher
from passport.queries.voucher import Voucher

_VOUCHED = {
    Voucher.DOMAIN: "own_domain",
    Voucher.ENDORSED: "earlier_key",
    Voucher.SERVICE: "this_service",
    Voucher.HOSTED: "hosted",
}


@dataclass(frozen=True)
class Seal:
    """`missing` says what is not there yet: attestation, log, witness.

    `withdrawn_at` says that its issuer took it back, and nothing else stands in its place.
    `erased_at` says that what was signed was erased on lawful demand: it proves nothing now.
    `suspect` says that the key's owner withdrew it, and doubts what it signed at that place.
    """

    proven: bool
    signed_by: str
    method: str
    vouched_by: str
    suspect: bool
    index: int | None
    log_size: int | None
    witnesses: int
    witnesses_known: int
    digest: str
    recorded_at: datetime | None
    missing: tuple[str, ...]
    erased_at: datetime | None = None
    erased_because: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_because: str | None = None


def seal_of(*, battery: Battery) -> Seal:
    """The seal of a battery that concerns the acting party."""
    return public_seal(battery_id=battery.pk)


def public_seal(*, battery_id: uuid.UUID) -> Seal:
    """The seal of any battery, from its newest public attestation of origin; needs no tenant."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT issuer_id, method, sha256, recorded_at, withdrawn_at, withdrawn_because"
            " FROM public_attestations_v2(%s) WHERE of_origin",
            [battery_id],
        )
        rows = cursor.fetchall()
    head = log.newest()
    witnesses = len(head.witnesses) if head else 0
    known = head.witnesses_known if head else 0
    if not rows:
        nothing = ("attestation", "log", "witness")
        return Seal(False, "", "", "", False, None, None, witnesses, known, "", None, nothing)
    # What stands counts before what was taken back, then what is newer.
    standing = [row for row in rows if row[4] is None]
    issuer_id, method, sha256, recorded_at, withdrawn_at, because = (standing or rows)[-1]
    index = _index(bytes(sha256), size=head.size if head else 0)
    missing = tuple(
        word
        for word, there in (("log", index is not None), ("witness", witnesses > 0))
        if not there
    )
    signer = voucher.find(method=method)
    suspect = signer is not None and _is_suspect(signer.standing.suspect_from, index)
    gone = erasure.of_public(battery_id=battery_id).get(bytes(sha256))
    return Seal(
        proven=not (missing or suspect or gone or withdrawn_at),
        signed_by=Party.objects.get(pk=issuer_id).name,
        method=method,
        vouched_by=_VOUCHED[signer.vouched_by] if signer else "",
        suspect=suspect,
        index=index,
        log_size=head.size if head else None,
        witnesses=witnesses,
        witnesses_known=known,
        digest=b64u_encode(bytes(sha256)),
        recorded_at=recorded_at,
        missing=missing,
        erased_at=gone.erased_at if gone else None,
        erased_because=gone.reason if gone else None,
        withdrawn_at=withdrawn_at,
        withdrawn_because=because,
    )


def _is_suspect(since: int | None, index: int | None) -> bool:
    return since is not None and (index is None or index >= since)


def _index(digest: bytes, *, size: int) -> int | None:
    rows = LogEntry.objects.filter(digest=digest, index__lt=size).order_by("index")
    return rows.values_list("index", flat=True).first()
