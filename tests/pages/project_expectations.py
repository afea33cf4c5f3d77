"""Pages of projects: who may, and what a POST sends."""

from __future__ import annotations

from typing import Any

PROJECT_LISTS = ("/desk/projects/",)
_PROJECT = "/desk/projects/<uuid:project_id>"
_PAPER = "/desk/certificates/<uuid:certificate_id>/"
_TERMS = {
    "name": "Plain", "taxpayer": "owner", "credit": "48E_STORAGE", "method": "DIRECT_COST",
    "nameplate_kwh": "4000", "nameplate_kw": "1000", "tax_year_starts": "01-01",
    "rule_set": "US-FEOC-2026-10",
}  # fmt: skip
_TABLE = "line,kind,product,quantity\nL-2,product,battery_pack_module,1\n"
_CHANGE = {"line": "L-1", "old": "A", "new": "B", "changed_on": "2026-01-20", "reason": "broken"}
_NOBODY = "maker second-maker workshop recycler auditor authority"
EVERYBODY = "maker second-maker keeper workshop recycler auditor authority stranger"
PROJECTS: dict[str, dict[str, Any]] = {
    "GET /desk/projects/new": {"may": EVERYBODY},
    "POST /desk/projects/new": {
        "may": "keeper stranger", "status": 302, "told": _NOBODY, "form": _TERMS,
    },
    **{
        f"GET {_PROJECT}{each}": {"may": "keeper"}
        for each in (
            "/", "/terms", "/bill", "/certificates", "/serials", "/flags", "/payments", "/verdict/",
            "/verdict/steps/",
        )
    },
    f"POST {_PROJECT}/terms": {"may": "keeper", "status": 302, "form": _TERMS},
    f"POST {_PROJECT}/share": {"may": "keeper", "status": 302, "form": {"party": "auditor"}},
    f"POST {_PROJECT}/bill": {"may": "keeper", "form": {"table": _TABLE}},
    # What is sent is no signed file.
    f"POST {_PROJECT}/certificates": {
        "may": "", "told": "keeper", "refused": 400,
        "form": {"supplier": "maker", "credential": "no credential"},
    },
    f"POST {_PROJECT}/serials": {"may": "keeper", "status": 302, "form": _CHANGE},
    f"POST {_PROJECT}/flags": {
        "may": "keeper", "status": 302, "form": {"about": "L-1", "says": "a letter came"},
    },
    f"GET {_PAPER}": {"may": "keeper"},
    f"POST {_PAPER}": {
        "may": "keeper", "status": 302, "form": {"end": "1", "because": "lost"},
    },
}  # fmt: skip
