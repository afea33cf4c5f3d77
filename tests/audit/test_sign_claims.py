"""`sign` on the side of makers and suppliers: kinds of claims, withdrawals, envelopes."""

import json

import pytest
from joserfc import jwk, jws

from passport.audit.__main__ import main
from passport.proof import canonical, credential, jose, keyfile
from passport.proof.encoding import b64u_encode
from tests import simulator

LOT = "https://id.gs1.org/01/09521234000099/10/L7"
POWDER = {"id": LOT, "material": "LFP powder", "mass": {"value": "1200", "unit": "KGM"}}


@pytest.fixture
def signer(tmp_path):
    return simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")


@pytest.fixture
def sign(signer, tmp_path):
    """`sign(words...)` runs the command and gives its exit code and what it wrote."""
    key, out = tmp_path / "key.json", tmp_path / "out.json"
    key.write_bytes(keyfile.encode(signer))
    key.chmod(0o600)

    def run(*words):
        out.unlink(missing_ok=True)
        code = main(["sign", "--key", str(key), *map(str, words), "--out", str(out)])
        return code, out.read_bytes() if out.exists() else b""

    return run


def write(place, *values):
    place.write_text("\n".join(json.dumps(each) for each in values))
    return place


def read(data, signer):
    return credential.verify(data, resolve_key=lambda _: signer.public_key)


def test_signs_the_origin_of_a_lot(sign, signer, tmp_path):
    code, data = sign(
        "--origin", write(tmp_path / "lot.json", POWDER), "--kind", "MaterialOriginAttestation"
    )
    signed = read(data, signer)
    assert (code, signed.kind, signed.subject_id) == (0, "MaterialOriginAttestation", LOT)


def test_a_term_of_another_kind_is_refused(sign, tmp_path, capsys):
    lot = write(tmp_path / "lot.json", POWDER)
    assert sign("--origin", lot)[0] == 2
    assert "material" in capsys.readouterr().err


def test_takes_back_what_was_signed(sign, signer, tmp_path):
    lot, place = write(tmp_path / "lot.json", POWDER), tmp_path / "signed.json"
    _, data = sign("--origin", lot, "--kind", "MaterialOriginAttestation", "--access", "authority")
    place.write_bytes(data)
    code, taken = sign("--withdraw", place, "--reason", "the mass was mistaken")
    said = read(taken, signer)
    assert (code, said.kind, said.access) == (0, "AttestationWithdrawal", "authority")
    assert said.subject["withdraws"] == b64u_encode(credential.digest(data))
    assert said.subject_id == LOT
    assert sign("--withdraw", place)[0] == 2


def test_takes_back_some_items_of_a_batch(sign, signer, tmp_path):
    items = write(tmp_path / "i.ndjson", {"id": "urn:a"}, {"id": "urn:b"})
    place = tmp_path / "batch.json"
    place.write_bytes(sign("--batch", items)[1])
    told = ("--withdraw", place, "--reason", "r", "--item", "urn:b", "--item", "urn:b")
    said = read(sign(*told)[1], signer)
    stored = canonical.encode(canonical.loads(place.read_bytes())["credential"])
    assert said.subject["items"] == ["urn:b"]
    assert said.subject["withdraws"] == b64u_encode(credential.digest(stored))
    assert said.subject_id is None


def test_a_batch_of_test_records(sign, signer, tmp_path):
    items = write(tmp_path / "i.ndjson", {"id": "urn:a", "soh": "0.9"})
    _, data = sign("--batch", items, "--kind", "BatteryTestRecord")
    assert canonical.loads(data)["credential"]["credentialSubject"]["itemType"] == (
        "BatteryTestRecord"
    )


def test_an_envelope_is_read_by_others(sign, signer, tmp_path):
    facts = write(tmp_path / "f.json", {"id": "urn:p", "chemistry": "LFP"})
    code, data = sign("--origin", facts, "--jwt")
    public = {"kty": "OKP", "crv": "Ed25519", "x": b64u_encode(signer.public_key)}
    found = jws.deserialize_compact(
        data.decode(), jwk.OKPKey.import_key(public), algorithms=["Ed25519"]
    )
    payload = json.loads(found.payload)
    assert (code, payload["issuer"], found.headers()["typ"]) == (0, signer.did, "vc+jwt")
    assert payload == jose.opened(data.decode(), resolve_key=lambda _: signer.public_key)
    assert "proof" not in payload


REFUSED = {
    "a batch in an envelope": ("--batch", {"id": "urn:a"}),
    "an unknown term in an envelope": ("--origin", {"id": "urn:a", "chemisty": "LFP"}),
    "a float in an envelope": ("--origin", {"id": "urn:a", "ocv": 3.2}),
}


@pytest.mark.parametrize(("option", "value"), REFUSED.values(), ids=REFUSED)
def test_no_envelope_holds_what_the_profile_refuses(sign, tmp_path, option, value):
    assert sign(option, write(tmp_path / "x.json", value), "--jwt") == (2, b"")


@pytest.mark.parametrize("text", ["[]", "{}", "{", '{"credential":{}}'])
def test_what_is_no_attestation_is_not_taken_back(sign, tmp_path, text):
    place = tmp_path / "x.json"
    place.write_text(text)
    assert sign("--withdraw", place, "--reason", "r") == (2, b"")
