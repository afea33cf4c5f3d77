"""One bundle for each fault of a service, or of a trust file, that chance would seldom hit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from passport.proof import batch, canonical, didanswer, tree
from tests import later, simulator
from tests.pages import mutants, resealed
from tests.pages.maker_faults import CHANGE, KEY, LOW_ORDER, ODD, multikey, told
from tests.pages.mutants import Case, Value
from tests.simulator import AT, CELLMAKER, PACK, Simulator, origin_of

# --- what the service says ---


def erasures() -> Iterator[Case]:
    fact: dict[str, Any] = {
        "format": "batterypassport/erasure/v1", "digest": "A" * 43, "reason": "demand", "at": AT,
        "salt": "A" * 22, "battery": PACK,
    }  # fmt: skip
    changes: tuple[CHANGE, ...] = (
        {}, {"battery": None}, {"battery": 7}, {"reason": ""}, {"reason": "x" * 301}, {"x": 1},
        {"reason": "\U0001f600" * 300}, {"at": "now"}, {"digest": "A"}, {"salt": "A"},
        {"format": "batterypassport/erasure/v2"}, {"battery": "other"},
    )  # fmt: skip
    documents = [canonical.encode({**fact, **each}) for each in changes]
    for document in (*documents, b"[]", b" " + documents[0], b'{"format":1}'):
        world = Simulator()
        world.enter("erasure", document, None, [PACK])
        yield told(world)


def snapshots() -> Iterator[Case]:
    says: dict[str, Any] = {
        "format": "batterypassport/index/v1", "origin": simulator.ORIGIN, "size": 1, "rows": 1,
        "at": AT, "salt": "A" * 22,
    }  # fmt: skip
    changes: tuple[CHANGE, ...] = (
        {}, {"size": -1}, {"size": True}, {"rows": 2}, {"rows": "1"}, {"origin": 7}, {"at": "now"},
        {"rootHash": "x"}, {"rootHash": "uAAAA"}, {"salt": "A"}, {"x": 1}, {"size": 2},
        {"format": "x"}, {"origin": "elsewhere"}, {"rows": 0},
    )  # fmt: skip
    for change in changes:
        yield _snapshot({**says, **change})
    row = next(iter(later.rows_of(_one_event(), [(PACK, [0])])))
    none = b"\xff" * 8
    rows = (
        row[:32] + row[32:72] + row[32:72] + bytes(7) + b"\x01",
        row[:32] + none + bytes(32) + none + bytes(40),
        row[:32] + none + row[40:72] + row[72:],
        row[:-1] + b"\x01",
        row[:72] + bytes(39) + b"\x02",
        row[:32] + (2**60).to_bytes(8) + row[40:],
        bytes(32) + row[32:],
        b"\xff" * 32 + row[32:],
    )
    for each in rows:
        yield _snapshot(says, each)


def _one_event() -> Simulator:
    world = Simulator()
    world.enter("event", b'{"event":"made"}', None, [PACK])
    return world


def _snapshot(says: CHANGE, row: bytes | None = None) -> Case:
    """An index of one row, about a log of one event."""
    world = _one_event()
    rows = [row or later.rows_of(world, [(PACK, [0])])[0]]
    root = batch.root_encode(tree.leaf_hash(rows[0]))
    document = canonical.encode({"rootHash": root, **says})
    world.enter("index", document, None, [])
    case = told(world)
    value: Value = canonical.loads(case.data)
    row_64 = canonical.b64_encode(rows[0])
    value["index"] = {"entry": 1, "rows": [{"at": 0, "row": row_64}], "nodes": []}
    return replace(case, data=resealed.seal(value))


def issuer_chains() -> Iterator[Case]:
    """What else stands in the chain of a maker, and salts that are not a maker's."""
    said = didanswer.Answer(CELLMAKER, "https://cellmaker.example/did.json", AT, b"{}")
    answer = didanswer.encode(answer=said, salt=bytes(16))
    value: dict[str, Any] = canonical.loads(answer)  # type: ignore[assignment]
    changes: tuple[CHANGE, ...] = (
        {}, {"did": "did:web:other.example"}, {"format": "x"}, {"salt": "A"}, {"answer": "A"},
        {"answer": None}, {"url": 7}, {"trouble": None}, {"x": 1},
        {"answer": canonical.b64_encode(bytes(65_537))},
    )  # fmt: skip
    documents = [canonical.encode({**value, **each}) for each in changes]
    for document in (*documents, b"[]", b"nonsense", simulator.sign(KEY, origin_of(KEY, PACK))):
        world = Simulator()
        world.enter("event", document, None, [CELLMAKER])
        yield told(world)
        yield told(world, documents=[])
        later.erase(world, 0, [CELLMAKER], battery=None)
        yield told(world, documents=[world.documents[1]])
        yield told(world, documents=[])
    world = Simulator()
    world.enter("event", answer, None, [CELLMAKER])
    yield told(world, salts={CELLMAKER: simulator.salt(CELLMAKER), "did:web:a.example": bytes(16)})
    for document in (simulator.sign(KEY, origin_of(KEY, PACK)), b'{"proof":7}'):
        world = Simulator()
        world.enter("event", document, None, [PACK])
        yield told(world)


def hidden_about_items() -> Iterator[Case]:
    """Entries about the items of a batch, or the pack and others, shown by their digest only."""
    for kind in ("attestation", "batch", "correction", "event"):
        for name in (CELLMAKER, simulator.PACKMAKER):
            pack = simulator.pack_of_cells(count=2, batch_size=3, events=0)
            signed = kind != "event"
            cells = [simulator.cell_id(each) for each in range(3)]
            pack.world.enter(kind, b"unseen", name + "#key-1" if signed else None, cells)
            contents = later.hide(pack.contents(), b"unseen")
            trust = pack.world.policy_text(pack.cellmaker, pack.packmaker)
            yield Case("a pointed case", pack.bundle(contents), trust)
    shared = later.hide(contents, pack.world.documents[pack.shared_index])
    yield Case("a pointed case", pack.bundle(shared), trust)


# --- parts of a bundle ---


def parts() -> Iterator[Case]:
    hash_64 = canonical.b64_encode(bytes(32))
    edits: tuple[Callable[[Value], Any], ...] = (
        lambda it: it["timestamps"].append(""),
        lambda it: it["timestamps"].append("AAAA"),
        lambda it: it["timestamps"].extend(["AAAA"] * 17),
        lambda it: it["components"][0].update(children=[]),
        lambda it: it["items"][0].update(rows=[]),
        lambda it: it["evidence"].update(entries=[], nodes=[hash_64]),
        lambda it: it["evidence"].update(entries=[], nodes=[]),
        lambda it: it["evidence"]["nodes"].append(hash_64),
        lambda it: it["evidence"]["nodes"].append(7),
        lambda it: it["evidence"]["nodes"].append(None),
        lambda it: it["evidence"]["nodes"].append(hash_64[:-1]),
        lambda it: it["evidence"]["nodes"].append("A" + hash_64[1:-1] + "!="),
        lambda it: it["evidence"]["nodes"].append("\u00e9" + hash_64[1:]),
        lambda it: it["evidence"]["nodes"].append(hash_64 + "="),
        lambda it: it["previous"].append({"checkpoint": it["checkpoint"], "path": []}),
        lambda it: it["previous"].append({"checkpoint": "x", "path": [hash_64] * 129}),
        lambda it: it["record"]["credentialSubject"].update(batteries=[]),
        lambda it: it["record"]["credentialSubject"].update(title="x" * 201),
        lambda it: it["record"]["credentialSubject"].update(title="\U0001f600" * 200),
        lambda it: it["record"]["credentialSubject"].update(title=""),
        lambda it: it["record"]["credentialSubject"].update(keyEvents=[False, 2]),
        lambda it: it.update(x=[{}] * 3000),
        lambda it: it.update(index={"entry": 0, "rows": [], "nodes": []}),
    )
    for edit in edits:
        value: Value = canonical.loads(mutants.whole(), max_bytes=2**20)
        edit(value)
        yield mutants.case_of("a pointed case", resealed.seal(value))


def trust_files() -> Iterator[Case]:
    text = mutants.trust()
    names = ("log", "witness w7", "issuer did:web:a.example", "record did:web:a.example")
    bad = [*LOW_ORDER, *ODD, KEY.public_key]
    for name in names:
        for each in bad:
            key = multikey(each) if "did:" in name else _vkey(name, each)
            yield Case("a pointed case", mutants.whole(), f"{text}{name} {key}\n")
    log = text.splitlines()[0]
    texts = (
        "", "x" * 262_145, "\n" * 4097, "#\n" * 4000 + text, text.replace("\n", "\r\n"),
        text.replace("quorum both", "quorum none"), text.replace("all", "3"), text + log + "\n",
        text.replace("group both all w0 w1", "group both any w0 w1"), text + "group g 1 w0\n",
        f"{log} https://log.example\n" + text.partition("\n")[2], text + "log a b c\n",
        text.replace("log ", "witness w9 ", 1), text.replace("witness w0 ", "log ", 1),
    )  # fmt: skip
    yield from (Case("a pointed case", mutants.whole(), each) for each in texts)


def _vkey(line: str, public_key: bytes) -> str:
    algorithm = b"\x01" if line == "log" else b"\x04"
    key_id = hashlib.sha256(b"x.example\n" + algorithm + public_key).hexdigest()[:8]
    return f"x.example+{key_id}+{canonical.b64_encode(algorithm + public_key)}"


def all_of_them() -> list[Case]:
    """Every one."""
    kinds = (erasures, snapshots, issuer_chains, hidden_about_items, parts, trust_files)
    return [case for make in kinds for case in make()]
