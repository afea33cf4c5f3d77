"""A row of the matrix: who may knock at an address, and what everybody else is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

EVERYBODY = "maker second-maker keeper workshop recycler auditor authority stranger"
# Roles that never have a battery in hand, and those without a part at the end of life.
LOOKERS = "auditor authority"
ONLY_KEEPERS = "maker second-maker workshop recycler auditor authority"
ONLY_MAKERS = "keeper workshop recycler auditor authority stranger"
ONLY_RECYCLERS = "maker second-maker keeper workshop auditor authority stranger"
EVENT_ID = "0190f4b2-7c1e-7abc-8def-000000000001"

# What addresses ask for and nobody has on this stage.
ABSENT = (
    *("treatment_id", "batch_id", "lot_id", "lot_hand_over_id", "attestation_id"),
    *("entity_key", "fact_id", "match_id", "found_id"),
)


@dataclass(frozen=True)
class Row:
    """`may` get `status`; `barred` get 403 for their role; everybody else gets `others`."""

    may: str
    status: int = 200
    barred: str = ""
    others: int = 404
    body: Any = None
    media_type: str = "application/json"

    def expected(self, who: str) -> int:
        if who == "nobody":
            return 401
        if who in self.barred.split():
            return 403
        return self.status if who in self.may.split() else self.others


def listing() -> Row:
    """A list of one's own: everybody may ask, and sees nothing of others."""
    return Row(EVERYBODY)
