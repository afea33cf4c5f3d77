"""What the desk's addresses of matter answer to whom: the stage has a batch, and no lot."""

from __future__ import annotations

from typing import Any

BATCH, LOT = "/desk/batches/<uuid:batch_id>/", "/desk/material/<uuid:lot_id>/"
BATTERY, TREATED = "/desk/batteries/<uuid:battery_id>/", "/desk/treatments/<uuid:treatment_id>/"
SEES = "recycler authority"
LISTS = ("/desk/treatments/intake/", "/desk/annex-xii/", "/desk/batches/", "/desk/material/")
# Who may and its status, who is told why not; nobody else learns that there is something.
MATTER: dict[str, dict[str, Any]] = {
    "POST /desk/batches/": {
        "may": "recycler", "status": 302, "others": 403, "form": {"number": "B-9"},
    },
    f"GET {BATCH}": {"may": SEES},
    # Nothing was chosen, booked or signed.
    f"POST {BATCH}steps": {"may": SEES, "status": 422},
    f"GET {BATCH}certificate.json": {"may": SEES, "status": 422},
    f"POST {BATCH}certificate": {"may": SEES, "status": 422},
    # No certificate is signed yet.
    f"GET {BATCH}certificate/": {"may": ""},
    f"GET {BATCH}certificate.jsonld": {"may": ""},
    f"GET {BATTERY}certificate/": {"may": ""},
    f"GET {BATTERY}certificate.jsonld": {"may": ""},
    f"GET {TREATED}certificate.json": {"may": "recycler"},
    f"POST {TREATED}certificate": {"may": "recycler", "status": 422},
    "POST /desk/material/": {"may": "", "others": 422},
    f"GET {LOT}": {"may": ""},
    f"GET {LOT}lot.json": {"may": ""},
    f"POST {LOT}origin": {"may": ""},
    f"POST {LOT}offer": {"may": "", "form": {"to": "{workshop_id}"}},
    f"POST {LOT}claim": {"may": "", "form": {"mass_kg": "1"}},
    **{
        f"POST /desk/material/hand-overs/<uuid:lot_hand_over_id>/{said}": {"may": ""}
        for said in ("accept", "refuse", "withdraw")
    },
}  # fmt: skip
