"""More that an operator may try: false records, key events out of place, twisted chains."""

import hashlib
from dataclasses import replace

import pytest

from passport.proof import batch, canonical, credential, keyevent, leaf, verdict
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle
from passport.proof.leaf import Leaf
from tests import simulator
from tests.simulator import PACK, Pack, pack_of_cells


def record_saying(**claims: object):
    """A record that the service signs although it says something else."""

    def cheat(pack: Pack) -> bytes:
        value = canonical.loads(pack.bundle())
        del value["record"]["proof"]
        value["record"]["credentialSubject"].update(claims)
        key = pack.world.record
        signed = simulator.sign(key, value["record"])
        return canonical.encode({**value, "record": canonical.loads(signed)})

    return cheat


def hidden_enrolment(pack: Pack) -> bytes:
    contents = pack.contents()
    enrolment = pack.world.documents[2]
    documents = [each for each in contents.documents if each != enrolment]
    return pack.bundle(replace(contents, documents=documents))


def misnamed_enrolment(pack: Pack) -> bytes:
    key = simulator.key_of("issuer", simulator.PACKMAKER + "#key-2")
    data = keyevent.enrol(key=key, challenge="n", created=simulator.AT)
    pack.world.enter("key", data, pack.packmaker.name, [key.did])
    return pack.bundle()


def one_key_two_names(pack: Pack) -> bytes:
    twin = replace(pack.packmaker, name=simulator.PACKMAKER + "#key-2")
    pack.world.enrol(twin)
    return pack.bundle()


def revocation_of_nobody(pack: Pack) -> bytes:
    data = keyevent.revoke(
        key=pack.packmaker,
        method=simulator.PACKMAKER + "#key-7",
        reason="superseded",
        challenge="n",
        created=simulator.AT,
        suspect_from=None,
    )
    pack.world.enter("key", data, pack.packmaker.name, [simulator.PACKMAKER])
    return pack.bundle()


def entry(pack: Pack, sequence: int, previous: bytes) -> bytes:
    """An event of the pack with a place in its chain that it does not have."""
    made = Leaf(
        kind="event",
        digest=hashlib.sha256(b"{}").digest(),
        method=None,
        count=1,
        subject=leaf.subject_hash(salt=simulator.salt(PACK), subject=PACK),
        sequence=sequence,
        previous=previous,
        at=simulator.AT,
    )
    pack.world.append(leaf.encode(made), b"{}", pack.world.chains[PACK])
    return pack.bundle()


def sequence_twice(pack: Pack) -> bytes:
    return entry(pack, 3, bytes(32))


def previous_of_nothing(pack: Pack) -> bytes:
    return entry(pack, 4, bytes(32))


def miscounted_batch(pack: Pack) -> bytes:
    data = pack.world.documents[pack.batch_index]
    pack.world.enter("batch", data, pack.cellmaker.name, ["urn:a", "urn:b"])
    return pack.bundle()


def upstream_that_is_text(pack: Pack) -> bytes:
    claim = simulator.origin_of(pack.packmaker, PACK, upstream="all")
    signed = simulator.sign_anything(pack.packmaker, claim)
    pack.world.enter("attestation", signed, pack.packmaker.name, [PACK])
    return pack.bundle()


def praise_for_a_record(pack: Pack) -> bytes:
    value = canonical.loads(pack.bundle())
    claim = simulator.origin_of(
        pack.world.record, PACK, batteries=value["record"]["credentialSubject"]["batteries"]
    )
    signed = simulator.sign_anything(pack.world.record, claim)
    return canonical.encode({**value, "record": canonical.loads(signed)})


REFUSED = {
    "records another number of components": (
        record_saying(components={"count": 11, "digest": ""}),
        6,
    ),
    "records another set of entries": (record_saying(entries=[1]), 6),
    "records other key events": (record_saying(keyEvents=[0]), 6),
    "records another salt": (record_saying(salt=b64u_encode(bytes(16))), 6),
    "records a term nobody knows": (record_saying(rating="A"), 6),
    "gives an attestation for a record": (praise_for_a_record, 6),
    "shows a key event by digest only": (hidden_enrolment, 5),
    "names another signer of a key event": (misnamed_enrolment, 5),
    "gives one key two names": (one_key_two_names, 5),
    "revokes a key that never came in": (revocation_of_nobody, 5),
    "numbers two events alike": (sequence_twice, 7),
    "links an event to nothing": (previous_of_nothing, 7),
    "logs a batch with another count": (miscounted_batch, 8),
    "builds upon everything": (upstream_that_is_text, 8),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_at_its_step_when_the_operator(case):
    cheat, step = REFUSED[case]
    pack = pack_of_cells()
    policy = pack.policy()

    with pytest.raises(BadBundle) as refused:
        verdict.verify(cheat(pack), policy=policy)

    assert refused.value.step == step


def test_an_attestation_by_a_revoked_key_covers_no_component():
    pack = pack_of_cells()
    pack.world.revoke(pack.cellmaker, suspect_from=0)
    report = verdict.verify(pack.bundle(), policy=pack.policy())

    assert report.coverage.attested == 0
    assert report.exit_code == 1


def test_a_cell_known_from_its_batch_alone_has_a_bundle():
    pack = pack_of_cells()
    cell = simulator.cell_id(4)
    contents = pack.contents()
    shown = (0, pack.batch_index)
    alone = replace(
        contents,
        batteries={cell: -1},
        salts={simulator.CELLMAKER: simulator.salt(simulator.CELLMAKER)},
        documents=[pack.world.documents[each] for each in shown],
        items=[pack.items([4])],
        members=[],
        components={},
        **pack.world.shown(shown),
    )
    report = verdict.verify(pack.bundle(alone), policy=pack.policy())

    assert report.exit_code == 0
    assert (report.batteries, report.coverage.depth) == ([cell], 1)


def test_a_single_attestation_of_a_component_covers_it():
    pack = pack_of_cells()
    cell = simulator.cell_id(0)
    claim = simulator.origin_of(pack.cellmaker, cell, chemistry="LFP")
    data = simulator.sign(pack.cellmaker, claim)
    pack.world.enter("attestation", data, pack.cellmaker.name, [cell])
    contents = pack.contents()
    with_salt = replace(contents, salts={**contents.salts, cell: simulator.salt(cell)})
    report = verdict.verify(pack.bundle(with_salt), policy=pack.policy())

    assert credential.digest(data) != contents.items[0].batch
    assert report.coverage.attested == 12
    assert batch.component_root(contents.components[PACK])["count"] == 12


def test_an_attestation_logged_before_its_key_is_invalid():
    pack = pack_of_cells()
    early = simulator.key_of("issuer", simulator.PACKMAKER + "#key-2")
    data = simulator.sign(early, simulator.origin_of(early, PACK))
    pack.world.enter("attestation", data, early.name, [PACK])
    pack.world.enrol(early)
    report = verdict.verify(pack.bundle(), policy=pack.world.policy(pack.cellmaker, early))

    assert [each.verdict for each in report.judgements][-1] == "INVALID"
    assert "before its key" in report.judgements[-1].reason


def test_a_component_whose_attestation_is_left_out_is_a_doubt():
    pack = pack_of_cells()
    contents = pack.contents()
    report = verdict.verify(
        pack.bundle(replace(contents, items=[pack.items(range(1, 12))])), policy=pack.policy()
    )

    assert report.coverage.attested == 11
    assert simulator.cell_id(0) in report.doubts[0]
    assert report.exit_code == 1


def test_a_battery_whose_own_attestation_is_shown_by_digest_only_is_a_doubt():
    pack = pack_of_cells()
    contents = pack.contents()
    about_pack = [each for each in contents.documents if b'"BatteryOriginAttestation"' in each]
    kept = [each for each in contents.documents if each not in about_pack or b'"treeSize"' in each]
    report = verdict.verify(pack.bundle(replace(contents, documents=kept)), policy=pack.policy())

    assert f"The origin of {PACK} is attested by nobody." in report.doubts
    assert report.exit_code == 1
