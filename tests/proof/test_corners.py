"""Refusals that hostile bundles reach now and then, each reached on purpose and told by words."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from passport.proof import canonical, integrity, verdict
from passport.proof.encoding import b64_decode_all, b64_encode
from passport.proof.errors import BadBundle, BadEncoding, NotStrictJson
from passport.proof.strictjson import MAX_BYTES
from tests import simulator
from tests.simulator import PACK, Pack, pack_of_cells


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of_cells(3, batch_size=4)


def resigned(pack: Pack, **claims: object) -> bytes:
    """A bundle whose record the service signed although it says something else."""
    value = canonical.loads(pack.bundle())
    del value["record"]["proof"]
    value["record"]["credentialSubject"].update(claims)
    signed = canonical.loads(simulator.sign(pack.world.record, value["record"]))
    return canonical.encode({**value, "record": signed})


def subject_of(pack: Pack) -> dict:
    return canonical.loads(pack.bundle())["record"]["credentialSubject"]


def members_of_one(pack: Pack) -> bytes:
    group = replace(pack.contents().members[0], entry=pack.origin_index)
    return pack.bundle(replace(pack.contents(), members=[group]))


def members_of_nothing_shown(pack: Pack) -> bytes:
    group = replace(pack.contents().members[0], entry=len(pack.world.entries) + 7)
    return pack.bundle(replace(pack.contents(), members=[group]))


def a_member_without_a_salt(pack: Pack) -> bytes:
    group = pack.contents().members[0]
    rows = ((group.rows[0][0], "https://id.example/stranger"),)
    return pack.bundle(replace(pack.contents(), members=[replace(group, rows=rows)]))


def another_checkpoint(pack: Pack) -> bytes:
    return resigned(pack, asOf={**subject_of(pack)["asOf"], "rootHash": b64_encode(bytes(32))})


def an_entry_left_out_of_the_list(pack: Pack) -> bytes:
    return resigned(pack, entries=subject_of(pack)["entries"][1:])


def a_key_event_left_out_of_the_list(pack: Pack) -> bytes:
    return resigned(pack, keyEvents=subject_of(pack)["keyEvents"][1:])


def another_salt_in_the_record(pack: Pack) -> bytes:
    asked = subject_of(pack)["batteries"]
    return resigned(pack, batteries=[{**asked[0], "salt": "A" * 22}])


def another_digest_of_what_is_shown(pack: Pack) -> bytes:
    return resigned(pack, shown="A" * 43)


def members_of_another_event(pack: Pack) -> bytes:
    group = pack.contents().members[0]
    nodes = (bytes(32), *group.nodes[1:])
    return pack.bundle(replace(pack.contents(), members=[replace(group, nodes=nodes)]))


def a_document_under_another_name(pack: Pack) -> bytes:
    value = canonical.loads(pack.bundle())
    value["documents"][0]["bytes"] = b64_encode(b"{}")
    return canonical.encode(value)


def brackets_and_nothing_else(pack: Pack) -> bytes:
    return b"[" + b",".join([b"{}"] * 100_000) + b"]"


CORNERS: dict[str, tuple[int, str, Callable[[Pack], bytes]]] = {
    "members of an entry about one": (7, "has no members", members_of_one),
    "members of an entry that is not shown": (7, "has no members", members_of_nothing_shown),
    "a member without a salt": (7, "it has no salt", a_member_without_a_salt),
    "a record under another checkpoint": (6, "another checkpoint", another_checkpoint),
    "a record without an entry": (6, "not those that the record", an_entry_left_out_of_the_list),
    "a record without a key event": (
        6, "not those that the record", a_key_event_left_out_of_the_list,
    ),
    "a record with another salt": (6, "with other salts", another_salt_in_the_record),
    "a record that signs something else": (
        6, "added to, or dropped from", another_digest_of_what_is_shown,
    ),
    "members under another root": (7, "are not its own", members_of_another_event),
    "a document under another name": (
        4, "another digest than its name", a_document_under_another_name,
    ),
    "brackets and nothing else": (1, "more parts than", brackets_and_nothing_else),
}  # fmt: skip


@pytest.mark.parametrize("case", CORNERS)
def test_refuses(case, pack):
    step, words, cheat = CORNERS[case]
    with pytest.raises(BadBundle, match=words) as refused:
        verdict.verify(cheat(pack), policy=pack.policy())
    assert refused.value.step == step


def test_what_was_not_cheated_is_judged(pack):
    assert verdict.verify(resigned(pack), policy=pack.policy()).batteries == [PACK]


@pytest.mark.parametrize("value", [7, None, "!", "A", "AA=", b64_encode(bytes(31)), "Ag==Ag=="])
def test_many_hashes_are_read_as_strictly_as_one(value):
    good = b64_encode(bytes(32))
    assert b64_decode_all([good, good], size=32) == [bytes(32)] * 2
    with pytest.raises(BadEncoding):
        b64_decode_all([good, value], size=32)


def test_a_document_without_a_context_is_signed_without_one():
    key = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
    options = integrity.Options(method=key.name, created=simulator.AT)
    signed = integrity.sign({"a": "b"}, private_key=key.private_key, options=options)

    assert "@context" not in signed["proof"]
    integrity.verify(signed, public_key=key.public_key)


def test_levels_of_a_large_document_full_of_texts_are_counted_too():
    rows = b",".join([b'["",""]'] * (MAX_BYTES // 4))
    assert len(canonical.loads(b"[" + rows + b"]", max_bytes=8 * MAX_BYTES)) == MAX_BYTES // 4
    with pytest.raises(NotStrictJson, match="nested"):
        canonical.loads(b"[" + rows + b",[[[]]]]", max_bytes=8 * MAX_BYTES, max_depth=3)
