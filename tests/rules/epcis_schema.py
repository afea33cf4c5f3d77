"""The schema of the standard as an independent judge of events, and how documents are bent.

The schema itself is no part of this project: it is read from the oracle data.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest

from passport.rules.epcis import check_event
from passport.rules.epcis_document import open_document
from passport.rules.epcis_json import read
from passport.rules.errors import Refusal
from tests.oracle_data import oracle

Judge = Callable[[Any], bool]

_UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_IN_NAMES = frozenset(_UNRESERVED + "!$&'()*+,;=")
_IN_PATHS = _IN_NAMES | frozenset(":@/")


def judges() -> tuple[Judge, Judge]:
    """Whether the schema allows a whole document, and whether an event inside one."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema absent")
    schema = json.loads(oracle("epcis/schema/EPCIS-JSON-Schema.json").read_text("utf-8"))
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("uri")(_is_uri)
    formats.checks("date-time")(_is_moment)
    inside = {"$ref": "#/definitions/EPCIS-Document-Event", "definitions": schema["definitions"]}
    whole, event = (
        jsonschema.Draft7Validator(each, format_checker=formats) for each in (schema, inside)
    )
    return whole.is_valid, event.is_valid


def _is_uri(value: object) -> bool:
    """RFC 3986 part by part: a scheme, perhaps an authority, a path, a query, a fragment."""
    if not isinstance(value, str):
        return True
    scheme, colon, rest = value.partition(":")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme, re.ASCII):
        return False
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, path = "", rest
    if rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        path = slash + path
    return (
        all(_consists(each, _IN_PATHS | {"?"}) for each in (fragment, query))
        and _consists(path, _IN_PATHS)
        and _is_authority(authority)
    )


def _is_authority(authority: str) -> bool:
    user, _, rest = authority.rpartition("@")
    literal = re.fullmatch(r"\[[0-9A-Fa-f:.]*\](?::([0-9]*))?", rest, re.ASCII)
    host, _, port = rest.partition(":")
    named = _consists(host, _IN_NAMES) and re.fullmatch(r"[0-9]*", port, re.ASCII) is not None
    return _consists(user, _IN_NAMES | {":"}) and (literal is not None or named)


def _consists(text: str, signs: frozenset[str] | set[str]) -> bool:
    return set(re.sub(r"%[0-9A-Fa-f]{2}", "", text, flags=re.ASCII)) <= signs


def _is_moment(value: object) -> bool:
    """RFC 3339, the second 60 as the last of a day included."""
    if not isinstance(value, str):
        return True
    clock = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:[0-5]\d)"
    if not re.fullmatch(clock, value.upper(), re.ASCII):
        return False
    plain = re.sub(r"\.\d+", "", value.upper()).replace("T23:59:60", "T23:59:59")
    try:
        # The year 0000 is one in RFC 3339, and a leap year.
        datetime.fromisoformat(re.sub("^0000", "2000", plain))
    except ValueError:
        return False
    return True


def ours(document: Any) -> bool:
    """Whether we take a document and every event in it."""
    try:
        opened = open_document(read(json.dumps(document).encode()))
        for event in opened.events:
            check_event(event)
    except Refusal:
        return False
    return True


def ours_of_event(event: Any) -> bool:
    """Whether we take an event that stands in a document."""
    try:
        check_event(read(json.dumps(event).encode()))
    except Refusal:
        return False
    return True


STRANGE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1.5, "", "x", "_comment", "a:b", "x:", "//x", "1a:b", "é:b", [], {},
    [[]], [{}], "ADD", "DELETE", "OBSERVE", "other", "did_not_occur", "KGM", "kgm", "KGMM",
    "urn:epcglobal:cbv:bizstep:shipping", "https://ns.gs1.org/cbv/x", "gs1:Voltage", "urn:x:y z",
    "https://gs1.org/voc/Voltage", "https://www.gs1.org/voc/X", "http://a b", "http://[::1]/",
    "http://x/%zz", "http://x/%2f", "a://b@c:80/d?e#f", "TransformationEvent", "ObjectEvent",
    "bat:Own", "2026-03-02T06:00:00Z", "2026-02-30T06:00:00Z", "2026-03-02 06:00:00Z",
    "2026-03-02T06:00:00", "2026-03-02t06:00:00z", "2026-03-02T24:00:00Z", "+15:00", "-14:00",
)  # fmt: skip
LETTERS = ' %:/#?[]@"<é' + "az09+-.TZ"


class Bender:
    """Makes documents that are nearly right, from right ones, the same for the same seed."""

    def __init__(self, documents: list[Any], *, seed: int) -> None:
        self.documents = documents
        self.chance = random.Random(seed)
        found = [each for document in documents for each in _spots(document)]
        self.names = sorted({name for _, name in found if isinstance(name, str)})
        self.names += ["myField", "_x", "a:b", "https://x.example/y"]
        self.leaves = [inside[name] for inside, name in found]

    def bent(self) -> Any:
        """One of the documents, changed in one to three places."""
        document = deepcopy(self.chance.choice(self.documents))
        for _ in range(self.chance.choice((1, 1, 1, 2, 3))):
            spots = list(_spots(document))
            if spots:
                self._bend(*self.chance.choice(spots))
        return document

    def _bend(self, inside: Any, at: Any) -> None:
        way = self.chance.randrange(6)
        if way == 0:
            del inside[at]
        elif way == 1:
            inside[at] = deepcopy(self.chance.choice(STRANGE))
        elif way == 2:
            inside[at] = deepcopy(self.chance.choice(self.leaves))
        elif way == 3 and isinstance(inside[at], str) and inside[at]:
            inside[at] = self._misspelled(inside[at])
        elif isinstance(inside, list):
            inside.insert(0, deepcopy(self.chance.choice((*STRANGE, *inside))))
        elif way == 4:
            inside[self.chance.choice(self.names)] = inside.pop(at)
        else:
            inside[self.chance.choice(self.names)] = deepcopy(self.chance.choice(self.leaves))

    def _misspelled(self, text: str) -> str:
        at = self.chance.randrange(len(text))
        return text[:at] + self.chance.choice(LETTERS) + text[at + self.chance.randrange(2) :]


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: what it stands in, and its name or number there."""
    names: list[Any] = list(value) if isinstance(value, dict) else []
    if isinstance(value, list):
        names = list(range(len(value)))
    for name in names:
        yield value, name
        yield from _spots(value[name])
