"""Spoilt bundles by the hundred, each with its trust file: what two verifiers must agree upon."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from passport.proof import canonical
from tests import simulator

SEED = 20_260_301
Value = Any


@dataclass(frozen=True)
class Case:
    """One bundle, the trust file and the DID documents it is judged by, and how it was spoilt."""

    kind: str
    data: bytes
    trust: str
    dids: Mapping[str, bytes] = field(default_factory=dict)


@cache
def good() -> simulator.Pack:
    """A small pack, all of it in order."""
    return simulator.pack_of_cells(count=3, batch_size=5, events=2)


@cache
def whole() -> bytes:
    """Its bundle."""
    return good().bundle()


@cache
def trust() -> str:
    """A trust file in which both makers are pinned."""
    return good().world.policy_text(good().cellmaker, good().packmaker)


def case_of(kind: str, data: bytes) -> Case:
    """A case under the usual trust file."""
    return Case(kind, data, trust())


# --- bytes ---


def flipped(chance: Random) -> Case:
    """One bit of one byte is another."""
    data = bytearray(whole())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return case_of("a bit flipped", bytes(data))


def cut(chance: Random) -> Case:
    """Bytes are missing, doubled, swapped or strange."""
    data = whole()
    at, length = chance.randrange(len(data)), chance.randrange(1, 40)
    part = data[at : at + length]
    ways: tuple[bytes, ...] = (
        data[:at],
        data[:at] + data[at + length :],
        data[:at] + part + data[at:],
        data[:at] + part[::-1] + data[at + length :],
        data[:at] + chance.randbytes(length) + data[at + length :],
        chance.randbytes(length),
        b"",
    )
    return case_of("bytes cut or doubled", chance.choice(ways))


# --- texts that are not strict JSON, or not canonical ---

_VALUES = (
    "1.5", "1e3", "-0", "01", "NaN", "-Infinity", "9007199254740992", "-9007199254740992",
    "123456789012345678901234567890", '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\t"',
    '"\\u00e9"', '"\\/"', '"\\x"', '"\\u12G4"', "tru", "nul", "'a'", "{a:1}", '{"a":1,}', "[1,]",
    '{"a":1,"a":1}', '{"a":{"b":1,"b":2}}', "[" * 40 + "]" * 40, "{}{}", '"', "", "﻿1",
    "[-9007199254740991]", '"\\ud83d\\ude00"', '{"\\ud83d\\ude00":1,"\\uffff":2}', '"é"', "/**/1",
)  # fmt: skip


def hostile(chance: Random) -> Case:
    """A value somewhere is written as no strict reader takes it."""
    text = whole().decode()
    places = [at for at, letter in enumerate(text) if letter == ":" and text[at - 1] == '"']
    at = chance.choice(places) + 1
    value = chance.choice(_VALUES)
    ways = (
        text[:at] + value + "," + text[at:].partition(",")[2],
        text[:at] + value + text[at:],
        value + text,
        text + value,
        text[:at] + " " + text[at:],
        text.replace("/", "\\/", 1),
        "﻿" + text,
    )
    weights = (8, 4, 1, 1, 1, 1, 1)
    data = chance.choices(ways, weights)[0].encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        data = data.replace(b"batterypassport", b"battery\xff\xfepassport", 1)
    return case_of("hostile JSON", data)


# --- values ---

_OTHERS: tuple[Value, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, "", "x", "é", "\U0001f600", "\uffff", [], {}, ["x"],
    {"x": 1}, "A" * 43, "AAAA", "did:web:other.example#key-1", "2026-02-30T00:00:00Z",
    "line\nbreak \u202e turned",
)  # fmt: skip


def places_in(value: Value, where: tuple[Value, ...] = ()) -> Iterator[tuple[Value, ...]]:
    """Where in a document there is a value: the names and numbers that lead to it."""
    if where:
        yield where
    if isinstance(value, dict):
        for name in value:
            yield from places_in(value[name], (*where, name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from places_in(each, (*where, at))


def spoil(value: Value, chance: Random) -> None:
    """Change one thing somewhere in a document: another value, a twin, a gap, another order."""
    *above, last = chance.choice(list(places_in(value)))
    inside = value
    for step in above:
        inside = inside[step]
    chance.choice(_WAYS)(inside, last, chance)


def _replace(inside: Value, last: Value, chance: Random) -> None:
    inside[last] = chance.choice(_OTHERS)


def _remove(inside: Value, last: Value, chance: Random) -> None:
    del inside[last]


def _nudge(inside: Value, last: Value, chance: Random) -> None:
    found = inside[last]
    if type(found) is int:
        inside[last] = min(found + chance.choice((-1, 1, 7)), canonical.MAX_INTEGER)
    elif isinstance(found, str) and found:
        at = chance.randrange(len(found))
        inside[last] = found[:at] + chance.choice("Ab0=_-. /") + found[at + 1 :]
    elif isinstance(found, list):
        inside[last] = found[::-1] if chance.random() < 0.5 else [*found, *found[-1:]]
    else:
        _replace(inside, last, chance)


def _add(inside: Value, last: Value, chance: Random) -> None:
    if isinstance(inside, list):
        inside.insert(last, chance.choice((inside[last], *_OTHERS)))
    else:
        inside[chance.choice(("x", "nodes", "@id", "é", "salt"))] = chance.choice(_OTHERS)


_WAYS: tuple[Callable[[Value, Value, Random], None], ...] = (
    _replace, _replace, _remove, _nudge, _nudge, _nudge, _add,
)  # fmt: skip


def changed(chance: Random) -> Case:
    """A value is another, and nobody signed that."""
    value = canonical.loads(whole(), max_bytes=2**20)
    for _ in range(chance.choice((1, 1, 2))):
        spoil(value, chance)
    return case_of("a value changed", canonical.encode(value))


# --- trust files ---


def mistrusted(chance: Random) -> Case:
    """The bundle is good; the trust file is another, or none at all."""
    lines = trust().splitlines()
    at = chance.randrange(len(lines))
    words = lines[at].split()
    spoilt = chance.choice(
        (
            lines[:at] + lines[at + 1 :],
            lines[:at] + lines[at + 1 :],
            [*lines, lines[at]],
            [*lines[:at], " ".join(words[:-1]), *lines[at + 1 :]],
            [*lines[:at], lines[at][:-3] + "AAA", *lines[at + 1 :]],
            [*lines[:at], chance.choice(_LINES), *lines[at + 1 :]],
            [chance.choice(_LINES), *lines],
            [*lines, chance.choice(_LINES)],
        )
    )
    return Case("another trust file", whole(), "\n".join(spoilt) + "\n")


_LINES = (
    "", "# a remark", "quorum none", "quorum w0", "quorum w9", "group g any w0 w1", "group g 3 w0",
    "group g 2 w0 w0", "group both any w0 w1", "witness", "log x", "trust me", "record x y",
    "issuer did:web:a.example zABC", "log\tx+00000000+AAAA", "quorum\u00a0none",
    "\u202equorum none", "group g all none", "quorum both", "a\rb", "  quorum   both  ",
)  # fmt: skip
