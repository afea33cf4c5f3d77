"""Addresses of projects: who may, and what each is sent."""

from __future__ import annotations

from typing import Any

_NOBODY = "maker second-maker workshop recycler auditor authority"
_PROJECT = "/api/v1/projects/<uuid:project_id>"
_PAPER = "/api/v1/certificates/<uuid:certificate_id>"
_TERMS = {
    "name": "Plain", "taxpayer": "owner", "credit": "48E_STORAGE", "method": "DIRECT_COST",
    "nameplate_kwh": "4000", "nameplate_kw": "1000",
}  # fmt: skip
_TABLE = b"line,kind,product,quantity\nL-2,product,battery_pack_module,1\n"
_CHANGE = {"line": "L-1", "old": "A", "new": "B", "changed_on": "2026-01-20", "reason": "broken"}
_OWN = {"may": "keeper", "barred": _NOBODY}
PROJECTS: dict[str, dict[str, Any]] = {
    "POST /api/v1/projects": {
        "may": "keeper stranger", "status": 201, "barred": _NOBODY, "body": _TERMS,
    },
    **{
        f"GET {_PROJECT}{each}": {"may": "keeper"}
        for each in (
            "", "/shares", "/payments", "/lines", "/certificates", "/flags", "/serials", "/verdict",
            "/serials/reconciliations", "/serials/changes",
        )
    },
    f"GET {_PAPER}": {"may": "keeper"},
    f"POST {_PROJECT}/terms": {**_OWN, "body": _TERMS},
    f"POST {_PROJECT}/shares": {**_OWN, "status": 201, "body": {"party": "auditor"}},
    f"POST {_PROJECT}/lines": {**_OWN, "body": _TABLE, "media_type": "text/csv"},
    # What is sent is no signed claim.
    f"POST {_PROJECT}/certificates": {
        **_OWN, "status": 422, "body": {"supplier": "maker", "credential": {}},
    },
    f"POST {_PAPER}/lines": {**_OWN, "body": {"lines": ["L-1"]}},
    f"POST {_PAPER}/end": {**_OWN, "body": {"ended_on": "2026-01-20", "because": "lost"}},
    f"POST {_PROJECT}/flags": {
        **_OWN, "status": 201, "body": {"about": "L-1", "says": "a letter came"},
    },
    # Nothing was found under this name.
    f"POST {_PROJECT}/flags/resolutions": {
        **_OWN, "status": 404, "body": {"flag": "x", "says": "x", "reviewer": "x"},
    },
    # It is not said of which line the serials are.
    f"POST {_PROJECT}/serials": {
        **_OWN, "status": 400, "body": b"PK-1\n", "media_type": "text/plain",
    },
    f"POST {_PROJECT}/serials/changes": {**_OWN, "status": 201, "body": _CHANGE},
}  # fmt: skip
