"""At the edges of a bundle: its size to the byte, and each part by itself."""

from dataclasses import FrozenInstanceError

import pytest

from passport.proof import bundle, unbundle
from passport.proof.errors import BadBundle
from tests import simulator
from tests.simulator import Pack, pack_of_cells


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of_cells(3, batch_size=4)


def test_a_bundle_has_at_most_64_mebibytes(pack, monkeypatch):
    assert bundle.MAX_BYTES == unbundle.MAX_BYTES == 67_108_864
    data = pack.bundle()

    monkeypatch.setattr(bundle, "MAX_BYTES", len(data))
    assert pack.bundle() == data
    monkeypatch.setattr(bundle, "MAX_BYTES", len(data) - 1)
    with pytest.raises(BadBundle, match=f"{len(data)} bytes; {len(data) - 1} at most") as refused:
        pack.bundle()
    assert refused.value.step == 1


def test_a_record_key_does_not_change():
    key = simulator.key_of("record", simulator.SERVICE + "#record-1")
    held = bundle.RecordKey(method=key.name, signer=key.private_key)
    with pytest.raises(FrozenInstanceError):
        held.method = "did:web:stranger.example#record-1"
