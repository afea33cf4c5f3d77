"""The command line: keys stay private, signatures verify, exit codes are the verdict."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from passport.audit import pack
from passport.audit.__main__ import main
from passport.proof import batch, canonical, credential, keyevent, keyfile
from tests import simulator


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    path.write_bytes(keyfile.encode(simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")))
    path.chmod(0o600)
    return path


def public_key(path: Path) -> bytes:
    return keyfile.decode(path.read_bytes()).public_key


def write(path: Path, *lines: object) -> str:
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    return str(path)


def test_keygen_keeps_the_private_half_to_its_owner(tmp_path, capsys):
    out = tmp_path / "k.json"
    code = main(["keygen", "--did", simulator.CELLMAKER, "--out", str(out)])
    made = keyfile.decode(out.read_bytes())

    assert code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    printed = capsys.readouterr().out
    assert f"issuer {simulator.CELLMAKER} {made.multikey}" in printed
    assert canonical.loads(out.read_bytes())["seed"] not in printed
    assert main(["keygen", "--did", simulator.CELLMAKER, "--out", str(out)]) == 2


@pytest.mark.parametrize("purpose", ["log", "witness"])
def test_keygen_makes_keys_for_notes(purpose, tmp_path, capsys):
    out = str(tmp_path / "k.json")

    assert main(["keygen", "--purpose", purpose, "--out", out]) == 2
    assert main(["keygen", "--purpose", purpose, "--name", "a.example/1", "--out", out]) == 0
    assert f"\ntrust   {purpose} " in capsys.readouterr().out


def test_signs_a_credential(key, tmp_path):
    signer = keyfile.decode(key.read_bytes())
    document = write(tmp_path / "doc.json", simulator.origin_of(signer, "urn:a"))
    out = tmp_path / "signed.json"

    assert main(["sign", "--key", str(key), "--in", document, "--out", str(out)]) == 0
    signed = credential.verify(out.read_bytes(), resolve_key=lambda _: signer.public_key)
    assert signed.subject_id == "urn:a"


def test_signs_an_enrolment(key, capsys):
    assert main(["sign", "--key", str(key), "--enrol"]) == 2
    assert main(["sign", "--key", str(key), "--enrol", "--challenge", "nonce"]) == 0
    data = capsys.readouterr().out.encode()[:-1]
    assert keyevent.read(data).challenge == "nonce"


def test_signs_a_batch_and_the_origin_that_builds_upon_it(key, tmp_path):
    items = write(tmp_path / "i.ndjson", {"id": "urn:a"}, {"id": "urn:b", "ocv": "3.2"})
    common = write(tmp_path / "c.json", {"chemistry": "LFP"})
    out, origin = tmp_path / "batch.json", tmp_path / "origin.json"
    signing = ["sign", "--key", str(key)]
    main([*signing, "--batch", items, "--common", common, "--out", str(out)])
    made = canonical.loads(out.read_bytes())
    stored = canonical.encode(made["credential"])
    signed = credential.verify(stored, resolve_key=lambda _: public_key(key))
    batch.verify_items(credential=signed, items=map(canonical.encode, made["items"]))

    facts = write(tmp_path / "f.json", {"id": "urn:p", "components": ["urn:a", "urn:b"]})
    main([*signing, "--origin", facts, "--upstream", str(out), "--out", str(origin)])
    claim = credential.verify(origin.read_bytes(), resolve_key=lambda _: public_key(key))
    assert claim.subject["components"] == batch.component_root(["urn:a", "urn:b"])
    assert claim.subject["upstream"] == [batch.b64u_encode(hashlib.sha256(stored).digest())]


def test_a_float_is_refused_with_its_place_and_a_remedy(key, tmp_path, capsys):
    facts = write(tmp_path / "f.json", {"id": "urn:p", "mass": 1.5})

    assert main(["sign", "--key", str(key), "--origin", facts]) == 2
    said = capsys.readouterr().err
    assert "/mass" in said
    assert "decimal string" in said


def test_a_key_that_others_can_read_is_refused(key, tmp_path, capsys):
    key.chmod(0o644)

    assert main(["sign", "--key", str(key), "--enrol", "--challenge", "n"]) == 2
    assert "chmod 600" in capsys.readouterr().err


def test_a_key_for_another_purpose_is_refused(tmp_path, capsys):
    path = tmp_path / "w.json"
    path.write_bytes(keyfile.encode(simulator.key_of("witness", "w.example")))
    path.chmod(0o600)

    assert main(["sign", "--key", str(path), "--enrol", "--challenge", "n"]) == 2


@pytest.fixture
def bundle(tmp_path: Path) -> tuple[Path, Path]:
    """A true bundle, and the trust file under which it is accepted."""
    made = simulator.pack_of_cells()
    path, trust = tmp_path / "bundle.json", tmp_path / "trust.policy"
    path.write_bytes(made.bundle())
    trust.write_text(made.world.policy_text(made.cellmaker, made.packmaker))
    return path, trust


def test_verify_accepts_with_numbered_steps(bundle, capsys):
    path, trust = bundle

    assert main(["verify", str(path), "--trust", str(trust)]) == 0
    said = capsys.readouterr().out
    assert "\n 12. Completeness: not proven" in said
    assert "key vouched for by: pinned" in said
    assert said.endswith("ACCEPTED\n")


def test_verify_doubts_a_key_that_only_the_service_vouches_for(bundle, capsys):
    path, trust = bundle
    lines = trust.read_text().splitlines(keepends=True)
    trust.write_text("".join(each for each in lines if simulator.PACKMAKER not in each))

    assert main(["verify", str(path), "--trust", str(trust)]) == 1
    assert "this service only" in capsys.readouterr().out


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_verify_refuses_with_the_number_of_the_step(bundle, capsys, as_json):
    path, trust = bundle
    path.write_bytes(path.read_bytes().replace(b"\\n8\\n", b"\\n9\\n"))

    assert main(["verify", str(path), "--trust", str(trust), *as_json]) == 2
    said = capsys.readouterr().out
    assert '"step":2' in said if as_json else "step 2" in said


def test_verify_prints_json_for_machines(bundle, capsys):
    path, trust = bundle

    assert main(["verify", str(path), "--trust", str(trust), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "ACCEPTED"


def test_verify_takes_a_did_document_from_the_issuer_s_domain(bundle, tmp_path):
    path, trust = bundle
    key = simulator.key_of("issuer", simulator.PACKMAKER + "#key-1")
    lines = trust.read_text().splitlines(keepends=True)
    trust.write_text("".join(each for each in lines if simulator.PACKMAKER not in each))
    method = {"id": key.name, "type": "Multikey", "controller": key.did}
    method["publicKeyMultibase"] = key.multikey
    did = write(
        tmp_path / "did.json",
        {
            "id": key.did,
            "verificationMethod": [method],
            "assertionMethod": [key.name],
        },
    )

    assert main(["verify", str(path), "--trust", str(trust), "--did-document", did]) == 0


def test_a_missing_file_is_said_without_a_traceback(bundle, capsys):
    _, trust = bundle

    assert main(["verify", "nowhere.json", "--trust", str(trust)]) == 2
    assert "nowhere.json: No such file" in capsys.readouterr().err


def test_the_packed_program_is_the_same_each_time_and_runs(bundle, tmp_path, capsys):
    one, two = tmp_path / "one.pyz", tmp_path / "two.pyz"
    assert [main(["pack", "--out", str(each)]) for each in (one, two)] == [0, 0]
    path, trust = bundle

    assert one.read_bytes() == two.read_bytes()
    assert hashlib.sha256(one.read_bytes()).hexdigest() in capsys.readouterr().out
    command = [sys.executable, "-I", one, "verify", path, "--trust", trust]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_packed_program_holds_no_more_than_it_needs(tmp_path):
    made = pack.build(Path(pack.__file__).resolve().parents[1])
    path = tmp_path / "p.pyz"
    path.write_bytes(made)
    names = zipfile.ZipFile(path).namelist()

    assert {name.split("/")[1] for name in names if "/" in name} == {
        "__init__.py",
        "proof",
        "rules",
        "audit",
    }


@pytest.mark.parametrize("command", ["keygen", "sign", "verify", "witness", "monitor", "pack"])
def test_only_the_command_that_is_called_is_loaded(command):
    """A bundle of a large pack is checked within a second, the start of the program included."""
    found = subprocess.run(
        [sys.executable, "-c", _LOADED, command], capture_output=True, text=True, check=True
    )

    assert found.stdout.split() == [command]


_LOADED = """
import contextlib, io, sys
from passport.audit.__main__ import main
known = ("keygen", "sign", "verify", "witness", "monitor", "pack")
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main([sys.argv[1], "--help"])
print(*(name for name in known if f"passport.audit.{name}" in sys.modules))
"""
