"""Records events of EPCIS, many at once: each once, those of other people's batteries not at all.

1. whose the batteries are that the events name; they stay so until the transaction ends;
2. what is known of the events: the same again changes nothing, other contents are refused;
3. what each means for its battery, where the state of that allows it;
4. the rows of all, with an entry in the log each;
5. error declarations take effect, these and those that came before their events.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from passport.actions import epcis_declarations, epcis_taking_back, outbox
from passport.actions.attempt import Tried
from passport.actions.epcis_bodies import Bodies, utc
from passport.actions.epcis_reading import Read
from passport.actions.event import EventIdReused
from passport.models import HealthReading, Party
from passport.models.ids import new_ids
from passport.postgres import capturing
from passport.postgres.capturing import Known, Named, Row, literal
from passport.proof.leaf import subjects_root
from passport.queries.health import newest_of
from passport.rules.custody import NotTheHolder
from passport.rules.epcis_meaning import Meaning
from passport.rules.errors import Conflict, Refusal
from passport.rules.health import Reading, check_reading
from passport.rules.lifecycle import NEXT, EventKind, State, check_moment

# What is said of several batteries at once: nothing that changes the state of one.
_OF_SEVERAL = (EventKind.OBSERVED, EventKind.INCIDENT, EventKind.REPAIRED)


class ErasedEvent(Conflict):
    """What was erased on lawful demand is not recorded again under the same id."""

    code = "epcis-erased"
    title = "The content of the event was erased"


@dataclass
class Kept:
    """What became of some events: ids of 16 bytes by place, and why others were refused."""

    fresh: dict[int, bytes] = field(default_factory=dict)
    same: dict[int, bytes] = field(default_factory=dict)
    refused: dict[int, Refusal] = field(default_factory=dict)
    uris: list[str] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)


def keep(
    *, events: Sequence[Read], by: Party, at: datetime, capture: uuid.UUID | None, whole: bool
) -> Kept:
    """Record these events; with `whole` all of them or, where one is refused, none.

    The caller holds the transaction, for which app.party is `by`, rolls it back where `whole` has
    refusals, and keeps what was `tried` of other people's batteries.
    """
    capturing.begin()
    work = _Work(by=by, at=at, capture=capture)
    work.look(events)
    for each in events:
        try:
            work.take(each)
        except Refusal as refusal:
            work.kept.refused[each.place] = refusal
    if whole and work.kept.refused:
        return work.kept
    work.write()
    return work.kept


class _Work:
    """Some events of one party on their way into the tables."""

    def __init__(self, *, by: Party, at: datetime, capture: uuid.UUID | None) -> None:
        self.by, self.at, self.capture = by, at, capture
        self.kept = Kept()
        self.bodies = Bodies(by=by, at=at)
        self.rows: list[Row] = []
        self.backs: list[tuple[Read, bool]] = []
        self.taken: dict[bytes, tuple[Read, bytes]] = {}
        self.readings: list[HealthReading] = []
        self.states: dict[bytes, str] = {}
        self.now = utc(at)
        self.nobody = outbox.subject_of_party(party=by)

    def look(self, events: Sequence[Read]) -> None:
        """Ask the database all that the events depend on. [1, 2]"""
        self.ids = new_ids(len(events))
        self.named = capturing.named(names={name for each in events for name in each.names})
        self.known = capturing.known(recorder=self.by.pk, ids={each.id for each in events})
        read = [
            uuid.UUID(bytes=named.id)
            for each in events
            if each.meaning.reading is not None
            for name in each.names
            if (named := self.named.get(name)) is not None
        ]
        newest = newest_of(battery_ids=list(set(read))) if read else {}
        self.newest: dict[bytes, Reading] = {key.bytes: each for key, each in newest.items()}

    def take(self, read: Read) -> None:
        """Make the rows of an event. [2, 3] Refuses EventIdReused, ErasedEvent, NotTheHolder, and
        what rules.lifecycle.check_moment refuses.
        """
        if self._is_known(read):
            return
        about = self._named_in(read)
        if not self._is_free(read, about):
            self.backs.append((read, len(about) > 1))
            return
        self._check_moment(read, about)
        key = next(self.ids)
        kind = self._kind(read, about)
        if len(about) > 1:
            body, apart = self.bodies.several(read, kind=kind, members=about)
        else:
            body = self.bodies.one(read, kind=kind, about=about[0] if about else None)
            apart = None
        self.rows.append(self._row(read, key=key, kind=kind, about=about, body=body, apart=apart))
        self.taken[read.id] = read, key
        self.kept.fresh[read.place] = key
        if kind is EventKind.HEALTH_READ:
            self._measure(read, about[0], key)

    def _is_known(self, read: Read) -> bool:
        """Whether the very same was recorded before, or stands further up in this document."""
        mine = self.taken.get(read.id)
        if mine is not None:
            known = Known(read.id, mine[1], mine[0].hash, stands=True)
        elif read.id in self.known:
            known = self.known[read.id]
        else:
            return False
        if not known.stands:
            raise ErasedEvent(
                f"the content of {read.uri} was erased",
                pointer="/eventID",
                remedy="take it out of your queue; what was erased is not recorded again",
            )
        if known.hash is None or bytes(known.hash) != read.hash:
            raise EventIdReused(
                f"you have recorded something else as {read.uri}",
                pointer="/eventID",
                remedy="give each event an id of its own; correct one by an errorDeclaration",
            )
        self.kept.same[read.place] = known.id
        return True

    def _check_moment(self, read: Read, about: Sequence[Named]) -> None:
        day = read.happened[:10]
        for each in about:
            # Its day in the earliest zone is this one or the next: mostly, this one will do.
            if read.happened > self.now or day < each.manufactured_on.isoformat():
                check_moment(
                    happened_at=datetime.fromisoformat(read.happened),
                    recorded_at=self.at,
                    manufactured_on=each.manufactured_on,
                    pointer="/eventTime",
                )

    def _named_in(self, read: Read) -> list[Named]:
        found: dict[bytes, Named] = {}
        for name in read.names:
            one = self.named.get(name)
            if one is not None:
                found[one.id] = one
        return list(found.values())

    def _is_free(self, read: Read, about: Sequence[Named]) -> bool:
        """Whether the party may record of all of them; not so, it may take back what it said."""
        foreign = [each for each in about if not each.may]
        if foreign and read.declaration and epcis_declarations.is_own(uri=read.uri, by=self.by):
            return False
        if foreign:
            refusal = NotTheHolder(
                f"{foreign[0].identity} is in another party's hands",
                remedy="ask the holder to record it, or to hand the battery over to you",
            )
            digest = hashlib.sha256(read.text.encode()).digest()
            key = uuid.UUID(bytes=read.id)
            self.kept.tried += [
                Tried(uuid.UUID(bytes=each.id), each.identity, key, digest, refusal)
                for each in foreign
            ]
            raise refusal
        return True

    def _kind(self, read: Read, about: Sequence[Named]) -> EventKind:
        """The native kind, where there is one and the state of each battery allows it. [3]"""
        meaning = read.meaning
        kind = meaning.kind
        if kind is EventKind.OBSERVED or not about:
            return EventKind.OBSERVED
        if len(about) > 1 and kind not in _OF_SEVERAL:
            return EventKind.OBSERVED
        if meaning.inside and not _goes_in(read, about[0]):
            return EventKind.OBSERVED
        after = [NEXT[State(self.states.get(each.id, each.state))].get(kind) for each in about]
        if None in after or not self._is_sound(meaning, about[0]):
            return EventKind.OBSERVED
        for each, state in zip(about, after, strict=True):
            if state is not None and state != self.states.get(each.id, each.state):
                self.states[each.id] = state.value
        return kind

    def _is_sound(self, meaning: Meaning, battery: Named) -> bool:
        """A reading that no battery can have is kept in its words and counts for nothing."""
        if meaning.reading is None:
            return True
        previous = self.newest.get(battery.id)
        earlier = previous is not None and previous.measured_at < meaning.reading.measured_at
        try:
            check_reading(
                meaning.reading,
                now=self.at,
                manufactured_on=battery.manufactured_on,
                previous=previous if earlier else None,
            )
        except Refusal:
            return False
        return True

    def _measure(self, read: Read, battery: Named, key: bytes) -> None:
        reading = read.meaning.reading
        assert reading is not None  # noqa: S101 - of HEALTH_READ there is one
        self.newest[battery.id] = reading
        self.readings.append(
            HealthReading(
                battery_id=uuid.UUID(bytes=battery.id), event_id=uuid.UUID(bytes=key),
                recorder=self.by,
                soh=reading.soh, soh_low=reading.soh_low, soh_high=reading.soh_high,
                method=reading.method.value, source=reading.source,
                measured_at=reading.measured_at, recorded_at=self.at,
            )
        )  # fmt: skip

    def _row(
        self,
        read: Read,
        *,
        key: bytes,
        kind: EventKind,
        about: Sequence[Named],
        body: bytes,
        apart: bytes | None,
    ) -> Row:
        subjects = [
            outbox.subject_of(salt=each.salt or b"", subject=each.identity) for each in about
        ]
        one = about[0].id if len(about) == 1 else None
        return Row(
            id=key, event_id=read.id, kind=kind.value, battery=one,
            members="" if one else "{" + ",".join(each.id.hex() for each in about) + "}",
            happened=read.happened, body=body, digest=hashlib.sha256(body).digest(), uri=read.uri,
            declares=int(read.declaration), hash=read.hash, type=read.type,
            terms=literal(read.terms), measured=read.measured, apart=apart,
            subjects=len(subjects) or 1,
            subject=subjects_root(subjects) if subjects else self.nobody,
        )  # fmt: skip

    def write(self) -> None:
        """Write all rows, and let declarations take effect. [4, 5]"""
        said = [row for row in self.rows if not row.declares]
        self._keep(said)
        HealthReading.objects.bulk_create(self.readings, batch_size=1000)
        capturing.states(after=list(self.states.items()))
        epcis_declarations.catch_up(uris=[row.uri for row in said], by=self.by, at=self.at)
        self._keep([row for row in self.rows if row.declares and self._takes_effect(row)])
        for read, several in self.backs:
            self._take_back(read, several=several)

    def _take_back(self, read: Read, *, several: bool) -> None:
        taking = epcis_taking_back.Taking(by=self.by, at=self.at, capture=self.capture)
        try:
            with transaction.atomic():
                key, fresh = taking.back(read, several=several)
        except Refusal as refusal:
            self.kept.refused[read.place] = refusal
        else:
            (self.kept.fresh if fresh else self.kept.same)[read.place] = key

    def _takes_effect(self, row: Row) -> bool:
        read, _ = self.taken[row.event_id]
        said = epcis_declarations.Said(read.uri, read.hash, read.terms)
        try:
            with transaction.atomic():
                epcis_declarations.declare(said=said, by=self.by, at=self.at)
        except Refusal as refusal:
            del self.kept.fresh[read.place]
            self.kept.refused[read.place] = refusal
            return False
        return True

    def _keep(self, rows: Sequence[Row]) -> None:
        capturing.keep(rows=rows, recorder=self.by.pk, capture=self.capture, at=self.at)


def _goes_in(read: Read, battery: Named) -> bool:
    """Whether the battery is what goes in, and into something that is no battery known here."""
    return read.joins and read.names[0] != battery.name
