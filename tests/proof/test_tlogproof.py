"""A proof file stands alone: entry, path and witnessed checkpoint agree, or it is refused."""

import pytest

from passport.proof import tlogproof
from passport.proof.errors import ProofError
from tests import simulator

PACK = simulator.pack_of_cells()
WORLD = PACK.world
ENTRY = WORLD.entries[3]


def proof(**changes: object) -> bytes:
    parts = {"index": 3, "path": WORLD.path(3), "data": WORLD.signed_head()}
    return tlogproof.encode(**{**parts, **changes})


def test_proves_an_entry_in_about_a_kilobyte():
    head = tlogproof.verify(proof(), entry=ENTRY, policy=PACK.policy())

    assert head == WORLD.head()
    assert tlogproof.decode(proof()).index == 3
    assert len(proof()) < 1100


REFUSED = {
    "another entry": (proof(), WORLD.entries[4]),
    "another place": (proof(index=4), ENTRY),
    "a shorter path": (proof(path=WORLD.path(3)[:-1]), ENTRY),
    "an endless path": (proof(path=[bytes(32)] * 64), ENTRY),
    "one witness": (proof(data=WORLD.signed_head(WORLD.witnesses[:1])), ENTRY),
    "another version": (proof().replace(b"@v1", b"@v2"), ENTRY),
    "no index": (proof().replace(b"index 3\n", b""), ENTRY),
    "an index with a zero": (proof().replace(b"index 3", b"index 03"), ENTRY),
    "no checkpoint": (proof(data=b""), ENTRY),
    "nothing": (b"", ENTRY),
    "too much": (proof() + bytes(200_000), ENTRY),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    data, entry = REFUSED[case]

    with pytest.raises(ProofError):
        tlogproof.verify(data, entry=entry, policy=PACK.policy())


def test_refuses_another_log():
    other = simulator.Simulator(log=simulator.key_of("log", "other.example/log"))

    with pytest.raises(ProofError):
        tlogproof.verify(proof(), entry=ENTRY, policy=other.policy())
