"""What makers attest of the serials of a project: their credentials, and items with their proof.

Packs are shown, and the attestations that they build upon; of a batch of cells its credential
alone, with the root that its maker signed: so a thousand packs stay small.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from passport.models import Attestation, Battery, Level, Party
from passport.proof import batch, canonical, credential, tree
from passport.proof.contents import ItemGroup
from passport.proof.credential import BATCH, ORIGIN, Credential
from passport.proof.encoding import b64u_decode
from passport.proof.upstream import named_by
from passport.queries.attestation import batch_reader
from passport.queries.claims import NOTHING, Claims, claims
from passport.queries.evidence import damaged
from passport.queries.genealogy import Family
from passport.rules.sourcing_filing import Origin, attested

# Some 20 MB of items; of more serials the first are shown.
MOST_SHOWN = 50_000
_AT_ONCE = 500


@dataclass(frozen=True)
class Origins:
    """Signed documents by their digest; items of batches; serial → who attests it."""

    documents: Mapping[bytes, bytes]
    groups: Sequence[ItemGroup]
    attested: Mapping[str, Origin]


def origins_of(*, serials: Iterable[str], by: Party) -> Origins:
    """What the acting party reads of the origin of serials. Refuses Damaged."""
    said = NOTHING
    wanted = islice(serials, MOST_SHOWN)
    while some := list(islice(wanted, _AT_ONCE)):
        packs = Battery.objects.filter(serial__in=some).exclude(level=Level.CELL)
        kept = tuple(packs.order_by("id"))
        if kept:
            found = claims(family=Family(asked=kept, inner=()), by=by)
            said = found if said is NOTHING else said.joined(found)
    return _shown(said)


def _shown(said: Claims) -> Origins:
    back = {each.attestation_id for each in said.withdrawals if each.items is None}
    rows = {bytes(each.sha256): each for each in said.shown if each.body and each.pk not in back}
    read = {digest: credential.read(bytes(each.body)) for digest, each in rows.items()}
    own = {digest: each for digest, each in read.items() if _is_origin(each)}
    for thing in said.upstream:
        if thing.body and thing.withdraws is None:
            read.setdefault(bytes(thing.sha256), credential.read(bytes(thing.body)))
    groups = {digest: group for digest in own if (group := _group(rows[digest], said)) is not None}
    return Origins(
        documents={
            digest: each.data
            for digest, each in read.items()
            if digest in own or digest not in rows
        },
        groups=[groups[digest] for digest in sorted(groups)],
        attested=attested(_told(own, groups, read)),
    )


def _is_origin(signed: Credential) -> bool:
    return signed.kind == ORIGIN or (signed.kind == BATCH and batch.item_type_of(signed) == ORIGIN)


def _group(row: Attestation, said: Claims) -> ItemGroup | None:
    """The items of a batch that are shown, under the root that was signed. Refuses Damaged."""
    rows = tuple((each.index, each.body) for each in said.items.get(row.pk, ()) if each.body)
    if row.batch_size is None or not rows:
        return None
    leaves = {index: tree.leaf_hash(item) for index, item in rows}
    reader = batch_reader(attestation=row, indices=leaves)
    nodes = tuple(tree.multi_path(indices=sorted(leaves), size=row.batch_size, read=reader))
    root = tree.root_from_many(leaves=leaves, size=row.batch_size, nodes=nodes)
    if root != bytes(row.batch_root or b""):
        raise damaged(f"items of the batch {row.pk} are not those that were signed")
    return ItemGroup(batch=bytes(row.sha256), rows=rows, nodes=nodes)


def _told(
    own: Mapping[bytes, Credential],
    groups: Mapping[bytes, ItemGroup],
    read: Mapping[bytes, Credential],
) -> Iterator[tuple[bytes, Mapping[str, object], Origin]]:
    for digest, signed in own.items():
        if signed.kind == ORIGIN:
            yield digest, signed.subject, _origin(signed, signed.subject, read)
            continue
        common = batch.common_of(signed)
        for _, data in groups[digest].rows if digest in groups else ():
            item = canonical.loads(data)
            claimed = {**common, **(item if isinstance(item, dict) else {})}
            yield digest, claimed, _origin(signed, claimed, read)


def _origin(
    signed: Credential, claimed: Mapping[str, object], read: Mapping[bytes, Credential]
) -> Origin:
    named = {*named_by(claimed), *named_by(signed.subject)}
    found = (read.get(b64u_decode(each, size=32)) for each in named)
    return Origin(signed.issuer, frozenset(each.issuer for each in found if each is not None))
