"""A refused bundle says where: each list of it by itself, with the step and the very place."""

import hashlib
from collections.abc import Callable

import pytest

from passport.proof import parts
from passport.proof.contents import Index, ItemGroup, MemberGroup
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.errors import BadBundle, BadEncoding
from passport.proof.snapshot import ROW_BYTES

HASH, SHORT = b64_encode(bytes(32)), b64_encode(bytes(31))
FIRST, SECOND = b64u_encode(bytes(32)), b64u_encode(b"\xff" * 32)
SALT, ROW = b64u_encode(bytes(16)), b64_encode(bytes(ROW_BYTES))


def entry(index: object) -> dict:
    return {"index": index, "entry": "AA=="}


def entries(*rows: object) -> object:
    return parts.evidence({"entries": list(rows), "nodes": []})


def document(data: bytes) -> dict:
    digest = b64u_encode(hashlib.sha256(data).digest())
    return {"digest": digest, "bytes": b64_encode(data)}


DOCUMENTS = sorted((document(b"%d" % each) for each in range(2)), key=lambda row: row["digest"])


def item(**change: object) -> dict:
    return {"batch": FIRST, "rows": [{"index": 3, "item": "AA=="}], "nodes": [HASH], **change}


def member(**change: object) -> dict:
    return {"entry": 0, "rows": [{"index": 3, "id": "urn:a"}], "nodes": [HASH], **change}


def parent(name: object, *children: object) -> dict:
    return {"parent": name, "children": list(children)}


def shown(**change: object) -> object:
    row = {"at": 5, "row": ROW}
    return parts.index({"entry": 9, "rows": [row], "nodes": [HASH], **change})


ITEM, AT = {"index": 3, "item": "AA=="}, {"at": 5, "row": ROW}
MEMBER, SUBJECT = {"index": 3, "id": "urn:a"}, {"id": "urn:a", "salt": SALT}
OLDER = {"checkpoint": "x", "path": []}

WHERE: dict[str, tuple[str, Callable[[], object]]] = {
    "evidence that is text": ("/evidence", lambda: parts.evidence("x")),
    "evidence without nodes": ("/evidence", lambda: parts.evidence({"entries": []})),
    "entries that are text": (
        "/evidence/entries", lambda: parts.evidence({"entries": "x", "nodes": []})
    ),
    "a second entry without bytes": (
        "/evidence/entries/1", lambda: entries(entry(0), {"index": 1})
    ),
    "a first entry that is text": ("/evidence/entries/0", lambda: entries("x", entry(1))),
    "the place of an entry in text": ("/evidence/entries", lambda: entries(entry("0"))),
    "an entry twice": ("/evidence/entries", lambda: entries(entry(1), entry(1))),
    "entries the other way": ("/evidence/entries", lambda: entries(entry(2), entry(1))),
    "nodes that are text": (
        "/evidence/nodes", lambda: parts.evidence({"entries": [], "nodes": "x"})
    ),
    "documents that are text": ("/documents", lambda: parts.documents("x")),
    "a second document without bytes": (
        "/documents/1", lambda: parts.documents([DOCUMENTS[0], {"digest": "x"}])
    ),
    "a document without a name": (
        "/documents", lambda: parts.documents([{**DOCUMENTS[0], "digest": ""}])
    ),
    "documents the other way": ("/documents", lambda: parts.documents(DOCUMENTS[::-1])),
    "items that are text": ("/items", lambda: parts.items("x")),
    "a second group without nodes": (
        "/items/1", lambda: parts.items([item(), {"batch": SECOND, "rows": []}])
    ),
    "a batch that is a number": ("/items", lambda: parts.items([item(batch=7)])),
    "a batch twice": ("/items", lambda: parts.items([item(), item()])),
    "rows of items that are text": ("/items/0/rows", lambda: parts.items([item(rows="x")])),
    "an item without its bytes": (
        "/items/1/rows/1",
        lambda: parts.items([item(), item(batch=SECOND, rows=[ITEM, {"index": 4}])]),
    ),
    "a group without items": (
        "/items/1", lambda: parts.items([item(), item(batch=SECOND, rows=[])])
    ),
    "the place of an item in text": (
        "/items/1",
        lambda: parts.items([item(), item(batch=SECOND, rows=[{**ITEM, "index": "3"}])]),
    ),
    "an item twice": (
        "/items/1", lambda: parts.items([item(), item(batch=SECOND, rows=[ITEM, ITEM])])
    ),
    "nodes of items that are text": (
        "/items/1", lambda: parts.items([item(), item(batch=SECOND, nodes="x")])
    ),
    "members that are text": ("/members", lambda: parts.members("x")),
    "a second entry without members": (
        "/members/1", lambda: parts.members([member(), {"entry": 1, "rows": []}])
    ),
    "an entry that is text": ("/members", lambda: parts.members([member(entry="0")])),
    "an entry before the first": ("/members", lambda: parts.members([member(entry=-1)])),
    "the members of an entry twice": ("/members", lambda: parts.members([member(), member()])),
    "rows of members that are text": (
        "/members/0/rows", lambda: parts.members([member(rows="x")])
    ),
    "a member without a name": (
        "/members/1",
        lambda: parts.members([member(), member(entry=1, rows=[{"index": 3, "id": ""}])]),
    ),
    "a member without a place": (
        "/members/1/rows/1",
        lambda: parts.members([member(), member(entry=1, rows=[MEMBER, {"id": "urn:b"}])]),
    ),
    "the place of a member in text": (
        "/members/1",
        lambda: parts.members([member(), member(entry=1, rows=[{**MEMBER, "index": "3"}])]),
    ),
    "a group without members": (
        "/members/1", lambda: parts.members([member(), member(entry=1, rows=[])])
    ),
    "a member twice": (
        "/members/1", lambda: parts.members([member(), member(entry=1, rows=[MEMBER, MEMBER])])
    ),
    "nodes of members that are text": (
        "/members/1", lambda: parts.members([member(), member(entry=1, nodes="x")])
    ),
    "subjects that are text": ("/subjects", lambda: parts.subjects("x")),
    "a second subject without a salt": (
        "/subjects/1", lambda: parts.subjects([SUBJECT, {"id": "urn:b"}])
    ),
    "a subject without a name": ("/subjects", lambda: parts.subjects([{**SUBJECT, "id": ""}])),
    "a subject twice": ("/subjects", lambda: parts.subjects([SUBJECT, SUBJECT])),
    "components that are text": ("/components", lambda: parts.components("x")),
    "a second parent that has nothing": (
        "/components/1", lambda: parts.components([parent("a", "b"), {"parent": "b"}])
    ),
    "a parent that is a number": ("/components", lambda: parts.components([parent(7, "b")])),
    "a parent twice": (
        "/components", lambda: parts.components([parent("a", "b"), parent("a", "b")])
    ),
    "children that are text": (
        "/components/0/children", lambda: parts.components([{"parent": "a", "children": "b"}])
    ),
    "no children": (
        "/components/1/children", lambda: parts.components([parent("a", "b"), parent("b")])
    ),
    "a child without a name": (
        "/components/1/children", lambda: parts.components([parent("a", "b"), parent("b", "")])
    ),
    "a child twice": (
        "/components/1/children",
        lambda: parts.components([parent("a", "b"), parent("b", "c", "c")]),
    ),
    "older logs that are text": ("/previous", lambda: parts.previous("x")),
    "too many older logs": ("/previous", lambda: parts.previous([OLDER] * 257)),
    "a second older log without a path": (
        "/previous/1", lambda: parts.previous([OLDER, {"checkpoint": "x"}])
    ),
    "an older checkpoint without text": (
        "/previous/1", lambda: parts.previous([OLDER, {**OLDER, "checkpoint": ""}])
    ),
    "a path that is text": (
        "/previous/1/path", lambda: parts.previous([OLDER, {**OLDER, "path": "x"}])
    ),
    "an index that is text": ("/index", lambda: parts.index("x")),
    "an index without nodes": ("/index", lambda: parts.index({"entry": 0, "rows": []})),
    "rows of an index that are text": ("/index/rows", lambda: shown(rows="x")),
    "a row of an index without bytes": ("/index/rows/1", lambda: shown(rows=[AT, {"at": 6}])),
    "the place of a row in text": ("/index/rows", lambda: shown(rows=[{**AT, "at": "5"}])),
    "a row of an index twice": ("/index/rows", lambda: shown(rows=[AT, AT])),
    "an index of no entry": ("/index/entry", lambda: shown(entry=None)),
    "nodes of an index that are text": ("/index/nodes", lambda: shown(nodes="x")),
    "time stamps that are text": ("/timestamps", lambda: parts.timestamps("x")),
    "an empty time stamp": ("/timestamps", lambda: parts.timestamps(["AA==", ""])),
}  # fmt: skip


@pytest.mark.parametrize("case", WHERE)
def test_is_told_the_place_of(case):
    pointer, ask = WHERE[case]
    with pytest.raises(BadBundle) as refused:
        ask()
    assert (refused.value.step, refused.value.pointer) == (1, pointer)


SIZES: dict[str, Callable[[], object]] = {
    "a short hash in evidence": lambda: parts.evidence({"entries": [], "nodes": [SHORT]}),
    "a short hash in a path": lambda: parts.previous([{**OLDER, "path": [SHORT]}]),
    "the short digest of a batch": lambda: parts.items([item(batch="AAAA")]),
    "a short hash beside items": lambda: parts.items([item(nodes=[SHORT])]),
    "a short hash beside members": lambda: parts.members([member(nodes=[SHORT])]),
    "a short salt": lambda: parts.subjects([{**SUBJECT, "salt": "AAAA"}]),
    "a short row": lambda: shown(rows=[{"at": 5, "row": "AAAA"}]),
    "a short hash beside an index": lambda: shown(nodes=[SHORT]),
}


@pytest.mark.parametrize("case", SIZES)
def test_does_not_read(case):
    with pytest.raises(BadEncoding, match="it must have"):
        SIZES[case]()


def test_the_second_document_under_another_name_is_named():
    first, second = DOCUMENTS
    wrong = {**second, "bytes": b64_encode(b"other")}
    with pytest.raises(BadBundle, match=f"Document {second['digest']} has") as refused:
        parts.documents([first, wrong])
    assert (refused.value.step, refused.value.pointer) == (4, "/documents/1")


def test_what_is_read_is_what_stands_there():
    assert parts.items([item(), item(batch=SECOND)]) == [
        ItemGroup(batch=batch, rows=((3, b"\0"),), nodes=(bytes(32),))
        for batch in (bytes(32), b"\xff" * 32)
    ]
    assert parts.members([member(), member(entry=1)]) == [
        MemberGroup(entry=entry, rows=((3, "urn:a"),), nodes=(bytes(32),)) for entry in (0, 1)
    ]
    assert shown() == Index(entry=9, rows=((5, bytes(ROW_BYTES)),), nodes=(bytes(32),))
    assert parts.index(None) is None
