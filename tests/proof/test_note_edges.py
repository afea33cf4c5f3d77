"""At the edges of what a note may be: one byte, one signature, one second more is refused."""

from dataclasses import FrozenInstanceError, replace

import pytest

from passport.proof import note
from passport.proof.encoding import b64_encode
from passport.proof.errors import BadNote
from tests import simulator

LOG = simulator.key_of("log", "edge.example/log")
WITNESS = simulator.key_of("witness", "witness.example")
TEXT = "edge.example/log\n1\n" + b64_encode(bytes(32)) + "\n"
LARGEST, MOST = 65_536, 100


def signed(text: str = TEXT) -> note.Signature:
    return note.sign(
        text=text, name=LOG.name, public_key=LOG.public_key, private_key=LOG.private_key
    )


def cosigned(seconds: int) -> note.Signature:
    return note.cosign(
        text=TEXT,
        name=WITNESS.name,
        public_key=WITNESS.public_key,
        private_key=WITNESS.private_key,
        seconds=seconds,
    )


def opened(*signatures: note.Signature) -> note.Opened:
    data = note.join(text=TEXT, signatures=signatures)
    return note.verify(data, verifiers=[LOG.verifier, WITNESS.verifier])


def of_size(size: int) -> bytes:
    rest = size - len(note.join(text="\n", signatures=[signed("\n")]))
    return note.join(text="x" * rest + "\n", signatures=[signed("x" * rest + "\n")])


def test_the_largest_note_is_read_and_one_byte_more_is_not():
    assert len(of_size(LARGEST)) == LARGEST
    assert len(note.verify(of_size(LARGEST), verifiers=[LOG.verifier]).verified) == 1
    for size in (LARGEST + 1, 2 * LARGEST):
        with pytest.raises(BadNote, match="more than 65536 bytes"):
            note.parse(of_size(size))


def test_a_hundred_signatures_are_read_and_one_more_is_not():
    lines = [signed(), *(replace(signed(), name=f"other-{n}.example") for n in range(MOST))]

    assert len(opened(*lines[:MOST]).unknown) == MOST - 1
    with pytest.raises(BadNote, match="more than 100 signatures"):
        opened(*lines)


def test_a_signature_has_a_byte_behind_its_key_id():
    whole = f"— a.example {b64_encode(b'12345')}"
    assert note.parse_signature(whole).value == b"5"
    with pytest.raises(BadNote, match="too short"):
        note.parse_signature(f"— a.example {b64_encode(b'1234')}")


LINES = {
    "no dash": "a.example AAAAAAA=",
    "a short dash": "- a.example AAAAAAA=",
    "a name with a plus": "— a+b AAAAAAA=",
    "no name": "—  AAAAAAA=",
}


@pytest.mark.parametrize("case", LINES)
def test_a_signature_line_begins_with_a_dash_and_a_name(case):
    with pytest.raises(BadNote, match="is not a signature line"):
        note.parse_signature(LINES[case])


def test_a_cosignature_has_a_time_and_64_bytes():
    good = cosigned(1)
    assert opened(signed(), good).verified[1].seconds == 1
    for value in (good.value + b"\0", good.value[:-1], good.value[8:]):
        with pytest.raises(BadNote, match="wrong length"):
            opened(signed(), replace(good, value=value))


def test_the_last_second_is_that_before_two_to_the_63():
    for seconds in (0, 2**62, 2**63 - 1):
        assert opened(signed(), cosigned(seconds)).verified[1].seconds == seconds
    for seconds in (2**63, 2**63 + 1, 2**64 - 1):
        with pytest.raises(BadNote, match="impossible time"):
            opened(signed(), cosigned(seconds))


def test_a_verifier_key_has_an_algorithm_and_32_bytes():
    longer = replace(LOG.verifier, public_key=LOG.public_key + b"\0")
    with pytest.raises(BadNote, match="algorithm that is not known"):
        note.parse_vkey(longer.vkey)
    shorter = replace(LOG.verifier, public_key=LOG.public_key[:-1])
    with pytest.raises(BadNote, match="algorithm that is not known"):
        note.parse_vkey(shorter.vkey)


def test_what_is_named_in_a_refusal_is_cut_at_80_characters():
    with pytest.raises(BadNote) as refused:
        note.check_name(" " * 200)
    assert refused.value.detail == repr(" " * 80) + " is not a key name."
    with pytest.raises(BadNote) as refused:
        note.parse_signature("x" * 200)
    assert refused.value.detail == repr("x" * 80) + " is not a signature line."


def test_what_was_read_and_verified_does_not_change_any_more():
    found = opened(signed(), cosigned(1))
    for value, name in ((found, "text"), (found.verified[0], "seconds"), (signed(), "value")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)
