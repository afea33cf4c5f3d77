"""What a bundle holds of some batteries for one reader: read, held against the log, not signed."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from passport.models import Party
from passport.proof import snapshot
from passport.proof.contents import Contents, Entry, Index, ItemGroup, MemberGroup, Previous
from passport.proof.leaf import subject_hash
from passport.proof.members import Members
from passport.queries import evidence, grouping, index, log, registration, timestamp
from passport.queries.battery import several
from passport.queries.bundle_documents import Documents
from passport.queries.claims import NOTHING, Claims, claims
from passport.queries.evidence import damaged
from passport.queries.genealogy import NOBODY, Family, family
from passport.queries.log import Published
from passport.queries.registration import Registration
from passport.queries.showing import Showing
from passport.rules.errors import Conflict

# An event or batch, whom it is about, the batch's id, and where its subjects are looked up.
_Look = Callable[[], Members] | None
_Source = tuple[bytes, tuple[uuid.UUID, ...], uuid.UUID | None, _Look]


class NotPublishedYet(Conflict):
    """A bundle shows what the log has published; of this battery that is nothing so far."""

    code = "not-published-yet"
    title = "The log has published nothing about it yet"


@dataclass
class Provenance:
    """Reads batteries, some at a time, with add(); contents() then makes a whole of them."""

    by: Party
    head: Published
    kin: Family = NOBODY
    said: Claims = NOTHING
    joint: dict[bytes, Registration] = field(default_factory=dict)

    def add(self, *, battery_ids: Sequence[uuid.UUID]) -> None:
        """Read batteries with all that is in them, and what was signed of it.

        Refuses NotFound, TooMuchInside.
        """
        kin = family(asked=several(battery_ids=battery_ids))
        said = claims(family=kin, by=self.by)
        self.kin = kin if self.kin is NOBODY else self.kin.joined(kin)
        self.said = said if self.said is NOTHING else self.said.joined(said)
        self._register(each.pk for each in kin.asked)

    def contents(self, *, title: str) -> Contents:
        """All about these batteries in the published log, as far as it is for the reader.

        Refuses Damaged, NotPublishedYet.
        """
        witnesses = self._witnesses()
        self._register(witnesses)
        documents = Documents(self.kin, self.said, self.joint, witnesses)
        showing = Showing(head=self.head)
        documents.name(showing)
        documents.show(showing)
        showing.gather()
        documents.check_upstream(showing)
        members, items = self._members(showing, witnesses), self._items(showing)
        self._check_begun(showing, members)
        also = {name for group in members for _, name in group.rows}
        rows = self._index(showing, also, witnesses)
        also |= self._joint_names(witnesses) if rows else set()
        previous = self._previous(showing)
        listed = showing.listed()
        return Contents(
            batteries={one.identity: showing.last.get(one.identity, -1) for one in self.kin.asked},
            title=title,
            checkpoint=self.head.body,
            previous=previous,
            salts=showing.salts_of(also=also),
            evidence=[Entry(each.index, each.data) for each in listed],
            evidence_nodes=evidence.proof(shown=listed, head=self.head),
            documents=showing.published(),
            items=items,
            members=members,
            components=self.kin.components(),
            index=rows,
            timestamps=timestamp.tokens(size=self.head.size),
        )

    def _register(self, batteries: Iterable[uuid.UUID]) -> None:
        for each in registration.registrations(batteries=list(batteries)):
            before = self.joint.get(each.digest)
            self.joint[each.digest] = each if before is None else before.joined(each)

    def _witnesses(self) -> set[uuid.UUID]:
        """Of each batch one battery: its row of the index tells what was taken back of it."""
        if index.newest(size=self.head.size) is None:
            return set()
        asked = {each.pk for each in self.kin.asked}
        found = set()
        for each in self.said.shown:
            inside = [one.battery_id for one in self.said.items.get(each.pk, ()) if one.body]
            if inside and not asked.intersection(inside):
                found.add(inside[0])
        return found

    def _joint_names(self, witnesses: Iterable[uuid.UUID]) -> set[str]:
        asked = (each.pk for each in self.kin.asked)
        return {self.kin.identities[each] for each in (*asked, *witnesses)}

    def _items(self, showing: Showing) -> list[ItemGroup]:
        said = self.said.items
        groups = (
            grouping.items(showing=showing, claim=each, said=said.get(each.pk, ()))
            for each in self.said.shown
        )
        return [each for each in groups if each is not None]

    def _members(self, showing: Showing, witnesses: set[uuid.UUID]) -> list[MemberGroup]:
        """Who was registered in one entry with others; whom a batch is about that is withheld."""
        names, salts = self.kin.identities, self.kin.salts
        wanted = witnesses.union(each.pk for each in self.kin.asked)
        found: dict[int, MemberGroup] = {}
        sources: list[_Source] = [
            (each.digest, each.batteries, None, _kept_by_event(each))
            for each in self.joint.values()
        ]
        for claim in (*self.said.shown, *self.said.withheld):
            said = self.said.items.get(claim.pk, ())
            bare = claim in self.said.withheld
            covered = tuple(
                one.battery_id
                for one in said
                if one.battery_id in wanted and (bare or not one.body)
            )
            if covered:
                look: _Look = partial(registration.in_batch, batch=claim.pk, witness=covered[0])
                sources.append((bytes(claim.sha256), covered, claim.pk, look))
        half_open = self._half_open()
        for digest, batteries, batch, kept_by in sources:
            for group in grouping.members(
                showing=showing,
                digest=digest,
                salts={names[each]: salts[each] for each in batteries},
                kept_by=kept_by,
                closed=batch in half_open,
            ):
                found.setdefault(group.entry, group)
        return [found[entry] for entry in sorted(found)]

    def _half_open(self) -> set[uuid.UUID | None]:
        """Batches that are shown with items that are not."""
        open_ones = {each.pk for each in self.said.shown}
        items = self.said.items.items()
        return {one for one, rows in items if one in open_ones and any(i.closed for i in rows)}

    def _index(self, showing: Showing, also: set[str], witnesses: set[uuid.UUID]) -> Index | None:
        """The newest snapshot's rows of all who are named.

        Refuses Damaged where a row names an entry that nobody has found.
        """
        joint = self._joint_names(witnesses)
        names = {
            subject_hash(salt=showing.salts[who], subject=who): who
            for who in {*showing.last, *also, *joint}
        }
        found = index.shown(subjects=list(names), size=self.head.size)
        if found is None:
            return None
        for _, data in found.index.rows:
            row = snapshot.decode_row(data)
            who = names.get(row.subject, "")
            last = (row.alone, row.shared) if who in joint else (row.alone,)
            lost = [each for each in last if each is not None and each not in showing.entries]
            if who and lost:
                raise damaged(f"by the index entry {lost[0]} is about {who}; no row tells of it")
        showing.add(body=found.document, words="the index snapshot")
        return found.index

    def _previous(self, showing: Showing) -> list[Previous]:
        found = log.previous(size=self.head.size)
        for each in found:
            showing.add(body=each.checkpoint, words="the log's older name", shown=False)
        return found

    def _check_begun(self, showing: Showing, members: Sequence[MemberGroup]) -> None:
        """Refuses NotPublishedYet for a battery whose registration the log has not published."""
        begun = {name for group in members for _, name in group.rows} | showing.last.keys()
        for each in self.kin.asked:
            if each.identity not in begun:
                raise NotPublishedYet(
                    f"{each.identity} was registered a moment ago; the log has not published it",
                    remedy="try again in some seconds, or leave it out",
                )


def _kept_by_event(joint: Registration) -> _Look:
    if joint.event_id is None:
        return None
    return partial(registration.in_event, event=joint.event_id, witness=joint.batteries[0])
