"""What a party sees of its signing keys: how each stands, what its domain says, what to do next."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from passport.models import Job, JobState, KeyChallenge, LogEntry
from passport.proof import did as dids
from passport.queries import keks, key, log, voucher
from passport.queries.key import State
from passport.queries.voucher import KeyLine, Voucher


@dataclass(frozen=True)
class Counted:
    """A key, with the number of attestations that it signed."""

    line: KeyLine
    signed: int


@dataclass(frozen=True)
class Domain:
    """What the party's own domain said when it was last asked; `at` is None before the first time.

    `document` is what it should answer: every key of the party's own that was not withdrawn.
    """

    url: str
    host: str
    document: dict[str, object]
    asking: bool
    at: datetime | None = None
    trouble: str = ""
    index: int | None = None


@dataclass(frozen=True)
class KeyDesk:
    """Everything of the page; `challenge` is the newest that is open, `next_name` a free one."""

    did: str
    keys: tuple[Counted, ...]
    domain: Domain
    challenge: str
    challenge_until: datetime | None
    next_name: str
    hosting: bool

    @property
    def in_force(self) -> list[Counted]:
        """The keys that sign now, the party's own first."""
        found = [each for each in self.keys if each.line.standing.in_force]
        return sorted(found, key=lambda each: each.line.standing.hosted)

    @property
    def ended(self) -> list[Counted]:
        """The keys that were replaced or withdrawn."""
        return [each for each in self.keys if not each.line.standing.in_force]

    @property
    def own(self) -> list[KeyLine]:
        """The keys in force that the party holds itself."""
        return [each.line for each in self.in_force if not each.line.standing.hosted]

    @property
    def hosted(self) -> list[KeyLine]:
        """The keys in force that this service holds."""
        return [each.line for each in self.in_force if each.line.standing.hosted]

    @property
    def unlisted(self) -> list[KeyLine]:
        """The keys that the domain should list, and for which only this service vouches."""
        lines = [each.line for each in self.keys if _is_to_list(each.line)]
        return [each for each in lines if each.vouched_by is Voucher.SERVICE]


def desk(*, party_id: uuid.UUID, did: str, at: datetime) -> KeyDesk:
    """The signing keys of a party that has a DID, at a moment."""
    lines = voucher.lines(party_id=party_id)
    signed = key.signed_with(methods=[each.standing.method for each in lines])
    challenge = (
        KeyChallenge.objects.filter(party_id=party_id, used_at=None, expires_at__gt=at)
        .order_by("-expires_at")
        .first()
    )
    return KeyDesk(
        did=did,
        keys=tuple(Counted(each, signed[each.standing.method]) for each in lines),
        domain=_domain(party_id, did, lines),
        challenge=challenge.nonce if challenge else "",
        challenge_until=challenge.expires_at if challenge else None,
        next_name=_next_name(lines),
        hosting=keks.primary() is not None,
    )


def _is_to_list(line: KeyLine) -> bool:
    """A key of the party's own whose signatures count: one that was replaced belongs to it."""
    stands = line.standing.state in (State.IN_FORCE, State.REPLACED)
    return stands and not line.standing.hosted


def _domain(party_id: uuid.UUID, did: str, lines: tuple[KeyLine, ...]) -> Domain:
    named = dids.parse_did(did)
    own = {each.standing.method: each.standing.multikey for each in lines if _is_to_list(each)}
    last = voucher.newest(did=did)
    waiting = Job.objects.filter(
        party_id=party_id, kind="did-fetch", state__in=(JobState.READY, JobState.RUNNING)
    )
    return Domain(
        url=named.document_url,
        host=named.host,
        document=dids.document(did=did, methods=own),
        asking=waiting.exists(),
        at=last.fetched_at if last else None,
        trouble=last.trouble if last else "",
        index=_index(bytes(last.sha256)) if last else None,
    )


def _index(digest: bytes) -> int | None:
    head = log.published()
    rows = LogEntry.objects.filter(digest=digest, index__lt=head.size if head else 0)
    return rows.order_by("index").values_list("index", flat=True).first()


def _next_name(lines: tuple[KeyLine, ...]) -> str:
    taken = {each.standing.method.partition("#")[2] for each in lines}
    number = 1
    while f"key-{number}" in taken:
        number += 1
    return f"key-{number}"
