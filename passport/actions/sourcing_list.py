"""Takes in lists of specified entities, looks for those of the register on them, and decides."""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from passport.actions import sourcing_standing
from passport.models import ListMatch, ListSnapshot, MatchDecision, Party, SourcingEntity
from passport.queries import sourcing_list as queries
from passport.queries.sourcing_register import entities_at
from passport.queries.sourcing_rules import newest
from passport.rules.errors import Conflict, Malformed
from passport.rules.sourcing_register import Decision
from passport.rules.sourcing_screening import check_reason, read_list, screen


class NoSuchList(Malformed):
    """The rule set knows no list of that name."""

    code = "sourcing-no-such-list"
    title = "No list of this name counts"


class RetrievedInFuture(Malformed):
    """A list cannot have been retrieved on a day that has not come."""

    code = "sourcing-retrieved-in-future"
    title = "That day has not come"


class DecidedAlready(Conflict):
    """The same was decided of this match before."""

    code = "sourcing-decided-already"
    title = "This was decided already"


@transaction.atomic
def take_in(
    *,
    list_id: str,
    content: bytes,
    retrieved_on: date,
    who: str,
    by: Party,
    at: datetime,
    source: str = "",
) -> ListSnapshot:
    """Keep a list as it was retrieved, and look for every entity of the register on it.

    The same bytes again change nothing. Refuses NotAKeepersRegister, NoSuchList,
    RetrievedInFuture, NotAList, BadEntry or Several of them.
    """
    sourcing_standing.hold(by=by)
    _check_list(list_id, retrieved_on, at)
    entries = read_list(content=content)
    digest = hashlib.sha256(content).digest()
    kept = ListSnapshot.objects.filter(owner=by, list_id=list_id, sha256=digest).first()
    if kept is not None:
        return kept
    made = ListSnapshot.objects.create(
        owner=by,
        list_id=list_id,
        sha256=digest,
        content=content,
        entries=len(entries),
        retrieved_on=retrieved_on,
        source=source,
        recorded_by=who,
        recorded_at=at,
    )
    _match(made, entities_at(owner=by, as_of=at.date()), at=at)
    sourcing_standing.look_again(by=by, at=at)
    return made


@transaction.atomic
def decide(
    *,
    match_id: uuid.UUID,
    decision: Decision,
    reason: str,
    who: str,
    by: Party,
    at: datetime,
) -> MatchDecision:
    """Say of a match whether the two are one, and why; OPEN takes a decision back.

    It holds for later snapshots of the list, too. Refuses NotAKeepersRegister, NotFound, NoReason,
    DecidedAlready.
    """
    sourcing_standing.hold(by=by)
    match = queries.by_id(owner=by, match_id=match_id)
    check_reason(reason=reason)
    same = MatchDecision.objects.filter(
        owner=by,
        list_id=match.snapshot.list_id,
        entity=match.entity,
        listed_name=match.listed_name,
    )
    last = same.order_by("id").last()
    if last is not None and last.decision == decision:
        raise DecidedAlready(
            f"{last.reviewer} decided so: {last.reason}", remedy="decide otherwise, or leave it"
        )
    made = MatchDecision.objects.create(
        owner=by,
        list_id=match.snapshot.list_id,
        entity=match.entity,
        listed_name=match.listed_name,
        decision=decision,
        reason=reason.strip(),
        reviewer=who,
        recorded_at=at,
    )
    sourcing_standing.look_again(by=by, at=at)
    return made


def look_for(*, entities: Sequence[SourcingEntity], by: Party, at: datetime) -> None:
    """Look for some entities on the newest lists of the register. The caller holds the register."""
    for each in queries.newest_snapshots(owner=by, as_of=at.date()):
        _match(each, entities, at=at)


def _match(snapshot: ListSnapshot, entities: Iterable[SourcingEntity], *, at: datetime) -> None:
    names = {each.key: (each.name, *each.also_called) for each in entities}
    found = screen(names=names, entries=read_list(content=bytes(snapshot.content)))
    # One entry may stand on a list twice from the same day on: it is one match.
    ListMatch.objects.bulk_create(
        [
            ListMatch(
                owner_id=snapshot.owner_id,
                snapshot=snapshot,
                entity=each.entity,
                own_name=each.own_name,
                listed_name=each.listed_name,
                score=each.score,
                since=each.entry.since,
                until=each.entry.until,
                found_at=at,
            )
            for each in found
        ],
        ignore_conflicts=True,
    )


def _check_list(list_id: str, retrieved_on: date, at: datetime) -> None:
    rules = newest()
    if rules.entity_list(list_id) is None:
        raise NoSuchList(
            f'the rule set {rules.id} names no list "{list_id[:40]}"',
            pointer="/list_id",
            remedy="name one of: " + ", ".join(each.id for each in rules.lists),
        )
    if retrieved_on > at.date():
        raise RetrievedInFuture(
            f"{retrieved_on} is after today", pointer="/retrieved_on", remedy="check the day"
        )
