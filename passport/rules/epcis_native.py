"""What a native event brings to its EPCIS view, and how its facts are said there.

Numbers keep the text that was logged, and what EPCIS has no word for has one of our own: `bat:`, a
prefix for names below the service's own address.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote
from uuid import UUID

from passport.rules.epcis_json import Json, Number

PREFIX: Final = "bat"
STANDARD_CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """That an event was declared wrong: when, why, and which events stand in its place."""

    at: datetime
    reason: str
    correctives: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """A native event as its reader may know it.

    `subject` is the battery that it is about, or the whole; `names` has the identities of batteries
    by the salted digests in its facts, as far as the reader knows them; `classes` counts batteries
    that no event names one by one, by the class of their model. `recorder` is a DID or a slug,
    `stem` what `bat:` stands for.
    """

    event_id: UUID
    kind: str
    happened_at: datetime
    recorded_at: datetime
    recorder: str
    digest: bytes
    facts: Mapping[str, object]
    stem: str
    subject: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    classes: Sequence[tuple[str, int]] = ()
    place: str = ""
    declared: Declared | None = None

    def name(self, digest: str) -> str:
        """The identity behind a salted digest, or the digest as a name. [RFC 6920]"""
        return self.names.get(digest) or f"ni:///sha-256;{digest}"

    def party(self, name: str) -> str:
        """A party as a URI: its DID, or our own name for it."""
        return name if name.startswith("did:") else self.own(f"party/{name}")

    def own(self, path: str) -> str:
        """A name below the service's own address."""
        return self.stem + quote(path, safe="/")


def stem_of(site: str) -> str:
    """What `bat:` stands for at a service with this address."""
    return f"{site.rstrip('/')}/epcis/bat#"


def model_class(*, gtin: str, maker: str, code: str, stem: str) -> str:
    """The batteries of a model as a class: by its GTIN, or by our own name for it."""
    if gtin:
        return f"https://id.gs1.org/01/{gtin}"
    return f"{stem}model/{quote(maker, safe='')}/{quote(code, safe='')}"


def context_of(stem: str) -> list[Json]:
    """The @context under which views are read."""
    return [STANDARD_CONTEXT, {PREFIX: stem}]


def stamp(moment: datetime) -> str:
    """A moment in UTC as the log writes it, at least to the millisecond."""
    said = moment.astimezone(UTC)
    return said.isoformat(timespec="auto" if said.microsecond % 1000 else "milliseconds").replace(
        "+00:00", "Z"
    )


def said(value: object) -> Json:
    """A logged value as EPCIS is written: the same, and whole numbers by their text."""
    if isinstance(value, Mapping):
        return {str(name): said(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [said(each) for each in value]
    if value is None or isinstance(value, bool | str):
        return value
    return Number(str(value))


def own_fields(facts: Mapping[str, object], *, but: Collection[str] = ()) -> dict[str, Json]:
    """Facts in words of our own, one field a fact; what has no plain name stands in `bat:facts`."""
    found: dict[str, Json] = {}
    rest: dict[str, object] = {}
    for name, value in facts.items():
        if name in but:
            continue
        if _NAME.fullmatch(name):
            found[f"{PREFIX}:{name}"] = said(value)
        else:
            rest[name] = value
    return found | ({f"{PREFIX}:facts": said(rest)} if rest else {})
