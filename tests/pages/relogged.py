"""Logs in which one entry, or what it stands for, is spoilt; the operator signs the outcome."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from random import Random

from passport.proof import canonical, note, tree
from passport.proof.contents import Contents
from passport.proof.encoding import b58_decode, b58_encode, b64u_encode
from passport.proof.errors import ProofError
from tests import later, simulator
from tests.pages import mutants, resealed
from tests.pages.mutants import Case, Value
from tests.simulator import CELLMAKER, PACK, Pack, Simulator, cell_id

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
CELLS = [cell_id(each) for each in range(5)]


@cache
def eventful() -> tuple[Pack, Contents]:
    """A pack whose log knows every kind of entry, and all that a bundle shows of it."""
    pack = simulator.pack_of_cells(count=3, batch_size=5, events=2)
    world = pack.world
    second, third = (simulator.key_of("issuer", f"{CELLMAKER}#key-{each}") for each in (2, 3))
    world.rotate(pack.cellmaker, second)
    world.enrol(third, custody="hosted")
    world.revoke(third, 3, by=second)
    later.withdraw(world, second, pack.batch_index, CELLS, items=[CELLS[4]])
    gone = later.event(pack, "seen by few")
    later.erase(world, gone, [PACK])
    shown = later.hide(later.indexed(pack), world.documents[gone])
    return pack, shown


def relogged(chance: Random) -> Case:
    """One entry of the log is spoilt, or its document is, and the log goes on from there."""
    pack, shown = eventful()
    world = deepcopy(pack.world)
    at = chance.randrange(len(world.entries))
    entry, document = world.entries[at], world.documents[at]
    if chance.random() < 0.6:
        document = _spoilt_document(world, entry, document, chance)
        value: Value = canonical.loads(entry)
        value["d"] = b64u_encode(hashlib.sha256(document).digest())
        entry = canonical.encode(value)
    else:
        entry = _spoilt(entry, chance)
    rewritten = _rewrite(world, at, entry, document)
    hidden = {each for each in world.documents.values() if each not in shown.documents}
    documents = [each for each in rewritten.documents.values() if each not in hidden]
    parts = {"documents": documents, "checkpoint": rewritten.signed_head()}
    data = _bundle(pack, rewritten, shown, parts)
    return Case("an entry spoilt, logged again", data, pack.world.policy_text(pack.cellmaker))


def _bundle(pack: Pack, world: Simulator, shown: Contents, parts: dict[str, Value]) -> bytes:
    """What is shown, under the newest head; the record says of it whatever can be said."""
    value: Value = canonical.loads(pack.bundle(shown), max_bytes=2**20)
    digests = {hashlib.sha256(each).digest(): each for each in parts["documents"]}
    rows = sorted((b64u_encode(digest), each) for digest, each in digests.items())
    value["documents"] = [
        {"digest": digest, "bytes": canonical.b64_encode(each)} for digest, each in rows
    ]
    value["checkpoint"] = parts["checkpoint"].decode()
    value["evidence"] = {
        "entries": [
            {"index": at, "entry": canonical.b64_encode(each)}
            for at, each in enumerate(world.entries)
        ],
        "nodes": [],
    }
    subject = value["record"]["credentialSubject"]
    head = world.head()
    subject["asOf"] = {**subject["asOf"], "rootHash": canonical.b64_encode(head.root)}
    for group in value["items"]:
        batch = hashlib.sha256(world.documents[pack.batch_index]).digest()
        group["batch"] = b64u_encode(batch)
    return resealed.seal(value)


def _spoilt(data: bytes, chance: Random) -> bytes:
    """Other bytes for a document that is JSON: another value, or another spelling."""
    if chance.random() < 0.1:
        return chance.choice((data + b" ", b"[]", b"7", data[:-1], data.replace(b'":', b'": ', 1)))
    value: Value = canonical.loads(data)
    mutants.spoil(value, chance)
    return canonical.encode(value)


def _spoilt_document(world: Simulator, entry: bytes, data: bytes, chance: Random) -> bytes:
    """Another document, signed by whoever signed the first; or the same with another signature."""
    try:
        value: Value = canonical.loads(data)
    except ProofError:
        return _spoilt(b'{"received":"once"}', chance)
    if not isinstance(value, dict) or "proof" not in value:
        return _spoilt(data, chance)
    if chance.random() < 0.15:
        value["proof"]["proofValue"] = _resigned(value["proof"]["proofValue"], chance)
        return canonical.encode(value)
    mutants.spoil(value["credentialSubject"] if chance.random() < 0.7 else value, chance)
    method = str(canonical.loads(entry)["m"])  # type: ignore[index]
    return canonical.encode(
        resealed.sign_as(simulator.key_of("issuer", method), value, simulator.AT)
    )


def _resigned(text: str, chance: Random) -> str:
    """A signature in another spelling, of another length, or with a point that is none."""
    signature = b58_decode(text[1:], size=64)
    scalar = int.from_bytes(signature[32:], "little")
    ways = (
        signature[:32] + (scalar + GROUP_ORDER).to_bytes(32, "little"),
        b"\xff" * 31 + b"\x7f" + signature[32:],
        signature[:63],
        signature[::-1],
        bytes(64),
    )
    return "z" + b58_encode(chance.choice(ways))


def _rewrite(world: Simulator, at: int, entry: bytes, document: bytes) -> Simulator:
    """The same log with one entry changed; later entries of its subject follow the new one."""
    made = Simulator(about=world.about)
    last: dict[str, bytes] = {}
    for index, before in enumerate(world.entries):
        data = entry if index == at else before
        value: Value = canonical.loads(before)
        if index > at and value["q"] and value["s"] in last:
            value["p"] = b64u_encode(last[value["s"]])
            data = canonical.encode(value)
        if value["q"] is not None:
            last[value["s"]] = tree.leaf_hash(data)
        made.append(data, document if index == at else world.documents[index], [])
    return made


# --- checkpoints ---


@dataclass(frozen=True)
class _Head:
    """The lines of a checkpoint that nobody may like."""

    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def renoted(chance: Random) -> Case:
    """Another checkpoint: the same in other words, or other words signed by all who should."""
    value: Value = canonical.loads(mutants.whole(), max_bytes=2**20)
    text = str(value["checkpoint"])
    value["checkpoint"] = _respelt(text, chance) if chance.random() < 0.5 else _signed_anew(chance)
    return mutants.case_of("another checkpoint", resealed.seal(value))


def _respelt(text: str, chance: Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    stranger = note.Signature(name="stranger.example", key_id=b"abcd", value=bytes(64)).line
    ways = (
        "\n".join([*lines[:at], lines[at], *lines[at:]]),
        "\n".join(lines[:at] + lines[at + 1 :]),
        "\n".join([*lines[:at], lines[at][:-5], *lines[at + 1 :]]),
        "\n".join([*lines[:at], lines[at].replace("example", "exampl\u00e9"), *lines[at + 1 :]]),
        text + stranger,
        text + stranger * 101,
        text + "\u2014 nobody AAAA\n",
        text + "\u2014 no\u00a0body AAAAAAAA\n",
        text.rstrip("\n"),
        text.replace("\n", "\r\n"),
        text.replace(" ", "  "),
        text + "x" * 65_536,
    )
    return chance.choice(ways)


def _signed_anew(chance: Random) -> str:
    """Words that no checkpoint has, or a time that no clock shows, signed by log and witnesses."""
    world = mutants.good().world
    origin, size, root = world.head().text.split("\n")[:3]
    heads = (
        (origin, size, root, "extension"),
        (origin, size),
        (origin, "0" + size, root),
        (origin, "-1", root),
        (origin, "9" * 19, root),
        (origin, "9" * 20, root),
        (origin, str(2**53), root),
        (origin, "0", root),
        (origin, size, root[:-1]),
        (origin, size, root[:-4] + "AAA="),
        ("an origin", size, root),
        ("elsewhere.example/log", size, root),
        (origin, size, root),
    )
    text = _Head(chance.choice(heads)).text
    lines = [
        note.sign(
            text=text,
            name=world.log.name,
            public_key=world.log.public_key,
            private_key=world.log.private_key,
        )
    ]
    seconds = chance.choice((simulator.SECONDS, 0, 2**53, 2**63 - 1, 2**63, 253_402_300_800))
    for key in world.witnesses:
        lines.append(
            note.cosign(
                text=text,
                name=key.name,
                public_key=key.public_key,
                private_key=key.private_key,
                seconds=seconds,
            )
        )
    return note.join(text=text, signatures=lines).decode()
