"""At the edges of a bundle: its size to the byte, and each part by itself."""

import hashlib
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace

import pytest

from passport.proof import bundle, canonical, parts, unbundle
from passport.proof.contents import Contents, Index, ItemGroup, MemberGroup
from passport.proof.encoding import b64_encode, b64u_encode
from passport.proof.errors import BadBundle
from tests import simulator
from tests.simulator import Pack, pack_of_cells


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of_cells(3, batch_size=4)


def test_a_bundle_has_at_most_64_mebibytes(pack, monkeypatch):
    assert bundle.MAX_BYTES == unbundle.MAX_BYTES == 67_108_864
    data = pack.bundle()

    monkeypatch.setattr(bundle, "MAX_BYTES", len(data))
    assert pack.bundle() == data
    monkeypatch.setattr(bundle, "MAX_BYTES", len(data) - 1)
    with pytest.raises(BadBundle, match=f"{len(data)} bytes; {len(data) - 1} at most") as refused:
        pack.bundle()
    assert refused.value.step == 1


def test_a_bundle_of_a_mebibyte_is_read_and_of_a_byte_too_many_is_not(pack, monkeypatch):
    tokens = [bytes([each]) * 65_536 for each in range(1, 17)]
    data = pack.bundle(replace(pack.contents(), timestamps=tokens))
    assert len(data) > 2**20

    monkeypatch.setattr(unbundle, "MAX_BYTES", len(data))
    assert unbundle.read(data).contents.timestamps == tokens
    monkeypatch.setattr(unbundle, "MAX_BYTES", len(data) - 1)
    with pytest.raises(BadBundle, match=f"at most {len(data) - 1} are read") as refused:
        unbundle.read(data)
    assert refused.value.step == 1


def test_a_record_key_does_not_change():
    key = simulator.key_of("record", simulator.SERVICE + "#record-1")
    held = bundle.RecordKey(method=key.name, signer=key.private_key)
    with pytest.raises(FrozenInstanceError):
        held.method = "did:web:stranger.example#record-1"


def test_what_was_read_does_not_change(pack):
    read = unbundle.read(pack.bundle())
    with pytest.raises(FrozenInstanceError):
        read.record = b"{}"


@pytest.mark.parametrize("length", [40_000, 40_019])
def test_a_file_has_a_thousand_parts_and_one_more_for_each_twenty_bytes(length):
    most = 1000 + length // 20
    for braces in (0, most // 2, most):
        brackets = b"{" * braces + b"[" * (most - braces)
        with pytest.raises(BadBundle) as refused:
            unbundle.read(brackets.ljust(length))
        assert "more parts" not in refused.value.detail
        with pytest.raises(BadBundle, match="more parts than a bundle of its size"):
            unbundle.read((brackets + b"[").ljust(length))


@pytest.mark.parametrize("data", [b'{ "a":1}', b'{"b":1,"a":1}', b'{"a":1}\n', b"[]"])
def test_another_spelling_is_refused_whether_it_comes_before_or_behind(data):
    with pytest.raises(BadBundle, match="not in canonical form") as refused:
        unbundle.read(data)
    assert refused.value.step == 1


@pytest.mark.parametrize("name", ["a", "z", bundle.FORMAT + "x", bundle.FORMAT[:-1], 1])
def test_another_format_is_refused(pack, name):
    value = {**canonical.loads(pack.bundle()), "format": name}
    with pytest.raises(BadBundle, match="is not a bundle"):
        unbundle.read(canonical.encode(value))


def test_a_title_has_1_to_200_characters(pack):
    whole = replace(pack.contents(), title="x" * 200)
    assert unbundle.read(pack.bundle(whole)).contents.title == "x" * 200
    for title in ("x" * 201, "", 7):
        value = canonical.loads(pack.bundle(whole))
        value["record"]["credentialSubject"]["title"] = title
        with pytest.raises(BadBundle, match="not a short text"):
            unbundle.read(canonical.encode(value))


def test_in_whichever_order_contents_come_the_bytes_are_the_same(pack):
    digests, rows = (b"a" * 32, b"b" * 32), ((1, b"x"), (2, b"y"))
    named = ((1, "urn:x"), (2, "urn:y"))
    contents = replace(
        pack.contents(),
        batteries={"urn:a": 1, "urn:b": -1},
        items=[ItemGroup(batch=each, rows=rows, nodes=()) for each in digests],
        members=[MemberGroup(entry=each, rows=named, nodes=()) for each in (1, 2)],
        components={"urn:a": ("urn:c", "urn:d"), "urn:b": ("urn:e", "urn:f")},
        index=Index(entry=1, rows=rows, nodes=()),
    )
    assert pack.bundle(_turned(contents)) == pack.bundle(contents)
    read = unbundle.read(pack.bundle(replace(contents, index=None))).contents
    assert list(read.batteries.items()) == [("urn:a", 1), ("urn:b", -1)]


def _turned(whole: Contents) -> Contents:
    """The same contents, each list of them the other way."""
    return replace(
        whole,
        batteries=dict(reversed(whole.batteries.items())),
        salts=dict(reversed(whole.salts.items())),
        evidence=whole.evidence[::-1],
        documents=whole.documents[::-1],
        items=[replace(each, rows=each.rows[::-1]) for each in reversed(whole.items)],
        members=[replace(each, rows=each.rows[::-1]) for each in reversed(whole.members)],
        components={each: inside[::-1] for each, inside in reversed(whole.components.items())},
        index=replace(whole.index, rows=whole.index.rows[::-1]),
    )


# --- each list by itself --------------------------------------------------------------------------

HASH = b64_encode(bytes(32))


def tokens(*sizes: int) -> list[str]:
    return [b64_encode(bytes(size)) for size in sizes]


def older(count: int, path: int = 1) -> list[dict]:
    return [{"checkpoint": "x", "path": [HASH] * path}] * count


def document(name: bytes) -> list[dict]:
    digest = b64u_encode(hashlib.sha256(name).digest())
    return [{"digest": digest, "bytes": b64_encode(b"a document")}]


# Digests of other documents: one stands before that of this one in the alphabet, one behind.
ACTUAL = b64u_encode(hashlib.sha256(b"a document").digest())
OTHERS = sorted((b64u_encode(hashlib.sha256(b"%d" % n).digest()), b"%d" % n) for n in range(9))
WHOLE = {"entry": 1, "rows": [], "nodes": []}

AT_THE_EDGE: dict[str, Callable[[], object]] = {
    "a token of a byte": lambda: parts.timestamps(tokens(1)),
    "sixteen tokens, one of the largest": lambda: parts.timestamps(tokens(*[2] * 15, 65_536)),
    "256 older logs": lambda: parts.previous(older(256)),
    "a path of 128 hashes": lambda: parts.previous(older(1, 128)),
    "zero as a number": lambda: parts.number(0, "/n"),
    "an index without rows": lambda: parts.index(WHOLE),
}
BEYOND: dict[str, tuple[str, Callable[[], object]]] = {
    "an empty token": ("empty or too long", lambda: parts.timestamps(tokens(1, 0))),
    "a token too large": ("empty or too long", lambda: parts.timestamps(tokens(65_537))),
    "a token far too large": ("empty or too long", lambda: parts.timestamps(tokens(70_000))),
    "seventeen tokens": ("too long", lambda: parts.timestamps(tokens(*[1] * 17))),
    "thirty tokens": ("too long", lambda: parts.timestamps(tokens(*[1] * 30))),
    "257 older logs": ("too long", lambda: parts.previous(older(257))),
    "a path of 129 hashes": ("too long", lambda: parts.previous(older(1, 129))),
    "minus one": ("number is missing", lambda: parts.number(-1, "/n")),
    "a truth as a number": ("number is missing", lambda: parts.number(True, "/n")),
    "a name too many": ("its keys", lambda: parts.index({**WHOLE, "more": 1})),
    "a name too few": ("its keys", lambda: parts.index({"entry": 1, "rows": []})),
    "a document named before itself": (
        "another digest", lambda: parts.documents(document(OTHERS[0][1])),
    ),
    "a document named behind itself": (
        "another digest", lambda: parts.documents(document(OTHERS[-1][1])),
    ),
}  # fmt: skip


def test_others_stand_on_both_sides():
    assert OTHERS[0][0] < ACTUAL < OTHERS[-1][0]


@pytest.mark.parametrize("case", AT_THE_EDGE)
def test_reads(case):
    assert AT_THE_EDGE[case]() is not None


@pytest.mark.parametrize("case", BEYOND)
def test_does_not_read(case):
    words, ask = BEYOND[case]
    with pytest.raises(BadBundle, match=words):
        ask()
