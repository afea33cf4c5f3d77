"""One bundle for each way in which recycled content is right, or counts more than there is."""

from __future__ import annotations

from typing import Any

from tests.pages.mutants import Case
from tests.proof import test_recycled as told
from tests.proof.test_weights import CELLS, MINE, NAMES, PACKS, REFINER
from tests.simulator import PACK

KIND = "recycled content"


def all_of_them() -> list[Case]:
    """Each of these cases once."""
    found = []
    for doubtful, _ in told.DOUBTS.values():
        loop = told.Loop()
        doubtful(loop)
        found.append(_case(loop, {PACK: NAMES} if loop.items else {}))
    plain = told.Loop()
    plain.pack(plain.salt(plain.lot(plain.certificate())), recycledShare="0.4")
    return [*found, _case(plain, {})]


def _case(loop: Any, components: dict[str, list[str]]) -> Case:
    trust = loop.world.policy_text(MINE, REFINER, CELLS, PACKS)
    return Case(KIND, loop.bundle(components), trust)
