"""A bundle says all that it says under a signature: any changed byte is refused or named."""

from collections import Counter
from dataclasses import replace

import pytest

from passport.proof import bundle, canonical, note, unbundle, verdict
from passport.proof.errors import BadBundle
from passport.proof.report import ACCEPTED, DOUBTED, Voucher
from tests import simulator


@pytest.fixture(scope="module")
def pack() -> simulator.Pack:
    return simulator.pack_of_cells()


def test_a_true_bundle_is_accepted_in_twelve_steps(pack):
    report = verdict.verify(pack.bundle(), policy=pack.policy())

    assert [step.number for step in report.steps] == list(range(1, 13))
    assert report.exit_code == ACCEPTED
    assert report.doubts == []
    assert report.completeness.startswith("not proven: ")
    assert {each.words for each in report.judgements} == {"VALID"}
    assert (report.coverage.attested, report.coverage.components) == (12, 12)
    assert report.coverage.by_issuer == {simulator.CELLMAKER: 12}
    assert canonical.encode(report.as_json())


def test_a_bundle_is_read_back_as_it_was_put_together(pack):
    contents = pack.contents()
    read = unbundle.read(pack.bundle(contents)).contents

    assert pack.bundle(read) == pack.bundle(contents)


def test_every_flipped_byte_is_refused_with_a_step():
    pack = simulator.pack_of_cells(count=2, batch_size=3, events=1)
    data, policy = pack.bundle(), pack.policy()
    steps: Counter[int] = Counter()

    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 7
        with pytest.raises(BadBundle) as refused:
            verdict.verify(bytes(changed), policy=policy)
        steps[refused.value.step] += 1

    assert sum(steps.values()) == len(data)
    assert set(steps) == {1, 2, 3, 4, 6}


def test_a_flipped_byte_in_a_stranger_s_cosignature_is_named(pack):
    stranger = simulator.key_of("witness", "stranger.example")
    checkpoint = pack.world.signed_head([*pack.world.witnesses, stranger])
    data = pack.bundle(replace(pack.contents(), checkpoint=checkpoint))
    line = note.parse(checkpoint)[1][-1].line.encode()[:-1]
    start = data.index(line)
    named = 0

    for place in range(start, start + len(line)):
        changed = bytearray(data)
        changed[place] ^= 1
        try:
            report = verdict.verify(bytes(changed), policy=pack.policy())
        except BadBundle:
            continue
        named += 1
        assert len(report.unknown_signatures) == 1

    assert named > 80


def test_who_vouches_for_a_key_decides_whether_it_is_doubted(pack):
    only_cells = pack.world.policy(pack.cellmaker)
    report = verdict.verify(pack.bundle(), policy=only_cells)

    assert report.exit_code == DOUBTED
    assert [each.words for each in report.judgements] == [
        "VALID",
        "VALID (key vouched for by this service only)",
    ]
    assert "3" in report.doubts[0]


DID_DOCUMENTS = {
    "its own": (simulator.PACKMAKER, {}, Voucher.OWN_DOMAIN),
    "another key's": (simulator.PACKMAKER, {"publicKeyMultibase": "z6Mk"}, Voucher.SERVICE),
    "another method's": (simulator.PACKMAKER, {"id": "x"}, Voucher.SERVICE),
    "another issuer's": ("did:web:other.example", {}, Voucher.SERVICE),
    "one that was revoked": (simulator.PACKMAKER, {"revoked": simulator.AT}, Voucher.SERVICE),
    "one that expires": (simulator.PACKMAKER, {"expires": simulator.AT}, Voucher.SERVICE),
}


@pytest.mark.parametrize("case", DID_DOCUMENTS)
def test_a_did_document_vouches_for_a_key_if_it_is(case, pack):
    did, change, voucher = DID_DOCUMENTS[case]
    key = pack.packmaker
    method = {
        "id": key.name,
        "type": "Multikey",
        "controller": key.did,
        "publicKeyMultibase": key.multikey,
    }
    listed = {"verificationMethod": [{**method, **change}], "assertionMethod": [key.name]}
    document = canonical.encode({"id": did, **listed})
    report = verdict.verify(
        pack.bundle(),
        policy=pack.world.policy(pack.cellmaker),
        did_documents={key.did: document},
    )

    assert report.judgements[1].voucher is voucher


def about(value: dict, **terms: object) -> dict:
    """A bundle whose record says something else of what it is about."""
    subject = {**value["record"]["credentialSubject"], **terms}
    return {**value, "record": {**value["record"], "credentialSubject": subject}}


SHAPES = {
    "not JSON": lambda value: b"bundle",
    "a list": lambda value: b"[]",
    "another format": lambda value: {**value, "format": "x"},
    "an unknown part": lambda value: {**value, "extra": 1},
    "a part that is missing": lambda value: {
        name: value[name] for name in value if name != "items"
    },
    "a part that is text": lambda value: {**value, "items": "none"},
    "a row that is text": lambda value: {**value, "items": ["none"]},
    "a row with another key": lambda value: {**value, "members": [{"x": 1}]},
    "a checkpoint that is a list": lambda value: {**value, "checkpoint": []},
    "a record that is text": lambda value: {**value, "record": "signed"},
    "a record about nobody": lambda value: {**value, "record": {"credentialSubject": {}}},
    "a record about no battery": lambda value: about(value, batteries=[]),
    "a battery that is text": lambda value: about(value, batteries=["urn:a"]),
    "a battery without a sequence": lambda value: about(value, batteries=[{"id": "urn:a"}]),
    "a battery before its first entry": lambda value: about(
        value, batteries=[{"id": "urn:a", "lastSequence": -2}]
    ),
    "a title that is no text": lambda value: about(value, title=7),
    "a title that is empty": lambda value: about(value, title=""),
    "a title without end": lambda value: about(value, title="a" * 201),
    "rows out of order": lambda value: {**value, "subjects": value["subjects"][::-1]},
    "a row twice": lambda value: {**value, "subjects": value["subjects"] + value["subjects"][-1:]},
    "a list that is text": lambda value: {**value, "timestamps": "none"},
    "a path without end": lambda value: {
        **value,
        "previous": [{"checkpoint": "x", "path": ["x"] * 129}],
    },
    "evidence without nodes": lambda value: {**value, "evidence": {"entries": []}},
    "nodes that are no hashes": lambda value: {
        **value,
        "evidence": {**value["evidence"], "nodes": ["AAAA"]},
    },
    "an index that is text": lambda value: {
        **value,
        "evidence": {**value["evidence"], "entries": [{"index": "0", "entry": ""}]},
    },
    "a group without rows": lambda value: {
        **value,
        "items": [{**value["items"][0], "rows": []}],
    },
    "a snapshot that is text": lambda value: {**value, "index": "x"},
    "a row of a snapshot that is short": lambda value: {
        **value,
        "index": {"entry": 0, "rows": [{"at": 0, "row": "AAAA"}], "nodes": []},
    },
    "a time stamp that is empty": lambda value: {**value, "timestamps": [""]},
    "a parent without children": lambda value: {
        **value,
        "components": [{"parent": "a", "children": []}],
    },
    "children that are text": lambda value: {
        **value,
        "components": [{"parent": "a", "children": "b"}],
    },
    "a parent without a name": lambda value: {
        **value,
        "components": [{"parent": "", "children": ["b"]}],
    },
}


@pytest.mark.parametrize("case", SHAPES)
def test_refuses_at_step_one(case, pack):
    value = SHAPES[case](canonical.loads(pack.bundle()))
    data = value if isinstance(value, bytes) else canonical.encode(value)

    with pytest.raises(BadBundle) as refused:
        verdict.verify(data, policy=pack.policy())

    assert refused.value.step == 1


def test_refuses_another_spelling_of_a_true_bundle(pack):
    with pytest.raises(BadBundle, match="canonical"):
        verdict.verify(pack.bundle() + b"\n", policy=pack.policy())


def test_a_bundle_that_is_too_large_to_be_read_again_is_not_made(pack, monkeypatch):
    monkeypatch.setattr(bundle, "MAX_BYTES", 1000)
    with pytest.raises(BadBundle, match="1000 at most"):
        pack.bundle()


def test_a_title_and_the_question_are_part_of_the_record(pack):
    data = pack.bundle(replace(pack.contents(), title="Project North"))
    report = verdict.verify(data, policy=pack.policy(), batteries=[simulator.PACK])

    assert (report.title, report.exit_code) == ("Project North", ACCEPTED)
    with pytest.raises(BadBundle, match="not about urn:other"):
        verdict.verify(data, policy=pack.policy(), batteries=[simulator.PACK, "urn:other"])


def test_nodes_without_entries_are_refused(pack):
    contents = replace(pack.contents(), evidence=[], documents=[], items=[], members=[], salts={})
    for nodes, step in (([bytes(32)], 3), ([], 7)):
        data = pack.bundle(replace(contents, evidence_nodes=nodes))
        with pytest.raises(BadBundle) as refused:
            verdict.verify(data, policy=pack.policy())
        assert refused.value.step == step


def test_a_hundred_cells_are_one_bundle():
    pack = simulator.pack_of_cells(count=100, batch_size=128)

    assert verdict.verify(pack.bundle(), policy=pack.policy()).coverage.attested == 100
    assert len(pack.bundle()) < bundle.MAX_BYTES
