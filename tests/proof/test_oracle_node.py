"""Digital Bazaar's libraries accept what `audit sign` makes, offline, and refuse changed ones."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passport.proof import did, keyfile
from passport.proof.keyfile import KeyFile
from tests import simulator
from tests.oracles import nodejs

ROOT = Path(__file__).resolve().parents[2]
DID = "did:web:cellmaker.example"
AT = "2026-03-01T08:00:00Z"
FACTS = {
    "id": "https://id.gs1.org/01/09521234000013/21/C1",
    "chemistry": "NMC811",
    "ratedCapacity": {"value": "4.85", "unit": "AHR"},
}

pytestmark = pytest.mark.oracle


def audit(*arguments: object) -> None:
    """The program that a maker runs, as a process of its own."""
    command = [sys.executable, "-m", "passport.audit", *map(str, arguments)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("maker")
    audit("keygen", "--did", DID, "--out", made / "maker.key")
    return made


@pytest.fixture(scope="module")
def key(folder: Path) -> KeyFile:
    return keyfile.decode((folder / "maker.key").read_bytes())


@pytest.fixture(scope="module")
def signed(folder: Path) -> dict[str, Any]:
    """A single credential, a batch and an enrolment, as `audit sign` leaves them in files."""
    signing = ("sign", "--key", folder / "maker.key", "--created", AT)
    (folder / "facts.json").write_text(json.dumps(FACTS))
    items = [{"id": f"{FACTS['id']}-{n}", "ocv": f"3.6{n}"} for n in range(5)]
    (folder / "items.ndjson").write_text("".join(json.dumps(each) + "\n" for each in items))
    (folder / "common.json").write_text(json.dumps({"chemistry": "NMC811"}))
    audit(*signing, "--origin", folder / "facts.json", "--out", folder / "single")
    audit(
        *signing, "--batch", folder / "items.ndjson", "--common", folder / "common.json",
        "--out", folder / "batch",
    )  # fmt: skip
    audit(*signing, "--enrol", "--challenge", "nonce", "--out", folder / "enrolment")
    found = {
        name: json.loads((folder / name).read_text()) for name in ("single", "batch", "enrolment")
    }
    return found | {"batch": found["batch"]["credential"]}


def judged(key: KeyFile, *credentials: object) -> list[bool]:
    documents = [did.document(did=key.did, methods={key.name: key.multikey})]
    return [bool(each["verified"]) for each in nodejs.judge(credentials, documents)]


def test_single_batch_and_enrolment_are_verified(key, signed):
    assert judged(key, *signed.values()) == [True, True, True]


def test_the_libraries_run_without_a_network():
    asked = (
        "fetch('http://127.0.0.1:65001').catch(error => console.log(String(error.cause ?? error)))"
    )
    assert "no network in here" in nodejs.node("-e", asked).stdout
    dialled = "import('node:net').then(net => net.connect(9)).catch(e => console.log(String(e)))"
    assert "no network in here" in nodejs.node("-e", dialled).stdout
    if nodejs.room():
        listed = "console.log(Object.keys(require('node:os').networkInterfaces()).length)"
        assert nodejs.node("-e", listed).stdout == "0\n"


# --- mutations ------------------------------------------------------------------------------------

Mutation = Callable[[dict[str, Any], dict[str, Any]], None]


def _put(*path: str, value: object) -> Mutation:
    def change(document: dict[str, Any], other: dict[str, Any]) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


def _other_proof(document: dict[str, Any], other: dict[str, Any]) -> None:
    document["proof"] = other["proof"]


def _other_letter(document: dict[str, Any], other: dict[str, Any]) -> None:
    value = document["proof"]["proofValue"]
    document["proof"]["proofValue"] = value[:20] + ("2" if value[20] != "2" else "3") + value[21:]


EITHER: dict[str, Mutation] = {
    "another issuer": _put("issuer", value="did:web:packmaker.example"),
    "another moment of signing": _put("proof", "created", value="2026-03-01T08:00:01Z"),
    "another purpose": _put("proof", "proofPurpose", value="authentication"),
    "another key": _put("proof", "verificationMethod", value=DID + "#key-9"),
    "an added term": _put("name", value="nice"),
    "the proof of another credential": _other_proof,
    "another letter of the signature": _other_letter,
}
OF_SINGLE = {
    "another claim": _put("credentialSubject", "ratedCapacity", "value", value="5.00"),
    "another battery": _put("credentialSubject", "id", value=FACTS["id"] + "2"),
    **EITHER,
}
OF_BATCH = {
    "another root": _put("credentialSubject", "rootHash", value="uEiA" + "A" * 43),
    "another number of items": _put("credentialSubject", "treeSize", value=6),
    "another common claim": _put("credentialSubject", "common", "chemistry", value="LFP"),
    **EITHER,
}


@pytest.mark.parametrize(("name", "mutations"), [("single", OF_SINGLE), ("batch", OF_BATCH)])
def test_each_mutation_is_refused(key, signed, name, mutations):
    other = signed["batch" if name == "single" else "single"]
    changed = {case: copy.deepcopy(signed[name]) for case in mutations}
    for case, mutate in mutations.items():
        mutate(changed[case], other)
        assert changed[case] != signed[name], case

    verdicts = judged(key, signed[name], *changed.values())
    assert len(mutations) >= 6
    assert dict(zip(["unchanged", *mutations], verdicts, strict=True)) == {
        "unchanged": True,
        **dict.fromkeys(mutations, False),
    }


def test_a_key_that_the_issuer_does_not_publish_is_refused(signed):
    thief = simulator.key_of("issuer", f"{DID}#key-1")
    assert judged(thief, signed["single"], signed["batch"]) == [False, False]
