"""What an operator who holds the log, the record key and the database may try."""

import hashlib
from dataclasses import replace

import pytest

from passport.proof import batch, bundle, canonical, verdict
from passport.proof.bundle import RecordKey
from passport.proof.encoding import b64u_encode
from passport.proof.errors import BadBundle
from tests import simulator
from tests.simulator import CELLMAKER, PACK, Pack, pack_of_cells

THIEF = simulator.key_of("issuer", simulator.PACKMAKER + "#key-9")


def drop_evidence(index: int):
    def cheat(pack: Pack) -> bytes:
        contents = pack.contents()
        kept = [each.index for each in contents.evidence if each.index != index]
        named = {canonical.loads(pack.world.entries[each])["d"] for each in kept}
        documents = [
            each
            for each in contents.documents
            if b64u_encode(hashlib.sha256(each).digest()) in named
        ]
        return pack.bundle(replace(contents, documents=documents, **pack.world.shown(kept)))

    return cheat


def swap_key(pack: Pack) -> bytes:
    """The service adds its own key under the maker's name and signs with it."""
    pack.world.enrol(THIEF)
    return attest_again(pack, THIEF)


def attest_again(pack: Pack, key) -> bytes:
    claim = simulator.origin_of(key, PACK, chemistry="LFP")
    pack.world.enter("attestation", simulator.sign(key, claim), key.name, [PACK])
    return pack.bundle()


def unknown_key(pack: Pack) -> bytes:
    return attest_again(pack, THIEF)


def same_method_again(pack: Pack) -> bytes:
    pack.world.enrol(simulator.key_of("issuer", pack.packmaker.name))
    return pack.bundle()


def attest_after_revocation(pack: Pack) -> bytes:
    pack.world.revoke(pack.packmaker)
    return attest_again(pack, pack.packmaker)


def revoked_key_revokes(pack: Pack) -> bytes:
    pack.world.revoke(pack.packmaker)
    pack.world.revoke(pack.packmaker)
    return pack.bundle()


def hide_revocation(pack: Pack) -> bytes:
    """A second key comes in after the first is revoked; the revocation is left out."""
    hidden = pack.world.revoke(pack.packmaker)
    pack.world.enrol(THIEF)
    return drop_evidence(hidden)(pack)


def edit_event(pack: Pack) -> bytes:
    contents = pack.contents()
    documents = [each.replace(b'"event":1', b'"event":7') for each in contents.documents]
    return pack.bundle(replace(contents, documents=documents))


def edit_entry(pack: Pack) -> bytes:
    contents = pack.contents()
    evidence = [
        replace(each, entry=each.entry.replace(b'"k":"event"', b'"k":"erasure"'))
        for each in contents.evidence
    ]
    return pack.bundle(replace(contents, evidence=evidence))


def swap_a_cell(pack: Pack) -> bytes:
    """A cell of the batch that the pack maker never named stands in for one that it did."""
    places = (*range(11), 19)
    cells = [simulator.cell_id(each) for each in places]
    items = [pack.items(places)]
    return pack.bundle(replace(pack.contents(), items=items, components={PACK: cells}))


def foreign_item(pack: Pack) -> bytes:
    return pack.bundle(replace(pack.contents(), items=[pack.items((*range(12), 19))]))


def forged_item(pack: Pack) -> bytes:
    contents = pack.contents()
    (place, item), *others = contents.items[0].rows
    rows = ((place, item.replace(b"3.000", b"3.650")), *others)
    return pack.bundle(replace(contents, items=[replace(contents.items[0], rows=rows)]))


def item_of_hidden_batch(pack: Pack) -> bytes:
    contents = pack.contents()
    batch_document = pack.world.documents[pack.batch_index]
    documents = [each for each in contents.documents if each != batch_document]
    return pack.bundle(replace(contents, documents=documents))


def shorter_tail(pack: Pack) -> bytes:
    contents = pack.contents()
    return pack.bundle(replace(contents, batteries={PACK: contents.batteries[PACK] + 1}))


def another_head(pack: Pack) -> bytes:
    """The record was signed for an older checkpoint than the one shown."""
    old = canonical.loads(pack.bundle())
    pack.world.enter("event", b'{"event":"late"}', None, [PACK])
    return canonical.encode({**canonical.loads(pack.bundle()), "record": old["record"]})


def own_record_key(pack: Pack) -> bytes:
    key = RecordKey(method=pack.world.record.name, signer=THIEF.private_key)
    return bundle.assemble(contents=pack.contents(), key=key, at=simulator.AT)


def one_witness(pack: Pack) -> bytes:
    checkpoint = pack.world.signed_head(pack.world.witnesses[:1])
    return pack.bundle(replace(pack.contents(), checkpoint=checkpoint))


def another_log(pack: Pack) -> bytes:
    pack.world.log = simulator.key_of("log", "other.example/log")
    return pack.bundle()


def stranger_s_entry(pack: Pack) -> bytes:
    pack.world.enter("event", b'{"event":"other"}', None, ["urn:other"])
    return pack.bundle()


def others_event(pack: Pack) -> bytes:
    return pack.bundle(replace(pack.contents(), members=[]))


def member_of_nothing(pack: Pack) -> bytes:
    contents = pack.contents()
    moved = replace(contents.members[0], entry=pack.origin_index)
    return pack.bundle(replace(contents, members=[moved]))


def idle_salt(pack: Pack) -> bytes:
    contents = pack.contents()
    return pack.bundle(replace(contents, salts={**contents.salts, "urn:x": bytes(16)}))


def wrong_salt(pack: Pack) -> bytes:
    contents = pack.contents()
    return pack.bundle(replace(contents, salts={**contents.salts, CELLMAKER: bytes(16)}))


def misnamed_signer(pack: Pack) -> bytes:
    claim = simulator.sign(pack.packmaker, simulator.origin_of(pack.packmaker, PACK))
    pack.world.enter("attestation", claim, pack.cellmaker.name, [PACK])
    return pack.bundle()


def wrong_battery(pack: Pack) -> bytes:
    claim = simulator.sign(pack.packmaker, simulator.origin_of(pack.packmaker, "urn:other"))
    pack.world.enter("attestation", claim, pack.packmaker.name, [PACK])
    return pack.bundle()


def wrong_kind(pack: Pack) -> bytes:
    claim = simulator.sign(pack.packmaker, simulator.origin_of(pack.packmaker, PACK))
    pack.world.enter("batch", claim, pack.packmaker.name, [PACK])
    return pack.bundle()


def two_places(pack: Pack) -> bytes:
    contents = pack.contents()
    cells = list(contents.components[PACK])
    parts = {PACK: cells, cells[0]: [cells[1]]}
    return pack.bundle(replace(contents, components=parts))


def another_pack_s_cells(pack: Pack) -> bytes:
    contents = pack.contents()
    return pack.bundle(
        replace(contents, components={**contents.components, "urn:other": ["urn:cell"]})
    )


REFUSED = {
    "edits an event in the database": (edit_event, 4),
    "edits an entry of the log": (edit_entry, 3),
    "leaves out a middle event": (drop_evidence(5), 7),
    "leaves out the newest event of the battery": (shorter_tail, 7),
    "leaves out the enrolment of a key": (drop_evidence(2), 7),
    "hides a revocation": (hide_revocation, 7),
    "brings a second key in under the same name": (same_method_again, 5),
    "lets a revoked key revoke": (revoked_key_revokes, 5),
    "signs with a key that never came in": (unknown_key, 8),
    "names another signer": (misnamed_signer, 8),
    "logs a claim about another battery": (wrong_battery, 8),
    "logs a single claim as a batch": (wrong_kind, 8),
    "changes an item of a batch": (forged_item, 9),
    "shows items without their batch": (item_of_hidden_batch, 9),
    "shows a record of an older log": (another_head, 6),
    "signs the record with another key": (own_record_key, 6),
    "shows a checkpoint of one witness": (one_witness, 2),
    "shows another log": (another_log, 2),
    "slips in an entry about another battery": (stranger_s_entry, 7),
    "slips in an event about others": (others_event, 7),
    "claims a member of an entry about one": (member_of_nothing, 7),
    "adds a salt that proves nothing": (idle_salt, 7),
    "gives a wrong salt": (wrong_salt, 7),
    "shows an item that is in no component": (foreign_item, 11),
    "puts a cell in two places": (two_places, 11),
    "shows components of another battery": (another_pack_s_cells, 11),
}


@pytest.mark.parametrize("case", REFUSED)
def test_is_refused_at_its_step_when_the_operator(case):
    cheat, step = REFUSED[case]
    pack = pack_of_cells()
    policy = pack.policy()

    with pytest.raises(BadBundle) as refused:
        verdict.verify(cheat(pack), policy=policy)

    assert refused.value.step == step
    assert refused.value.detail


DOUBTED = {
    "swaps the maker's key": (swap_key, "this service only"),
    "logs a stolen signature after the revocation": (attest_after_revocation, "INVALID"),
    "swaps a cell": (swap_a_cell, "does not hold the components"),
}


@pytest.mark.parametrize("case", DOUBTED)
def test_is_doubted_by_name_when_the_operator(case):
    cheat, word = DOUBTED[case]
    pack = pack_of_cells()
    report = verdict.verify(cheat(pack), policy=pack.policy())

    assert report.exit_code == 1
    assert any(word in each for each in report.doubts)


def test_a_suspect_window_makes_older_signatures_valid_and_newer_ones_suspect():
    pack = pack_of_cells()
    pack.world.revoke(pack.packmaker, suspect_from=pack.origin_index)
    pack.world.revoke(pack.cellmaker, suspect_from=pack.batch_index + 1)
    report = verdict.verify(pack.bundle(), policy=pack.policy())

    assert [str(each.verdict) for each in report.judgements] == ["VALID", "SUSPECT"]
    assert report.exit_code == 1


def test_a_claim_for_others_may_be_shown_by_its_digest_only():
    pack = pack_of_cells()
    claim = simulator.sign(pack.packmaker, simulator.origin_of(pack.packmaker, PACK))
    index = pack.world.enter("attestation", claim, pack.packmaker.name, [PACK])
    contents = pack.contents()
    hidden = pack.world.documents[index]
    documents = [each for each in contents.documents if each != hidden]
    report = verdict.verify(
        pack.bundle(replace(contents, documents=documents)), policy=pack.policy()
    )

    assert report.hidden == [index]
    assert report.exit_code == 0


def test_materials_upstream_are_counted_and_hidden_ones_said():
    pack = pack_of_cells()
    key = pack.packmaker
    upstream = [b64u_encode(bytes(32))]
    cells = [simulator.cell_id(each) for each in range(12)]
    claim = simulator.origin_of(
        key, PACK, components=batch.component_root(cells), upstream=upstream
    )
    pack.world.enter("attestation", simulator.sign(key, claim), key.name, [PACK])
    report = verdict.verify(pack.bundle(), policy=pack.policy())

    assert (report.coverage.upstream_shown, report.coverage.upstream_hidden) == (1, 1)
    assert report.coverage.depth == 2
    assert any("not one that" in each for each in report.doubts)
