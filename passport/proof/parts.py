"""The lists of a provenance bundle, read back one by one: shapes, spellings and order."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from passport.proof import leaf, tree
from passport.proof.contents import Entry, Index, ItemGroup, MemberGroup, Previous
from passport.proof.encoding import b64_decode, b64_decode_all, b64u_decode, b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.snapshot import ROW_BYTES

_READ = 1
_MAX_PATH = 128
_MAX_TIMESTAMPS = 16
_MAX_PREVIOUS = 256
_MAX_TOKEN_BYTES = 65_536
Row = dict[str, object]


def fields(value: object, names: Collection[str], pointer: str) -> Row:
    """Return an object with exactly these names; refuses anything else."""
    if not isinstance(value, dict) or value.keys() != set(names):
        raise BadBundle(f"{pointer} does not have its keys.", step=_READ, pointer=pointer)
    return value


def rows(value: object, names: Collection[str], pointer: str) -> list[Row]:
    """Return a list of objects with exactly these names; refuses anything else."""
    wanted = set(names)
    for number, row in enumerate(listed(value, pointer)):
        if not isinstance(row, dict) or row.keys() != wanted:
            where = f"{pointer}/{number}"
            raise BadBundle(f"{where} does not have its keys.", step=_READ, pointer=where)
    return value  # type: ignore[return-value]


def listed(value: object, pointer: str, *, most: int | None = None) -> list[object]:
    """Return a list; refuses anything else, and one that is longer than allowed."""
    if not isinstance(value, list) or (most is not None and len(value) > most):
        raise BadBundle(f"{pointer} is not a list, or too long.", step=_READ, pointer=pointer)
    return value


def text(value: object, pointer: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise BadBundle("A text is missing.", step=_READ, pointer=pointer)
    return value


def number(value: object, pointer: str) -> int:
    """Return an integer that is not negative."""
    if type(value) is not int or value < 0:
        raise BadBundle("A number is missing.", step=_READ, pointer=pointer)
    return value


def ascending(keys: Sequence[object], pointer: str) -> None:
    """Refuse keys out of order, or one that stands twice."""
    if any(left >= right for left, right in pairwise(keys)):  # type: ignore[operator]
        raise BadBundle(f"{pointer} is not in ascending order.", step=_READ, pointer=pointer)


def hashes(value: object, pointer: str, *, most: int | None = None) -> tuple[bytes, ...]:
    """Return a list of SHA-256 hashes."""
    return tuple(b64_decode_all(listed(value, pointer, most=most), size=tree.HASH_BYTES))


def evidence(value: object) -> tuple[list[Entry], tuple[bytes, ...]]:
    """Read the entries of the log and the nodes that prove them."""
    both = fields(value, {"entries", "nodes"}, "/evidence")
    where = "/evidence/entries"
    kept = [
        Entry(index=number(row["index"], where), entry=b64_decode(row["entry"]))
        for row in rows(both["entries"], {"index", "entry"}, where)
    ]
    ascending([each.index for each in kept], where)
    return kept, hashes(both["nodes"], "/evidence/nodes")


def documents(value: object) -> list[bytes]:
    """Read stored documents; refuses one that has another digest than its name (step 4)."""
    found = rows(value, {"digest", "bytes"}, "/documents")
    digests = [text(row["digest"], "/documents") for row in found]
    ascending(digests, "/documents")
    kept = [b64_decode(row["bytes"]) for row in found]
    for place, data in enumerate(kept):
        if b64u_encode(hashlib.sha256(data).digest()) != digests[place]:
            raise BadBundle(
                f"Document {digests[place]} has another digest than its name.",
                step=4,
                pointer=f"/documents/{place}",
            )
    return kept


def items(value: object) -> list[ItemGroup]:
    """Read the items of batches, grouped by batch."""
    found = rows(value, {"batch", "rows", "nodes"}, "/items")
    ascending([text(row["batch"], "/items") for row in found], "/items")
    return [_items_of(row, f"/items/{place}") for place, row in enumerate(found)]


def _items_of(group: Row, where: str) -> ItemGroup:
    found = _some(group["rows"], {"index", "item"}, where)
    kept = tuple((number(row["index"], where), b64_decode(row["item"])) for row in found)
    ascending([index for index, _ in kept], where)
    return ItemGroup(
        batch=b64u_decode(group["batch"], size=32), rows=kept, nodes=hashes(group["nodes"], where)
    )


def members(value: object) -> list[MemberGroup]:
    """Read who else an entry about many is about, grouped by entry."""
    found = rows(value, {"entry", "rows", "nodes"}, "/members")
    ascending([number(row["entry"], "/members") for row in found], "/members")
    return [_members_of(row, f"/members/{place}") for place, row in enumerate(found)]


def _members_of(group: Row, where: str) -> MemberGroup:
    found = _some(group["rows"], {"id", "index"}, where)
    kept = tuple((number(row["index"], where), text(row["id"], where)) for row in found)
    ascending([index for index, _ in kept], where)
    entry = number(group["entry"], where)
    return MemberGroup(entry=entry, rows=kept, nodes=hashes(group["nodes"], where))


def _some(value: object, names: Collection[str], where: str) -> list[Row]:
    found = rows(value, names, f"{where}/rows")
    if not found:
        raise BadBundle("A group has no rows.", step=_READ, pointer=where)
    return found


def subjects(value: object) -> dict[str, bytes]:
    """Read the salts of subjects."""
    found = rows(value, {"id", "salt"}, "/subjects")
    ids = [text(row["id"], "/subjects") for row in found]
    ascending(ids, "/subjects")
    salts = [b64u_decode(row["salt"], size=leaf.SALT_BYTES) for row in found]
    return dict(zip(ids, salts, strict=True))


def components(value: object) -> Mapping[str, Sequence[str]]:
    """Read which batteries are directly inside which."""
    found = rows(value, {"parent", "children"}, "/components")
    parents = [text(row["parent"], "/components") for row in found]
    ascending(parents, "/components")
    kept: dict[str, Sequence[str]] = {}
    for place, row in enumerate(found):
        where = f"/components/{place}/children"
        children = [text(each, where) for each in listed(row["children"], where)]
        if not children:
            raise BadBundle("A parent has no children.", step=_READ, pointer=where)
        ascending(children, where)
        kept[parents[place]] = children
    return kept


def previous(value: object) -> list[Previous]:
    """Read the last checkpoints under older origins, and their paths to the newest one."""
    found = rows(value, {"checkpoint", "path"}, "/previous")
    listed(value, "/previous", most=_MAX_PREVIOUS)
    return [
        Previous(
            checkpoint=text(row["checkpoint"], f"/previous/{place}").encode(),
            path=hashes(row["path"], f"/previous/{place}/path", most=_MAX_PATH),
        )
        for place, row in enumerate(found)
    ]


def index(value: object) -> Index | None:
    """Read the rows of an index snapshot; null when the bundle shows none."""
    if value is None:
        return None
    whole = fields(value, {"entry", "rows", "nodes"}, "/index")
    found = rows(whole["rows"], {"at", "row"}, "/index/rows")
    kept = tuple(
        (number(row["at"], "/index/rows"), b64_decode(row["row"], size=ROW_BYTES)) for row in found
    )
    ascending([at for at, _ in kept], "/index/rows")
    entry = number(whole["entry"], "/index/entry")
    return Index(entry=entry, rows=kept, nodes=hashes(whole["nodes"], "/index/nodes"))


def timestamps(value: object) -> list[bytes]:
    """Read tokens of time-stamping authorities, as DER bytes of at most 64 KB each."""
    tokens = [b64_decode(each) for each in listed(value, "/timestamps", most=_MAX_TIMESTAMPS)]
    if any(not 0 < len(each) <= _MAX_TOKEN_BYTES for each in tokens):
        raise BadBundle("A time stamp is empty or too long.", step=_READ, pointer="/timestamps")
    return tokens
