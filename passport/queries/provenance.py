"""What a bundle holds of some batteries for one reader: read, held against the log, not signed."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from passport.models import Attestation, LifecycleEvent, Party
from passport.proof import tree
from passport.proof.contents import Contents, Entry, ItemGroup, MemberGroup
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import issuer_salt, subject_hash
from passport.queries import attestation as attestations
from passport.queries import evidence, registration
from passport.queries import key as keys
from passport.queries.battery import several
from passport.queries.claims import NOTHING, Claims, claims
from passport.queries.evidence import damaged
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
        members = [each for one in self.joint.values() if (each := self._members(showing, one))]
        items = [rows for one in self.said.shown if (rows := self._items(showing, one))]
        self._check_begun(showing, members)
        listed = showing.listed()
        return Contents(
            batteries={
                each.identity: showing.last.get(each.identity, -1) for each in self.kin.asked
            },
            title=title,
            checkpoint=self.head.body,
            salts=showing.salts_of(also=[name for group in members for _, name in group.rows]),
            evidence=[Entry(each.index, each.data) for each in listed],
            evidence_nodes=evidence.proof(shown=listed, head=self.head),
            documents=showing.published(),
            items=items,
            members=members,
            components=self.kin.components(),
        )

    def _name_batteries(self, showing: Showing) -> None:
        """Those asked about with their whole chains; of their parts those that are signed for."""
        for each in self.kin.asked:
            showing.name(who=each.identity, salt=bytes(each.salt), whole=True)
        for claim in self.said.all:
            who = self.kin.identities[claim.battery_id] if claim.battery_id else ""
            if claim.battery_id and who not in showing.salts:
                showing.name(who=who, salt=self.kin.salts[claim.battery_id])

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
        """What was signed, and the keys of all who signed: their whole chains."""
        for each in self.said.shown:
            showing.show(digest=bytes(each.sha256), body=bytes(each.body), words=_words(each))
        for each in self.said.withheld:
            showing.withhold(digest=bytes(each.sha256), words=_words(each))
        for did in sorted({each.method.partition("#")[0] for each in self.said.all}):
            showing.name(who=did, salt=issuer_salt(did=did), whole=True)
            for body in (*keys.event_documents(dids=[did]), *keys.evidence_documents(dids=[did])):
                digest = hashlib.sha256(body).digest()
                showing.show(digest=digest, body=body, words=f"a key event of {did}")

    def _members(self, showing: Showing, joint: Registration) -> MemberGroup | None:
        """The batteries that were registered in one entry with others, proven under its root."""
        entry = showing.by_digest.get(joint.digest)
        if entry is None:
            return None
        found = registration.together(with_battery=joint.batteries[0])
        names = {self.kin.identities[each]: self.kin.salts[each] for each in joint.batteries}
        subjects = {subject_hash(salt=salt, subject=name): name for name, salt in names.items()}
        places = registration.places(subjects=subjects, among=found)
        fits = (found.count, found.root()) == (entry.leaf.count, entry.leaf.subject)
        if not fits or len(places) < len(names):
            raise damaged(
                f"the batteries registered with {min(names)} are not those that entry"
                f" {entry.index} is about: one was dropped, or its salt or its name was changed"
            )
        if found.count == 1:
            return None
        rows = tuple(sorted(places.items()))
        return MemberGroup(entry=entry.index, rows=rows, nodes=found.nodes(sorted(places)))

    def _items(self, showing: Showing, claim: Attestation) -> ItemGroup | None:
        """What a batch says of the batteries shown, under the root that its issuer signed."""
        digest, size = bytes(claim.sha256), claim.batch_size or 0
        rows = [(each.index, each.body) for each in self.said.items.get(claim.pk, ()) if each.body]
        if not rows or digest not in showing.by_digest:
            return None
        hashes = attestations.leaf_hashes(attestation_id=claim.pk)
        leaves = {index: tree.leaf_hash(item) for index, item in rows}
        read = tree.reader(tree.levels(hashes))
        nodes = tree.multi_path(indices=sorted(leaves), size=size, read=read)
        signed = bytes(claim.batch_root or b"")
        if tree.root_from_many(leaves=leaves, size=size, nodes=nodes) != signed:
            raise damaged(
                f"items of the batch {b64u_encode(digest)} are not those that were signed"
            )
        return ItemGroup(batch=digest, rows=tuple(sorted(rows)), nodes=tuple(nodes))

    def _check_begun(self, showing: Showing, members: Sequence[MemberGroup]) -> None:
        """Refuses NotPublishedYet for a battery whose registration the log has not published."""
        begun = {name for group in members for _, name in group.rows} | showing.last.keys()
        for each in self.kin.asked:
            if each.identity not in begun:
                raise NotPublishedYet(
                    f"{each.identity} was registered a moment ago; the log has not published it",
                    remedy="try again in some seconds, or leave it out",
                )


def _words(claim: Attestation) -> str:
    return f"the {claim.kind} by {claim.method}"
