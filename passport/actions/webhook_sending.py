"""Sends what waits for endpoints of webhooks: leased, sent by many hands, and its end written down.

A process that dies in the middle leaves leases that run out; what it had sent, or had not, is sent
again under the same id, by which a receiver knows it.
"""

import ipaddress
import logging
import secrets
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from passport.actions import notice, webhook_post, webhook_secret
from passport.actions.webhook_post import SECONDS, Answer
from passport.audit.fetch import Reach
from passport.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from passport.postgres import locks
from passport.proof.envelope import Kek
from passport.proof.errors import ProofError
from passport.queries import webhook_keks
from passport.rules.webhook import (
    MOST_JITTER_PERMILLE,
    MOST_RETRY_AFTER_S,
    SCHEDULE_S,
    DeliveryState,
    EndpointState,
    Verdict,
    failing_since,
    is_over,
    judge,
    next_try_s,
    retry_after,
)
from passport.rules.webhook_signature import headers

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=2 * SECONDS)
WINDOW = timedelta(seconds=40)
HANDS = 16
# So many at once to one endpoint, and to all of one party: who hangs leaves hands for the others.
AT_ONCE = 2
OF_ONE_PARTY = 4
# A receiver that asks for time without saying how much is left alone so long, all its messages.
_HOLD_S = 5
TIDIED_AT_ONCE = 5_000
_SEALED_S = 60
DISABLED = "batterypassport/webhook-disabled/v1"
_LOST = "whoever sent it was lost before it was known how it went"
_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


@dataclass(frozen=True)
class Leased:
    """A message in this process's hands; `token` says that it still is."""

    delivery: WebhookDelivery
    token: int
    url: str
    headers: Mapping[str, str]


def run(*, clock: Callable[[], datetime], window: timedelta = WINDOW) -> int:
    """Send what is due until nothing is, or the window ends; how many tries were made.

    One process at a time does; another call returns at once. Only the system's role can.
    """
    with locks.held(locks.WEBHOOKS) as mine:
        if not mine:
            return 0
        with ThreadPoolExecutor(max_workers=HANDS) as pool:
            return _rounds(pool, clock, clock() + window)


def _rounds(pool: ThreadPoolExecutor, clock: Callable[[], datetime], until: datetime) -> int:
    flying: dict[Future[Answer], Leased] = {}
    sent = 0
    while True:
        if clock() < until:
            for each in lease(at=clock(), flying=flying.values()):
                flying[pool.submit(_send, each)] = each
        if not flying:
            return sent
        done, _ = wait(flying, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            _end(flying.pop(future), future.result(), at=clock())
            sent += 1


def _end(leased: Leased, answer: Answer, *, at: datetime) -> None:
    try:
        settle(leased=leased, answer=answer, at=at)
    # Its lease runs out, and it is sent again; those that fly beside it are other parties'.
    except Exception:
        log.exception("webhook not settled", extra={"delivery": str(leased.delivery.pk)})


def lease(*, at: datetime, flying: Iterable[Leased] = ()) -> list[Leased]:
    """Take messages that are due for LEASE, as many as there are hands for."""
    rows = [each.delivery for each in flying]
    busy = Counter(each.endpoint_id for each in rows)
    parties = Counter(each.party_id for each in rows)
    found, keks = [], None
    with transaction.atomic():
        for row in _due(at, busy, parties)[: HANDS - len(rows)]:
            if busy[row.endpoint_id] >= AT_ONCE or parties[row.party_id] >= OF_ONE_PARTY:
                continue
            keks = webhook_keks.ring() if keks is None else keks
            taken = _take(row, keks, at)
            if taken is not None:
                busy[row.endpoint_id] += 1
                parties[row.party_id] += 1
                found.append(taken)
    # A crash from here on leaves the leases to run out.
    return found


def _due(
    at: datetime, busy: Counter[uuid.UUID], parties: Counter[uuid.UUID]
) -> QuerySet[WebhookDelivery]:
    full = [endpoint for endpoint, count in busy.items() if count >= AT_ONCE]
    sated = [party for party, count in parties.items() if count >= OF_ONE_PARTY]
    rows = WebhookDelivery.objects.select_for_update(skip_locked=True, of=("self",))
    return (
        rows.filter(state=DeliveryState.WAITING, next_at__lte=at)
        .filter(Q(lease_until__isnull=True) | Q(lease_until__lt=at))
        .filter(endpoint__state=EndpointState.ACTIVE)
        .filter(Q(endpoint__held_until__isnull=True) | Q(endpoint__held_until__lte=at))
        .exclude(endpoint__in=full)
        .exclude(party__in=sated)
        .select_related("endpoint")
        .order_by("next_at", "id")
    )


def _take(row: WebhookDelivery, keks: Mapping[str, Kek], at: datetime) -> Leased | None:
    mine = WebhookDelivery.objects.filter(pk=row.pk)
    try:
        keys = webhook_secret.opened(endpoint=row.endpoint, keks=keks, at=at)
    except ProofError as error:
        # The operator's trouble and not the receiver's: it costs no try.
        log.error("webhook secret stays sealed", extra={"endpoint": str(row.endpoint_id)})
        later = at + timedelta(seconds=_SEALED_S)
        mine.update(next_at=later, last_error=f"its secret does not open: {error.code}")
        return None
    if row.lease_until is not None and not _goes_on(row, at):
        return None
    token = row.attempts + 1
    mine.update(attempts=token, lease_until=at + LEASE)
    told = headers(
        secrets=keys,
        message_id=row.message_id,
        timestamp=int(at.timestamp()),
        body=bytes(row.body),
    )
    return Leased(delivery=row, token=token, url=row.endpoint.url, headers=told)


def _goes_on(row: WebhookDelivery, at: datetime) -> bool:
    """Note a try whose sender was lost; a message that is lost each time is given up."""
    _note(row, number=row.attempts, answer=Answer(None, _LOST), at=at)
    if row.attempts - row.round_start < len(SCHEDULE_S):
        return True
    WebhookDelivery.objects.filter(pk=row.pk).update(
        state=DeliveryState.FAILED, settled_at=at, lease_until=None, last_error=_LOST
    )
    return False


def _send(leased: Leased) -> Answer:
    """Touches no row: it runs beside the one that has the connection to the database."""
    own = _LOOPBACK if settings.PASSPORT_WEBHOOK_LOOPBACK else ()
    trusted = (*settings.PASSPORT_WEBHOOK_NETWORKS, *own)
    try:
        return webhook_post.post(
            url=leased.url,
            headers=leased.headers,
            body=bytes(leased.delivery.body),
            reach=Reach(networks=trusted, ca_file=settings.PASSPORT_WEBHOOK_CA),
        )
    # Whatever went wrong belongs in the row; else one message would stop all others.
    except Exception as error:
        log.exception("webhook not sent", extra={"delivery": str(leased.delivery.pk)})
        return Answer(None, f"it could not be sent ({type(error).__name__})")


@transaction.atomic
def settle(*, leased: Leased, answer: Answer, at: datetime) -> Verdict | None:
    """Write down how a try went, and what follows; None when another has the message by now."""
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk=leased.delivery.endpoint_id)
    rows = WebhookDelivery.objects.select_for_update()
    row = rows.filter(pk=leased.delivery.pk, attempts=leased.token, state=DeliveryState.WAITING)
    delivery = row.first()
    if delivery is None:
        log.warning("webhook lease lost", extra={"delivery": str(leased.delivery.pk)})
        return None
    verdict = judge(answer.status)
    _note(delivery, number=leased.token, answer=answer, at=at)
    delivery.lease_until, delivery.last_status = None, answer.status
    delivery.last_error = "" if verdict is Verdict.DELIVERED else _words(answer)
    if verdict is Verdict.DELIVERED:
        delivery.state, delivery.settled_at = DeliveryState.DELIVERED, at
    else:
        _put_off(delivery, verdict, answer, at)
    delivery.save(
        update_fields=[
            *("state", "next_at", "lease_until", "last_status", "last_error", "settled_at"),
        ]
    )
    _judge_endpoint(endpoint, verdict, answer, at)
    log.info(
        "webhook tried",
        extra={"delivery": str(delivery.pk), "verdict": verdict.value, "status": answer.status},
    )
    return verdict


def _put_off(delivery: WebhookDelivery, verdict: Verdict, answer: Answer, at: datetime) -> None:
    wait_s = next_try_s(
        tried=delivery.attempts - delivery.round_start,
        jitter_permille=secrets.randbelow(MOST_JITTER_PERMILLE + 1),
        retry_after_s=_asked_for(verdict, answer, at),
    )
    if wait_s is None or verdict is Verdict.GONE:
        delivery.state, delivery.settled_at = DeliveryState.FAILED, at
    else:
        delivery.next_at = at + timedelta(seconds=wait_s)


def _judge_endpoint(
    endpoint: WebhookEndpoint, verdict: Verdict, answer: Answer, at: datetime
) -> None:
    if endpoint.state == EndpointState.ENDED:
        return  # It was ended while this was on its way, and stays as it was then.
    if verdict is Verdict.DELIVERED:
        endpoint.failing_since = endpoint.held_until = None
    else:
        endpoint.failing_since = endpoint.failing_since or at
        if verdict is Verdict.THROTTLED:
            asked = min(_asked_for(verdict, answer, at) or _HOLD_S, MOST_RETRY_AFTER_S)
            endpoint.held_until = at + timedelta(seconds=asked)
        _give_up(endpoint, verdict, answer, at)
    endpoint.save(update_fields=["state", "reason", "failing_since", "held_until"])


def _give_up(endpoint: WebhookEndpoint, verdict: Verdict, answer: Answer, at: datetime) -> None:
    days = settings.PASSPORT_WEBHOOK_FAIL_DAYS
    over = is_over(failing_since=endpoint.failing_since, at=at, days=days)
    if over:
        endpoint.failing_since = failing_since(tries=_tries(endpoint))
        over = is_over(failing_since=endpoint.failing_since, at=at, days=days)
    if endpoint.state != EndpointState.ACTIVE or not (over or verdict is Verdict.GONE):
        return
    endpoint.state = EndpointState.DISABLED
    endpoint.reason = (
        "the receiver answered 410: it wants no more"
        if verdict is Verdict.GONE
        else f"nothing came through for {days} days; last: {_words(answer)}"
    )[:300]
    # Nobody can say later that it was told what it was not.
    content = {"endpoint": str(endpoint.pk), "nextIndex": endpoint.next_index}
    words = notice.words(form=DISABLED, content=content, at=at)
    notice.enter(kind="event", body=words, at=at, kept_as="webhook")
    log.warning("webhook disabled", extra={"endpoint": str(endpoint.pk)})


def _tries(endpoint: WebhookEndpoint) -> Iterable[datetime]:
    """The moments at which it was tried since it began to fail."""
    tries = WebhookAttempt.objects.filter(delivery__endpoint=endpoint)
    rows = tries.filter(at__gte=endpoint.failing_since).order_by("at")
    return rows.values_list("at", flat=True).iterator()


def _asked_for(verdict: Verdict, answer: Answer, at: datetime) -> int | None:
    return retry_after(answer.retry_after, at=at) if verdict is Verdict.THROTTLED else None


def _words(answer: Answer) -> str:
    return answer.error or f"the receiver answered {answer.status}"


def _note(delivery: WebhookDelivery, *, number: int, answer: Answer, at: datetime) -> None:
    WebhookAttempt.objects.create(
        delivery=delivery,
        party_id=delivery.party_id,
        number=number,
        at=at,
        took_ms=answer.took_ms,
        status=answer.status,
        error=answer.error,
    )


def tidy(*, at: datetime, keep: timedelta) -> int:
    """Drop what was settled longer ago than `keep`, with its tries; how many messages.

    What waits for an endpoint that was ended is given up.
    """
    waiting = WebhookDelivery.objects.filter(state=DeliveryState.WAITING)
    waiting.filter(endpoint__state=EndpointState.ENDED).update(
        state=DeliveryState.FAILED, settled_at=at, last_error="the endpoint was ended"
    )
    gone = 0
    while ids := _old(at - keep):
        with transaction.atomic():
            WebhookAttempt.objects.filter(delivery__in=ids).delete()
            WebhookDelivery.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


def _old(before: datetime) -> list[uuid.UUID]:
    rows = WebhookDelivery.objects.filter(settled_at__lt=before).order_by("settled_at")
    return list(rows.values_list("pk", flat=True)[:TIDIED_AT_ONCE])
