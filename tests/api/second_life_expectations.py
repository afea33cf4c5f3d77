"""Who may do what with programmes out of tables, gates, tests, waste and second lives."""

from __future__ import annotations

from tests.api.rows import EVENT_ID, LOOKERS, ONLY_KEEPERS, Row, listing

V1 = "/api/v1/"
PACK = V1 + "batteries/<uuid:battery_id>"
TEST = V1 + "test-orders/<uuid:order_id>"
HANDS = "maker second-maker keeper workshop recycler stranger"
TABLE = b"name,route,chemistries,capacity_packs\nStore,REPURPOSE,LFP,3\n"
PRICES = {"version": "1", "in_force_on": "2026-01-01", "figures": {"road_factor": "1.3"}}
RESULT = {
    "event_id": EVENT_ID, "facility": "Bench", "country": "DE", "certificate": "UL-1",
    "items": {
        "inspection": {"passed": True}, "bms": {"passed": True}, "history": {"passed": True},
        "voltage": {"passed": True, "minimum_cell_v": "3.2"},
        "capacity": {"passed": True, "soh": "0.81"}, "resistance": {"passed": True},
        "self_discharge": {"passed": True},
    },
}  # fmt: skip
FILE = {"test": "{order_id}", "contract": "ab" * 32, "transport": "cd" * 32}
NEXT = {"status": "repurposed", "originals": ["{battery_id}"], "batteries": [{}]}
JUDGED = {"event_id": EVENT_ID, "condition": "DAMAGED", "assessed_by": "an expert"}
SEES = "maker keeper authority"

SECOND_LIVES: dict[str, Row] = {
    f"POST {V1}programme-tables": Row(HANDS, 200, LOOKERS, body=TABLE, media_type="text/csv"),
    f"GET {V1}price-sets": listing(),
    f"POST {V1}price-sets": Row("keeper stranger", 201, ONLY_KEEPERS, body=PRICES),
    f"GET {PACK}/gates": Row(SEES),
    f"POST {PACK}/gates": Row("maker keeper", 201, LOOKERS),
    f"POST {PACK}/quarantines": Row("keeper", 201, LOOKERS, body=JUDGED),
    # It is not retired.
    f"POST {PACK}/waste": Row("keeper", 422, LOOKERS, body={"event_id": EVENT_ID}),
    f"GET {PACK}/evidence-files": Row(SEES),
    # No such documents are stored.
    f"POST {PACK}/evidence-files": Row("", barred=LOOKERS, body=FILE),
    f"GET {V1}test-orders": listing(),
    f"POST {V1}test-orders": Row(
        "", barred=LOOKERS, body={"battery": "{battery_id}", "tester": EVENT_ID}
    ),
    f"GET {TEST}": Row("maker keeper recycler authority"),
    f"POST {TEST}/booking": Row("keeper", 200, LOOKERS, body={"booked_on": "2026-03-01"}),
    f"POST {TEST}/result": Row("keeper", 200, LOOKERS, body=RESULT),
    f"POST {TEST}/cancellation": Row("keeper", 200, LOOKERS),
    f"GET {V1}second-lives": listing(),
    # It is not retired.
    f"POST {V1}second-lives": Row("maker keeper", 422, LOOKERS, body=NEXT),
    f"GET {V1}second-lives/<uuid:second_life_id>": Row("keeper"),
}
# The maker sees the kept pack, and is refused by a rule.
SECOND_LIVES_APART: dict[tuple[str, str], int] = {
    (f"POST {PACK}/{what}", "maker"): 403 for what in ("quarantines", "waste", "evidence-files")
} | {(f"POST {V1}test-orders", "maker"): 403}
