"""What an operator, or one crooked maker among honest ones, may try with claims of origin."""

import hashlib
from dataclasses import replace

import pytest

from passport.audit.telling import print_report
from passport.proof import batch, bundle, canonical, keyevent, verdict
from passport.proof.bundle import Contents, RecordKey
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle, BadLeaf
from tests import simulator
from tests.simulator import AT, CELLMAKER, PACK, PACKMAKER, cell_id, key_of, pack_of_cells

SECOND_KEY = key_of("issuer", PACKMAKER + "#key-2")
ROGUE_KEY = key_of("issuer", PACKMAKER + "#key-9")
OTHER = "https://id.example/01/09521234000020/21/OTHER"


def assemble(world: simulator.Simulator, contents: Contents) -> bytes:
    key = RecordKey(method=world.record.name, signer=world.record.private_key)
    return bundle.assemble(contents=contents, key=key, at=AT)


def revoke(world, *, by, suspect_from: int | None) -> None:
    data = keyevent.revoke(
        key=by,
        method=PACKMAKER + "#key-1",
        reason="keyCompromise" if suspect_from is not None else "superseded",
        challenge="n",
        created=AT,
        suspect_from=suspect_from,
    )
    world.enter("key", data, by.name, [PACKMAKER])


def one_batch(item: dict[str, object], *, item_type: str, cells: list[str]):
    """A battery attested as one item of a batch by the pack maker, with cells of a cell maker."""
    world, cellmaker = simulator.Simulator(), key_of("issuer", CELLMAKER + "#key-1")
    packmaker = key_of("issuer", PACKMAKER + "#key-1")
    world.enrol(cellmaker)
    world.enrol(packmaker)
    made, signed = simulator.sign_batch(cellmaker, simulator.cell_items(20))
    world.enter("batch", signed, cellmaker.name, [cell_id(n) for n in range(20)])
    rows = [
        canonical.encode({"id": name, "salt": b64u_encode(simulator.salt(name)), **extra})
        for name, extra in ((PACK, item), (OTHER, {}))
    ]
    of_packs = batch.build(rows, item_type=item_type)
    header = batch.Header(
        issuer=packmaker.did,
        valid_from=AT,
        salt=simulator.salt("b"),
        access="public",
        common={},
        item_type=item_type,
    )
    claim = simulator.sign(packmaker, batch.document(batch=of_packs, header=header))
    world.enter("batch", claim, packmaker.name, [PACK, OTHER])
    of_cells = simulator.items_of(
        hashlib.sha256(signed).digest(), made, [int(cell[-6:]) for cell in cells]
    )
    own = simulator.items_of(hashlib.sha256(claim).digest(), of_packs, [0])
    contents = Contents(
        batteries={PACK: -1},
        checkpoint=world.signed_head(),
        salts={each: simulator.salt(each) for each in (CELLMAKER, PACKMAKER)},
        documents=list(world.documents.values()),
        items=[of_cells, own] if cells else [own],
        components={PACK: cells} if cells else {},
        **world.shown(),
    )
    return assemble(world, contents), world.policy(cellmaker, packmaker)


def test_components_that_the_maker_signed_cannot_be_left_out_as_a_whole():
    pack = pack_of_cells()
    bare = replace(pack.contents(), components={}, items=[])
    report = verdict.verify(pack.bundle(bare), policy=pack.policy())

    assert any("does not hold the components" in each for each in report.doubts)


@pytest.mark.parametrize(("last", "doubted"), [(11, False), (19, True)])
def test_a_swapped_cell_shows_when_the_pack_is_an_item_of_a_batch(last, doubted):
    claimed = {"components": batch.component_root(cell_id(n) for n in range(12))}
    cells = [*(cell_id(n) for n in range(11)), cell_id(last)]
    data, trusted = one_batch(claimed, item_type="BatteryOriginAttestation", cells=cells)
    report = verdict.verify(data, policy=trusted)

    assert any("does not hold" in each for each in report.doubts) is doubted


def test_a_batch_of_test_records_attests_no_origin():
    data, trusted = one_batch({"soh": "0.7"}, item_type="BatteryTestRecord", cells=[])
    report = verdict.verify(data, policy=trusted)

    assert f"The origin of {PACK} is attested by nobody." in report.doubts


def test_nobody_takes_the_sting_out_of_a_revocation_by_revoking_before_it():
    pack = pack_of_cells()
    pack.world.enrol(SECOND_KEY)
    pack.world.enrol(ROGUE_KEY)
    revoke(pack.world, by=ROGUE_KEY, suspect_from=None)
    revoke(pack.world, by=SECOND_KEY, suspect_from=pack.origin_index)
    trusted = pack.world.policy(pack.cellmaker, pack.packmaker, SECOND_KEY)
    report = verdict.verify(pack.bundle(), policy=trusted)

    assert report.judgements[-1].verdict == "SUSPECT"
    assert report.exit_code == 1


def test_a_key_event_about_nobody_is_refused():
    pack = pack_of_cells()
    data = keyevent.enrol(key=SECOND_KEY, challenge="n", created=AT)
    with pytest.raises(BadLeaf, match="in the chain of its issuer"):
        pack.world.enter("key", data, SECOND_KEY.name, [])


def test_an_event_of_the_battery_is_not_hidden_without_a_doubt():
    pack = pack_of_cells()
    contents = pack.contents()
    kept = [each for each in contents.documents if each != pack.world.documents[4]]
    report = verdict.verify(pack.bundle(replace(contents, documents=kept)), policy=pack.policy())

    assert report.doubts == ["The event at 4 is shown by its digest only."]


def test_a_hidden_claim_by_a_key_that_nobody_brought_in_is_a_doubt():
    pack = pack_of_cells()
    index = pack.world.enter("attestation", b"not a credential", ROGUE_KEY.name, [PACK])
    contents = pack.contents()
    kept = [each for each in contents.documents if each != b"not a credential"]
    report = verdict.verify(pack.bundle(replace(contents, documents=kept)), policy=pack.policy())

    assert report.hidden == [index]
    assert any("a key not known here" in each for each in report.doubts)


def test_components_that_no_shown_claim_names_are_said_by_the_service_only():
    data, trusted = one_batch({}, item_type="BatteryOriginAttestation", cells=[cell_id(0)])
    report = verdict.verify(data, policy=trusted)

    assert any("said by this service only" in each for each in report.doubts)


def test_a_claim_that_had_ended_when_it_was_logged_is_a_doubt():
    pack = pack_of_cells()
    root = batch.component_root(cell_id(n) for n in range(12))
    claim = simulator.origin_of(pack.packmaker, PACK, components=root)
    claim["validUntil"] = "2001-01-01T00:00:00Z"
    data = simulator.sign(pack.packmaker, claim)
    pack.world.enter("attestation", data, pack.packmaker.name, [PACK])
    report = verdict.verify(pack.bundle(), policy=pack.policy())

    assert any("had ended" in each for each in report.doubts)


def test_two_makers_that_claim_one_battery_are_a_doubt():
    pack = pack_of_cells()
    data = simulator.sign(pack.cellmaker, simulator.origin_of(pack.cellmaker, PACK))
    pack.world.enter("attestation", data, pack.cellmaker.name, [PACK])
    report = verdict.verify(pack.bundle(), policy=pack.policy())

    assert any("is claimed by" in each for each in report.doubts)


def test_an_event_of_another_battery_does_not_hang_in_this_one_s_chain():
    pack = pack_of_cells()
    body = canonical.encode({"battery": OTHER, "kind": "TREATED"})
    pack.world.enter("event", body, None, [PACK])
    with pytest.raises(BadBundle) as refused:
        verdict.verify(pack.bundle(), policy=pack.policy())

    assert refused.value.step == 8


def test_a_name_in_a_bundle_cannot_write_a_verdict_on_the_terminal(capsys):
    pack = pack_of_cells()
    contents = pack.contents()
    evil = cell_id(11) + "\x1b[2K\r\nACCEPTED\n\x1b[8m"
    cells = {PACK: [*contents.components[PACK][:11], evil]}
    changed = replace(contents, items=[pack.items(range(11))], components=cells)
    print_report(verdict.verify(pack.bundle(changed), policy=pack.policy()))
    printed = capsys.readouterr().out

    assert "\x1b" not in printed
    assert "ACCEPTED" not in printed.splitlines()
