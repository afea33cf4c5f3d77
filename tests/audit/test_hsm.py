"""A key in a hardware module signs like any other, and never leaves it (SoftHSM)."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from passport.audit import files, hsm
from passport.audit.__main__ import main
from passport.proof import checkpoint, keyevent, keyfile, keys, note
from passport.proof.errors import BadKeyFile
from passport.proof.keyfile import KeyFile
from tests import simulator
from tests.audit import softhsm
from tests.audit.softhsm import MODULE, PIN

pytestmark = pytest.mark.oracle
DID = simulator.CELLMAKER


@pytest.fixture(scope="module")
def token() -> str:
    """The label of a token."""
    return softhsm.token()


@pytest.fixture(autouse=True)
def _fresh(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(hsm.PIN, PIN)
    softhsm.log_out()


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Make a key in the token by keygen; the path of its file."""

    def make(label: str, *words: str) -> Path:
        path = softhsm.keygen(tmp_path / f"{label}.key", label, *(words or ("--did", DID)))
        capsys.readouterr()
        return path

    return make


Make = Callable[..., Path]


def load(path: Path, purpose: str = "issuer") -> KeyFile:
    return files.load_key(path, purposes=(purpose,))


def test_signs_what_everybody_verifies(made: Make) -> None:
    key = load(made("a1"))
    keys.verify(key.public_key, b"message", key.private_key.sign(b"message"))
    event = keyevent.read(keyevent.enrol(key=key, challenge="n", created=simulator.AT))
    assert event.public_key == key.public_key


def test_the_file_holds_no_secret_and_the_token_gives_none(made: Make) -> None:
    path = made("a2")
    assert b"seed" not in path.read_bytes()
    assert PIN.encode() not in path.read_bytes()
    key = load(path)
    with pytest.raises(BadKeyFile, match="cannot be written"):
        keyfile.encode(key)
    session = hsm._session(key.private_key.token)
    (private,) = session.get_objects(
        {hsm.pkcs11.Attribute.LABEL: "a2", hsm.pkcs11.Attribute.CLASS: 3}
    )
    assert (private[hsm.pkcs11.Attribute.SENSITIVE], private[hsm.pkcs11.Attribute.EXTRACTABLE]) == (
        True,
        False,
    )
    with pytest.raises(hsm.pkcs11.exceptions.PKCS11Error):
        _ = private[hsm.pkcs11.Attribute.VALUE]


def test_the_log_and_the_record_sign_from_a_token_too(made: Make) -> None:
    log = load(made("a3", "--purpose", "log", "--name", simulator.ORIGIN), "log")
    head = simulator.Simulator().head()
    body = checkpoint.sign(checkpoint=head, public_key=log.public_key, private_key=log.private_key)
    assert note.verify(body, verifiers=[log.verifier]).text == head.text
    record = load(made("a4", "--purpose", "record", "--did", simulator.SERVICE), "record")
    assert record.did == simulator.SERVICE


def test_a_key_in_a_token_hands_over_to_another(
    made: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = made("a5"), made("a6", "--did", DID, "--name", "key-2")
    assert main(["sign", "--key", str(old), "--rotate", str(new), "--challenge", "n"]) == 0
    known = {each.name: each.public_key for each in (load(old), load(new))}
    event = keyevent.read(capsys.readouterr().out.strip().encode(), resolve_key=known.__getitem__)
    assert (event.op, event.public_key) == ("rotate", load(new).public_key)


def test_a_key_is_never_overwritten(made: Make, token: str, tmp_path: Path) -> None:
    path = made("a7")
    place = ["--pkcs11", MODULE, "--token", token, "--label", "a7", "--did", DID]
    assert main(["keygen", *place, "--out", str(tmp_path / "other.key")]) == 2
    assert not (tmp_path / "other.key").exists()
    assert main(["keygen", *place, "--out", str(path)]) == 2
    keys.verify(load(path).public_key, b"x", load(path).private_key.sign(b"x"))


def changed(path: Path, **terms: str) -> KeyFile:
    value = keyfile.canonical.loads(path.read_bytes())
    path.write_bytes(keyfile.canonical.encode({**value, **terms}))
    return load(path)


def test_another_key_under_the_label_is_noticed(made: Make) -> None:
    made("a8")
    key = changed(made("a9"), label="a8")
    with pytest.raises(BadKeyFile, match="signs with another key"):
        key.private_key.sign(b"message")


AWAY = {"a token that is away": {"token": "line-9"}, "a key that is not there": {"label": "none"}}


@pytest.mark.parametrize("case", AWAY)
def test_what_is_not_there_is_told(made: Make, case: str) -> None:
    key = changed(made(f"b{len(case)}"), **AWAY[case])
    with pytest.raises(BadKeyFile, match="refused"):
        key.private_key.sign(b"message")


def test_a_module_that_is_no_module_is_told(made: Make, capsys: pytest.CaptureFixture[str]) -> None:
    path = made("c1")
    changed(path, module="/nowhere/lib.so")
    assert main(["sign", "--key", str(path), "--enrol", "--challenge", "n"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_wrong_pin_is_tried_once(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    key, tried = load(made("c2")), []
    monkeypatch.setenv(hsm.PIN, "9999")
    monkeypatch.setattr(hsm, "_pin", lambda token: tried.append(token) or "9999")
    with pytest.raises(BadKeyFile, match="pin incorrect"):
        key.private_key.sign(b"message")
    assert len(tried) == 1


def test_without_a_pin_it_says_where_to_put_it(
    made: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = load(made("c3"))
    monkeypatch.delenv(hsm.PIN)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with pytest.raises(BadKeyFile, match="asks for a PIN") as told:
        key.private_key.sign(b"message")
    assert f"{hsm.PIN}_FILE" in told.value.remedy
    (tmp_path / "pin").write_text(PIN + "\n")
    monkeypatch.setenv(f"{hsm.PIN}_FILE", str(tmp_path / "pin"))
    assert len(key.private_key.sign(b"message")) == 64


# python-pkcs11 closes its search when the session it belongs to is gone, and complains.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_session_that_died_is_opened_again(made: Make) -> None:
    key = load(made("c4"))
    key.private_key.sign(b"one")
    (session,) = hsm._SESSIONS.values()
    session.close()
    assert len(key.private_key.sign(b"two")) == 64


def test_a_child_process_logs_in_for_itself(made: Make) -> None:
    """A worker that was forked after its parent had signed."""
    path = made("c5")
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom passport.audit import files\n"
        f"key = files.load_key(Path({str(path)!r}), purposes=('issuer',))\n"
        "key.private_key.sign(b'parent')\n"
        "child = os.fork()\n"
        "if child == 0:\n    os._exit(len(key.private_key.sign(b'child')) != 64)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


def test_the_audit_programs_run_without_the_library() -> None:
    code = (
        "import sys\nsys.modules['pkcs11'] = None\n"
        "from passport.audit import hsm, __main__\n"
        "from passport.proof.errors import BadKeyFile\n"
        "try:\n    hsm.lend(None)\nexcept BadKeyFile as told:\n    print(told.remedy)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "pip install python-pkcs11" in done.stdout, done.stderr
