"""At the edges of what a note may be: one byte, one signature, one second more is refused."""

from dataclasses import FrozenInstanceError, replace

import pytest

from passport.proof import note
from passport.proof.encoding import b64_encode
from passport.proof.errors import BadKey, BadNote
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


@pytest.mark.parametrize("sign", "\0\x01\t\x0b\x1f")
@pytest.mark.parametrize("place", [0, 5])
def test_a_control_character_is_refused_wherever_it_stands(sign, place):
    text = TEXT[:place] + sign + TEXT[place:]
    with pytest.raises(BadNote, match="is not a text, an empty line"):
        note.parse(note.join(text=text, signatures=[signed()]))


def test_a_text_may_hold_an_empty_line_and_any_letter():
    text = "über\x7f\n\nedge.example/log +\n"
    data = note.join(text=text, signatures=[signed(text)])
    assert note.verify(data, verifiers=[LOG.verifier]).text == text


NAMES = {
    "": False,
    "a": True,
    "a/b.example": True,
    "é\x80": True,
    "x" * 200: True,
    "x" * 201: False,
    **{f"a{sign}b": False for sign in " +\0\x01\t\n\x1f\x7f\u00a0\u2003"},
    "a b": False,
    "a\n": False,
    " a": False,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_has_1_to_200_letters_and_no_space_plus_or_control(name):
    own = {"public_key": LOG.public_key, "private_key": LOG.private_key}
    for use in (
        lambda: note.check_name(name),
        lambda: note.sign(text=TEXT, name=name, **own),
        lambda: note.cosign(text=TEXT, name=name, seconds=1, **own),
    ):
        if NAMES[name]:
            use()
            continue
        with pytest.raises(BadNote, match="is not a key name") as refused:
            use()
        assert refused.value.remedy == "Use a name like example.org/a."


def test_a_key_is_read_back_whichever_letters_its_base64_has():
    keys = [simulator.key_of("log", f"log-{each}.example").verifier for each in range(40)]
    assert any("+" in each.vkey.split("+", 2)[2] for each in keys)
    assert [note.parse_vkey(each.vkey) for each in keys] == keys


VKEYS = {
    "a name with a space": ("is not a key name", lambda key: key.replace("edge.", "edge ")),
    "another key id": ("does not belong", lambda key: key.replace("+", "+0", 1)),
    "a key id before it": ("does not belong", lambda key: _with_id(key, "00000000")),
    "a key id behind it": ("does not belong", lambda key: _with_id(key, "ffffffff")),
    "no base64": ("is not base64: ", lambda key: key + "*"),
    "algorithm 0": ("not known here", lambda key: _with_algorithm(0)),
    "algorithm 2": ("not known here", lambda key: _with_algorithm(2)),
    "algorithm 5": ("not known here", lambda key: _with_algorithm(5)),
}


def _with_id(vkey: str, identity: str) -> str:
    name, _, material = vkey.split("+", 2)
    return f"{name}+{identity}+{material}"


def _with_algorithm(number: int) -> str:
    return replace(LOG.verifier, algorithm=number).vkey


@pytest.mark.parametrize("case", VKEYS)
def test_refuses_a_verifier_key_with(case):
    words, change = VKEYS[case]
    with pytest.raises(BadNote, match=words):
        note.parse_vkey(change(LOG.verifier.vkey))


def test_a_point_outside_the_curve_is_no_verifier_key():
    with pytest.raises(BadKey):
        note.parse_vkey(replace(LOG.verifier, public_key=bytes(32)).vkey)


def test_a_known_name_with_another_key_is_a_stranger():
    other = replace(signed(), key_id=b"\0\0\0\0")
    found = opened(signed(), other, other)
    assert (len(found.verified), found.unknown) == (1, (other, other))
    with pytest.raises(BadNote, match="No known key"):
        opened(other)


def test_nobody_known_signs_twice():
    with pytest.raises(BadNote, match=f"{LOG.name} has signed twice"):
        opened(signed(), signed())


def test_a_line_whose_rest_is_not_base64_names_its_key():
    with pytest.raises(BadNote, match=r"signature of a\.example is not base64"):
        note.parse_signature("— a.example b AAAAAAA=")


def test_the_text_of_a_note_ends_with_its_newline():
    for text in ("", "\nno end"):
        with pytest.raises(BadNote, match="ends with a newline"):
            signed(text)


def test_signature_lines_without_a_text_are_no_note():
    for data in (signed().line, "\n" + signed().line, TEXT + signed().line):
        with pytest.raises(BadNote, match="is not a text, an empty line"):
            note.parse(data.encode())


def test_a_cosignature_is_over_a_first_line_the_time_and_the_text():
    message = b"cosignature/v1\ntime 7\n" + TEXT.encode()
    assert (note.ED25519, note.COSIGNATURE) == (1, 4)
    assert note.cosigned_message(text=TEXT, seconds=7) == message
    assert cosigned(7).value == bytes(7) + b"\x07" + WITNESS.private_key.sign(message)
