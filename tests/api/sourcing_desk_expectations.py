"""Addresses of the sourcing desk: who may, what each is sent; the keeper has one of each."""

from __future__ import annotations

from typing import Any

from tests.api.rows import EVENT_ID, ONLY_KEEPERS

SOURCING = "/api/v1/sourcing/"
SCENARIO = f"{SOURCING}scenarios/<uuid:scenario_id>"
# Lists of one's own, which everybody may ask for.
DESK_LISTS = tuple(
    f"{SOURCING}{name}"
    for name in ("sources", "offers", "agreements", "allocations", "pipeline", "scenarios")
)
_OFFER = {
    "supplier": "s", "maker": "m", "category": "cells", "unit": "KWH", "price": "50",
    "made_in": "KR", "capacity": {"2027": "1"}, "proof": "AUDIT",
}  # fmt: skip
_AGREEMENT = {
    "offer": EVENT_ID, "name": "F", "signed_on": "2027-01-01", "volumes": {"2027": "1"},
}  # fmt: skip
_PLANNED = {
    "name": "South", "begins_on": "2027-01-01", "incurred_on": "2027-01-01",
    "nameplate_kwh": "400000", "nameplate_kw": "100000",
}  # fmt: skip
_GOODS = {"name": "A", "goods": {"cells": EVENT_ID}}
_INPUTS = {"recipes": [_GOODS], "mixes": [{"name": "all", "parts": {"A": "100"}}]}
_LISTED = {"maker": "m", "list": "S1260H", "on": "2027-06-01"}
SOURCING_DESK: dict[str, dict[str, Any]] = {
    # Nobody on this stage has a company in its register; the stranger plans nothing.
    f"POST {SOURCING}offers": {"body": _OFFER},
    f"POST {SOURCING}agreements": {"body": _AGREEMENT},
    f"POST {SOURCING}pipeline": {"may": "keeper stranger", "status": 201, "body": _PLANNED},
    f"POST {SOURCING}scenarios": {
        "may": "stranger", "status": 422, "body": {"name": "S", "inputs": _INPUTS},
    },
    f"POST {SOURCING}offers/<uuid:supply_offer_id>/end": {"may": "keeper"},
    # A project still counts on both of these.
    f"POST {SOURCING}agreements/<uuid:agreement_id>/end": {"may": "keeper", "status": 409},
    f"POST {SOURCING}pipeline/<uuid:planned_id>/end": {"may": "keeper", "status": 409},
    f"POST {SOURCING}agreements/<uuid:agreement_id>/allocations": {
        "may": "keeper", "status": 201,
        "body": {"planned": "{planned_id}", "year": 2027, "quantity": "1"},
    },
    f"POST {SOURCING}allocations/<uuid:allocation_id>/release": {"may": "keeper"},
    f"POST {SCENARIO}/what-if": {"body": _LISTED},
}  # fmt: skip
for _told in SOURCING_DESK.values():
    _told["barred"] = ONLY_KEEPERS
SOURCING_DESK |= {f"GET {SCENARIO}": {"may": "keeper"}, f"GET {SCENARIO}/result": {"may": "keeper"}}
