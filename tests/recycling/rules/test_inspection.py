"""What set a pack apart in a yard outweighs what was answered before."""

import pytest

from passport.rules.yard import Danger
from recycling.rules.inspection import Condition, outweighed

SOUND = Condition(
    thermal_event=False, case_damage=False, water_ingress=False, crash_severity="NONE", knee=False
)
CASES = {
    "nothing": ((), {}),
    "heat": ((Danger.THERMAL_EVENT,), {"thermal_event": True}),
    "a broken case and water": (
        (Danger.CASE_DAMAGE, Danger.WATER_INGRESS),
        {"case_damage": True, "water_ingress": True},
    ),
    "a crash asks at least for an inspection": ((Danger.CRASH,), {"crash_severity": "AIRBAG"}),
    "what nobody named opens every no": (
        (Danger.OTHER,),
        {"thermal_event": None, "case_damage": None, "water_ingress": None},
    ),
    "a name beside it stands": (
        (Danger.OTHER, Danger.CASE_DAMAGE),
        {"thermal_event": None, "case_damage": True, "water_ingress": None},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_known_after(case):
    dangers, changed = CASES[case]
    found = outweighed(SOUND, dangers=dangers)
    known = {name: getattr(found, name) for name in SOUND.__dataclass_fields__}
    assert known == {name: getattr(SOUND, name) for name in known} | changed


def test_a_worse_answer_stays():
    worse = Condition(crash_severity="STRUCTURAL", thermal_event=True)
    assert outweighed(worse, dangers=(Danger.CRASH, Danger.OTHER)) == worse
