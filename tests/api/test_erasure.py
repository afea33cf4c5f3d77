"""What was erased is told as such, at every address that told it before."""

from datetime import timedelta

import pytest

from passport.actions import attestation, erasure, event
from passport.models.ids import new_id
from passport.rules.lifecycle import EventKind
from tests.cast import THEN
from tests.passport import signing

WHY = "asked for by the technician named in it"
LATER = THEN + timedelta(days=30)
MARK = "Mallory-4711"


@pytest.fixture
def erased(cast, pack, as_system):
    """An event and the public claim of origin of a pack, both erased; the event's id."""
    with as_system():
        event_id = new_id()
        told = event.record(
            battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=event_id,
            facts={"technician": MARK}, by=cast["maker"], at=THEN,
        )  # fmt: skip
        held = signing.enrolled(cast["maker"])
        signed = attestation.record(
            credential_bytes=signing.origin(held, pack, model=MARK),
            items=None, by=cast["maker"], at=THEN,
        )  # fmt: skip
        for digest in (told.body_sha256, signed.sha256):
            erasure.erase(digest=bytes(digest), reason=WHY, at=LATER)
    return event_id, signed


def test_an_event_says_when_and_why_instead_of_its_facts(cast, pack, erased):
    listed = cast.speak("maker").get(f"/api/v1/batteries/{pack.pk}/events").json()["items"]
    (gone,) = (each for each in listed if each["kind"] == "INCIDENT")
    assert (gone["facts"], gone["erased_because"]) == ({}, WHY)
    assert gone["erased_at"] == "2026-02-04T08:00:00Z"
    assert {each["erased_at"] for each in listed if each is not gone} <= {None}


def test_an_attestation_says_when_and_why_instead_of_its_credential(cast, pack, erased):
    _, signed = erased
    told = cast.speak("maker").get(f"/api/v1/attestations/{signed.pk}").json()
    assert (told["credential"], told["erased_because"]) == (None, WHY)
    listed = cast.speak("maker").get(f"/api/v1/batteries/{pack.pk}/attestations").json()["items"]
    assert [each["erased_because"] for each in listed] == [WHY]


@pytest.mark.parametrize("form", ["application/vc", "application/vc+jwt"])
def test_other_forms_of_the_claim_say_so_too(cast, erased, form):
    _, signed = erased
    answer = cast.speak("maker").get(f"/api/v1/attestations/{signed.pk}", accept=form)
    assert answer.status_code == 404
    assert "was erased" in answer.json()["detail"]


def test_the_same_event_sent_again_is_told_so(cast, pack, erased):
    event_id, _ = erased
    body = {
        "event_id": str(event_id), "kind": "INCIDENT", "happened_at": "2026-01-05T08:00:00Z",
        "facts": {"technician": MARK},
    }  # fmt: skip
    answer = cast.speak("maker").send(f"/api/v1/batteries/{pack.pk}/events", body)
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, "erased")
    assert f"erased on 2026-02-04: {WHY}" in answer.json()["detail"]


def test_anybody_reads_at_the_seal_that_the_claim_was_erased(cast, pack, erased):
    address = pack.identity.removeprefix("https://id.gs1.org")
    nobody = cast.speak("nobody")
    seal = nobody.get(address, accept="application/json").json()["seal"]
    assert (seal["proven"], seal["erased_because"]) == (False, WHY)
    page = nobody.get(address, accept="text/html").content.decode()
    assert WHY in page
    assert "can no longer be checked" in page


def test_nowhere_is_the_content_told(cast, pack, erased):
    _, signed = erased
    address = pack.identity.removeprefix("https://id.gs1.org")
    v1 = f"/api/v1/batteries/{pack.pk}"
    for path in (
        f"{v1}/events", f"{v1}/attestations", f"/api/v1/attestations/{signed.pk}", address
    ):  # fmt: skip
        assert MARK not in cast.speak("maker").get(path).content.decode(), path
