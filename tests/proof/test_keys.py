"""Keys that prove nothing are refused, and so are second spellings of signatures."""

import pytest

from passport.proof import keyfile, keys
from passport.proof.errors import BadEncoding, BadKey, BadKeyFile, BadSignature
from tests import simulator

L = 2**252 + 27742317777372353535851937790883648493


def test_a_second_spelling_of_a_signature_is_refused():
    key = simulator.key_of("log", "example.org/log")
    signature = key.private_key.sign(b"message")
    keys.verify(key.public_key, b"message", signature)
    s = int.from_bytes(signature[32:], "little") + L

    with pytest.raises(BadSignature, match="second spelling"):
        keys.verify(key.public_key, b"message", signature[:32] + s.to_bytes(32, "little"))
    with pytest.raises(BadSignature, match="canonical"):
        keys.verify(key.public_key, b"message", b"\xff" * 32 + signature[32:])


BAD_KEYS = {
    "the identity": (1).to_bytes(32, "little"),
    "zero": bytes(32),
    "p - 1": (2**255 - 20).to_bytes(32, "little"),
    "p": (2**255 - 19).to_bytes(32, "little"),
    "minus zero": (1 | 1 << 255).to_bytes(32, "little"),
    "off the curve": (2).to_bytes(32, "little"),
    "31 bytes": bytes(31),
}


@pytest.mark.parametrize("case", BAD_KEYS)
def test_refuses_as_a_public_key(case):
    with pytest.raises(BadKey):
        keys.check_public_key(BAD_KEYS[case])


def test_a_key_with_a_part_of_low_order_does_not_come_in():
    """A good point plus the one of order two, (0, -1): y is turned round, and so is x."""
    good = simulator.key_of("log", "a.example").public_key
    number = int.from_bytes(good, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    mixed = (2**255 - 19 - y | (1 - sign) << 255).to_bytes(32, "little")

    keys.check_new_key(good)
    keys.check_public_key(mixed)
    with pytest.raises(BadKey, match="part of low order"):
        keys.check_new_key(mixed)


def test_refuses_a_short_seed_and_a_short_signature():
    with pytest.raises(BadKey):
        keys.private_from_seed(bytes(31))
    with pytest.raises(BadSignature, match="64 bytes"):
        keys.verify(simulator.key_of("log", "a.example").public_key, b"", bytes(63))


def test_a_multikey_has_one_spelling():
    key = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")

    assert keys.multikey_decode(key.multikey) == key.public_key
    for bad in (key.multikey[1:], "u" + key.multikey[1:], key.multikey + "1", 7):
        with pytest.raises(BadEncoding):
            keys.multikey_decode(bad)
    with pytest.raises((BadKey, BadEncoding)):
        keys.multikey_decode("z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc")


def test_a_key_file_is_read_back():
    key = simulator.key_of("witness", "witness-a")

    assert keyfile.decode(keyfile.encode(key)).verifier == key.verifier


KEY_FILES = {
    "another format": lambda text: text.replace(b"key/v1", b"key/v2"),
    "an unknown purpose": lambda text: text.replace(b'"witness"', b'"all"'),
    "another public key": lambda text: text.replace(b'"public":"z6Mk', b'"public":"z6Mj'),
    "a short seed": lambda text: text.replace(b'"seed":"', b'"seed":"AA'),
    "a name with spaces": lambda text: text.replace(b"witness-a", b"witness a"),
}


@pytest.mark.parametrize("case", KEY_FILES)
def test_refuses_a_key_file_with(case):
    text = keyfile.encode(simulator.key_of("witness", "witness-a"))

    with pytest.raises(BadKeyFile):
        keyfile.decode(KEY_FILES[case](text))


def test_a_key_has_one_purpose():
    with pytest.raises(BadKeyFile):
        _ = simulator.key_of("log", "example.org/log").did
    with pytest.raises(BadKeyFile):
        _ = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1").verifier
