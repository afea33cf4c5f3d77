"""The record says how far a battery's chain goes; what is shown must go exactly as far."""

from dataclasses import replace

import pytest

from passport.proof import verdict
from passport.proof.errors import BadBundle
from tests import simulator

ELSEWHERE = "https://id.example/01/09521234000020/21/P0002"
REFUSED = {
    "one entry more than is shown": {simulator.PACK: 4},
    "more entries than any log can hold": {simulator.PACK: 2**53 - 1},
    "no entry where some are shown": {simulator.PACK: -1},
    "entries of a battery of which none is shown": {simulator.PACK: 3, ELSEWHERE: 0},
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_a_record_that_says(case):
    pack = simulator.pack_of_cells()
    data = pack.bundle(replace(pack.contents(), batteries=REFUSED[case]))

    with pytest.raises(BadBundle, match="left out") as refused:
        verdict.verify(data, policy=pack.policy())
    assert refused.value.step == 7
