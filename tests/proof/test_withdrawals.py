"""A maker takes back what it attested: wholly, or for some items of a batch, and is named."""

from dataclasses import replace

import pytest

from passport.audit.telling import print_report
from passport.proof import canonical, credential, keyevent, verdict
from passport.proof.errors import BadBundle
from passport.proof.report import Report, Verdict
from tests import later, simulator
from tests.simulator import PACK, PACKMAKER, SHARED, Pack, cell_id, key_of, pack_of_cells

ROGUE = key_of("issuer", PACKMAKER + "#key-9")
CELLS = [cell_id(each) for each in range(20)]


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells()


def verified(pack: Pack, contents=None) -> Report:
    return verdict.verify(pack.bundle(contents), policy=pack.policy())


def test_a_withdrawn_attestation_is_never_plain_again(pack, capsys):
    at = later.withdraw(pack.world, pack.packmaker, pack.origin_index, [PACK])
    report = verified(pack)
    (found,) = (each for each in report.judgements if each.index == pack.origin_index)

    assert found.verdict is Verdict.WITHDRAWN
    assert found.reason == f"taken back at {at} by {pack.packmaker.name}: wrong facility"
    assert f"The origin of {PACK} is attested by nobody." in report.doubts
    assert report.withdrawn[0].items is None
    assert canonical.encode(report.as_json())
    print_report(report)
    assert f"WITHDRAWN  BatteryOriginAttestation of {PACK}" in capsys.readouterr().out


def test_a_batch_is_taken_back_as_a_whole(pack):
    later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS)
    report = verified(pack)

    assert report.judgements[0].verdict is Verdict.WITHDRAWN
    assert report.coverage.attested == 0


def test_a_batch_is_taken_back_for_some_of_its_items(pack):
    taken = [cell_id(3), cell_id(19)]
    at = later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS, items=taken)
    report = verified(pack)

    assert report.judgements[0].verdict is Verdict.VALID
    assert report.coverage.attested == 11
    assert [each for each in report.doubts if "was taken back" in each] == [
        f"{cell_id(3)} was taken back from the batch at {pack.batch_index}"
        f" by {pack.cellmaker.name}: wrong facility."
    ]
    assert report.withdrawn[0].index == at


def test_an_item_that_was_attested_anew_is_not_doubted_for_the_batch_it_was_taken_from(pack):
    later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS, items=[cell_id(3)])
    made, signed = simulator.sign_batch(pack.cellmaker, simulator.cell_items(20)[3:5])
    pack.world.enter("batch", signed, pack.cellmaker.name, [cell_id(3), cell_id(4)])
    again = simulator.items_of(credential.digest(signed), made, [0])
    old = pack.items(each for each in range(12) if each != 3)
    report = verified(pack, replace(pack.contents(), items=[old, again]))

    assert report.coverage.attested == 12
    assert not any("taken back" in each for each in report.doubts)


def test_who_takes_back_with_a_key_of_the_service_s_making_is_named(pack):
    pack.world.enrol(ROGUE)
    later.withdraw(pack.world, ROGUE, pack.origin_index, [PACK])
    found = next(each for each in verified(pack).judgements if each.index == pack.origin_index)

    assert found.verdict is Verdict.WITHDRAWN
    assert f"{ROGUE.name} (a key with no better voucher than: this service" in found.reason


def test_a_withdrawal_by_a_key_out_of_force_does_not_count_and_is_a_doubt(pack):
    pack.world.rotate(pack.packmaker, ROGUE)
    at = later.withdraw(pack.world, pack.packmaker, pack.origin_index, [PACK])
    report = verified(pack)

    assert report.judgements[-1].verdict is Verdict.VALID
    assert any(f"withdrawal at {at} does not count: logged at" in each for each in report.doubts)


def test_a_withdrawal_shown_by_its_digest_only_is_a_doubt(pack):
    at = later.withdraw(pack.world, pack.cellmaker, pack.batch_index, CELLS)
    report = verified(pack, later.hide(pack.contents(), pack.world.documents[at]))

    assert f"The correction at {at} is shown by its digest only." in report.doubts


def by_another_maker(pack: Pack) -> None:
    later.withdraw(pack.world, pack.cellmaker, pack.origin_index, [PACK])


def of_an_event(pack: Pack) -> None:
    later.withdraw(pack.world, pack.packmaker, 4, [PACK])


def of_nothing_shown(pack: Pack) -> None:
    later.withdraw(pack.world, pack.packmaker, 4, [PACK], withdraws="A" * 43)


def of_items_of_one(pack: Pack) -> None:
    later.withdraw(pack.world, pack.packmaker, pack.origin_index, [PACK], items=[PACK])


def about_others(pack: Pack) -> None:
    later.withdraw(pack.world, pack.cellmaker, pack.batch_index, SHARED)


def about_one_as_if_a_batch(pack: Pack) -> None:
    later.withdraw(pack.world, pack.packmaker, pack.batch_index, [PACK])


def as_an_attestation(pack: Pack) -> None:
    at = later.withdraw(pack.world, pack.packmaker, pack.origin_index, [PACK])
    pack.world.enter("attestation", pack.world.documents[at], pack.packmaker.name, [PACK])


def a_claim_as_a_correction(pack: Pack) -> None:
    data = pack.world.documents[pack.origin_index]
    pack.world.enter("correction", data, pack.packmaker.name, [PACK])


def a_key_event_as_an_attestation(pack: Pack) -> None:
    data = keyevent.enrol(key=ROGUE, challenge="n", created=simulator.AT)
    pack.world.enrol(ROGUE)
    pack.world.enter("attestation", data, ROGUE.name, [PACK])


REFUSED = {
    "by another maker": by_another_maker,
    "of an event": of_an_event,
    "of nothing shown": of_nothing_shown,
    "of items of one battery": of_items_of_one,
    "about others than the batch": about_others,
    "about one battery, of a batch": about_one_as_if_a_batch,
    "logged as an attestation": as_an_attestation,
    "that is a claim": a_claim_as_a_correction,
    "that is a key event": a_key_event_as_an_attestation,
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_a_withdrawal(case, pack):
    REFUSED[case](pack)
    contents = pack.contents()
    if case == "about others than the batch":
        extra = simulator.members_of(len(pack.world.entries) - 1, SHARED, [PACK])
        contents = replace(contents, members=[*contents.members, extra])
    with pytest.raises(BadBundle) as refused:
        verified(pack, contents)

    assert refused.value.step == 8
