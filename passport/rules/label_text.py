"""The words of a label: what Annex VI part A of Regulation (EU) 2023/1542 asks for, as known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from passport.rules.identity import CANONICAL_STEM, Identity, IdentityKind, display
from passport.rules.label import Content, Contents

# Data point → what a fact of the model says on the label.
_NAME, _ADDRESS, _WEB, _HAZARDOUS, _EXTINGUISH, _CRITICAL, _METALS = 3, 4, 5, 13, 14, 15, 41
# More than 0.002 % of cadmium, 0.004 % of lead: their names stand under the mark. [Art. 13(5)]
_FREE = "[-_ ]?FREE"
_CADMIUM = re.compile(rf"NI[-_ ]?CD|CADMIUM(?!{_FREE})|\bCD\b", re.IGNORECASE)
_LEAD = re.compile(
    rf"(?<![A-Z])LEAD(?:[-_ ]?ACID|(?![A-Z]|{_FREE}))|\bPB\b|PB[-_ ]?A(CID)?\b|\bVRLA\b|\bAGM\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """What all batteries share that were made alike: one model, one place, one month.

    What nobody has said is empty or None: a label carries no assumption.
    """

    maker: str
    category: str
    model_code: str
    chemistry: str
    capacity_ah: Decimal
    energy_kwh: Decimal | None
    mass_kg: Decimal
    place: str
    made_on: date | None
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Words:
    """The particulars as caption and text, the metals to be named, and what is not known."""

    particulars: tuple[tuple[str, str], ...]
    metals: tuple[str, ...]
    unknown: tuple[str, ...]


def words_of(make: Make) -> Words:
    """The ten particulars in the order of the annex. [Annex VI A, B]"""
    facts = {int(number): _said(fact) for number, fact in make.facts.items()}
    energy = "" if make.energy_kwh is None else f"{_number(make.energy_kwh)} kWh"
    found = (
        ("Maker:", _joined(facts.get(_NAME) or make.maker, facts.get(_ADDRESS), facts.get(_WEB))),
        ("Battery:", _joined(make.category, make.model_code)),
        ("Made in:", make.place),
        ("Made:", f"{make.made_on:%m/%Y}" if make.made_on else ""),
        ("Mass:", _mass(make.mass_kg)),
        ("Capacity:", _joined(f"{_number(make.capacity_ah)} Ah", energy)),
        ("Chemistry:", make.chemistry),
        ("Hazardous:", facts.get(_HAZARDOUS, "")),
        ("Extinguish with:", facts.get(_EXTINGUISH, "")),
        ("Critical materials:", facts.get(_CRITICAL, "")),
    )
    parts = (
        ("Maker's address", facts.get(_ADDRESS)), ("Model", make.model_code), ("Energy", energy)
    )  # fmt: skip
    unknown = [name for name, text in parts if not text]
    unknown += [caption.rstrip(":") for caption, text in found if not text]
    metals = _metals(f"{make.chemistry} {facts.get(_METALS, '')}")
    return Words(tuple(each for each in found if each[1]), metals, tuple(unknown))


def content_of(*, code: tuple[str, ...], host: str, contents: Contents, words: Words) -> Content:
    """What stands on a label whose code says these lines, and which opens at `host`."""
    marked = contents is not Contents.CODE
    return Content(
        code=code,
        host=host.rpartition("://")[2],
        particulars=words.particulars if contents is Contents.FULL else (),
        collected_apart=marked,
        metals=words.metals if marked else (),
    )


def code_lines(identity: Identity) -> tuple[str, ...]:
    """The identity by its application identifiers, one a line."""
    if identity.kind is IdentityKind.SERIAL and identity.gtin:
        return f"(01) {identity.gtin}", f"(21) {identity.serial}"
    return tuple(display(identity).replace(" (", "\n(").split("\n"))


def link_length(*, identity: str, host: str) -> int:
    """Bytes of the link on the label, from the canonical identity alone."""
    if not identity.startswith(CANONICAL_STEM):
        return len(identity)
    stem = host if "://" in host else f"https://{host}"
    return len(identity) - len(CANONICAL_STEM) + len(stem)


def _joined(*parts: str | None) -> str:
    return ", ".join(each for each in parts if each)


def _mass(kilograms: Decimal) -> str:
    if kilograms < 1:
        return f"{_number(kilograms * 1000)} g"
    return f"{_number(kilograms)} kg"


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _metals(text: str) -> tuple[str, ...]:
    found = (("Cd", _CADMIUM), ("Pb", _LEAD))
    return tuple(name for name, sign in found if sign.search(text))


def _said(fact: object) -> str:
    """A fact in words; one line, because a label has no others."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, list):
        return ", ".join(_said(each) for each in fact)
    if isinstance(fact, dict):
        return ", ".join(f"{name}: {_said(each)}" for name, each in fact.items())
    return " ".join(str(fact).split())
