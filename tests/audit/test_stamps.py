"""Time stamps over a checkpoint, made by OpenSSL as an authority would."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from passport.audit import stamps
from passport.audit.__main__ import main
from passport.proof.errors import BadTimestamp
from tests import simulator

_CONFIG = """
[req]
distinguished_name = name
prompt = no
x509_extensions = root
[name]
CN = Time authority
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamp]
serial = serial
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """A time-stamping authority in a folder: its root certificate, and tokens on demand."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "conf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "conf"]
        self._run("req", "-x509", *key, "-keyout", "root.key", "-out", "root.pem", "-days", "30")
        self._run("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr")
        signed = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "30"]
        extensions = ["-extfile", "conf", "-extensions", "tsa"]
        self._run("x509", "-req", "-in", "tsa.csr", *signed, *extensions, "-out", "tsa.pem")
        self.root = folder / "root.pem"

    def _run(self, *arguments: str) -> None:
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True, timeout=60)

    def stamp(self, text: str, *, token: bool) -> bytes:
        """The authority's answer over a text, or the token in it alone."""
        (self.folder / "text").write_text(text)
        self._run("ts", "-query", "-data", "text", "-sha256", "-cert", "-out", "query")
        only = ["-token_out"] if token else []
        signer = ["-signer", "tsa.pem", "-inkey", "tsa.key"]
        self._run(
            *("ts", "-reply", "-queryfile", "query", "-config", "conf", "-section", "stamp"),
            *(*signer, *only, "-out", "answer"),
        )
        return (self.folder / "answer").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.mark.parametrize("token", [True, False], ids=["token", "answer"])
def test_a_good_time_stamp_says_when(authority, token):
    check = stamps.checker(authority.root)

    assert check(authority.stamp("text\n", token=token), "text\n") > 1_700_000_000


def test_refuses_a_stamp_of_something_else_or_broken_or_by_another(authority, tmp_path):
    stamp, check = authority.stamp("text\n", token=True), stamps.checker(authority.root)
    other = stamps.checker(Authority(tmp_path).root)
    broken = stamp[:-5] + bytes([stamp[-5] ^ 1]) + stamp[-4:]
    for trial, data, text in (
        (check, stamp, "other\n"),
        (check, broken, "text\n"),
        (check, b"noise", "text\n"),
        (check, b"\x30", "text\n"),
        (other, stamp, "text\n"),
    ):
        with pytest.raises(BadTimestamp, match="does not hold"):
            trial(data, text)


def test_verify_says_that_the_checkpoint_was_stamped(authority, tmp_path, capsys):
    made = simulator.pack_of_cells(count=2, batch_size=2)
    token = authority.stamp(made.world.head().text, token=True)
    bundle, trust = tmp_path / "bundle.json", tmp_path / "trust.policy"
    bundle.write_bytes(made.bundle(replace(made.contents(), timestamps=[token])))
    trust.write_text(made.world.policy_text(made.cellmaker, made.packmaker))
    arguments = ["verify", str(bundle), "--trust", str(trust)]

    assert main([*arguments, "--tsa-root", str(authority.root)]) == 0
    assert "Stamped: the checkpoint carries a good time stamp" in capsys.readouterr().out
    assert main(arguments) == 0
    assert "Not checked: 1 time stamps" in capsys.readouterr().out
    bundle.write_bytes(made.bundle(replace(made.contents(), timestamps=[token[:-1] + b"x"])))
    assert main([*arguments, "--tsa-root", str(authority.root)]) == 2
    assert "REFUSED at step 2: The time stamp does not hold" in capsys.readouterr().out


def test_says_what_is_missing(tmp_path, monkeypatch):
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    with pytest.raises(BadTimestamp, match="no certificates"):
        stamps.checker(empty)

    monkeypatch.setitem(stamps.importlib.sys.modules, "rfc3161_client", None)
    with pytest.raises(BadTimestamp, match="not installed"):
        stamps.checker(empty)


def test_verify_takes_a_bundle_about_this_battery_only(tmp_path, capsys):
    made = simulator.pack_of_cells(count=2, batch_size=2)
    bundle, trust = tmp_path / "bundle.json", tmp_path / "trust.policy"
    bundle.write_bytes(made.bundle())
    trust.write_text(made.world.policy_text(made.cellmaker, made.packmaker))
    arguments = ["verify", str(bundle), "--trust", str(trust), "--battery", simulator.PACK]

    assert main(arguments) == 0
    assert main([*arguments, "--battery", "urn:other"]) == 2
    assert "REFUSED at step 1: The bundle is not about urn:other." in capsys.readouterr().out
