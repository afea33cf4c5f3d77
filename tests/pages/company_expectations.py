"""What the desk's addresses of companies answer to whom: nobody has a register on this stage."""

from __future__ import annotations

from typing import Any

HERE = "/desk/companies/"
ONE = HERE + "<str:entity_key>/"
EVERYBODY = "maker second-maker keeper workshop recycler auditor authority stranger"
COMPANIES: dict[str, dict[str, Any]] = {
    f"GET {HERE}": {"may": EVERYBODY},
    # Who keeps batteries keeps a register of companies.
    f"POST {HERE}": {
        "may": "keeper stranger", "status": 302, "others": 403,
        "form": {"key": "a", "name": "A", "kind": "TRUST"},
    },
    # No file was sent.
    f"POST {HERE}lists": {"may": EVERYBODY, "status": 422},
    f"POST {HERE}changes/<uuid:found_id>": {"may": ""},
    f"POST {HERE}matches/<uuid:match_id>": {"may": ""},
    f"GET {ONE}": {"may": ""},
    f"POST {ONE}": {"may": ""},
    f"POST {ONE}facts": {"may": ""},
    f"POST {ONE}facts/<uuid:fact_id>": {"may": ""},
    f"POST {ONE}contracts": {"may": ""},
    f"POST {ONE}reviews": {"may": ""},
}  # fmt: skip
