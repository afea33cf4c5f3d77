"""Addresses of treatment, of its steps and of lots of material: who may, what each is sent."""

from __future__ import annotations

from typing import Any

EVENT_ID = "0190f4b2-7c1e-7abc-8def-000000000001"
TREATED = "/api/v1/treatments"
BATCH, LOT = "/api/v1/treatment-batches", "/api/v1/material-lots"
ONLY_RECYCLERS = "maker second-maker keeper workshop auditor authority stranger"
ONLY_MAKERS = "keeper workshop recycler auditor authority stranger"
NEITHER = "keeper workshop auditor authority stranger"
# Lists of one's own, which everybody may ask for.
MATTER_LISTS = (TREATED, BATCH, LOT, "/api/v1/lot-hand-overs", "/api/v1/annex-xii")
_TREATMENT = {
    "event_id": EVENT_ID, "battery": "{battery_id}", "mass_in_kg": "72", "process": "hydro",
    "fractions": [{"material": "steel", "mass_kg": "72", "fate": "RECYCLED"}],
}  # fmt: skip
_STEP = {
    "booking_id": EVENT_ID, "step": "SHRED", "inputs": [{"battery": EVENT_ID}],
    "fractions": [{"material": "Cu", "mass_kg": "1", "fate": "RECYCLED"}],
}  # fmt: skip
_LOT = {"number": "L-1", "material": "Cu", "parts": [{"fraction": EVENT_ID}]}
_CLAIM = {"claim_id": EVENT_ID, "attestation": "0" * 64, "mass_kg": "1"}
# Who may and its status, who is barred for its role, what is sent. The stage has no such rows.
MATTER: dict[str, dict[str, Any]] = {
    f"POST {TREATED}": {"barred": ONLY_RECYCLERS, "body": _TREATMENT},
    f"GET {TREATED}/<uuid:treatment_id>": {},
    f"POST {BATCH}": {
        "may": "recycler", "status": 201, "barred": ONLY_RECYCLERS, "body": {"number": "B-1"},
    },
    f"GET {BATCH}/<uuid:batch_id>": {},
    f"GET {BATCH}/<uuid:batch_id>/steps": {},
    f"POST {BATCH}/<uuid:batch_id>/steps": {"barred": ONLY_RECYCLERS, "body": _STEP},
    f"GET {BATCH}/<uuid:batch_id>/balance": {},
    f"GET {BATCH}/<uuid:batch_id>/certificate": {},
    f"POST {BATCH}/<uuid:batch_id>/certificate": {
        "barred": ONLY_RECYCLERS, "body": {"credential": {}},
    },
    f"POST {LOT}": {"barred": ONLY_RECYCLERS, "body": _LOT},
    f"GET {LOT}/<uuid:lot_id>": {},
    f"GET {LOT}/<uuid:lot_id>/origin": {},
    f"POST {LOT}/<uuid:lot_id>/origin": {"barred": ONLY_RECYCLERS, "body": {"credential": {}}},
    f"GET {LOT}/<uuid:lot_id>/hand-overs": {},
    f"POST {LOT}/<uuid:lot_id>/hand-overs": {"barred": NEITHER, "body": {"to": "workshop"}},
    f"GET {LOT}/<uuid:lot_id>/claims": {},
    f"POST {LOT}/<uuid:lot_id>/claims": {"barred": ONLY_MAKERS, "body": _CLAIM},
    **{
        f"POST /api/v1/lot-hand-overs/<uuid:lot_hand_over_id>/{said}": {"barred": NEITHER}
        for said in ("accept", "refuse", "withdraw")
    },
}  # fmt: skip
