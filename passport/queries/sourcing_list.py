"""Lists as they were retrieved, who was found on them, and what was decided of each match."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from passport.models import ListMatch, ListSnapshot, MatchDecision, Party
from passport.queries.battery import unknown
from passport.queries.sourcing_project import end_of
from passport.rules.sourcing_names import SAME
from passport.rules.sourcing_party import Listed, Snapshot
from passport.rules.sourcing_register import Decision

Key = tuple[str, str, str]  # list, entity, listed name


@dataclass(frozen=True)
class Matched:
    """A match with the newest snapshot in which it stands, and what was decided of it.

    `until` is the day on which the entry ended, or on which a later snapshot no longer had it.
    """

    match: ListMatch
    decision: Decision
    reason: str = ""
    reviewer: str = ""
    until: date | None = None

    @property
    def open(self) -> bool:
        """Whether somebody still has to decide."""
        return self.decision is Decision.OPEN


def newest_snapshots(*, owner: Party, as_of: date) -> Sequence[ListSnapshot]:
    """The newest snapshot of each list that was recorded by the end of a day, without its bytes."""
    rows = ListSnapshot.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    return list(
        rows.defer("content")
        .order_by("list_id", "-retrieved_on", "-recorded_at", "-id")
        .distinct("list_id")
    )


def all_snapshots(*, owner: Party) -> Sequence[ListSnapshot]:
    """Every snapshot of a register, the newest first, without their bytes."""
    return list(ListSnapshot.objects.filter(owner=owner).defer("content").order_by("-id"))


def snapshots_at(*, owner: Party, as_of: date) -> tuple[Snapshot, ...]:
    """The newest snapshots as a rule reads them."""
    return tuple(
        Snapshot(
            list_id=each.list_id,
            sha256=bytes(each.sha256).hex(),
            retrieved_on=each.retrieved_on,
            entries=each.entries,
        )
        for each in newest_snapshots(owner=owner, as_of=as_of)
    )


def matches_at(*, owner: Party, as_of: date) -> Sequence[Matched]:
    """Who is on a list, or is like somebody on it, with what was decided by a day.

    A match whose names are the same counts as confirmed until somebody says otherwise. Who stood on
    an earlier snapshot stood there until the next one without the entry was retrieved: a company is
    tested on a day, and leaves no list by a shorter one.
    """
    next_on = _next_on(owner, as_of)
    rows = (
        ListMatch.objects.filter(snapshot__in=list(next_on), found_at__lt=end_of(as_of))
        .select_related("snapshot")
        .defer("snapshot__content")
        .order_by("-score", "entity", "listed_name", "since")
    )
    order = {id: place for place, id in enumerate(next_on)}
    last: dict[tuple[object, ...], ListMatch] = {}
    for row in rows:
        key = (row.snapshot.list_id, row.entity, row.listed_name, row.since)
        if key not in last or order[row.snapshot_id] > order[last[key].snapshot_id]:
            last[key] = row
    kept = {row.pk for row in last.values()}
    decided = _decisions(owner, as_of)
    return [_matched(row, decided, next_on[row.snapshot_id]) for row in rows if row.pk in kept]


def _next_on(owner: Party, as_of: date) -> Mapping[uuid.UUID, date | None]:
    """Each snapshot that was recorded by the end of a day, the oldest of a list first, with the day
    on which the next one of its list was retrieved; None for the newest.
    """
    rows = ListSnapshot.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    kept = list(
        rows.order_by("list_id", "retrieved_on", "recorded_at", "id").values_list(
            "id", "list_id", "retrieved_on"
        )
    )
    found: dict[uuid.UUID, date | None] = {}
    for place, (id, list_id, _) in enumerate(kept):
        after = kept[place + 1] if place + 1 < len(kept) else None
        found[id] = after[2] if after is not None and after[1] == list_id else None
    return found


def listed_at(*, owner: Party, as_of: date) -> tuple[Listed, ...]:
    """The same as a rule reads it, dismissed matches too: they do not decide, and are shown."""
    return tuple(
        Listed(
            entity=each.match.entity,
            list_id=each.match.snapshot.list_id,
            listed_name=each.match.listed_name,
            since=each.match.since,
            until=each.until,
            snapshot_sha256=bytes(each.match.snapshot.sha256).hex(),
            retrieved_on=each.match.snapshot.retrieved_on,
            decision=each.decision.value,
            reason=each.reason,
            reviewer=each.reviewer,
            score=each.match.score,
        )
        for each in matches_at(owner=owner, as_of=as_of)
    )


def by_id(*, owner: Party, match_id: uuid.UUID) -> ListMatch:
    """A match of a register. Refuses NotFound."""
    rows = ListMatch.objects.select_related("snapshot").defer("snapshot__content")
    found = rows.filter(owner=owner, pk=match_id).first()
    if found is None:
        raise unknown("match")
    return found


def _decisions(owner: Party, as_of: date) -> Mapping[Key, MatchDecision]:
    rows = MatchDecision.objects.filter(owner=owner, recorded_at__lt=end_of(as_of))
    return {(row.list_id, row.entity, row.listed_name): row for row in rows.order_by("id")}


def _matched(row: ListMatch, decided: Mapping[Key, MatchDecision], gone_on: date | None) -> Matched:
    until = min((each for each in (row.until, gone_on) if each is not None), default=None)
    said = decided.get((row.snapshot.list_id, row.entity, row.listed_name))
    if said is not None:
        return Matched(row, Decision(said.decision), said.reason, said.reviewer, until)
    decision = Decision.CONFIRMED if row.score == SAME else Decision.OPEN
    return Matched(row, decision, until=until)
