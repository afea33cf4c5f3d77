"""The operator writes when an entry came; the log's order and its witnesses contradict a lie."""

from unittest.mock import patch

import pytest

from passport.proof import verdict
from passport.proof.encoding import b64u_encode
from tests import later, simulated_log, simulator
from tests.simulator import AT, PACK, PACKMAKER, Pack, pack_of_cells, salt

SEVEN = "2026-03-01T07:00:00Z"  # the log is of eight o'clock, and witnessed then


def attest(pack: Pack, *, ends: str | None = None, came: str = AT, **claims: object) -> int:
    """One more claim about the pack, that ends at a moment and came, it is said, at another."""
    document = simulator.origin_of(pack.packmaker, PACK, **claims)
    document["credentialSubject"] |= {"salt": b64u_encode(salt(str(ends)))}
    if ends is not None:
        document["validUntil"] = ends
    data = simulator.sign(pack.packmaker, document)
    with patch.object(simulated_log, "AT", came):
        return pack.world.enter("attestation", data, pack.packmaker.name, [PACK])


def doubts(pack: Pack) -> list[str]:
    return verdict.verify(pack.bundle(), policy=pack.policy()).doubts


BEFORE = {
    "a year": ("2019-01-01T00:00:00Z", True),
    "an hour": (SEVEN, True),
    "five minutes and a bit": ("2026-03-01T07:54:59.999999Z", True),
    "five minutes": ("2026-03-01T07:55:00Z", False),
    "nothing": (AT, False),
}


@pytest.mark.parametrize("case", BEFORE)
def test_an_entry_that_came_before_those_it_stands_after_is_doubted(case):
    came, is_doubted = BEFORE[case]
    pack = pack_of_cells()
    index = attest(pack, came=came)
    doubt = f"Entry {index} is said to have come at {came}, but stands after entry 0, which came"

    assert doubts(pack) == [f"{doubt} at {AT}."] * is_doubted


def test_an_entry_is_held_against_the_latest_before_it():
    pack = pack_of_cells()
    late = attest(pack, came="2026-03-01T09:00:00.5Z", ends="2030-01-01T00:00:00Z")
    later.event(pack, "noticed")
    early = attest(pack, came="2026-03-01T08:30:00Z")

    assert [each for each in doubts(pack) if each.startswith(f"Entry {early} is said")] == [
        f"Entry {early} is said to have come at 2026-03-01T08:30:00Z, but stands after entry"
        f" {late}, which came at 2026-03-01T09:00:00.5Z."
    ]


def test_a_claim_that_had_ended_cannot_be_dated_back_unseen():
    pack = pack_of_cells()
    index = attest(pack, ends="2020-01-01T00:00:00Z", came="2019-01-01T00:00:00Z")
    told = doubts(pack)

    assert f"Attestation at {index} had ended before this checkpoint was witnessed." in told
    assert any(each.startswith(f"Entry {index} is said to have come") for each in told)


ENDS = {
    "before the witnesses saw it": ("2026-03-01T07:59:59.9Z", True),
    "as the witnesses saw it": ("2026-03-01T08:00:00Z", False),
    "later": ("2027-03-01T08:00:00.000001Z", False),
}


@pytest.mark.parametrize("case", ENDS)
def test_a_claim_that_ends(case):
    ends, is_doubted = ENDS[case]
    pack = pack_of_cells()
    index = attest(pack, ends=ends, came="2026-03-01T07:59:00Z")

    assert doubts(pack) == [
        f"Attestation at {index} had ended before this checkpoint was witnessed."
    ] * (is_doubted)


def test_a_claim_that_had_ended_when_it_was_logged_is_said_to_have_so_only():
    pack = pack_of_cells()
    index = attest(pack, ends=SEVEN)

    assert doubts(pack) == [f"Attestation at {index} had ended when it was logged."]


def test_an_issuer_is_held_to_the_order_too():
    pack = pack_of_cells()
    with patch.object(simulated_log, "AT", SEVEN):
        index = pack.world.enrol(simulator.key_of("issuer", PACKMAKER + "#key-2"))

    assert any(each.startswith(f"Entry {index} is said to have come") for each in doubts(pack))
