"""What was attested is taken back over HTTP, and shows wherever the attestation is read."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwk, jws

from passport.models import Battery
from passport.proof import canonical, credential, integrity
from passport.proof.did import document as did_document
from passport.proof.encoding import b64u_encode
from passport.proof.keyfile import KeyFile
from tests.cast import Cast
from tests.oracles.nodejs import node
from tests.passport import signing
from tests.passport.claiming import POWDER, claim, taking_back
from tests.passport.house import House

V1 = "/api/v1/attestations"


@pytest.fixture
def held(cast: Cast, as_system: Callable[[], Any]) -> KeyFile:
    with as_system():
        return signing.enrolled(cast["maker"])


@pytest.fixture
def publish(
    cast: Cast, log_dir: Path, tmp_path: Path, as_system: Callable[[], Any]
) -> Callable[[], None]:
    """Has the log take what waits, sign, and publish it."""
    house = House(tmp_path)
    with as_system():
        house.begin()

    def turn() -> None:
        with as_system():
            house.turn()

    return turn


def send(
    cast: Cast, document: bytes, *, to: str = V1, who: str = "maker", status: int = 202
) -> Any:
    answer = cast.speak(who).send(to, {"credential": json.loads(document)})
    assert answer.status_code == status, answer.json()
    return answer.json()


def origin_of(cast: Cast, held: KeyFile, pack: Battery) -> dict[str, Any]:
    return send(cast, signing.origin(held, pack))


def back(held: KeyFile, made: dict[str, Any], pack: Battery, **terms: Any) -> bytes:
    return taking_back(held, bytes.fromhex(made["digest"]), about=pack.identity, **terms)


def test_it_is_taken_back_once_and_says_so(cast: Cast, held: KeyFile, pack: Battery) -> None:
    made = origin_of(cast, held, pack)
    document = back(held, made, pack)
    first = send(cast, document, to=f"{V1}/withdrawals")
    assert send(cast, document, to=f"{V1}/withdrawals")["id"] == first["id"]
    assert (first["attestation"], first["items"]) == (made["id"], None)
    assert first["receipt"]["credentialSubject"]["kind"] == "correction"
    read = cast.speak("maker").get(f"{V1}/{made['id']}").json()
    assert read["withdrawn"]["reason"] == "a mistaken mass"
    assert read["withdrawn"]["at"] == first["at"]
    (line,) = cast.speak("maker").get(f"/api/v1/batteries/{pack.pk}/attestations").json()["items"]
    assert line["withdrawn"] == read["withdrawn"]
    assert canonical.encode(read["credential"]) == signing.origin(held, pack)


def test_each_address_takes_its_own_kind(cast: Cast, held: KeyFile, pack: Battery) -> None:
    made = origin_of(cast, held, pack)
    wrong = send(cast, back(held, made, pack), status=400)
    assert wrong["errors"][0]["remedy"] == "send it to POST /api/v1/attestations/withdrawals"
    other = signing.origin(held, pack, note="b")
    wrong = send(cast, other, to=f"{V1}/withdrawals", status=400)
    assert wrong["errors"][0]["pointer"] == "/type"


@pytest.mark.parametrize("who", ["keeper", "second-maker", "stranger"])
def test_nobody_else_takes_it_back(cast: Cast, held: KeyFile, pack: Battery, who: str) -> None:
    made = origin_of(cast, held, pack)
    refused = send(cast, back(held, made, pack), to=f"{V1}/withdrawals", who=who, status=403)
    assert refused["errors"][0]["code"] == "not-your-key"
    assert cast.speak("maker").get(f"{V1}/{made['id']}").json()["withdrawn"] is None


def test_the_public_page_and_its_data_say_it(
    cast: Cast, held: KeyFile, pack: Battery, publish: Callable[[], None]
) -> None:
    made, path = origin_of(cast, held, pack), pack.identity.removeprefix("https://id.gs1.org")
    publish()
    assert cast.speak("nobody").get(path).json()["seal"]["withdrawn_at"] is None
    send(cast, back(held, made, pack), to=f"{V1}/withdrawals")
    publish()
    seal = cast.speak("nobody").get(path).json()["seal"]
    assert (seal["proven"], seal["withdrawn_because"]) == (False, "a mistaken mass")
    page = cast.speak("nobody").get(path, accept="text/html").content.decode()
    assert "withdrawn by its maker on" in page
    assert "a mistaken mass" in page


def bits(data: bytes) -> str:
    encoded = json.loads(data)["credentialSubject"]["encodedList"][1:]
    packed = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    return "".join(f"{byte:08b}" for byte in gzip.decompress(packed))


def test_the_status_list_follows(
    cast: Cast, held: KeyFile, pack: Battery, publish: Callable[[], None], record_key: KeyFile
) -> None:
    made = origin_of(cast, held, pack)
    assert cast.speak("maker").get(f"{V1}/{made['id']}").json()["status"] is None
    publish()
    status = cast.speak("maker").get(f"{V1}/{made['id']}").json()["status"]
    before = cast.speak("nobody").get("/status/0")
    assert "1" not in bits(before.content)
    send(cast, back(held, made, pack), to=f"{V1}/withdrawals")
    after = cast.speak("nobody").get("/status/0")
    assert bits(after.content).index("1") == status["index"]
    assert json.loads(after.content)["id"] == status["list"]
    assert (after["Content-Type"], after["Cache-Control"]) == (
        "application/vc", "public, max-age=300",
    )  # fmt: skip
    integrity.verify(json.loads(after.content), public_key=record_key.public_key)
    again = cast.speak("nobody").get("/status/0", if_none_match=after["ETag"])
    assert (again.status_code, again.content) == (304, b"")


def test_there_is_no_list_beyond_the_log(cast: Cast) -> None:
    assert cast.speak("nobody").get("/status/0").status_code == 200
    for number in ("1", "99999999999999999999999"):
        answer = cast.speak("nobody").get(f"/status/{number}")
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


def test_the_signed_bytes_themselves_are_given(cast: Cast, held: KeyFile, pack: Battery) -> None:
    made = origin_of(cast, held, pack)
    answer = cast.speak("maker").get(f"{V1}/{made['id']}", accept="application/vc")
    assert answer.content == signing.origin(held, pack)
    assert (answer["Content-Type"], answer["Vary"]) == ("application/vc", "Accept")
    for accept in ("*/*", "application/json", "text/html, */*;q=0.1"):
        assert cast.speak("maker").get(f"{V1}/{made['id']}", accept=accept).json()["id"]
    for accept in ("application/vc", "application/vc+jwt"):
        answer = cast.speak("stranger").get(f"{V1}/{made['id']}", accept=accept)
        assert answer.status_code == 404


def test_it_is_told_again_in_the_name_of_the_service(
    cast: Cast, held: KeyFile, pack: Battery, publish: Callable[[], None], record_key: KeyFile
) -> None:
    made = origin_of(cast, held, pack)
    early = cast.speak("maker").get(f"{V1}/{made['id']}", accept="application/vc+jwt")
    assert (early.status_code, early.json()["errors"][0]["code"]) == (409, "not-logged-yet")
    publish()
    answer = cast.speak("maker").get(f"{V1}/{made['id']}", accept="application/vc+jwt")
    assert answer["Content-Type"] == "application/vc+jwt"
    payload = told_by(record_key, answer.content.decode())
    (evidence,) = payload["evidence"]
    original = signing.origin(held, pack)
    assert payload["issuer"] == record_key.did != evidence["issuer"] == held.did
    assert payload["credentialSubject"] == json.loads(original)["credentialSubject"]
    digest = base64.b64encode(credential.digest(original)).decode()
    assert evidence["digestSRI"] == f"sha256-{digest}"
    line = cast.speak("maker").get(f"{V1}/{made['id']}").json()
    assert evidence["logIndex"] == line["log_index"] == line["status"]["index"]


def told_by(key: KeyFile, token: str) -> dict[str, Any]:
    """The payload, as a JOSE library of others verifies it."""
    public = {"kty": "OKP", "crv": "Ed25519", "x": b64u_encode(key.public_key)}
    found = jws.deserialize_compact(token, jwk.OKPKey.import_key(public), algorithms=["Ed25519"])
    payload: dict[str, Any] = json.loads(found.payload)
    return payload


@pytest.mark.oracle
def test_somebody_elses_library_reads_the_status(
    cast: Cast, held: KeyFile, pack: Battery, publish: Callable[[], None], record_key: KeyFile
) -> None:
    """Digital Bazaar's vc-bitstring-status-list, given our export and our list."""
    taken, stands = origin_of(cast, held, pack), send(cast, signing.origin(held, pack, note="b"))
    send(cast, back(held, taken, pack), to=f"{V1}/withdrawals")
    publish()
    told = [
        told_by(record_key, cast.speak("maker").get(
            f"{V1}/{each['id']}", accept="application/vc+jwt").content.decode())
        for each in (taken, stands)
    ]  # fmt: skip
    documents = [did_document(did=record_key.did, methods={record_key.name: record_key.multikey})]
    lists = [json.loads(cast.speak("nobody").get("/status/0").content)]
    asked = {"credentials": told, "lists": lists, "didDocuments": documents}
    done = node("check_status.mjs", told=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    assert [(each["good"], each["status"]) for each in json.loads(done.stdout)] == [
        (True, True), (True, False),
    ]  # fmt: skip


def test_a_supplier_is_told_what_is_not_here_yet(cast: Cast, held: KeyFile) -> None:
    unknown = b64u_encode(bytes(32))
    made = send(cast, claim(held, "MaterialOriginAttestation", POWDER, upstream=[unknown]))
    assert (made["lot"], made["battery"]) == (POWDER, None)
    assert made["upstream"] == made["upstream_unknown"] == [bytes(32).hex()]
    read = cast.speak("maker").get(f"{V1}/{made['id']}").json()
    assert (read["lot"], read["key_state"], read["key_suspect_from"]) == (POWDER, "IN_FORCE", None)
    assert cast.speak("second-maker").get(f"{V1}/{made['id']}").status_code == 404
