"""One signature for a whole production batch: a credential over the root of salted items.

The tree is that of RFC 9162; a leaf is the canonical bytes of one item. What all items share
stands once in the credential, as ``common``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from passport.proof import canonical, kinds, tree
from passport.proof.credential import ACCESS_SETS, BATCH, CONTEXTS, ORIGIN, SALT_BYTES, Credential
from passport.proof.encoding import b64u_decode, b64u_encode
from passport.proof.errors import BadBatch, BadCredential, BadEncoding, NotStrictJson

MAX_ITEMS = 2**20
MAX_ITEM_BYTES = 4096
TREE = "RFC9162_SHA256"
_NOTHING: Mapping[str, object] = MappingProxyType({})
_MULTIHASH_SHA256 = b"\x12\x20"


@dataclass(frozen=True)
class Batch:
    """The items of a batch as canonical bytes, and the tree over them."""

    items: tuple[bytes, ...]
    rows: tuple[tuple[bytes, ...], ...]
    root: bytes

    def path(self, index: int) -> list[bytes]:
        """Return the inclusion path of one item, lowest sibling first (RFC 9162 §2.1.3.1)."""
        return tree.inclusion_path(index=index, size=len(self.items), read=tree.reader(self.rows))


def root_encode(root: bytes) -> str:
    """Write a root as a multibase multihash: u, then base64url of 0x1220 ‖ root."""
    return "u" + b64u_encode(_MULTIHASH_SHA256 + root)


def root_decode(text: object) -> bytes:
    """Read a root written by root_encode(); refuses any other hash or spelling."""
    if not isinstance(text, str) or not text.startswith("u"):
        raise BadEncoding("A root begins with u (base64url).")
    data = b64u_decode(text[1:], size=34)
    if not data.startswith(_MULTIHASH_SHA256):
        raise BadEncoding("The root is not a SHA-256 multihash (0x1220).")
    return data[2:]


def read_item(data: bytes) -> dict[str, object]:
    """Read one item; refuses bytes not in canonical form, a missing id, a bad salt."""
    item = canonical.loads(data, max_bytes=MAX_ITEM_BYTES, max_depth=8)
    if not isinstance(item, dict):
        raise BadBatch("An item is a JSON object.")
    if canonical.encode(item) != data:
        raise BadBatch("The item is not in canonical form (RFC 8785).")
    if not isinstance(item.get("id"), str) or not item["id"]:
        raise BadBatch("The item has no id.", pointer="/id")
    try:
        b64u_decode(item.get("salt"), size=SALT_BYTES)
    except BadEncoding as error:
        raise BadBatch(f"The salt of the item is bad: {error.detail}", pointer="/salt") from error
    return item


def build(
    items: Iterable[bytes],
    *,
    common: Mapping[str, object] = _NOTHING,
    item_type: str = ORIGIN,
) -> Batch:
    """Build the tree over canonical items.

    Refuses none, too many, bad ones, one id twice, an item that overrides a common field, and one
    with terms that its kind does not know.
    """
    kept: list[bytes] = []
    seen: set[object] = set()
    for number, data in enumerate(items):
        if number >= MAX_ITEMS:
            raise BadBatch(f"A batch has at most {MAX_ITEMS} items.", remedy="Make two batches.")
        item = _read_numbered(data, number, common, item_type)
        if item["id"] in seen:
            raise BadBatch(f"{item['id']} stands twice in the batch.", pointer=f"/items/{number}")
        seen.add(item["id"])
        kept.append(data)
    if not kept:
        raise BadBatch("The batch has no items.")
    rows = tree.levels([tree.leaf_hash(each) for each in kept])
    root = tree.range_of(size=len(kept), read=tree.reader(rows)).root()
    return Batch(items=tuple(kept), rows=tuple(tuple(row) for row in rows), root=root)


def read_claims(data: bytes, *, common: Mapping[str, object], item_type: str) -> dict[str, object]:
    """Read one item of a batch; refuses what read_item() refuses, an override, unknown terms."""
    item = read_item(data)
    _refuse_override(item, common)
    kinds.check_item(item_type=item_type, item=item, common=common)
    return item


def _read_numbered(
    data: bytes, number: int, common: Mapping[str, object], item_type: str
) -> dict[str, object]:
    try:
        return read_claims(data, common=common, item_type=item_type)
    except (BadBatch, BadCredential, NotStrictJson) as error:
        where = f"/items/{number}{error.pointer}"
        raise BadBatch(
            f"Item {number}: {error.detail}", pointer=where, remedy=error.remedy
        ) from error


@dataclass(frozen=True)
class Header:
    """What the credential of a batch says besides its root. ``salt`` has 16 random bytes."""

    issuer: str
    valid_from: str
    salt: bytes
    access: str
    common: dict[str, object]
    upstream: tuple[str, ...] = ()
    item_type: str = ORIGIN


def document(*, batch: Batch, header: Header) -> dict[str, object]:
    """Return the unsigned credential of a batch that was built with the same common fields."""
    return document_of(size=len(batch.items), root=batch.root, header=header)


def document_of(*, size: int, root: bytes, header: Header) -> dict[str, object]:
    """The same for a tree of so many items whose root is known: they need not be in memory."""
    if header.access not in ACCESS_SETS:
        raise BadBatch(f"accessSet must be one of {', '.join(ACCESS_SETS)}.")
    return {
        "@context": CONTEXTS,
        "type": ["VerifiableCredential", BATCH],
        "issuer": header.issuer,
        "validFrom": header.valid_from,
        "credentialSubject": {
            "type": BATCH,
            "itemType": header.item_type,
            "treeAlgorithm": TREE,
            "treeSize": size,
            "rootHash": root_encode(root),
            "common": header.common,
            "upstream": list(header.upstream),
            "accessSet": header.access,
            "salt": b64u_encode(header.salt),
        },
    }


def signed_tree(credential: Credential) -> tuple[int, bytes]:
    """Return size and root that the credential of a batch signs; refuses another kind or tree."""
    subject = credential.subject
    size = subject.get("treeSize")
    if credential.kind != BATCH or subject.get("treeAlgorithm") != TREE:
        raise BadBatch(f"The credential does not sign a tree of {TREE}.")
    if type(size) is not int or not 1 <= size <= MAX_ITEMS:
        raise BadBatch("treeSize is not a number of items.", pointer="/credentialSubject/treeSize")
    return size, root_decode(subject.get("rootHash"))


def verify_items(*, credential: Credential, items: Iterable[bytes]) -> Batch:
    """Rebuild the tree from all items and refuse unless it is the one that was signed."""
    size, root = signed_tree(credential)
    batch = build(items, common=common_of(credential), item_type=item_type_of(credential))
    if len(batch.items) != size or batch.root != root:
        raise BadBatch(
            f"The {len(batch.items)} items make another tree than the {size} that were signed.",
            remedy="Send all items, in the order in which they were signed, byte for byte.",
        )
    return batch


def verify_item(
    *, credential: Credential, data: bytes, index: int, path: Sequence[bytes]
) -> dict[str, object]:
    """Return the claims about one item, common ones included; refuses one not in the tree."""
    size, root = signed_tree(credential)
    tree.verify_inclusion(leaf=tree.leaf_hash(data), index=index, size=size, path=path, root=root)
    common = common_of(credential)
    item = _read_numbered(data, index, common, item_type_of(credential))
    return {**common, **item}


def verify_some(
    *, credential: Credential, rows: Iterable[tuple[int, bytes]], nodes: Sequence[bytes]
) -> list[dict[str, object]]:
    """Return the claims about items by their places, common ones included.

    Refuses items that do not lead, with the nodes of tree.multi_path(), to the root signed.
    """
    size, root = signed_tree(credential)
    common = common_of(credential)
    shown = dict(rows)
    leaves = {index: tree.leaf_hash(data) for index, data in shown.items()}
    if tree.root_from_many(leaves=leaves, size=size, nodes=nodes) != root:
        raise BadBatch("The items lead to another root than the one that was signed.")
    item_type = item_type_of(credential)
    return [
        {**common, **_read_numbered(data, index, common, item_type)}
        for index, data in shown.items()
    ]


def item_type_of(credential: Credential) -> str:
    """Return of which kind the items of a batch are."""
    return str(credential.subject["itemType"])


def common_of(credential: Credential) -> dict[str, object]:
    """Return what a batch says about all of its items."""
    common = credential.subject.get("common")
    return common if isinstance(common, dict) else {}


def _refuse_override(item: dict[str, object], common: Mapping[str, object]) -> None:
    both = item.keys() & common.keys()
    if both:
        raise BadBatch(f"The item {item['id']} overrides the common field {min(both)!r}.")


def component_root(ids: Iterable[str]) -> dict[str, object]:
    """Return count and root over the ids of components: leaves are JCS of the sorted ids."""
    leaves = [tree.leaf_hash(canonical.encode(each)) for each in sorted(ids)]
    return {"count": len(leaves), "root": root_encode(tree.root(leaves))}
