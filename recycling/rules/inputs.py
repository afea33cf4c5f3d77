"""All that a plan is made from, as bytes kept with it: the same bytes make the same plan."""

import datetime
import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from passport.proof import canonical
from recycling.rules import columns
from recycling.rules.columns import Columns
from recycling.rules.gate_table import parse_gates
from recycling.rules.grading import parse_grades
from recycling.rules.market import Opening, Tables
from recycling.rules.plain import plain, revive
from recycling.rules.value import PriceSet

_HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """Packs, openings, and the tables of the day; `gates` is the document of the gate table."""

    on: datetime.date
    packs: Columns
    openings: tuple[Opening, ...]
    gates: Mapping[str, Any]
    prices: PriceSet

    @property
    def tables(self) -> Tables:
        """The tables, read from what was kept of them."""
        gates = parse_gates(self.gates)
        return Tables(gates=gates, grades=parse_grades(self.gates), prices=self.prices)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a plan supposes that is not so: prices of second lives (of `programme` alone where it
    is named) so many percent higher, and programmes that are closed.
    """

    price_percent: int = 0
    programme: str = ""
    closed: tuple[str, ...] = ()


def encode(inputs: Inputs) -> bytes:
    """The canonical bytes: a head of JSON, then the columns of the packs. [inputs-1]"""
    head = {
        "format": "market/1",
        "on": plain(inputs.on),
        "openings": plain(inputs.openings),
        "gates": inputs.gates,
        "prices": plain(inputs.prices),
    }
    said = canonical.encode(head)
    return struct.pack(">I", len(said)) + said + columns.encode(inputs.packs)


def decode(content: bytes) -> Inputs:
    """What such bytes hold. Refuses ColumnsBroken."""
    try:
        (size,) = struct.unpack_from(">I", content)
        head = json.loads(content[4 : 4 + size])
        return Inputs(
            on=datetime.date.fromisoformat(head["on"]),
            openings=revive(tuple[Opening, ...], head["openings"]),
            gates=head["gates"],
            prices=revive(PriceSet, head["prices"]),
            packs=columns.decode(content[4 + size :]),
        )
    except (ValueError, KeyError, TypeError, struct.error) as fault:
        raise columns.ColumnsBroken(
            f"the bytes of the market cannot be read: {fault}", remedy="plan anew"
        ) from fault


def digest(content: bytes) -> bytes:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(content).digest()


def changed(inputs: Inputs, change: Change) -> Inputs:
    """The market as it would be: other prices, some programmes closed. [inputs-2]"""
    openings = (each for each in inputs.openings if each.terms.id not in change.closed)
    return replace(inputs, openings=tuple(_priced(each, change) for each in openings))


def _priced(opening: Opening, change: Change) -> Opening:
    if change.programme not in ("", opening.terms.id):
        return opening
    price = opening.terms.price_cents_per_kwh * (100 + change.price_percent) / _HUNDRED
    return replace(opening, terms=replace(opening.terms, price_cents_per_kwh=price))
