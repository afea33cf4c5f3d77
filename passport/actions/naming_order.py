"""What administrators decide about prefixes and domains: ordered in pages, done by the worker."""

import logging
import uuid
from datetime import datetime

from django.db import transaction

from passport.actions import naming_right
from passport.models import NamingOrder, NamingRight, NamingState, NamingVerdict
from passport.postgres import people
from passport.queries import tenancy
from passport.queries.tenancy import Seat
from passport.rules.errors import Conflict, Malformed, Refusal
from passport.rules.wording import check_line

log = logging.getLogger(__name__)


class OrderedAlready(Conflict):
    """One decision about a name waits at a time."""

    code = "ordered-already"
    title = "A decision is being carried out"


@transaction.atomic
def order(*, right_id: uuid.UUID, verdict: str, reason: str, seat: Seat) -> None:
    """Decide a claim, as an administrator; the claimant reads the reason.

    Refuses BadWording, Malformed, OrderedAlready.
    """
    check_line(text=reason, pointer="/reason")
    if verdict not in NamingVerdict.values:
        raise Malformed("nothing is decided", pointer="/verdict", remedy="accept or refuse")
    tenancy.take_seat(seat)
    if people.call("order naming", right_id, verdict, reason, None)["made"] is None:
        raise OrderedAlready(
            "a decision about this name is being carried out already",
            remedy="load this page again in a few seconds",
        )


@transaction.atomic
def accept_applied(*, application_id: uuid.UUID, kind: str, paper: bytes, seat: Seat) -> None:
    """Accept the name that an approved application gives, by a paper of it. Refuses Malformed."""
    tenancy.take_seat(seat)
    if people.call("order applied name", application_id, kind, paper)["made"] is None:
        raise Malformed("the paper is none of this application", remedy="choose one of the list")


def carry_out(*, at: datetime) -> int:
    """Do what was ordered, one transaction an order; how many were done. As the system."""
    waiting = NamingOrder.objects.filter(done_at__isnull=True).order_by("ordered_at")
    return sum(_do(pk, at=at) for pk in waiting.values_list("pk", flat=True)[:100])


@transaction.atomic
def _do(pk: uuid.UUID, *, at: datetime) -> bool:
    rows = NamingOrder.objects.select_for_update(of=("self",), skip_locked=True)
    wanted = rows.select_related("party", "ordered_by").filter(pk=pk, done_at__isnull=True).first()
    if wanted is None:
        return False
    trouble = ""
    try:
        with transaction.atomic():
            _decide(wanted, at=at)
    except Refusal as refusal:
        # Said to the administrator and to the party; ordering it again is theirs.
        trouble = refusal.detail
    # A crash before this commit leaves the order waiting and nothing decided.
    NamingOrder.objects.filter(pk=pk).update(done_at=at, trouble=trouble[:255])
    log.info("name decided", extra={"order": str(pk), "trouble": trouble})
    return True


def _decide(wanted: NamingOrder, *, at: datetime) -> None:
    right_id = wanted.right_id or _claim(wanted, at=at)
    if wanted.verdict == NamingVerdict.ACCEPT:
        naming_right.accept(
            right_id=right_id,
            operator=wanted.ordered_by.name,
            reason=wanted.reason,
            document_sha256=bytes(wanted.document_sha256) if wanted.document_sha256 else None,
            at=at,
        )
        return
    refuses = wanted.verdict == NamingVerdict.REFUSE
    decide = naming_right.refuse if refuses else naming_right.revoke
    decide(right_id=right_id, operator=wanted.ordered_by.name, reason=wanted.reason, at=at)


def _claim(wanted: NamingOrder, *, at: datetime) -> uuid.UUID:
    there = NamingRight.objects.filter(
        party=wanted.party, kind=wanted.kind, value=wanted.value, state=NamingState.CLAIMED
    ).first()
    made = there or naming_right.claim(kind=wanted.kind, value=wanted.value, by=wanted.party, at=at)
    return made.pk
