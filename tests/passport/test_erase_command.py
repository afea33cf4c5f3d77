"""manage.py erase: shows what goes, asks, and says what stays."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from passport.actions import erasure, event
from passport.models import Erasure
from passport.models.ids import new_id
from passport.proof.encoding import b64u_encode
from passport.rules.lifecycle import EventKind
from tests.cast import THEN


class Terminal(io.StringIO):
    """Somebody who sits there and types one word."""

    def isatty(self):
        return True


@pytest.fixture
def digest(cast, pack, as_system, settings, tmp_path) -> bytes:
    settings.PASSPORT_STATE = tmp_path
    with as_system():
        told = event.record(
            battery_id=pack.pk, kind=EventKind.INCIDENT, happened_at=THEN, event_id=new_id(),
            facts={"technician": "Mallory"}, by=cast["maker"], at=THEN,
        )  # fmt: skip
    return bytes(told.body_sha256)


def erase(*arguments: str) -> str:
    out = io.StringIO()
    call_command("erase", *arguments, "--reason", "asked for", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("spelt", [bytes.hex, b64u_encode], ids=["hexadecimal", "base64url"])
def test_shows_erases_and_says_what_stays(digest, pack, as_system, tmp_path, spelt):
    with as_system():
        said = erase(spelt(digest), "--yes")
        fact = Erasure.objects.get()
        assert f"event: INCIDENT, about {pack.identity}" in said
        assert f"entry `erasure`, digest {b64u_encode(fact.sha256)}" in said
        assert "Stays: its kind, battery" in said
        assert "Nothing changed" in erase(spelt(digest), "--yes")
    (noted,) = erasure.noted(journal=Path(tmp_path) / "erasures")
    assert (noted.digest, noted.reason) == (digest, "asked for")


def test_erases_when_the_word_is_typed_and_only_then(digest, as_system, monkeypatch):
    with as_system():
        monkeypatch.setattr("sys.stdin", Terminal("no\n"))
        with pytest.raises(CommandError, match=r"Nothing was changed\."):
            erase(digest.hex())
        assert not Erasure.objects.exists()
        monkeypatch.setattr("sys.stdin", Terminal("ERASE\n"))
        assert "Erased." in erase(digest.hex())


def test_asks_nobody_where_nobody_is(digest, as_system, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("ERASE\n"))
    with as_system(), pytest.raises(CommandError, match="Say --yes"):
        erase(digest.hex())


@pytest.mark.parametrize("role", ["app", "owner", "admin"])
def test_refuses_to_run_as_anybody_but_the_system(digest, as_role, role):
    with as_role(role), pytest.raises(CommandError, match="Set PASSPORT_DB_ROLE=system"):
        erase(digest.hex(), "--yes")


def test_a_digest_that_begins_with_a_dash_is_no_option(digest, as_system):
    spelt = b64u_encode(b"\xfb" + bytes(31))
    assert spelt.startswith("-")
    with as_system(), pytest.raises(CommandError, match="nothing that could be erased"):
        erase(spelt, "--yes")


WRONG = {"xyz": "is not a SHA-256", "00" * 32: "nothing that could be erased"}


@pytest.mark.parametrize("typed", WRONG)
def test_says_what_is_wrong_with_a_digest(digest, as_system, typed):
    with as_system(), pytest.raises(CommandError, match=WRONG[typed]):
        erase(typed, "--yes")
