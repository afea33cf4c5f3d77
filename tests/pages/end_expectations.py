"""What the desk's pages of programmes, gates, tests and second lives answer to whom."""

from __future__ import annotations

from typing import Any

EVERYBODY = "maker second-maker keeper workshop recycler auditor authority stranger"
DESK = "/desk/"
PACK = DESK + "batteries/<uuid:battery_id>/"
END = PACK + "end/"
TEST = DESK + "tests/<uuid:order_id>/"
# For whom the health of the kept pack is.
TOLD = "maker keeper"
_PROGRAMME = {
    "name": "Store", "route": "REPURPOSE", "chemistries": "LFP", "capacity_packs": "3",
}  # fmt: skip
_PRICES = {"version": "1", "in_force_on": "2026-01-01", "road_factor": "1,3"}
_NINE = {"capacity_packs": "9"}
_JUDGED = {"condition": "DAMAGED", "assessed_by": "an expert"}


def told(may: str, status: int = 200, **more: Any) -> dict[str, Any]:
    """A row of the table, before it is one."""
    return {"may": may, "status": status, **more}


ENDS: dict[str, dict[str, Any]] = {
    f"GET {DESK}programmes/": {"may": EVERYBODY},
    f"POST {DESK}programmes/": told(
        EVERYBODY, form={"table": "name,route,chemistries,capacity_packs\nStore,REUSE,LFP,1"}
    ),
    f"GET {DESK}programmes/new": {"may": EVERYBODY},
    f"POST {DESK}programmes/new": told(
        "maker second-maker keeper workshop stranger", 302, others=403, form=_PROGRAMME
    ),
    f"GET {DESK}programmes/<uuid:programme_id>/": told(EVERYBODY),
    f"POST {DESK}programmes/<uuid:programme_id>/": told("recycler", 302, form=_NINE),
    f"GET {DESK}prices/": {"may": EVERYBODY},
    f"POST {DESK}prices/": told("keeper stranger", 302, others=403, form=_PRICES),
    **{f"GET {END}{each}": told(TOLD) for each in ("", "quarantine/papers", "second-life")},
    f"POST {END}gates": told(TOLD, 302),
    # A recall holds it in quarantine.
    f"POST {END}test": told("keeper", 422, told="maker", form={"tester": "{keeper_id}"}),
    f"POST {END}quarantine": told("keeper", 302, told="maker", form=_JUDGED),
    # It is not retired.
    f"POST {END}waste": told("keeper", 422, told="maker"),
    f"POST {END}evidence": told("", told=TOLD, refused=422),
    f"POST {END}second-life": told("", told=TOLD, refused=422, form={"status": "repurposed"}),
    f"GET {DESK}evidence/<uuid:file_id>/": told(""),
    f"GET {DESK}second-lives/<uuid:second_life_id>/": told("keeper"),
    f"GET {TEST}": told("maker keeper recycler authority"),
    f"POST {TEST}booking": told("keeper", 302, form={"booked_on": "2099-03-01"}),
    # Nothing was filled in.
    f"POST {TEST}result": told("", told="keeper", refused=400),
    f"POST {TEST}cancellation": told("keeper", 302),
}
