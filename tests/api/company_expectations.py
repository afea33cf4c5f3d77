"""What the addresses of companies answer to whom: nothing is in any register on this stage."""

from __future__ import annotations

from tests.api.rows import ONLY_KEEPERS, Row, listing

V1 = "/api/v1/"
FACT, MATCH = V1 + "sourcing-facts/<uuid:fact_id>/", V1 + "sourcing-matches/<uuid:match_id>/"
REASON = {"decision": "DISMISSED", "reason": "another registry number"}
PART = {
    "kind": "DEBT", "holder": "a", "of": "b", "percent": "1", "since": "2025-01-01", "source": "x",
}  # fmt: skip
LISTED = {"list_id": "UFLPA", "content": "name,since\nA,2025-01-01\n", "retrieved_on": "2026-01-01"}
DEAL = {
    "key": "C-1", "payer": "a", "counterparty": "b", "kind": "SUPPLY", "signed_on": "2025-01-01",
    "source": "x",
}  # fmt: skip
# Those that keep nothing have no register, and are told so; keepers miss what is not there.
KEEPERS = "keeper stranger"
COMPANIES: dict[str, Row] = {
    f"GET {V1}sourcing-entities": listing(),
    f"GET {V1}sourcing-determinations": listing(),
    f"GET {V1}sourcing-facts": listing(),
    f"GET {V1}sourcing-contracts": listing(),
    f"GET {V1}sourcing-lists": listing(),
    f"GET {V1}sourcing-matches": listing(),
    f"GET {V1}sourcing-entities/<str:entity_key>/determination": Row(""),
    f"POST {V1}sourcing-entities": Row(
        KEEPERS, 201, ONLY_KEEPERS, body={"key": "a", "name": "A", "kind": "TRUST"}
    ),
    f"POST {V1}sourcing-facts": Row("", barred=ONLY_KEEPERS, others=409, body=PART),
    f"POST {FACT}change": Row("", barred=ONLY_KEEPERS, body={"source": "x"}),
    f"POST {FACT}withdraw": Row("", barred=ONLY_KEEPERS, body={"source": "x"}),
    f"POST {V1}sourcing-contracts": Row("", barred=ONLY_KEEPERS, others=409, body=DEAL),
    f"POST {V1}sourcing-lists": Row(KEEPERS, 201, ONLY_KEEPERS, body=LISTED),
    f"POST {MATCH}decide": Row("", barred=ONLY_KEEPERS, body=REASON),
}
