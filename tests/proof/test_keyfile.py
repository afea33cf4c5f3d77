"""A key file holds a seed, or names a key in a hardware module; either way it has one purpose."""

import pytest

from passport.proof import canonical, keyfile
from passport.proof.errors import BadKeyFile, ProofError
from passport.proof.keyfile import Token
from tests import simulator

KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
TOKEN = Token(
    purpose="issuer", name=KEY.name, public_key=KEY.public_key, module="/m.so", token="t", label="l"
)


def test_a_key_in_a_token_is_lent_to_whoever_reads_its_file():
    asked = []

    def lend(token):
        asked.append(token)
        return KEY.private_key

    read = keyfile.decode(keyfile.encode_token(TOKEN), lend=lend)
    assert asked == [TOKEN]
    assert (read.name, read.public_key, read.did) == (KEY.name, KEY.public_key, KEY.did)
    assert read == KEY


def test_without_a_lender_a_token_is_refused():
    with pytest.raises(BadKeyFile, match="lies in a token"):
        keyfile.decode(keyfile.encode_token(TOKEN))


def changed(**terms: object) -> bytes:
    value = {**canonical.loads(keyfile.encode_token(TOKEN)), **terms}
    return canonical.encode({name: each for name, each in value.items() if each is not None})


DAMAGED = {
    "another format": {"format": "batterypassport/pkcs11-key/v2"},
    "a seed beside it": {"seed": "AA"},
    "no label": {"label": None},
    "a module that is no text": {"module": 7},
    "no point of the curve": {"public": "z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"},
    "another purpose": {"purpose": "all"},
    "a name that is no method": {"name": "key-1"},
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_file_is_refused_before_anything_is_lent(case):
    with pytest.raises(BadKeyFile):
        keyfile.decode(changed(**DAMAGED[case]), lend=lambda token: pytest.fail("lent"))


def test_a_list_is_no_key_file():
    with pytest.raises(ProofError):
        keyfile.decode(b"[]")


def test_a_key_that_only_signs_is_not_written_down():
    class Device:
        def sign(self, data: bytes, /) -> bytes:
            return bytes(64)

    held = keyfile.held(
        purpose="issuer", name=KEY.name, public_key=KEY.public_key, private_key=Device()
    )
    with pytest.raises(BadKeyFile, match="cannot be written"):
        keyfile.encode(held)


def test_a_key_is_held_under_a_name_and_a_point_that_are_good():
    for told in ({"purpose": "all"}, {"name": "key-1"}, {"public_key": bytes(32)}):
        with pytest.raises(ProofError):
            keyfile.held(
                **{"purpose": "issuer", "name": KEY.name, "public_key": KEY.public_key, **told},
                private_key=KEY.private_key,
            )


def test_no_secret_is_shown():
    seed = simulator.seed(KEY.name)
    assert seed.hex() not in repr(KEY)
    assert "private_key" not in repr(KEY)
