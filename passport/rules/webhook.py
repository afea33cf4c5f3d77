"""What is told to endpoints and under which names, to which addresses, how often, and until when.

Standard Webhooks 1.0.0: https://www.standardwebhooks.com. Here stand the kinds of messages, the
addresses that are called, the schedule, and what an answer means.
"""

import hashlib
import re
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from passport.rules.errors import Conflict, Malformed, Refusal
from passport.rules.lifecycle import EventKind

HAND_OVER_OFFERED = "hand_over.offered"
HAND_OVER_ANSWERED = "hand_over.answered"
SHIPMENT_OFFERED = "shipment.offered"
SHIPMENT_ANSWERED = "shipment.answered"
OFFER_PROPOSED = "offer.proposed"
OFFER_COUNTERED = "offer.countered"
OFFER_ACCEPTED = "offer.accepted"
OFFER_DECLINED = "offer.declined"
OFFER_EXPIRED = "offer.expired"
PLAN_FINISHED = "plan.finished"
STANDING_CHANGED = "sourcing.standing_changed"
# What is said to a party when it happens.
NEWS = (
    *(OFFER_PROPOSED, OFFER_COUNTERED, OFFER_ACCEPTED, OFFER_DECLINED, OFFER_EXPIRED),
    *(PLAN_FINISHED, STANDING_CHANGED),
)
# What has no entry in the log.
MOVES = (HAND_OVER_OFFERED, HAND_OVER_ANSWERED, SHIPMENT_OFFERED, SHIPMENT_ANSWERED, *NEWS)
RECALL_OPENED = "recall.opened"
RECALL_CLOSED = "recall.closed"
LIMITS_CHANGED = "battery.limits_changed"
TEST = "webhook.test"

# After these, what the energy feed of a battery says may be another.
_CHANGES_LIMITS = frozenset(
    {
        EventKind.HEALTH_READ,
        EventKind.REPAIRED,
        EventKind.REPLACED,
        EventKind.RETIRED,
        EventKind.REGRADED,
        EventKind.TREATED,
        EventKind.CORRECTED,
    }
)

MOST_BYTES = 20_480
MOST_ENDPOINTS = 20
# Former secrets that sign beside the one in force.
MOST_FORMER = 3
LONGEST_URL = 500
# Seconds before each try; the first is at once.
SCHEDULE_S = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_JITTER_PERMILLE = 100
MOST_RETRY_AFTER_S = 3_600
# Beyond the longest wait with its jitter, and some for a sender that was down.
_LONGEST_PAUSE = timedelta(seconds=2 * SCHEDULE_S[-1])
# A delivery is tried so often in all, whoever asks for it again.
MOST_TRIES = 100

_VISIBLE = re.compile(r"[!-~]+\Z")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\Z")
_LOOPBACK = ("localhost", "127.0.0.1")


class EndpointState(StrEnum):
    """Whether an endpoint is told anything."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"
    ENDED = "ENDED"


class DeliveryState(StrEnum):
    """How far a message has come."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Verdict(StrEnum):
    """What an answer means for the message and for its endpoint."""

    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    THROTTLED = "THROTTLED"
    GONE = "GONE"


class BadAddress(Malformed):
    """An address that is not called, whatever lies there."""

    code = "webhook-address"
    title = "This address cannot be called"


class UnknownKind(Malformed):
    """A kind of message that is never sent."""

    code = "webhook-kind"
    title = "No message is of this kind"


class EndpointEnded(Conflict):
    """An endpoint that was ended stays so."""

    code = "webhook-ended"
    title = "The endpoint was ended"


class TooManyEndpoints(Refusal):
    """A party has a bounded number of endpoints."""

    code = "webhook-endpoints"
    title = "There are as many endpoints as there may be"


class TriedTooOften(Refusal):
    """A delivery that was tried very often is not tried again."""

    code = "webhook-tries"
    title = "The message was sent too often"


class RotatedTooOften(Conflict):
    """So many former secrets are in force that another one would be too many."""

    code = "webhook-secrets"
    title = "The secret was changed too often"


class StillUnderWay(Conflict):
    """What waits to be sent is not asked for once more."""

    code = "webhook-waiting"
    title = "The message is on its way"


def of_event(kind: str) -> str:
    """The kind of message that tells of a lifecycle event."""
    return f"battery.{kind.lower()}"


KINDS = (
    *(of_event(kind) for kind in EventKind),
    *(LIMITS_CHANGED, *MOVES, RECALL_OPENED, RECALL_CLOSED),
)


def kinds_of_event(kind: str) -> tuple[str, ...]:
    """Every kind of message that one lifecycle event gives."""
    limits = (LIMITS_CHANGED,) if kind in _CHANGES_LIMITS else ()
    return (of_event(kind), *limits)


def check_kinds(kinds: Collection[str]) -> tuple[str, ...]:
    """The wanted kinds in their order, each once; none means all. Refuses UnknownKind."""
    unknown = sorted(set(kinds) - set(KINDS))
    if unknown:
        raise UnknownKind(
            f"no message is of the kind {unknown[0][:60]}",
            pointer="/kinds",
            remedy="choose from " + ", ".join(KINDS),
        )
    return tuple(kind for kind in KINDS if kind in kinds)


def wants(*, kinds: Collection[str], kind: str) -> bool:
    """Whether an endpoint that named these kinds is told of this one."""
    return not kinds or kind in kinds


def message_id(*, endpoint: uuid.UUID, kind: str, about: str) -> str:
    """The name of a message: the same for every try and every replay. [webhook-2]

    `about` is the index of the log entry, or the id of what has no entry.
    """
    said = f"{endpoint}|{kind}|{about}".encode()
    return "msg_" + hashlib.sha256(said).hexdigest()[:32]


def check_url(url: str, *, loopback: bool) -> str:
    """An https address of a name, at port 443 or a port above 1023. [webhook-1]

    `loopback` also lets http and numbers through, to this machine alone. Whether the name leads to
    an address that may be called is looked at when it is called. Refuses BadAddress.
    """
    if len(url) > LONGEST_URL or not _VISIBLE.match(url):
        raise _bad(f"the address is longer than {LONGEST_URL} or has other than visible ASCII")
    parts = _split(url)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None:
        raise _bad("the address holds a name or a password for signing in")
    if "#" in url:
        raise _bad("the address has a fragment, which no server is sent")
    if loopback and host in _LOOPBACK and parts.scheme in ("http", "https"):
        return url
    if parts.scheme != "https":
        raise _bad("the address does not begin with https://")
    _check_host(host)
    if parts.port is not None and parts.port != 443 and parts.port < 1_024:
        raise _bad(f"port {parts.port} belongs to something else than a receiver")
    return url


def next_try_s(*, tried: int, jitter_permille: int, retry_after_s: int | None) -> int | None:
    """Seconds until the next try after so many; None when there is none. [webhook-3]

    Some jitter keeps many from coming at once; Retry-After is obeyed up to an hour.
    """
    if tried >= len(SCHEDULE_S):
        return None
    usual = SCHEDULE_S[tried]
    wait = usual + usual * min(jitter_permille, MOST_JITTER_PERMILLE) // 1_000
    return max(wait, min(retry_after_s or 0, MOST_RETRY_AFTER_S))


def judge(status: int | None) -> Verdict:
    """What a status means: 2xx took it, 410 wants no more, some ask for time. [webhook-4]

    A redirect is a failure, since it is not followed. None is no answer.
    """
    if status is None:
        return Verdict.FAILED
    if 200 <= status < 300:
        return Verdict.DELIVERED
    if status == 410:
        return Verdict.GONE
    return Verdict.THROTTLED if status in (429, 502, 503, 504) else Verdict.FAILED


def retry_after(text: str | None, *, at: datetime) -> int | None:
    """The seconds that a Retry-After header asks for; None where it says nothing that is read."""
    if text is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return max(0, int((moment - at).total_seconds()))


def is_over(*, failing_since: datetime | None, at: datetime, days: int) -> bool:
    """Whether an endpoint has failed for so long that it is told nothing more. [webhook-5]"""
    return failing_since is not None and at - failing_since >= timedelta(days=days)


def failing_since(*, tries: Iterable[datetime]) -> datetime | None:
    """Since when every try has failed, of failed tries in their order. [webhook-5]

    Where longer than between any two tries nothing was sent, nothing had failed: it begins anew.
    """
    since = last = None
    for at in tries:
        if since is None or last is None or at - last > _LONGEST_PAUSE:
            since = at
        last = at
    return since


def _bad(detail: str) -> BadAddress:
    return BadAddress(
        detail, pointer="/url", remedy="give an address such as https://example.com/hooks"
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _bad(f"the address cannot be read: {error}") from error
    return parts


def _check_host(host: str) -> None:
    last = host.rpartition(".")[2]
    if not _NAME.match(host) or "." not in host:
        raise _bad("the address names no host on the Internet")
    # Every way of writing an IPv4 address ends in a number, and no top-level domain is one.
    if last.isdecimal() or last.startswith("0x"):
        raise _bad("the address names a host by number, for which nobody has a certificate")
