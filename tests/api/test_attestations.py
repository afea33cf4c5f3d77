"""Keys are challenged and enrolled, attestations taken in and given back, over HTTP."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from passport.models import Battery
from passport.proof import canonical, keyevent
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from tests.cast import CELL_GTIN, Cast
from tests.passport.signing import origin
from tests.simulator import AT, key_of, salt, sign_batch

CELLS = [f"https://id.gs1.org/01/{CELL_GTIN}/21/P1-C{n}" for n in (1, 2)]


def ask(cast: Cast, held: KeyFile, who: str = "maker", nonce: str = "") -> Any:
    challenge = cast.speak(who).send("/api/v1/keys/challenges", {})
    document = keyevent.enrol(key=held, challenge=nonce or challenge.json()["nonce"], created=AT)
    return cast.speak(who).send("/api/v1/keys", {"credential": json.loads(document)})


@pytest.fixture
def held(cast: Cast) -> KeyFile:
    made = key_of("issuer", f"{cast['maker'].did}#key-1")
    assert ask(cast, made).status_code == 202
    return made


def test_a_key_is_enrolled_by_proof_of_possession(cast: Cast, held: KeyFile) -> None:
    (key,) = cast.speak("maker").get("/api/v1/keys").json()["items"]
    assert (key["method"], key["vouched_by"]) == (held.name, "SERVICE")
    assert cast.speak("keeper").get("/api/v1/keys").json()["items"] == []


def test_a_key_of_another_did_is_refused(cast: Cast) -> None:
    answer = ask(cast, key_of("issuer", f"{cast['maker'].did}#key-1"), who="second-maker")
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["pointer"] == "/issuer"


def test_a_nonce_is_good_once_and_for_its_party(cast: Cast) -> None:
    nonce = cast.speak("second-maker").send("/api/v1/keys/challenges", {}).json()["nonce"]
    answer = ask(cast, key_of("issuer", f"{cast['maker'].did}#key-1"), nonce=nonce)
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "challenge-spent"


def test_an_origin_is_kept_as_the_bytes_that_were_signed(
    cast: Cast, pack: Battery, held: KeyFile
) -> None:
    signed = origin(held, pack)
    sent = cast.speak("maker").send("/api/v1/attestations", {"credential": json.loads(signed)})
    assert sent.status_code == 202, sent.json()
    assert sent.json()["digest"] == hashlib.sha256(signed).hexdigest()
    read = cast.speak("maker").get(sent["Location"]).json()
    assert canonical.encode(read["credential"]) == signed
    again = cast.speak("maker").send("/api/v1/attestations", {"credential": json.loads(signed)})
    assert again.json()["id"] == sent.json()["id"]
    (line,) = cast.speak("maker").get(f"/api/v1/batteries/{pack.pk}/attestations").json()["items"]
    told = {name: value for name, value in sent.json().items() if name != "receipt"}
    assert told == {name: line[name] for name in told}
    assert line["key_state"] == "IN_FORCE"


def batch_of(held: KeyFile, ids: list[str]) -> dict[str, Any]:
    items = [canonical.encode({"id": each, "salt": b64u_encode(salt(each))}) for each in ids]
    _, signed = sign_batch(held, items)
    return {"credential": json.loads(signed), "items": [json.loads(each) for each in items]}


def test_a_batch_comes_with_its_items(cast: Cast, pack: Battery, held: KeyFile) -> None:
    sent = cast.speak("maker").send("/api/v1/attestations", batch_of(held, CELLS))
    assert (sent.status_code, sent.json()["batch_size"]) == (202, 2), sent.json()


def cheat(body: dict[str, Any], how: str) -> dict[str, Any]:
    if how == "an item is left out":
        body["items"].pop()
    elif how == "two items change places":
        body["items"].reverse()
    elif how == "a claim is changed":
        body["credential"]["issuer"] = "did:web:second-maker.example"
    elif how == "the signature is cut":
        body["credential"]["proof"]["proofValue"] = "z1"
    elif how == "a battery of nobody":
        body["items"][0]["id"] += "X"
    return body


@pytest.mark.parametrize(
    "how",
    ["an item is left out", "two items change places", "a claim is changed",
     "the signature is cut", "a battery of nobody"],
)  # fmt: skip
def test_a_batch_that_was_tampered_with_is_refused(
    cast: Cast, pack: Battery, held: KeyFile, how: str
) -> None:
    body = cheat(batch_of(held, CELLS), how)
    answer = cast.speak("maker").send("/api/v1/attestations", body)
    assert answer.status_code in (403, 404, 422), answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    with_key = cast.speak("maker")
    cells = with_key.get("/api/v1/batteries?level=CELL").json()["items"]
    for cell in cells:
        kept = with_key.get(f"/api/v1/batteries/{cell['id']}/attestations").json()["items"]
        assert kept == []


def test_somebody_elses_battery_is_not_attested(cast: Cast, pack: Battery, held: KeyFile) -> None:
    other = key_of("issuer", f"{cast['second-maker'].did}#key-1")
    assert ask(cast, other, who="second-maker").status_code == 202
    body = {"credential": json.loads(origin(other, pack))}
    assert cast.speak("second-maker").send("/api/v1/attestations", body).status_code == 404
