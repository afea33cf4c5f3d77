"""Native events of every kind, with the facts that the service writes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from passport.rules.epcis_native import Native, stem_of
from passport.rules.lifecycle import EventKind

STEM = stem_of("https://passport.example/")
PACK = "https://id.gs1.org/01/09521234000020/21/P1"
CELL = "https://id.gs1.org/01/09521234000013/21/C1"
CELL_CLASS = "https://id.gs1.org/01/09521234000013"
HAPPENED = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ROOT = "u4Tz9uGd0v8nYQvT1m0q0Q"
ID = UUID("0190f4b2-7c1e-7abc-8def-000000000001")

MOVES = {
    "whole": "d-pack",
    "level": "PACK",
    "in": [{"battery": "d-cell", "position": "M1"}, {"battery": "d-hidden"}],
    "out": [],
}
FACTS: dict[EventKind, dict[str, Any]] = {
    EventKind.REGISTERED: {
        "level": "PACK", "model": "PACK-12", "manufacturedOn": "2026-01-02",
        "components": {"count": 12, "root": ROOT},
    },
    EventKind.ASSEMBLED: MOVES,
    EventKind.DISASSEMBLED: MOVES | {"in": [], "out": [{"battery": "d-cell"}]},
    EventKind.REPLACED: MOVES | {"out": [{"battery": "d-old", "position": "M1"}]},
    EventKind.COMMISSIONED: {"where": "roof", "_odd name": 1},
    EventKind.HANDED_OVER: {"from": "did:web:maker.example", "to": "keeper", "handOver": str(ID)},
    EventKind.HEALTH_READ: {
        "method": "TESTED", "source": "bench 7", "soh": "0.905", "soh_low": "0.9",
        "soh_high": "0.91", "capacity_ah": "66.250", "cell_spread_mv": "12",
        "isolation_ohm_per_v": "900",
    },
    EventKind.INCIDENT: {"what": "dropped", "height": 2},
    EventKind.REPAIRED: {},
    EventKind.RETIRED: {"reason": "CAPACITY", "condition": {"swollen": False}},
    EventKind.ROUTED: {"offer": str(ID), "programme": "Store", "route": "RECYCLE"},
    EventKind.RECEIVED: {"gate": 3},
    EventKind.REGRADED: {"status": "re-used"},
    EventKind.TREATED: {
        "process": "hydro", "massInKg": "72",
        "fractions": [
            {"material": "black mass", "massKg": "40.5", "fate": "RECYCLED"},
            {"material": "steel", "massKg": "31.5", "fate": "RECYCLED"},
        ],
    },
    EventKind.MERGED: {"into": CELL},
    EventKind.CORRECTED: {"why": "mistaken"},
}  # fmt: skip


def native(kind: EventKind | str, **changes: Any) -> Native:
    """An event of this kind about the pack, as somebody knows it who sees the cell in it."""
    known: dict[str, Any] = {
        "event_id": ID,
        "kind": kind,
        "happened_at": HAPPENED,
        "recorded_at": HAPPENED.replace(microsecond=123456),
        "recorder": "maker",
        "digest": bytes(32),
        "facts": FACTS.get(EventKind(kind), {}) if kind in list(EventKind) else {},
        "stem": STEM,
        "subject": PACK,
        "names": {"d-pack": PACK, "d-cell": CELL},
    }
    return Native(**known | changes)
