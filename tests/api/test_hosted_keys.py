"""A key that the service holds is made, used and ended over HTTP, and says what it is."""

from __future__ import annotations

from typing import Any

import pytest

from passport.actions import hosted_key
from passport.models import Battery
from passport.proof import canonical, credential, keyevent, keys, receipt
from tests.cast import Cast
from tests.simulator import SERVICE, key_of, origin_of

RECORD = key_of("record", SERVICE + "#record-1")


@pytest.fixture(autouse=True)
def _kek(settings: Any, tmp_path: Any) -> None:
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = tmp_path / "keks", "2026-a"
    hosted_key.make_kek(name="2026-a")


def make(cast: Cast, who: str = "maker", **headers: str) -> Any:
    return cast.speak(who).send("/api/v1/keys/hosted", {}, **headers)


def attest(cast: Cast, pack: Battery, who: str = "maker", **told: Any) -> Any:
    claim = origin_of(key_of("issuer", f"{cast['maker'].did}#key-1"), pack.identity)
    return cast.speak(who).send("/api/v1/attestations/hosted", {"credential": claim, **told})


def test_a_hosted_key_says_so_and_comes_with_a_receipt(cast: Cast) -> None:
    answer = make(cast)
    assert answer.status_code == 202, answer.json()
    made = answer.json()
    assert (made["hosted"], made["vouched_by"], made["state"]) == (True, "HOSTED", "IN_FORCE")
    promise, _ = receipt.read(
        canonical.encode(made["receipt"]), resolve_key={RECORD.name: RECORD.public_key}.get
    )
    assert promise.digest.hex() == made["digest"] == made["events"][0]["digest"]
    assert [each["method"] for each in cast.speak("maker").get("/api/v1/keys").json()["items"]] == [
        made["method"]
    ]
    assert cast.speak("second-maker").get("/api/v1/keys").json()["items"] == []


def test_a_repeated_request_makes_one_key(cast: Cast) -> None:
    one, two = (make(cast, idempotency_key="once").json() for _ in range(2))
    assert one == two
    assert len(cast.speak("maker").get("/api/v1/keys").json()["items"]) == 1


def test_it_signs_a_credential_that_came_without_proof(cast: Cast, pack: Battery) -> None:
    made = make(cast).json()
    answer = attest(cast, pack)
    assert answer.status_code == 202, answer.json()
    assert answer.json()["method"] == made["method"]
    kept = cast.speak("maker").get(answer["Location"]).json()["credential"]
    public = keys.multikey_decode(made["public_key"])
    signed = credential.verify(
        canonical.encode(kept), resolve_key={made["method"]: public}.__getitem__
    )
    assert signed.subject_id == pack.identity


def test_nobody_else_signs_with_it(cast: Cast, pack: Battery) -> None:
    method = make(cast).json()["method"]
    for told in ({}, {"method": method}):
        answer = attest(cast, pack, who="second-maker", **told)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "no-hosted-key")


def test_it_is_ended_over_http_and_signs_nothing_more(cast: Cast, pack: Battery) -> None:
    method = make(cast).json()["method"]
    body = {"method": method, "reason": "keyCompromise", "suspect_from": 0}
    wrong = cast.speak("second-maker").send("/api/v1/keys/hosted/revocations", body)
    assert wrong.status_code == 404
    ended = cast.speak("maker").send("/api/v1/keys/hosted/revocations", body)
    assert ended.status_code == 202, ended.json()
    gone = ended.json()
    assert (gone["state"], gone["suspect_from"]) == ("REVOKED", 0)
    assert gone["digest"] == gone["events"][-1]["digest"]
    assert attest(cast, pack, method=method).json()["errors"][0]["code"] == "key-ended"
    again = cast.speak("maker").send("/api/v1/keys/hosted/revocations", body)
    assert again.status_code == 409


def test_a_document_that_is_signed_already_is_refused(cast: Cast, pack: Battery) -> None:
    make(cast)
    claim = origin_of(key_of("issuer", f"{cast['maker'].did}#key-1"), pack.identity)
    body = {"credential": {**claim, "proof": {"type": "DataIntegrityProof"}}}
    answer = cast.speak("maker").send("/api/v1/attestations/hosted", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/credential/proof")


def test_the_public_page_s_seal_says_that_it_is_hosted(cast: Cast, pack: Battery) -> None:
    make(cast)
    attest(cast, pack)
    address = pack.identity.removeprefix("https://id.gs1.org")
    seal = cast.speak("nobody").get(address, accept="application/json").json()["seal"]
    assert (seal["vouched_by"], seal["suspect"]) == ("hosted", False)
    page = cast.speak("nobody").get(address, accept="text/html").content.decode()
    assert "key held by this service, not by its maker alone" in page


def test_a_claim_from_outside_that_a_key_is_hosted_is_refused(cast: Cast) -> None:
    held = key_of("issuer", f"{cast['maker'].did}#key-1")
    nonce = cast.speak("maker").send("/api/v1/keys/challenges", {}).json()["nonce"]
    document = keyevent.enrol(key=held, challenge=nonce, created="2026-03-01T08:00:00Z",
                              custody=keyevent.HOSTED)  # fmt: skip
    answer = cast.speak("maker").send("/api/v1/keys", {"credential": canonical.loads(document)})
    assert answer.json()["errors"][0]["pointer"] == "/credentialSubject/custody"
