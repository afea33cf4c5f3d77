"""Mails one-time links: the worker makes the token, so that the web never sees it."""

import logging
import smtplib
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, Q

from passport.actions.token import new_token
from passport.models import LinkKind, OneTimeLink

log = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 8
# What a letter is about, and what it leads to.
_WORDS: Final = {
    LinkKind.ADMINISTRATOR: ("Administer the battery passport", "become an administrator"),
    LinkKind.PERSON: ("An account for the battery passport", "open your account"),
    LinkKind.MEMBER: ("Act for {party} in the battery passport", "act for {party}"),
    LinkKind.RESET: ("A new password for the battery passport", "set a new password"),
}
_BODY: Final = """\
With this link you can {what}. It works once, until {until} UTC:

  {address}

If you did not expect it, leave it alone: without the link nothing changes.
"""


def send_waiting(*, address: str, at: datetime) -> int:
    """Send what waits, one transaction a letter; how many went. `address` is the service's own.

    A letter that cannot be sent is tried again, later each time, eight times.
    """
    waiting = (
        OneTimeLink.objects.filter(_due(at)).order_by("issued_at").values_list("pk", flat=True)
    )
    return sum(_send(pk, address=address, at=at) for pk in waiting[:100])


def _due(at: datetime) -> Q:
    rested = Q(attempts=0)
    for tried in range(1, MOST_ATTEMPTS):
        rested |= Q(attempts=tried, issued_at__lte=at - timedelta(seconds=20 * 2**tried))
    return rested & Q(
        by_mail=True, sent_at__isnull=True, used_at__isnull=True, revoked_at__isnull=True,
        expires_at__gt=at,
    )  # fmt: skip


def _send(pk: uuid.UUID, *, address: str, at: datetime) -> bool:
    try:
        with transaction.atomic():
            return _write(pk, address=address, at=at)
    except (OSError, smtplib.SMTPException) as error:
        # The token went with the transaction: whatever was mailed of it opens nothing.
        log.warning("letter not sent", extra={"link": str(pk), "error": str(error)})
        OneTimeLink.objects.filter(pk=pk).update(
            attempts=F("attempts") + 1, last_error=str(error)[:255]
        )
        return False


def _write(pk: uuid.UUID, *, address: str, at: datetime) -> bool:
    rows = OneTimeLink.objects.select_for_update(of=("self",), skip_locked=True)
    link = rows.select_related("party").filter(_due(at), pk=pk).first()
    if link is None:
        return False
    token = new_token()
    OneTimeLink.objects.filter(pk=pk).update(
        token_sha256=token.digest, sent_at=at, last_error="", attempts=F("attempts") + 1
    )
    title, what = _WORDS[LinkKind(link.kind)]
    party = link.party.name if link.party else ""
    body = _BODY.format(
        what=what.format(party=party),
        until=f"{link.expires_at:%d %b %Y %H:%M}",
        address=f"{address}/link?token={token.text}",
    )
    # A crash after this leaves a letter whose link opens nothing; another one follows.
    send_mail(title.format(party=party), body, None, [link.email])
    log.info("letter sent", extra={"link": str(pk), "kind": link.kind})
    return True
