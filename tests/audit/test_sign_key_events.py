"""The command line signs what becomes of keys: enrolled, replaced, withdrawn."""

from pathlib import Path

import pytest

from passport.audit.__main__ import main
from passport.proof import keyevent, keyfile
from passport.proof.keyfile import KeyFile
from tests import simulator

OLD, NEW = (simulator.key_of("issuer", f"{simulator.CELLMAKER}#key-{n}") for n in (1, 2))
FOREIGN = simulator.key_of("issuer", simulator.PACKMAKER + "#key-1")


@pytest.fixture
def kept(tmp_path: Path):
    """Where the file of a key lies."""

    def keep(key: KeyFile, mode: int = 0o600) -> str:
        path = tmp_path / f"{key.did[8:12]}{key.name[-1]}.key"
        path.write_bytes(keyfile.encode(key))
        path.chmod(mode)
        return str(path)

    return keep


def read(data: str) -> keyevent.KeyEvent:
    return keyevent.read(data.encode().strip(), resolve_key={OLD.name: OLD.public_key}.__getitem__)


def test_signs_a_rotation_with_both_keys(kept, capsys):
    words = ["sign", "--key", kept(OLD), "--rotate", kept(NEW), "--challenge", "n"]
    assert main(words) == 0
    event = read(capsys.readouterr().out)
    assert (event.op, event.replaces, event.method) == ("rotate", OLD.name, NEW.name)
    assert (event.public_key, event.challenge) == (NEW.public_key, "n")


@pytest.mark.parametrize("method", ["#key-2", NEW.name])
def test_signs_a_revocation_of_a_sister(kept, capsys, method):
    words = ["sign", "--key", kept(OLD), "--revoke", method, "--reason", "keyCompromise"]
    assert main([*words, "--suspect-from", "17", "--challenge", "n"]) == 0
    event = read(capsys.readouterr().out)
    assert (event.op, event.method, event.suspect_from) == ("revoke", NEW.name, 17)
    assert event.credential.method == OLD.name


def test_a_key_withdraws_itself_without_suspicion(kept, capsys):
    words = ["sign", "--key", kept(OLD), "--revoke", "#key-1", "--reason", "cessationOfOperation"]
    assert main([*words, "--challenge", "n"]) == 0
    assert read(capsys.readouterr().out).suspect_from is None


SLIPS = {
    "no challenge": (["--revoke", "#key-1", "--reason", "superseded"], "--challenge"),
    "no reason": (["--revoke", "#key-1", "--challenge", "n"], "--reason"),
    "another maker's key": (
        ["--revoke", FOREIGN.name, "--reason", "superseded", "--challenge", "n"],
        "another DID",
    ),
    "a suspicion from before the log": (
        ["--revoke", "#key-1", "--reason", "superseded", "--suspect-from=-1", "--challenge", "n"],
        "not a log index",
    ),
}


@pytest.mark.parametrize("case", SLIPS)
def test_a_slip_is_told_before_anything_is_sent(kept, capsys, case):
    words, told = SLIPS[case]
    assert main(["sign", "--key", kept(OLD), *words]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert told in shown.err


@pytest.mark.parametrize("other", [OLD, FOREIGN])
def test_a_key_is_replaced_by_another_one_of_its_did(kept, capsys, other):
    words = ["sign", "--key", kept(OLD), "--rotate", kept(other), "--challenge", "n"]
    assert main(words) == 2
    assert "cannot take the place" in capsys.readouterr().err


def test_a_new_key_that_others_can_read_is_refused(kept, capsys):
    words = ["sign", "--key", kept(OLD), "--rotate", kept(NEW, 0o644), "--challenge", "n"]
    assert main(words) == 2
    assert "can be read by others" in capsys.readouterr().err


def test_the_help_shows_how(capsys):
    with pytest.raises(SystemExit):
        main(["sign", "--help"])
    told = capsys.readouterr().out
    for word in ("--rotate new.json", "--revoke '#key-1'", "--suspect-from", "/api/v1/keys"):
        assert word in told
