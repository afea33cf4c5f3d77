"""What the sourcing desk's addresses answer to whom: the keeper has one of each on the stage."""

from __future__ import annotations

from typing import Any

_DESK = "/desk/sourcing/"
SOURCING_LISTS = tuple(f"{_DESK}{name}" for name in ("", "agreements/", "pipeline/", "scenarios/"))
_NO_KEEPERS = "maker second-maker workshop recycler auditor authority"
_OFFER = {
    "maker": "m", "category": "cells", "unit": "KWH", "price": "50", "made_in": "KR",
    "capacity-year-0": "2027", "capacity-0": "10",
}  # fmt: skip
_AGREEMENT = {
    "name": "Second", "offer": "{supply_offer_id}", "signed_on": "2026-01-05",
    "volumes-year-0": "2027", "volumes-0": "10",
}  # fmt: skip
_PLANNED = {
    "name": "South", "begins_on": "2027-01-01", "incurred_on": "2027-01-01",
    "nameplate_kwh": "400000", "nameplate_kw": "100000",
}  # fmt: skip
_SHARE = {"planned": "{planned_id}", "year": "2027", "quantity": "1"}
# Who may and its status, who is told why not; nobody else learns that there is something.
SOURCING_DESK: dict[str, dict[str, Any]] = {
    # Nobody on this stage has a company in its register.
    f"POST {_DESK}": {"may": "", "told": _NO_KEEPERS, "form": _OFFER},
    f"POST {_DESK}offers/<uuid:supply_offer_id>/end": {"may": "keeper", "status": 302},
    f"POST {_DESK}agreements/": {
        "may": "keeper", "status": 302, "told": _NO_KEEPERS, "form": _AGREEMENT,
    },
    f"POST {_DESK}agreements/<uuid:agreement_id>/allocations": {
        "may": "keeper", "status": 302, "form": _SHARE,
    },
    f"POST {_DESK}allocations/<uuid:allocation_id>/release": {"may": "keeper", "status": 302},
    f"POST {_DESK}pipeline/": {
        "may": "keeper stranger", "status": 302, "told": _NO_KEEPERS, "form": _PLANNED,
    },
    # A project still counts on it.
    f"POST {_DESK}pipeline/<uuid:planned_id>/end": {"may": "keeper", "status": 409},
    # No recipe is sent, and the stranger plans nothing.
    f"POST {_DESK}scenarios/": {
        "may": "keeper", "status": 400, "told": _NO_KEEPERS, "others": 422, "form": {"name": "S"},
    },
    f"GET {_DESK}scenarios/<uuid:scenario_id>/": {"may": "keeper"},
}  # fmt: skip
