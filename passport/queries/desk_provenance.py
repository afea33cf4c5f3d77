"""What is proven of a battery, in words: what the log holds, who signed what, how that stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from passport.models import Battery, LogEntry, Party
from passport.proof import credential, keyevent, snapshot
from passport.proof.encoding import b64u_encode
from passport.proof.errors import ProofError
from passport.proof.keyring import Keyring
from passport.proof.leaf import subject_hash
from passport.proof.policy import Policy
from passport.queries import attestation, index, key, log, voucher
from passport.queries.attestation import Line
from passport.queries.voucher import Voucher

_MOST = 50
_NOBODY: Mapping[str, bytes] = {}


@dataclass(frozen=True)
class ClaimLine:
    """One signed claim; `verdict` is VALID, SUSPECT or INVALID by the order of the log, "" before.

    `taken_back` is why its issuer withdrew it, `erased` why its content was erased.
    """

    kind: str
    access: str
    issuer_name: str
    method: str
    batch_size: int | None
    verdict: str
    reason: str
    vouched_by: Voucher | None
    index: int | None
    digest: str
    taken_back: str | None
    taken_back_at: datetime | None
    erased: str | None
    erased_at: datetime | None


@dataclass(frozen=True)
class Provenance:
    """`entries` are about the battery alone, in the log of `size` entries; `complete_to` says up to
    which entry a snapshot of the index tells that none is missing, taken at `complete_at`.
    """

    claims: tuple[ClaimLine, ...]
    entries: int
    first: int | None
    last: int | None
    size: int
    complete_to: int | None
    complete_at: datetime | None

    @property
    def covered(self) -> bool:
        """Whether the snapshot covers all entries about the battery."""
        return self.complete_to is not None and (self.last is None or self.last < self.complete_to)


def provenance(*, battery: Battery, by: Party) -> Provenance:
    """What is proven of a battery that concerns the acting party, as of the published log."""
    head = log.published()
    size = head.size if head else 0
    subject = subject_hash(salt=bytes(battery.salt), subject=battery.identity)
    own = LogEntry.objects.filter(subject=subject, index__lt=size).order_by("index")
    places = list(own.values_list("index", flat=True))
    covered = index.newest(size=size) if head else None
    said = snapshot.decode(covered[1]) if covered else None
    ring = cache(lambda did: _keyring(did, size=size))
    vouched = cache(lambda method: voucher.of_method(method=method))
    rows = attestation.listing(battery=battery, by=by, after=None, limit=_MOST)
    return Provenance(
        claims=tuple(
            _claim(each, battery, ring=ring(_did(each)), vouched_by=vouched(each.row.method))
            for each in rows
        ),
        entries=len(places),
        first=places[0] if places else None,
        last=places[-1] if places else None,
        size=size,
        complete_to=said.size if said else None,
        complete_at=datetime.fromisoformat(said.at) if said else None,
    )


def _did(line: Line) -> str:
    return str(line.row.method).partition("#")[0]


def _keyring(did: str, *, size: int) -> Keyring:
    """An issuer's keys as its events in the log leave them; whatever spoils one event ends it."""
    ring = Keyring(policy=Policy(), did_documents=_NOBODY)
    documents = {credential.digest(each): each for each in key.event_documents(dids=[did])}
    rows = LogEntry.objects.filter(digest__in=list(documents), index__lt=size).order_by("index")
    for place, digest in rows.values_list("index", "digest"):
        try:
            event = keyevent.read(documents[bytes(digest)], resolve_key=ring.resolve_unrevoked)
            ring.take(event, index=place)
        except ProofError:
            # What follows could lean on it: a verifier refuses the whole chain here.
            break
    return ring


def _claim(line: Line, battery: Battery, *, ring: Keyring, vouched_by: Voucher | None) -> ClaimLine:
    row = line.row
    taken = (w for w in line.withdrawals if w.items is None or battery.identity in w.items)
    back = next(taken, None)
    verdict, reason = "", ""
    if line.index is not None and row.method in ring.known:
        judged, reason = ring.judge(row.method, index=line.index)
        verdict = judged.value
    return ClaimLine(
        kind=row.kind,
        access=row.access,
        issuer_name=row.issuer.name,
        method=row.method,
        batch_size=row.batch_size,
        verdict=verdict,
        reason=reason,
        vouched_by=vouched_by,
        index=line.index,
        digest=b64u_encode(bytes(row.sha256)),
        taken_back=back.reason if back else None,
        taken_back_at=back.recorded_at if back else None,
        # Both are annotations of attestation.listing().
        erased=getattr(row, "erased_because", None),
        erased_at=getattr(row, "erased_at", None),
    )
