"""Bundles that the service itself spoilt: changed after the fact, and signed again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random

from passport.proof import bundle, canonical, credential, integrity, leaf
from passport.proof.contents import Contents
from passport.proof.encoding import b64_decode
from passport.proof.errors import ProofError
from tests import simulator
from tests.pages import mutants
from tests.pages.mutants import Case, Value

_PARTS = (
    "documents", "items", "members", "subjects", "components", "evidence", "index", "previous",
    "timestamps", "checkpoint",
)  # fmt: skip


def changed(chance: Random) -> Case:
    """A part of the bundle is another, and the record says so."""
    value = canonical.loads(mutants.whole(), max_bytes=2**20)
    inside = {name: value[name] for name in chance.sample(_PARTS, chance.choice((1, 1, 2)))}
    mutants.spoil(inside, chance)
    value.update(inside)
    return mutants.case_of("a part changed, signed again", seal(value))


def misrecorded(chance: Random) -> Case:
    """The record says something else of what is shown."""
    value = canonical.loads(mutants.whole(), max_bytes=2**20)
    mutants.spoil(value["record"], chance)
    data = signed(value, chance.choice((simulator.AT, simulator.AT, "2026-13-01T00:00:00Z")))
    return mutants.case_of("the record changed, signed again", data)


def dropped(chance: Random) -> Case:
    """Something is left out, or shown that should not be, and the service signs what is left."""
    contents = mutants.good().contents()
    for _ in range(chance.choice((1, 1, 2))):
        contents = chance.choice(_LESS)(contents, chance)
    return mutants.case_of("a part left out, signed again", mutants.good().bundle(contents))


def seal(value: Value) -> bytes:
    """Write into the record of a bundle what the bundle shows, and sign it."""
    subject = value["record"]["credentialSubject"]
    for name, told in (("shown", bundle.shown_digest), ("components", _components)):
        if all(part in value for part in _PARTS):
            subject[name] = told(value)
    kinds = _kinds(value["evidence"])
    if kinds is not None:
        subject["entries"] = [index for index, kind in kinds if kind != "key"]
        subject["keyEvents"] = [index for index, kind in kinds if kind == "key"]
    return signed(value, simulator.AT)


def signed(value: Value, at: str) -> bytes:
    """The bundle with its record signed once more, whatever the record says."""
    record = value.get("record")
    if isinstance(record, dict):
        value["record"] = sign_as(mutants.good().world.record, record, at)
    return canonical.encode(value)


def sign_as(key: simulator.KeyFile, document: dict[str, Value], at: str) -> dict[str, Value]:
    """Sign a document as it is; nothing is looked at."""
    bare = {name: each for name, each in document.items() if name != "proof"}
    options = integrity.Options(method=key.name, created=at)
    return integrity.sign(bare, private_key=key.private_key, options=options)


def _components(value: Value) -> Value:
    rows = value["components"] if isinstance(value["components"], list) else []
    inside = [row.get("children") for row in rows if isinstance(row, dict)]
    count = sum(len(each) for each in inside if isinstance(each, list))
    return {"count": count, "digest": bundle.digest_of(value["components"])}


def _kinds(evidence: Value) -> list[tuple[int, str]] | None:
    try:
        rows = [(row["index"], b64_decode(row["entry"])) for row in evidence["entries"]]
        return [(index, leaf.decode(entry).kind) for index, entry in rows]
    except (ProofError, KeyError, TypeError):
        return None


# --- what may be left out or brought in ---


def _some(things: Iterable[Value], chance: Random) -> list[Value]:
    kept = list(things)
    del kept[chance.randrange(len(kept))]
    return kept


def _entries(contents: Contents, chance: Random) -> Contents:
    kept = _some([each.index for each in contents.evidence], chance)
    digests = {leaf.decode(each.entry).digest for each in contents.evidence if each.index in kept}
    documents = [each for each in contents.documents if credential.digest(each) in digests]
    shown = mutants.good().world.shown(kept)
    if chance.random() < 0.3:
        shown.pop("evidence_nodes")
    return replace(contents, documents=documents, **shown)


def _documents(contents: Contents, chance: Random) -> Contents:
    extra = [b'{"event":"never logged"}'] if chance.random() < 0.2 else []
    return replace(contents, documents=[*_some(contents.documents, chance), *extra])


def _items(contents: Contents, chance: Random) -> Contents:
    places = chance.sample(range(5), chance.randrange(1, 6))
    group = mutants.good().items(places)
    ways = (
        group,
        replace(group, nodes=group.nodes[:-1]),
        replace(group, nodes=(*group.nodes, bytes(32))),
        replace(group, rows=tuple((at + 1, item) for at, item in group.rows)),
        replace(group, rows=tuple((at, item.replace(b"3.0", b"9.9")) for at, item in group.rows)),
        replace(group, batch=hashlib.sha256(b"another").digest()),
    )
    return replace(contents, items=chance.choice(([], [chance.choice(ways)])))


def _members(contents: Contents, chance: Random) -> Contents:
    index, everybody = mutants.good().shared_index, simulator.SHARED
    shown = chance.sample(everybody, chance.randrange(1, 4))
    group = simulator.members_of(index, everybody, shown)
    ways = (
        group,
        replace(group, entry=index - 1),
        replace(group, nodes=group.nodes[::-1]),
        replace(group, rows=tuple((at, who + "x") for at, who in group.rows)),
    )
    salts = {**contents.salts, **{each: simulator.salt(each) for each in shown}}
    if chance.random() < 0.3:
        salts = dict(contents.salts)
    return replace(contents, members=chance.choice(([], [chance.choice(ways)])), salts=salts)


def _salts(contents: Contents, chance: Random) -> Contents:
    salts = dict(contents.salts)
    who = chance.choice(sorted(salts))
    ways: tuple[dict[str, bytes], ...] = (
        {each: salts[each] for each in salts if each != who},
        {**salts, who: bytes(16)},
        {**salts, "somebody else": bytes(16)},
    )
    return replace(contents, salts=chance.choice(ways))


def _inside(contents: Contents, chance: Random) -> Contents:
    pack, cell, other = simulator.PACK, simulator.cell_id(0), simulator.cell_id(99)
    cells = [simulator.cell_id(each) for each in range(3)]
    ways: tuple[dict[str, list[str]], ...] = (
        {},
        {pack: cells[:2]},
        {pack: [*cells, other]},
        {pack: cells, cell: [pack]},
        {pack: cells, cell: [cells[1]]},
        {pack: cells, other: [cells[1]]},
        {pack: cells, "nobody": ["nothing"]},
        {pack: cells, cell: ["https://id.example/lot/1", "z\U0001f600", "z\uffff"]},
        {cell: [pack]},
    )
    return replace(contents, components=chance.choice(ways))


def _asked(contents: Contents, chance: Random) -> Contents:
    last = contents.batteries.get(simulator.PACK, 0)
    ways: tuple[dict[str, int], ...] = (
        {simulator.PACK: last - 1},
        {simulator.PACK: last + 1},
        {simulator.PACK: -1},
        {simulator.PACK: 2**53 - 1},
        {simulator.PACK: last, simulator.cell_id(0): -1},
        {simulator.PACK: last, simulator.cell_id(0): 0},
        {simulator.PACK: last, "nobody": 3, "z\U0001f600": -1, "z\uffff": -1},
        {simulator.cell_id(0): -1},
    )
    title = chance.choice(("", "Two packs", "\u202eturned\x1b[2J", "é" * 200))
    return replace(contents, batteries=chance.choice(ways), title=title)


_LESS: tuple[Callable[[Contents, Random], Contents], ...] = (
    _entries, _entries, _documents, _items, _members, _salts, _inside, _asked,
)  # fmt: skip
