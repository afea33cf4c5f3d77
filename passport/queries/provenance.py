"""What a bundle holds of some batteries for one reader: read, held against the log, not signed."""

import hashlib
from collections.abc import Sequence

from passport.models import Attestation, Battery, LifecycleEvent, Party
from passport.proof import tree
from passport.proof.contents import Contents, Entry, ItemGroup, MemberGroup
from passport.proof.encoding import b64u_encode
from passport.proof.leaf import issuer_salt, subject_hash
from passport.queries import attestation as attestations
from passport.queries import evidence, registration
from passport.queries import key as keys
from passport.queries.claims import Claims, claims
from passport.queries.evidence import damaged
from passport.queries.genealogy import Family, family
from passport.queries.log import Published
from passport.queries.registration import Registration
from passport.queries.showing import Showing
from passport.rules.errors import Conflict


class NotPublishedYet(Conflict):
    """A bundle shows what the log has published; of this battery that is nothing so far."""

    code = "not-published-yet"
    title = "The log has published nothing about it yet"


def contents(*, batteries: Sequence[Battery], title: str, by: Party, head: Published) -> Contents:
    """All about these batteries in the published log, as far as it is for the reader.

    Refuses Damaged, NotPublishedYet, TooMuchInside.
    """
    kin = family(asked=batteries)
    said = claims(family=kin, by=by)
    joint = registration.registrations(batteries=[each.pk for each in batteries])
    showing = Showing(head=head)
    _name_batteries(showing, kin, said)
    _show_events(showing, batteries, joint)
    _show_claims(showing, said)
    showing.gather()
    members = [each for one in joint if (each := _members(showing, one, kin))]
    items = [rows for one in said.shown if (rows := _items(showing, one, said))]
    _check_begun(showing, kin, members, items)
    listed = showing.listed()
    return Contents(
        batteries={each.identity: showing.last.get(each.identity, -1) for each in batteries},
        title=title,
        checkpoint=head.body,
        salts=showing.salts_of(also=[name for group in members for _, name in group.rows]),
        evidence=[Entry(each.index, each.data) for each in listed],
        evidence_nodes=evidence.proof(shown=listed, head=head),
        documents=showing.published(),
        items=items,
        members=members,
        components=kin.components(),
    )


def _name_batteries(showing: Showing, kin: Family, said: Claims) -> None:
    """Those asked about with their whole chains; of their parts those that somebody signed for."""
    for each in kin.asked:
        showing.name(who=each.identity, salt=bytes(each.salt), whole=True)
    for claim in (*said.shown, *said.withheld):
        if claim.battery_id is not None and kin.identities[claim.battery_id] not in showing.salts:
            showing.name(who=kin.identities[claim.battery_id], salt=kin.salts[claim.battery_id])


def _show_events(
    showing: Showing, batteries: Sequence[Battery], joint: Sequence[Registration]
) -> None:
    names = {each.pk: each.identity for each in batteries}
    rows = LifecycleEvent.objects.filter(battery__in=names).order_by("id")
    columns = rows.values_list("battery_id", "kind", "body", "body_sha256")
    for battery, kind, body, digest in columns.iterator(chunk_size=2000):
        words = f"the event {kind} of {names[battery]}"
        showing.show(digest=bytes(digest), body=bytes(body), words=words)
    for each in joint:
        words = f"the registration of {names[each.batteries[0]]}"
        showing.show(digest=each.digest, body=each.body, words=words)


def _show_claims(showing: Showing, said: Claims) -> None:
    """What was signed, and the keys of all who signed: their whole chains."""
    for each in said.shown:
        showing.show(digest=bytes(each.sha256), body=bytes(each.body), words=_words(each))
    for each in said.withheld:
        showing.withhold(digest=bytes(each.sha256), words=_words(each))
    issuers = {each.method.partition("#")[0] for each in (*said.shown, *said.withheld)}
    for did in sorted(issuers):
        showing.name(who=did, salt=issuer_salt(did=did), whole=True)
        for body in (*keys.event_documents(dids=[did]), *keys.evidence_documents(dids=[did])):
            digest = hashlib.sha256(body).digest()
            showing.show(digest=digest, body=body, words=f"a key event of {did}")


def _words(claim: Attestation) -> str:
    return f"the {claim.kind} by {claim.method}"


def _members(showing: Showing, joint: Registration, kin: Family) -> MemberGroup | None:
    """The batteries that were registered in one entry with others, proven under its root."""
    entry = showing.by_digest.get(joint.digest)
    if entry is None:
        return None
    found = registration.together(with_battery=joint.batteries[0])
    names = {
        subject_hash(salt=kin.salts[each], subject=kin.identities[each]): kin.identities[each]
        for each in joint.batteries
    }
    places = registration.places(subjects=names, among=found)
    fits = (found.count, found.root()) == (entry.leaf.count, entry.leaf.subject)
    if not fits or len(places) < len(names):
        raise damaged(
            f"the batteries registered with {min(names.values())} are not those"
            f" that entry {entry.index} is about: one was dropped, or its salt or name changed"
        )
    if found.count == 1:
        return None
    return MemberGroup(
        entry=entry.index, rows=tuple(sorted(places.items())), nodes=found.nodes(sorted(places))
    )


def _items(showing: Showing, claim: Attestation, said: Claims) -> ItemGroup | None:
    """What a batch says of the batteries shown, proven under the root that its issuer signed."""
    digest, size = bytes(claim.sha256), claim.batch_size or 0
    rows = [(each.index, each.body) for each in said.items.get(claim.pk, ()) if each.body]
    if not rows or digest not in showing.by_digest:
        return None
    hashes = attestations.leaf_hashes(attestation_id=claim.pk)
    leaves = {index: tree.leaf_hash(item) for index, item in rows}
    nodes = tree.multi_path(
        indices=sorted(leaves), size=size, read=tree.reader(tree.levels(hashes))
    )
    if tree.root_from_many(leaves=leaves, size=size, nodes=nodes) != bytes(claim.batch_root or b""):
        raise damaged(f"items of the batch {b64u_encode(digest)} are not those that were signed")
    return ItemGroup(batch=digest, rows=tuple(rows), nodes=tuple(nodes))


def _check_begun(
    showing: Showing, kin: Family, members: Sequence[MemberGroup], items: Sequence[ItemGroup]
) -> None:
    """Refuses NotPublishedYet for a battery whose registration the log has not published."""
    begun = {name for group in members for _, name in group.rows} | showing.last.keys()
    for each in kin.asked:
        if each.identity not in begun:
            raise NotPublishedYet(
                f"{each.identity} was registered a moment ago; the log has not published it yet",
                remedy="try again in some seconds, or leave it out",
            )
