"""What a worker found for its part, as bytes: where packs go, and what places are worth."""

import io

import numpy as np

from recycling.rules.arrays import Cents, Nodes
from recycling.rules.matching import Assignment


def answer_to_bytes(found: Assignment) -> bytes:
    """The chosen place of every pack of the part, and the price of every room. [answers-1]"""
    out = io.BytesIO()
    np.savez_compressed(out, chosen=found.chosen, shadow_cents=found.shadow_cents)
    return out.getvalue()


def answer_from_bytes(data: bytes) -> tuple[Nodes, Cents]:
    """The same again."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        return held["chosen"], held["shadow_cents"]
