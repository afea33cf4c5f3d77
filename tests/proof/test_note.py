"""Signed notes, checkpoints and cosignatures are read strictly; unknown keys are set aside."""

import pytest

from passport.proof import checkpoint, note
from passport.proof.errors import BadKey, BadNote, BadSignature, ProofError
from passport.proof.note import Signature, Verifier
from tests import simulator

# A verifier key and a note that the Go implementation of signed notes publishes in its tests.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIu"
    "GUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def world() -> simulator.Simulator:
    made = simulator.Simulator()
    made.enter("heartbeat", b"{}", None, [])
    return made


def verifiers(made: simulator.Simulator) -> list[Verifier]:
    return [made.log.verifier, *(each.verifier for each in made.witnesses)]


def test_opens_a_note_that_go_has_signed():
    opened = note.verify(GO_NOTE.encode(), verifiers=[note.parse_vkey(GO_VKEY)])

    assert opened.verified[0].verifier.name == "PeterNeumann"
    with pytest.raises(BadSignature):
        note.verify(GO_NOTE.replace("know", "knew").encode(), verifiers=[note.parse_vkey(GO_VKEY)])


def test_a_checkpoint_carries_the_log_and_its_witnesses():
    made = world()
    opened = note.verify(made.signed_head(), verifiers=verifiers(made))

    assert checkpoint.parse(opened.text) == made.head()
    assert [each.seconds for each in opened.verified] == [None] + [simulator.SECONDS] * 2


def test_a_stranger_s_signature_is_named_and_not_believed():
    made = world()
    stranger = simulator.key_of("witness", "stranger.example")
    data = made.signed_head([*made.witnesses, stranger])

    opened = note.verify(data, verifiers=verifiers(made))

    assert [each.name for each in opened.unknown] == ["stranger.example"]
    assert len(opened.verified) == 3


def _lines(data: bytes, change) -> bytes:
    text, _, below = data.decode().rpartition("\n\n")
    return f"{text}\n\n{change(below)}".encode()


def _flip_signature(data: bytes) -> bytes:
    _, signatures = note.parse(data)
    bad = Signature(signatures[1].name, signatures[1].key_id, bytes(reversed(signatures[1].value)))
    return _lines(data, lambda below: below.replace(signatures[1].line, bad.line))


REFUSED = {
    "nothing": lambda data: b"",
    "no empty line": lambda data: data.replace(b"\n\n", b"\n"),
    "no final newline": lambda data: data[:-1],
    "a carriage return": lambda data: data.replace(b"\n", b"\r\n"),
    "bytes that are not UTF-8": lambda data: data[:-1] + b"\xff\n",
    "another dash": lambda data: data.replace("—".encode(), b"--"),
    "two spaces": lambda data: _lines(data, lambda below: below.replace(" ", "  ")),
    "base64 without padding": lambda data: data.replace(b"=\n", b"\n"),
    "a short signature": lambda data: data + "— a AAAAAA==\n".encode(),
    "a witness twice": lambda data: data + data.splitlines(True)[-1],
    "a witness whose signature is wrong": _flip_signature,
    "another size": lambda data: data.replace(b"\n1\n", b"\n2\n"),
    "only strangers": lambda data: data.replace(b"witness-", b"w-").replace(
        "— batterypassport".encode(), "— b".encode()
    ),
    "a hundred and one signatures": lambda data: data + "— a AAAAAAA=\n".encode() * 101,
    "too many bytes": lambda data: data + b"x" * note.MAX_BYTES,
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_a_note_with(case):
    made = world()
    data = made.signed_head()
    changed = REFUSED[case](data)

    assert changed != data
    with pytest.raises(ProofError):
        note.verify(changed, verifiers=verifiers(made))


BAD_CHECKPOINTS = {
    "an extension line": "example.org/log\n1\n{root}\nextension\n",
    "a leading zero": "example.org/log\n01\n{root}\n",
    "a sign": "example.org/log\n+1\n{root}\n",
    "no origin": "\n1\n{root}\n",
    "a short root": "example.org/log\n1\nAAAA\n",
    "two lines": "example.org/log\n1\n",
    "digits of another script": "example.org/log\n١\n{root}\n",
}


@pytest.mark.parametrize("case", BAD_CHECKPOINTS)
def test_refuses_a_checkpoint_with(case):
    with pytest.raises(BadNote):
        checkpoint.parse(BAD_CHECKPOINTS[case].format(root="A" * 43 + "="))


BAD_VKEYS = {
    "a wrong key id": GO_VKEY.replace("c74f20a3", "c74f20a4"),
    "an upper-case key id": GO_VKEY.replace("c74f20a3", "C74F20A3"),
    "an unknown algorithm": GO_VKEY.replace("+AR", "+CR"),
    "no key": "PeterNeumann",
    "a key that is not base64": "PeterNeumann+c74f20a3+*",
    "a space in its name": "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
}


@pytest.mark.parametrize("case", BAD_VKEYS)
def test_refuses_a_verifier_key_with(case):
    with pytest.raises((BadNote, BadKey)):
        note.parse_vkey(BAD_VKEYS[case])


def test_a_verifier_key_is_read_back():
    verifier = simulator.key_of("witness", "witness-a").verifier

    assert note.parse_vkey(verifier.vkey) == verifier


def test_a_cosignature_is_not_added_twice():
    made = world()
    data = made.signed_head()
    again = checkpoint.add_cosignatures(data, lines=list(note.parse(data)[1]))

    assert again == data


def test_a_cosignature_with_an_impossible_time_is_refused():
    made = world()
    key, head = made.witnesses[0], made.head()
    line = note.cosign(
        text=head.text,
        name=key.name,
        public_key=key.public_key,
        private_key=key.private_key,
        seconds=2**63,
    )

    with pytest.raises(BadNote, match="time"):
        note.verify(note.join(text=head.text, signatures=[line]), verifiers=[key.verifier])


def test_a_note_ends_with_a_newline():
    key = simulator.key_of("log", "example.org/log")

    with pytest.raises(BadNote):
        note.sign(
            text="no end", name=key.name, public_key=key.public_key, private_key=key.private_key
        )


def test_a_cosignature_without_time_is_refused():
    made = world()
    key, head = made.witnesses[0], made.head()
    bare = Signature(key.name, key.verifier.key_id, key.private_key.sign(head.text.encode()))

    with pytest.raises(BadNote, match="length"):
        note.verify(note.join(text=head.text, signatures=[bare]), verifiers=[key.verifier])
