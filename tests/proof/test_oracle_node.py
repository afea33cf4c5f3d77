"""Digital Bazaar's libraries accept our credentials, offline, and refuse changed ones."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from passport.proof import canonical, did, keyevent
from tests import simulator

FOLDER = Path(__file__).resolve().parents[1] / "oracles"
KEY = simulator.key_of("issuer", simulator.CELLMAKER + "#key-1")
THIEF = simulator.key_of("issuer", simulator.CELLMAKER + "#key-9")

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def judge():
    """`judge(credentials)` gives, for each, whether the libraries verify it."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "@digitalbazaar" / "vc").is_dir():
        pytest.skip("oracle program absent: run `npm --prefix tests/oracles ci` with node 20")
    documents = [did.document(did=KEY.did, methods={KEY.name: KEY.multikey})]

    def ask(credentials: list[object]) -> list[dict[str, object]]:
        done = subprocess.run(
            [node, "check_credential.mjs"],
            cwd=FOLDER,
            input=json.dumps({"credentials": credentials, "didDocuments": documents}),
            capture_output=True,
            text=True,
            timeout=120,
            env={"PATH": os.environ["PATH"]},
            check=True,
        )
        return json.loads(done.stdout)

    return ask


def origin() -> dict:
    claim = simulator.origin_of(KEY, simulator.cell_id(1), ratedCapacity={"value": "4.85"})
    return canonical.loads(simulator.sign(KEY, claim))


def batch() -> dict:
    return canonical.loads(simulator.sign_batch(KEY, simulator.cell_items(5))[1])


def enrolment() -> dict:
    return canonical.loads(keyevent.enrol(key=KEY, challenge="n", created=simulator.AT))


def test_our_credentials_are_verified(judge):
    verdicts = judge([origin(), batch(), enrolment()])

    assert [each["verified"] for each in verdicts] == [True] * 3, verdicts


def _change(part: str, **claims: object):
    return lambda doc: {**doc, part: {**doc[part], **claims}}


MUTATIONS = {
    "another claim": _change("credentialSubject", ratedCapacity={"value": "5.00"}),
    "another battery": _change("credentialSubject", id=simulator.cell_id(2)),
    "another issuer": lambda doc: {**doc, "issuer": simulator.PACKMAKER},
    "another time": _change("proof", created="2026-03-01T08:00:01Z"),
    "another purpose": _change("proof", proofPurpose="authentication"),
    "another key": _change("proof", verificationMethod=THIEF.name),
    "an added term": lambda doc: {**doc, "name": "nice"},
}


def test_mutations_are_refused(judge):
    changed = [mutate(origin()) for mutate in MUTATIONS.values()]
    root = _change("credentialSubject", rootHash="uEiA" + "A" * 43)(batch())
    verdicts = judge([*changed, root])

    assert [each["verified"] for each in verdicts] == [False] * (len(MUTATIONS) + 1), verdicts
