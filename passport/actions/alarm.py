"""Raises alarms about names, each for the parties concerned, and takes their answer."""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions.event import stamp
from passport.models import Alarm, Party, Scan, ScanMark
from passport.models.ids import new_id
from passport.postgres import alarms as rows
from passport.postgres.alarms import Raised
from passport.proof import canonical
from passport.queries import alarm as queries
from passport.queries.alarm import Unregistered
from passport.rules import alarm as rule
from passport.rules.alarm import MOST_SINGLE, AlarmKind, AlarmState, Leap
from passport.rules.wording import check_line

log = logging.getLogger(__name__)
# Scans are written by a process that may lag behind; looking at one twice changes nothing.
_UNREGISTERED = AlarmKind.UNREGISTERED.value
_OVERLAP = timedelta(minutes=5)
_FIRST_LOOK = timedelta(hours=1)


def raise_clashes(*, identities: Sequence[str], by: Party, at: datetime) -> None:
    """Tell both sides that two makers want one name: that they do, and when; not who. [alarm-4]

    More than MOST_SINGLE in one go are told by their number. The caller holds the transaction.
    """
    found = rows.clashing_owners(identities=identities, claimant=by.pk)
    more = max(0, len(found) - MOST_SINGLE)
    told = {"at": stamp(at)} | ({"more": more} if more else {})
    raised: list[Raised] = []
    for identity, owner, battery in sorted(found)[:MOST_SINGLE]:
        yours = _words(told | {"yours": "registered before"})
        theirs = _words(told | {"yours": "refused"})
        raised.append((AlarmKind.CLASH.value, owner, identity, battery, 1, yours, at))
        raised.append((AlarmKind.CLASH.value, by.pk, identity, None, 1, theirs, at))
    _raise(raised, sums=True)


@transaction.atomic
def watch(*, at: datetime) -> int:
    """Look at what was scanned since the last time; how many alarms were raised or went on.

    Doing it twice, or twice at once, changes nothing. Only the system's role can.
    """
    mark = ScanMark.objects.select_for_update().filter(pk=1).first()
    since = (mark.looked_at if mark else at - _FIRST_LOOK) - _OVERLAP
    named = queries.scanned(since=since, registered=True)
    others = queries.scanned(since=since, registered=False)
    raised = _unregistered(queries.unregistered(names=others.names))
    for identity, battery in queries.registered(names=named.names).items():
        leap = rule.too_fast(
            sightings=queries.sightings(identity=identity, until=at), limits=queries.limits()
        )
        if leap is not None:
            concerned = {battery.maker_id, battery.unit.holder_id}
            raised += [
                (
                    AlarmKind.TOO_FAST.value,
                    each,
                    identity,
                    battery.pk,
                    1,
                    _leap_words(leap),
                    leap.after.at,
                )
                for each in sorted(concerned)
            ]
    _raise(raised, sums=False)
    # The next look begins where this one left off, however much comes in between.
    left = [each.more_from + _OVERLAP for each in (named, others) if each.more_from]
    ScanMark.objects.update_or_create(pk=1, defaults={"looked_at": min([at, *left])})
    return len(raised)


def forget_scans(*, at: datetime, keep: timedelta) -> int:
    """Drop the scans that are older than `keep`; how many. Alarms about them stay."""
    return Scan.objects.filter(at__lt=at - keep).delete()[0]


@transaction.atomic
def dismiss(*, alarm_id: uuid.UUID, reason: str, who: str, by: Party, at: datetime) -> Alarm:
    """The party has looked: what it found, and who of it did. [alarm-3]

    It is dismissed for this party alone. Refuses NotFound, BadWording, AlreadyDismissed.
    """
    check_line(text=reason, pointer="/reason")
    check_line(text=who, pointer="/who", most=120)
    found = Alarm.objects.select_for_update().filter(pk=alarm_id, party=by).first()
    if found is None:
        found = queries.by_id(alarm_id=alarm_id)
    rule.check_dismissal(state=found.state)
    found.state, found.reason = AlarmState.DISMISSED, reason
    found.dismissed_by, found.dismissed_at = who, at
    found.save(update_fields=["state", "reason", "dismissed_by", "dismissed_at"])
    return found


def _unregistered(found: Iterable[Unregistered]) -> list[Raised]:
    """One alarm a name, up to MOST_SINGLE a party; the rest by their prefix or domain."""
    raised: list[Raised] = []
    by_owner: dict[uuid.UUID, list[Unregistered]] = {}
    for each in found:
        by_owner.setdefault(each.owner_id, []).append(each)
    for owner, names in by_owner.items():
        single = queries.single_alarms(party_id=owner, kind=AlarmKind.UNREGISTERED)
        rest: dict[str, tuple[int, datetime]] = {}
        for each in sorted(names, key=lambda each: each.identity):
            if each.identity not in single and len(single) >= MOST_SINGLE:
                many, last = rest.get(each.stem, (0, each.last_at))
                rest[each.stem] = (many + 1, max(last, each.last_at))
                continue
            single.add(each.identity)
            words = _words({"scanned": each.count, "last": stamp(each.last_at)})
            raised.append(
                (_UNREGISTERED, owner, each.identity, None, each.count, words, each.last_at)
            )
        for stem, (many, last) in rest.items():
            words = _words({"names": many})
            raised.append((_UNREGISTERED, owner, stem, None, many, words, last))
    return raised


def _leap_words(leap: Leap) -> str:
    return _words(
        {
            "before": {"at": stamp(leap.before.at), "place": rule.in_words(sighting=leap.before)},
            "after": {"at": stamp(leap.after.at), "place": rule.in_words(sighting=leap.after)},
            "km": leap.km,
            "minutes": leap.minutes,
            "limits": queries.limits().version,
        }
    )


def _words(told: Mapping[str, object]) -> str:
    return canonical.encode(dict(told)).decode()


def _raise(raised: Sequence[Raised], *, sums: bool) -> None:
    rows.raise_all(ids=[new_id() for _ in raised], alarms=raised, sums=sums)
    if raised:
        log.warning(
            "alarms", extra={"alarms": len(raised), "kinds": sorted({r[0] for r in raised})}
        )
