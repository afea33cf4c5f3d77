"""The desk of signing keys: a maker adds, replaces and withdraws one by what the page says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passport.actions import hosted_key
from passport.audit.__main__ import main
from passport.models import Attestation, Job, SigningKey
from passport.queries.key import State, standing
from tests.cast import THEN
from tests.pages.conftest import People
from tests.passport.signing import origin
from tests.simulator import key_of

HERE = "/desk/signing-keys/"


@pytest.fixture
def maker(people: People) -> Client:
    return people.at_desk("maker")


def commands(page: str, title: str) -> list[list[str]]:
    """The commands that a fold of the page shows, without what runs them."""
    fold = page[page.index(f"<summary>{title}") :]
    text = re.search(r"<pre[^>]*>(.*?)</pre>", fold, re.S)[1].replace("&#x27;", "'")
    lines = text.replace("\\\n", " ").splitlines()
    return [line.replace("'", "").split()[2:] for line in lines]


def challenged(maker: Client) -> str:
    answer = maker.post(HERE + "challenge")
    assert answer.status_code == 302, answer.text
    return str(maker.get(HERE).text)


def run_and_send(maker: Client, words: list[list[str]]) -> Any:
    """Run commands as they stand, then send what they wrote."""
    for each in words:
        assert main(each) == 0, each
    data = Path("event.json").read_bytes()
    return maker.post(HERE + "send", {"event": SimpleUploadedFile("event.json", data)})


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The maker's own machine."""
    (tmp_path / "line").mkdir()
    monkeypatch.chdir(tmp_path / "line")


def test_an_empty_desk_says_what_a_key_is_for_and_how_to_begin(maker: Client) -> None:
    page = maker.get(HERE).text
    assert "You have no signing key yet" in page
    assert "audit.pyz" in page
    assert "CHALLENGE" in page
    assert "--revoke" not in page


def test_a_key_comes_is_replaced_and_goes_by_the_commands_on_the_page(
    maker: Client, people: People
) -> None:
    did = people.stage.cast["maker"].did
    assert run_and_send(maker, commands(challenged(maker), "Add a key")).status_code == 302
    assert standing(method=f"{did}#key-1").in_force
    words = commands(challenged(maker), "Put a new key in the place of one")
    assert run_and_send(maker, words).status_code == 302
    assert standing(method=f"{did}#key-1").state is State.REPLACED
    (words,) = commands(challenged(maker), "Withdraw a key that was lost or stolen")
    words[words.index("INDEX")] = "0"
    assert run_and_send(maker, [words]).status_code == 302
    page = maker.get(HERE).text
    assert "No key of yours is in force" in page
    for said in ("Replaced by #key-2", "Took the place of #key-1", "Withdrawn: lost or stolen"):
        assert said in page, said
    assert "from entry <span" in page


def test_a_challenge_stands_in_the_commands_until_it_is_used(maker: Client) -> None:
    page = challenged(maker)
    nonce = re.search(r"Your challenge is <code>([0-9a-f]{40})</code>", page)[1]
    assert page.count(nonce) >= 2
    run_and_send(maker, commands(page, "Add a key"))
    assert nonce not in maker.get(HERE).text


WRONG = {
    "no file": (None, "No file is chosen"),
    "no event": (b"{}", "is missing"),
    "not JSON": (b"\x89PNG", "JSON"),
    "far too long": (b" " * 70_000, "no key event"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_told_in_words(maker: Client, what: str) -> None:
    data, said = WRONG[what]
    sent = {} if data is None else {"event": SimpleUploadedFile("event.json", data)}
    answer = maker.post(HERE + "send", sent)
    assert answer.status_code in (400, 422)
    assert said.lower() in answer.text.lower()
    assert "There is a problem" in answer.text


def test_the_same_file_twice_says_that_its_challenge_was_used(maker: Client) -> None:
    words = commands(challenged(maker), "Add a key")
    run_and_send(maker, words)
    data = Path("event.json").read_bytes()
    again = maker.post(HERE + "send", {"event": SimpleUploadedFile("event.json", data)})
    assert again.status_code == 409
    assert "older than 15 minutes" in again.text


def test_a_key_that_only_this_service_vouches_for_shows_what_the_domain_must_answer(
    maker: Client, people: People, as_system: Callable[[], Any]
) -> None:
    run_and_send(maker, commands(challenged(maker), "Add a key"))
    page = maker.get(HERE).text
    assert "One step is missing" in page
    assert "https://maker.example/.well-known/did.json" in page
    assert "&quot;assertionMethod&quot;" in page
    assert "is being asked" in page
    assert maker.post(HERE + "domain").status_code == 302
    with as_system():
        assert Job.objects.filter(kind="did-fetch", party=people.stage.cast["maker"]).count() == 2


def test_a_key_that_the_service_holds_is_marked_and_can_be_withdrawn(
    maker: Client, people: People, settings: Any, tmp_path: Path
) -> None:
    assert maker.post(HERE + "hosted").status_code == 409
    assert "No place for a key?" not in maker.get(HERE).text
    settings.PASSPORT_KEK_DIR, settings.PASSPORT_KEK = tmp_path / "keks", "a"
    hosted_key.make_kek(name="a")
    assert maker.post(HERE + "hosted").status_code == 302
    page = maker.get(HERE).text
    assert "held by this service" in page
    assert "its operator could have signed too" in page
    method = f"{people.stage.cast['maker'].did}#hosted-1"
    other = people.at_desk("second-maker").post(
        HERE + "hosted/end", {"method": method, "reason": "superseded"}
    )
    assert other.status_code == 404
    ended = maker.post(HERE + "hosted/end", {"method": method, "reason": "superseded"})
    assert ended.status_code == 302
    assert standing(method=method).state is State.REVOKED


def test_who_only_looks_changes_nothing(people: People, as_system: Callable[[], Any]) -> None:
    auditor = people.at_desk("auditor")
    assert "Signing keys</a>" not in auditor.get("/desk/").text
    for address in ("challenge", "domain", "hosted"):
        assert auditor.post(HERE + address).status_code == 403, address
    with as_system():
        assert not SigningKey.objects.exists()


def test_a_party_without_a_did_is_told_what_lacks(
    people: People, as_role: Callable[[str], Any]
) -> None:
    with as_role("owner"):
        people.stage.cast["stranger"].__class__.objects.filter(slug="stranger").update(did=None)
    assert "once your party has a DID" in people.at_desk("stranger").get(HERE).text


def test_how_many_it_has_signed_stands_beside_a_key(
    maker: Client, people: People, as_system: Callable[[], Any]
) -> None:
    run_and_send(maker, commands(challenged(maker), "Add a key"))
    with as_system():
        row, pack = SigningKey.objects.get(), people.stage.packs[0]
        signed = origin(key_of("issuer", row.method), pack)
        Attestation.objects.create(
            issuer=row.party, kind="BatteryOriginAttestation", method=row.method, body=signed,
            sha256=bytes(32), battery=pack, access="public", recorded_at=THEN,
        )  # fmt: skip
    shown = r'Has signed</dt><dd><span class="number">1</span> attestation<'
    assert re.search(shown, maker.get(HERE).text)
