"""What a bundle holds of some batteries for one reader: read, held against the log, not signed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from passport.models import Attestation, LifecycleEvent, Party
from passport.proof.contents import Contents, Entry, Index, ItemGroup, MemberGroup, Previous
from passport.proof.leaf import subject_hash
from passport.queries import evidence, grouping, index, log, registration, timestamp
from passport.queries.attestation import Upstream
from passport.queries.battery import several
from passport.queries.claims import NOTHING, Claims, claims
from passport.queries.genealogy import NOBODY, Family, family
from passport.queries.log import Published
from passport.queries.registration import Registration
from passport.queries.showing import Showing
from passport.rules.errors import Conflict


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
        self.kin = self.kin.joined(kin)
        self.said = self.said.joined(claims(family=kin, by=self.by))
        for each in registration.registrations(batteries=[one.pk for one in kin.asked]):
            before = self.joint.get(each.digest)
            self.joint[each.digest] = each if before is None else before.joined(each)

    def contents(self, *, title: str) -> Contents:
        """All about these batteries in the published log, as far as it is for the reader.

        Refuses Damaged, NotPublishedYet.
        """
        showing = Showing(head=self.head)
        self._name_batteries(showing)
        self._show_events(showing)
        self._show_claims(showing)
        showing.gather()
        members, items = self._members(showing), self._items(showing)
        self._check_begun(showing, members)
        rows, previous = self._index(showing), self._previous(showing)
        also = {name for group in members for _, name in group.rows}
        also |= {each.identity for each in self.kin.asked} if rows else set()
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

    def _name_batteries(self, showing: Showing) -> None:
        """Those asked about with their whole chains; of the rest whom entries are about."""
        for each in self.kin.asked:
            showing.name(who=each.identity, salt=bytes(each.salt), whole=True)
        erased = [
            one.battery_id for rows in self.said.items.values() for one in rows if not one.body
        ]
        signed = [one.battery_id for one in (*self.said.shown, *self.said.withheld)]
        for battery in (*erased, *signed):
            if battery and self.kin.identities[battery] not in showing.salts:
                showing.name(who=self.kin.identities[battery], salt=self.kin.salts[battery])
        for thing in self.said.upstream:
            if thing.identity and thing.salt and thing.identity not in showing.salts:
                showing.name(who=thing.identity, salt=bytes(thing.salt))

    def _show_events(self, showing: Showing) -> None:
        names = {each.pk: each.identity for each in self.kin.asked}
        rows = LifecycleEvent.objects.filter(battery__in=names).order_by("id")
        columns = rows.values_list("battery_id", "kind", "body", "body_sha256")
        for battery, kind, body, digest in columns.iterator(chunk_size=2000):
            words = f"the event {kind} of {names[battery]}"
            showing.show(digest=bytes(digest), body=bytes(body), words=words)
        for each in self.joint.values():
            words = f"the registration of {names[each.batteries[0]]}"
            showing.show(digest=each.digest, body=each.body, words=words)

    def _show_claims(self, showing: Showing) -> None:
        """What was signed, what it builds upon, and what was taken back of it."""
        shown = {each.pk for each in self.said.shown}
        signed: tuple[Attestation | Upstream, ...] = (*self.said.shown, *self.said.upstream)
        for each in signed:
            words = f"the {each.kind} by {each.method}"
            showing.show(digest=bytes(each.sha256), body=bytes(each.body), words=words)
        for claim in self.said.withheld:
            words = f"the {claim.kind} by {claim.method}"
            showing.withhold(digest=bytes(claim.sha256), words=words)
        for back in self.said.withdrawals:
            digest, words = bytes(back.sha256), f"the withdrawal by {back.method}"
            if back.attestation_id in shown:
                showing.show(digest=digest, body=bytes(back.body), words=words)
            else:
                showing.withhold(digest=digest, words=words)
        batches = {each.pk: bytes(each.body) for each in (*self.said.shown, *self.said.withheld)}
        for batch, rows in self.said.items.items():
            for one in rows:
                if not one.body and batches.get(batch):
                    said = f"what a batch says of {self.kin.identities[one.battery_id]}"
                    showing.parts[one.leaf_hash] = said

    def _items(self, showing: Showing) -> list[ItemGroup]:
        return [
            group
            for each in self.said.shown
            if (
                group := grouping.items(
                    showing=showing, claim=each, said=self.said.items.get(each.pk, ())
                )
            )
        ]

    def _members(self, showing: Showing) -> list[MemberGroup]:
        """Who was registered in one entry with others; whom a batch is about that is withheld."""
        names, salts = self.kin.identities, self.kin.salts
        asked = {each.pk for each in self.kin.asked}
        found: dict[int, MemberGroup] = {}
        sources = [
            (each.digest, each.batteries, grouping.registered(witness=each.batteries[0]))
            for each in self.joint.values()
        ]
        for claim in self.said.withheld:
            inside = [one.battery_id for one in self.said.items.get(claim.pk, ())]
            covered = tuple(one for one in inside if one in asked)
            if covered:
                read = grouping.attested(batch=claim.pk, witness=covered[0])
                sources.append((bytes(claim.sha256), covered, read))
        for digest, batteries, read in sources:
            for group in grouping.members(
                showing=showing,
                digest=digest,
                salts={names[each]: salts[each] for each in batteries},
                read=read,
            ):
                found.setdefault(group.entry, group)
        return [found[entry] for entry in sorted(found)]

    def _index(self, showing: Showing) -> Index | None:
        """The newest snapshot's rows of those asked about and of everybody whose keys are shown."""
        wanted = [*(each.identity for each in self.kin.asked), *showing.issuers()]
        subjects = [subject_hash(salt=showing.salts[who], subject=who) for who in wanted]
        found = index.shown(subjects=subjects, size=self.head.size)
        if found is None:
            return None
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
