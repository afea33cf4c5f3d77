"""Stolen keys, and keys slipped in: who signed what when, and what each voucher is worth."""

from dataclasses import replace

import pytest

from passport.audit.telling import print_report
from passport.proof import canonical, credential, did, verdict
from passport.proof.errors import BadBundle
from passport.proof.report import Voucher
from tests import simulator
from tests.simulator import PACK, PACKMAKER, Pack, key_of, pack_of_cells

SECOND = key_of("issuer", PACKMAKER + "#key-2")
THIRD = key_of("issuer", PACKMAKER + "#key-3")
THIEF = key_of("issuer", PACKMAKER + "#key-9")


@pytest.fixture
def pack() -> Pack:
    return pack_of_cells(count=2, batch_size=2, events=0)


def attest(pack: Pack, key) -> int:
    data = simulator.sign(key, simulator.origin_of(key, PACK, chemistry="LFP"))
    return pack.world.enter("attestation", data, key.name, [PACK])


def judged(pack: Pack, *also, **more) -> dict[int, tuple[str, Voucher, str]]:
    policy = pack.world.policy(pack.cellmaker, pack.packmaker, *also)
    report = verdict.verify(pack.bundle(), policy=policy, **more)
    return {each.index: (each.words, each.voucher, each.reason) for each in report.judgements}


def test_a_key_that_came_in_by_rotation_is_as_good_as_the_one_before(pack):
    pack.world.rotate(pack.packmaker, SECOND)
    pack.world.rotate(SECOND, THIRD)
    index = attest(pack, THIRD)
    found = judged(pack)

    assert found[pack.origin_index][:2] == ("VALID", Voucher.PINNED)
    assert f"replaced at {index - 2} by {SECOND.name}" in found[pack.origin_index][2]
    assert found[index][:2] == ("VALID", Voucher.ENDORSED)
    assert f"by a rotation that {SECOND.name} signed" in found[index][2]


def test_the_old_key_signs_nothing_after_its_rotation(pack):
    pack.world.rotate(pack.packmaker, SECOND)
    index = attest(pack, pack.packmaker)
    words, _, reason = judged(pack)[index]

    assert words == "INVALID"
    assert f"replaced at {index - 1} by {SECOND.name}" in reason


def test_a_rotation_by_a_key_that_was_replaced_already_is_refused(pack):
    pack.world.rotate(pack.packmaker, SECOND)
    pack.world.rotate(pack.packmaker, THIEF)
    with pytest.raises(BadBundle, match="was revoked before it signed") as refused:
        judged(pack)

    assert refused.value.step == 5


def test_a_thief_who_rotates_to_its_own_key_is_endorsed_only_until_the_theft_is_known(pack):
    """The maker has a second key, made for this day: with it, it says since when."""
    pack.world.enrol(SECOND)
    stolen_at = len(pack.world.entries)
    pack.world.rotate(pack.packmaker, THIEF)
    forged = attest(pack, THIEF)
    assert judged(pack)[forged][:2] == ("VALID", Voucher.ENDORSED)

    pack.world.revoke(pack.packmaker, suspect_from=stolen_at, by=SECOND)
    words, voucher, reason = judged(pack, SECOND)[forged]
    assert (words, voucher) == ("VALID (key vouched for by this service only)", Voucher.SERVICE)
    assert f"{pack.packmaker.name} signed while suspect (from {stolen_at} on" in reason

    pack.world.revoke(THIEF, suspect_from=stolen_at, by=SECOND)
    assert judged(pack, SECOND)[forged][0] == "SUSPECT"


def test_a_suspicion_that_reaches_behind_a_rotation_takes_the_endorsement_of_all_that_follow(pack):
    pack.world.rotate(pack.packmaker, SECOND)
    pack.world.rotate(SECOND, THIRD)
    index = attest(pack, THIRD)
    pack.world.revoke(pack.packmaker, suspect_from=pack.origin_index + 1, by=THIRD)
    found = judged(pack)

    assert found[pack.origin_index][0] == "VALID"
    assert found[index][:2] == ("VALID (key vouched for by this service only)", Voucher.SERVICE)
    assert "whose own voucher is: this service" in found[index][2]
    assert judged(pack, THIRD)[index][:2] == ("VALID", Voucher.PINNED)


def test_a_suspicion_from_after_the_rotation_leaves_the_endorsement(pack):
    pack.world.rotate(pack.packmaker, SECOND)
    index = attest(pack, SECOND)
    pack.world.revoke(pack.packmaker, suspect_from=index, by=SECOND)

    assert judged(pack)[index][:2] == ("VALID", Voucher.ENDORSED)


def test_the_first_revocation_counts_and_a_rotation_is_one(pack):
    pack.world.rotate(pack.packmaker, SECOND)
    at = len(pack.world.entries) - 1
    pack.world.revoke(pack.packmaker, by=SECOND)

    assert f"replaced at {at} by" in judged(pack)[pack.origin_index][2]


def test_an_operator_s_key_under_the_maker_s_name_that_revokes_the_maker_s_is_named(pack):
    pack.world.enrol(THIEF)
    at = pack.world.revoke(pack.packmaker, suspect_from=0, by=THIEF)
    late = attest(pack, pack.packmaker)
    found = judged(pack)

    assert found[pack.origin_index][0] == "SUSPECT"
    assert THIEF.name in found[pack.origin_index][2]
    assert f"ask {PACKMAKER}" in found[pack.origin_index][2]
    assert found[late][0] == "INVALID"
    assert f"revoked at {at} (keyCompromise) by {THIEF.name} (a key with no" in found[late][2]


def test_a_hosted_key_is_never_plain_and_lends_nothing(pack):
    hosted = pack.world.rotate(pack.packmaker, SECOND, custody="hosted")
    first = attest(pack, SECOND)
    pack.world.rotate(SECOND, THIRD)
    then = attest(pack, THIRD)
    found = judged(pack, SECOND)

    assert hosted == first - 1
    assert found[first][:2] == ("VALID (key hosted by this service)", Voucher.HOSTED)
    assert "could have signed itself" in found[first][2]
    assert found[then][1] is Voucher.SERVICE
    assert "whose own voucher is: hosted by this service" in found[then][2]
    assert judged(pack, THIRD)[then][:2] == ("VALID", Voucher.PINNED)


HOSTS = {
    "the host of its record key": ("did:web:batterypassport.example:makers:a", True),
    "a host below it": ("did:web:makers.batterypassport.example", True),
    "another port of it": ("did:web:batterypassport.example%3A8443", True),
    "a host that ends alike": ("did:web:notbatterypassport.example", False),
    "the maker's own": ("did:web:packs.example:keys", False),
}


@pytest.mark.parametrize("case", HOSTS)
def test_a_did_document_from_the_service_s_own_host_vouches_for_nothing(case):
    name, is_service = HOSTS[case]
    key = key_of("issuer", name + "#key-1")
    document = canonical.encode(did.document(did=name, methods={key.name: key.multikey}))
    pack = pack_of_cells(count=2, batch_size=2, events=0)
    pack.world.enrol(key)
    index = attest(pack, key)
    contents = pack.contents()
    salts = {**contents.salts, name: simulator.salt(name)}
    data = pack.bundle(replace(contents, salts=salts))
    report = verdict.verify(data, policy=pack.policy(), did_documents={name: document})
    found = report.judgements[-1]

    assert found.index == index
    assert found.voucher is (Voucher.SERVICE if is_service else Voucher.OWN_DOMAIN)
    assert ("this service's own host" in found.reason) is is_service


def test_keys_are_printed_with_their_vouchers(pack, capsys):
    pack.world.rotate(pack.packmaker, SECOND)
    attest(pack, SECOND)
    print_report(verdict.verify(pack.bundle(), policy=pack.policy()))
    printed = capsys.readouterr().out

    assert f"{pack.packmaker.name}, from 2 to 5; vouched for by: pinned" in printed
    assert f"{SECOND.name}, from 5; vouched for by: endorsed by the key before it" in printed


def test_a_stolen_key_makes_nothing_older_by_writing_an_older_date(pack):
    """Older: VALID. In the suspect window: SUSPECT. Logged after the end: INVALID."""
    early = pack.origin_index
    suspect = attest(pack, pack.packmaker)
    pack.world.revoke(pack.packmaker, suspect_from=suspect)
    claim = simulator.origin_of(pack.packmaker, PACK, chemistry="LFP")
    claim["validFrom"] = "2001-01-01T00:00:00Z"
    options = {"method": pack.packmaker.name, "created": "2001-01-01T00:00:00Z"}
    data = credential.sign(claim, private_key=pack.packmaker.private_key, **options)
    late = pack.world.enter("attestation", data, pack.packmaker.name, [PACK])
    found = judged(pack)

    assert [found[each][0] for each in (early, suspect, late)] == ["VALID", "SUSPECT", "INVALID"]
    assert f"suspect from {suspect} on, says {pack.packmaker.name}" in found[suspect][2]
    assert f"logged at {late}, after its key was revoked at {suspect + 1}" in found[late][2]
