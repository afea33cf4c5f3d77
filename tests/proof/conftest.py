"""Where the vectors of others lie, and a skip that says so when they do not."""

from pathlib import Path

import pytest
from hypothesis import settings

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "crypto"

# Shared machines stall now and then; a stall is not a finding.
settings.register_profile("proof", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("proof")


@pytest.fixture(scope="session")
def crypto() -> Path:
    """The folder of vectors made by others: RFC 8785, Merkle trees, Ed25519, vc-di-eddsa."""
    if not ORACLES.is_dir():
        pytest.skip(f"oracle data absent: {ORACLES}")
    return ORACLES
