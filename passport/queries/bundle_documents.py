"""Which documents a bundle shows, and whom its entries are about."""

import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from passport.models import LifecycleEvent
from passport.proof import canonical
from passport.proof.encoding import b64u_decode
from passport.proof.upstream import named_by
from passport.queries import evidence
from passport.queries.claims import Claims, Item
from passport.queries.genealogy import Family
from passport.queries.registration import Registration
from passport.queries.showing import Showing

_BUILDS = re.compile(rb'"(upstream|materials)":')


@dataclass(frozen=True)
class Documents:
    """What was read of some batteries; `witnesses` stand for their batches before the index."""

    kin: Family
    said: Claims
    joint: Mapping[bytes, Registration]
    witnesses: Collection[uuid.UUID]

    def name(self, showing: Showing) -> None:
        """Name those asked about, the witnesses, and all whom something shown is about alone."""
        about = {each.pk for each in self.kin.asked}.union(self.witnesses)
        about |= {one.battery_id for one in self._erased()}
        claims = (*self.said.shown, *self.said.withheld)
        about |= {each.battery_id for each in claims if each.battery_id}
        for battery in about & self.kin.identities.keys():
            showing.name(who=self.kin.identities[battery], salt=self.kin.salts[battery])
        for thing in self.said.upstream:
            if thing.identity and thing.salt and thing.identity not in showing.salts:
                showing.name(who=thing.identity, salt=bytes(thing.salt), strange=True)

    def show(self, showing: Showing) -> None:
        """Show what happened to whom is named, what was signed, and what was taken back."""
        self._show_events(showing)
        self._show_claims(showing)
        for one in self._erased():
            words = f"what a batch says of {self.kin.identities[one.battery_id]}"
            showing.parts[one.leaf_hash] = words

    def check_upstream(self, showing: Showing) -> None:
        """Refuses Damaged where something that a claim builds upon has gone from the database."""
        bodies = [bytes(each.body) for each in self.said.shown]
        bodies += [bytes(each.body) for each in self.said.upstream]
        bodies += [one.body for rows in self.said.items.values() for one in rows]
        named = {digest for body in bodies if _BUILDS.search(body) for digest in _named(body)}
        evidence.check_shown(named=named, shown=showing.words, size=showing.head.size)

    def _show_events(self, showing: Showing) -> None:
        names = {
            battery: name for battery, name in self.kin.identities.items() if name in showing.salts
        }
        rows = LifecycleEvent.objects.filter(battery__in=names).order_by("id")
        columns = rows.values_list("battery_id", "kind", "body", "body_sha256")
        for battery, kind, body, digest in columns.iterator(chunk_size=2000):
            words = f"the event {kind} of {names[battery]}"
            showing.show(digest=bytes(digest), body=bytes(body), words=words)
        for each in self.joint.values():
            done = "what was built of" if each.event_id else "the registration of"
            words = f"{done} {self.kin.identities[each.batteries[0]]}"
            if each.erasure:
                showing.erase(digest=each.digest, fact=each.erasure, words=words)
            else:
                showing.show(digest=each.digest, body=each.body, words=words)

    def _show_claims(self, showing: Showing) -> None:
        shown = {each.pk for each in self.said.shown}
        for each in self.said.shown:
            words = f"the {each.kind} by {each.method}"
            showing.show(digest=bytes(each.sha256), body=bytes(each.body), words=words)
        for thing in self.said.upstream:
            words = f"the {thing.kind} by {thing.method}"
            if thing.body:
                showing.show(digest=bytes(thing.sha256), body=bytes(thing.body), words=words)
            else:
                # Erased; why, is for those whom the lot concerns.
                showing.withhold(digest=bytes(thing.sha256), words=words)
        for claim in self.said.withheld:
            words = f"the {claim.kind} by {claim.method}"
            showing.withhold(digest=bytes(claim.sha256), words=words)
        for back in self.said.withdrawals:
            digest, words = bytes(back.sha256), f"the withdrawal by {back.method}"
            if back.attestation_id in shown:
                showing.show(digest=digest, body=bytes(back.body), words=words)
            else:
                showing.withhold(digest=digest, words=words)

    def _erased(self) -> Iterator[Item]:
        """Items without content, of batches that have theirs: each was erased by itself."""
        batches = {each.pk: each for each in (*self.said.shown, *self.said.withheld)}
        for batch, rows in self.said.items.items():
            if batch in batches and bytes(batches[batch].body):
                yield from (one for one in rows if not (one.body or one.closed))


def _named(body: bytes) -> Iterator[bytes]:
    """What a credential, or an item of a batch, says that it builds upon."""
    said = canonical.loads(body)
    claims = said.get("credentialSubject", said) if isinstance(said, dict) else {}
    for each in (claims, claims.get("common")):
        if isinstance(each, dict):
            yield from (b64u_decode(digest, size=32) for digest in named_by(each))
