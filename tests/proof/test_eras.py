"""The log goes on under a new name each year; older names and time stamps are held to account."""

from dataclasses import replace

import pytest

from passport.audit.telling import print_report
from passport.proof import verdict
from passport.proof.bundle import Contents
from passport.proof.errors import BadBundle, BadNote
from tests import later, simulator
from tests.simulator import Pack, pack_of_cells

NEXT, THIRD = "batterypassport.example/log/2027", "batterypassport.example/log/2028"


@pytest.fixture
def pack() -> Pack:
    made = pack_of_cells()
    later.begin_year(made, NEXT)
    later.event(made, "inspected")
    return made


def contents(pack: Pack, **parts: object) -> Contents:
    whole = replace(pack.contents(), previous=later.previous_of(pack.world))
    hidden = {pack.world.documents[size] for size, *_ in pack.world.past}
    return replace(later.hide(whole, *hidden), **parts)


def verified(pack: Pack, made: Contents, **more):
    return verdict.verify(pack.bundle(made), policy=pack.policy(), **more)


def refused(pack: Pack, made: Contents) -> tuple[int, str]:
    with pytest.raises(BadBundle) as told:
        verified(pack, made)
    return told.value.step, told.value.detail


def test_the_tree_goes_on_under_a_new_name(pack):
    later.begin_year(pack, THIRD)
    report = verified(pack, contents(pack))

    assert (report.origin, report.exit_code) == (THIRD, 0)
    assert report.steps[1].found.endswith(f"once {simulator.ORIGIN}, once {NEXT}")
    assert report.hidden == []


def test_an_index_made_under_the_older_name_still_speaks(pack):
    made = pack_of_cells()
    indexed = later.indexed(made)
    later.begin_year(made, NEXT)
    shown = later.with_witness(contents(made, index=indexed.index))
    report = verified(made, shown)

    assert "proven up to entry 8" in report.completeness


def test_an_older_log_outside_the_policy_is_refused(pack):
    policy = pack.policy()
    del policy.logs[simulator.ORIGIN]
    with pytest.raises(BadBundle) as told:
        verdict.verify(pack.bundle(contents(pack)), policy=policy)

    assert (told.value.step, "is not in the policy" in told.value.detail) == (2, True)


def test_the_older_name_going_on_beside_the_newer_is_refused():
    """The same witnesses cosign on under the old name, where a revocation is never logged."""
    honest, cheat = pack_of_cells(), pack_of_cells()
    later.begin_year(honest, NEXT)
    honest.world.revoke(honest.packmaker)
    later.event(cheat, "sold")
    with pytest.raises(BadBundle, match=r"log, which is .*2027 now") as told:
        verdict.verify(cheat.bundle(), policy=honest.policy())

    assert told.value.step == 2
    assert "Put the newest `log` line last" in told.value.remedy


def test_an_older_head_that_too_few_witnesses_saw_is_refused(pack):
    size, note, vkey = pack.world.past[0]
    text, _, lines = note.partition(b"\n\n")
    kept = b"\n".join(lines.split(b"\n")[:2]) + b"\n"
    pack.world.past[0] = (size, text + b"\n\n" + kept, vkey)

    assert refused(pack, contents(pack))[0] == 2


def test_an_older_head_of_another_tree_is_refused(pack):
    other = pack_of_cells(events=2)
    later.event(other, "another story")
    size, _, vkey = pack.world.past[0]
    pack.world.past[0] = (size, other.world.signed_head(), vkey)

    assert refused(pack, contents(pack)) == (2, "The new tree does not begin with the old one.")


def test_heads_out_of_order_or_of_one_name_are_refused(pack):
    later.begin_year(pack, THIRD)
    whole = contents(pack)
    for wrong in (whole.previous[::-1], [*whole.previous, whole.previous[-1]]):
        step, told = refused(pack, replace(whole, previous=wrong))
        assert (step, "is no older log" in told) == (2, True)


def test_the_first_entry_under_the_new_name_must_be_shown_and_say_so(pack):
    whole = contents(pack)
    shown = [each for each in range(len(pack.world.entries)) if each != 8]
    step, told = refused(pack, replace(whole, **pack.world.shown(shown)))
    assert (step, "does not say that the log" in told) == (3, True)

    made = pack_of_cells()
    later.begin_year(made, NEXT)
    size, note, vkey = made.world.past[0]
    text, _, lines = note.partition(b"\n\n")
    turned = b"\n".join(reversed(lines.rstrip(b"\n").split(b"\n")))
    made.world.past[0] = (size, text + b"\n\n" + turned + b"\n", vkey)
    assert refused(made, contents(made))[0] == 3


def check(token: bytes, text: str) -> int:
    if token != text.encode():
        raise BadNote("The time stamp is of something else.")
    return simulator.SECONDS


def test_a_time_stamp_over_the_checkpoint_is_checked_when_there_is_a_check(pack, capsys):
    text = pack.world.head().text.encode()
    made = contents(pack, timestamps=[text])
    report = verified(pack, made, check_timestamp=check)

    assert (report.timestamps, report.unchecked_timestamps) == ([simulator.SECONDS], 0)
    assert report.exit_code == 0
    print_report(report)
    assert f"time stamp of POSIX time {simulator.SECONDS}" in capsys.readouterr().out


def test_a_time_stamp_is_called_unchecked_without_a_check(pack, capsys):
    report = verified(pack, contents(pack, timestamps=[b"token"]))

    assert (report.timestamps, report.unchecked_timestamps) == ([], 1)
    print_report(report)
    assert "Not checked: 1 time stamps over the checkpoint" in capsys.readouterr().out


def test_a_time_stamp_of_something_else_is_refused(pack):
    with pytest.raises(BadBundle, match="of something else") as told:
        verified(pack, contents(pack, timestamps=[b"token"]), check_timestamp=check)

    assert told.value.step == 2
