"""Reading a provenance bundle back: step 1 of verifying it, shapes and spellings only."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from passport.proof import canonical, leaf, tree
from passport.proof.bundle import (
    FORMAT,
    MAX_BYTES,
    Contents,
    Evidence,
    Item,
    Member,
    digest_of,
    shown_digest,
)
from passport.proof.encoding import b64_decode, b64u_decode, b64u_encode
from passport.proof.errors import BadBundle, ProofError

_READ = 1
Row = dict[str, object]


@dataclass(frozen=True)
class Bundle:
    """A bundle as read: the record's bytes, the parts, and the digests that a record signs."""

    record: bytes
    contents: Contents
    components_digest: str
    shown_digest: str


_SHAPES = {
    "evidence": {"index", "entry", "path"},
    "documents": {"digest", "bytes"},
    "items": {"batch", "index", "item", "path"},
    "members": {"entry", "id", "index", "path"},
    "subjects": {"id", "salt"},
    "components": {"parent", "children"},
}


def read(data: bytes) -> Bundle:
    """Read a bundle: step 1 of verifying it. Refuses any byte that is not in canonical place."""
    try:
        value = canonical.loads(data, max_bytes=MAX_BYTES)
        if not isinstance(value, dict) or canonical.encode(value) != data:
            raise BadBundle("The file is not in canonical form (RFC 8785).", step=_READ)
        return _read(value)
    except BadBundle:
        raise
    except ProofError as error:
        raise BadBundle(error.detail, step=_READ, pointer=error.pointer) from error


def _read(value: dict[str, object]) -> Bundle:
    if value.get("format") != FORMAT or set(value) != {"format", "record", "checkpoint", *_SHAPES}:
        raise BadBundle(f"The file is not a bundle ({FORMAT}).", step=_READ)
    if not isinstance(value["checkpoint"], str):
        raise BadBundle("The checkpoint is not text.", step=_READ, pointer="/checkpoint")
    rows = {name: _rows(value[name], name) for name in _SHAPES}
    record = value["record"]
    subject = record.get("credentialSubject") if isinstance(record, dict) else None
    if not isinstance(subject, dict) or type(subject.get("lastSequence")) is not int:
        raise BadBundle("The record has no subject.", step=_READ, pointer="/record")
    contents = Contents(
        battery=_text(subject.get("id"), "/record/credentialSubject/id"),
        last_sequence=subject["lastSequence"],
        checkpoint=value["checkpoint"].encode(),
        salts=_salts(rows["subjects"]),
        evidence=_evidence(rows["evidence"]),
        documents=_documents(rows["documents"]),
        items=_items(rows["items"]),
        members=_members(rows["members"]),
        components=_components(rows["components"]),
    )
    digest = digest_of(value["components"])
    return Bundle(
        record=canonical.encode(record),
        contents=contents,
        components_digest=digest,
        shown_digest=shown_digest(value),
    )


def _rows(value: object, name: str) -> list[dict[str, object]]:
    if not isinstance(value, list):
        raise BadBundle(f"{name} is not a list.", step=_READ, pointer=f"/{name}")
    for number, row in enumerate(value):
        if not isinstance(row, dict) or set(row) != _SHAPES[name]:
            where = f"/{name}/{number}"
            raise BadBundle(f"{where} does not have its keys.", step=_READ, pointer=where)
    return value


def _text(value: object, pointer: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadBundle("A text is missing.", step=_READ, pointer=pointer)
    return value


def _number(value: object, pointer: str) -> int:
    if type(value) is not int or value < 0:
        raise BadBundle("A number is missing.", step=_READ, pointer=pointer)
    return value


def _hashes(value: object, pointer: str) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > 64:
        raise BadBundle("A path is not a short list.", step=_READ, pointer=pointer)
    return tuple(b64_decode(each, size=tree.HASH_BYTES) for each in value)


def _ascending(keys: Sequence[object], name: str) -> None:
    if any(left >= right for left, right in pairwise(keys)):  # type: ignore[operator]
        raise BadBundle(f"{name} are not in ascending order.", step=_READ, pointer=f"/{name}")


def _salts(rows: list[Row]) -> dict[str, bytes]:
    ids = [_text(row["id"], "/subjects") for row in rows]
    _ascending(ids, "subjects")
    salts = [b64u_decode(row["salt"], size=leaf.SALT_BYTES) for row in rows]
    return dict(zip(ids, salts, strict=True))


def _evidence(rows: list[Row]) -> list[Evidence]:
    kept = [
        Evidence(
            index=_number(row["index"], "/evidence"),
            entry=b64_decode(row["entry"]),
            path=_hashes(row["path"], "/evidence"),
        )
        for row in rows
    ]
    _ascending([each.index for each in kept], "evidence")
    return kept


def _documents(rows: list[Row]) -> list[bytes]:
    digests = [_text(row["digest"], "/documents") for row in rows]
    _ascending(digests, "documents")
    kept = [b64_decode(row["bytes"]) for row in rows]
    for number, data in enumerate(kept):
        if b64u_encode(hashlib.sha256(data).digest()) != digests[number]:
            raise BadBundle(
                f"Document {digests[number]} has another digest than its name.",
                step=4,
                pointer=f"/documents/{number}",
            )
    return kept


def _items(rows: list[Row]) -> list[Item]:
    kept = [
        Item(
            batch=b64u_decode(row["batch"], size=32),
            index=_number(row["index"], "/items"),
            item=b64_decode(row["item"]),
            path=_hashes(row["path"], "/items"),
        )
        for row in rows
    ]
    _ascending([(each.batch, each.index) for each in kept], "items")
    return kept


def _members(rows: list[Row]) -> list[Member]:
    kept = [
        Member(
            entry=_number(row["entry"], "/members"),
            subject=_text(row["id"], "/members"),
            index=_number(row["index"], "/members"),
            path=_hashes(row["path"], "/members"),
        )
        for row in rows
    ]
    _ascending([(each.entry, each.index) for each in kept], "members")
    return kept


def _components(rows: list[Row]) -> dict[str, Sequence[str]]:
    parents = [_text(row["parent"], "/components") for row in rows]
    _ascending(parents, "components")
    kept: dict[str, Sequence[str]] = {}
    for parent, row in zip(parents, rows, strict=True):
        children = row["children"]
        if not isinstance(children, list) or not children:
            raise BadBundle("children is not a list.", step=_READ, pointer="/components")
        kept[parent] = [_text(each, "/components") for each in children]
        _ascending(kept[parent], "components")
    return kept
