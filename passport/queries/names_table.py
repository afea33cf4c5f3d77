"""Claims to prefixes and domains as administrators see them, with what is ordered about each."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from passport.models import Document, NamingOrder, NamingRight, NamingState
from passport.rules.errors import NotFound

MOST = 200
_PAGE = 50


@dataclass(frozen=True)
class Claim:
    """A claim, whether a decision is being carried out, and why the last one was not."""

    right: NamingRight
    ordered: bool
    trouble: str


@dataclass(frozen=True)
class Table:
    waiting: tuple[Claim, ...]
    next: str
    proven: tuple[Claim, ...]
    failed: tuple[NamingOrder, ...]


def table(*, after: str = "") -> Table:
    """A page of what waits for a decision, oldest first, behind the claim `after`; what is proven;
    what could not be carried out. Refuses NotFound.
    """
    waiting = _of(NamingState.CLAIMED).order_by("id")
    if after:
        waiting = waiting.filter(id__gt=_cursor(after))
    rows = list(waiting[: _PAGE + 1])
    failed = NamingOrder.objects.filter(right__isnull=True).exclude(trouble="")
    return Table(
        waiting=_claims(rows[:_PAGE]),
        next=str(rows[_PAGE - 1].pk) if len(rows) > _PAGE else "",
        proven=_claims(_of(NamingState.PROVEN).order_by("-decided_at")[:MOST]),
        failed=tuple(failed.select_related("party").order_by("-ordered_at")[:20]),
    )


def find(*, right_id: uuid.UUID) -> NamingRight:
    """One claim of any party. Refuses NotFound."""
    found = NamingRight.objects.select_related("party").filter(pk=right_id).first()
    if found is None:
        raise NotFound("there is no such claim", remedy="go back to the list")
    return found


def paper(*, right_id: uuid.UUID) -> tuple[str, str, bytes]:
    """The document that came with a claim: media type, SHA-256 in hex, bytes. Refuses NotFound."""
    right = find(right_id=right_id)
    found = Document.objects.filter(sha256=right.document_sha256).first()
    if right.document_sha256 is None or found is None:
        raise NotFound("no document came with this claim", remedy="go back to the list")
    return found.media_type, bytes(found.sha256).hex(), bytes(found.content)


def _of(state: NamingState) -> QuerySet[NamingRight]:
    return NamingRight.objects.filter(state=state).select_related("party")


def _cursor(after: str) -> uuid.UUID:
    try:
        return uuid.UUID(after)
    except ValueError:
        raise NotFound("there is no such page", remedy="go back to the list") from None


def _claims(rows: Iterable[NamingRight]) -> tuple[Claim, ...]:
    rows = list(rows)
    orders = NamingOrder.objects.filter(right__in=[row.pk for row in rows]).order_by("ordered_at")
    return tuple(_claim(row, [each for each in orders if each.right_id == row.pk]) for row in rows)


def _claim(row: NamingRight, orders: Sequence[NamingOrder]) -> Claim:
    last = orders[-1] if orders else None
    return Claim(
        right=row,
        ordered=last is not None and last.done_at is None,
        trouble=last.trouble if last else "",
    )
