"""Settings are read once, with clear sentences, and are safe where the world can reach them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from passport import env
from tests.house.source import ROOT

PRODUCTION = {
    "PASSPORT_PUBLIC_URL": "https://passport.example",
    "PASSPORT_ALLOWED_HOSTS": "passport.example",
    "PASSPORT_BEHIND_PROXY": "1",
    "PASSPORT_SECRET_KEY": "of no use anywhere else, " * 3,
}


@dataclass(frozen=True)
class Case:
    """A reader, the value it is given, and what it says."""

    read: object
    value: str
    says: str


WRONG = {
    "a switch that is neither": Case(lambda n: env.flag(n, default=False), "maybe", "Write 1 or 0"),
    "a number with letters": Case(lambda n: env.integer(n, default=1), "12x", "whole number"),
    "a number out of bounds": Case(
        lambda n: env.integer(n, default=1, most=9), "10", "from 0 to 9"
    ),
    "a word that is not on the list": Case(
        lambda n: env.choice(n, default="a", among=("a", "b")), "c", "one of: a, b"
    ),
    "a network that is none": Case(env.networks, "10.0.0.0/33", "Write 10.1.0.0/16"),
    "a network with a host in it": Case(env.networks, "10.0.0.1/8", "Write 10.1.0.0/16"),
    "a pair without its half": Case(env.pairs, "a=", "name=value"),
    "another database": Case(env.database, "mysql://h/x", "Begin it with one of: postgresql://"),
    "a server without a database": Case(env.database, "postgresql://h", "End the address with"),
    "a port that is no port": Case(env.database, "postgresql://h:99999/x", "Write 1 to 65535"),
    "a broker that is none": Case(
        lambda n: env.broker(n, default=""), "amqp://h", "Begin it with one of: redis://"
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_value_is_a_sentence_with_a_remedy(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = WRONG[what]
    monkeypatch.setenv("PASSPORT_X", case.value)
    with pytest.raises(env.WrongSetting) as caught:
        case.read("PASSPORT_X")  # type: ignore[operator]
    assert str(caught.value).startswith("PASSPORT_X ")
    assert case.says in str(caught.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("from a file\n")
    monkeypatch.setenv("PASSPORT_X_FILE", str(tmp_path / "secret"))
    assert env.secret("PASSPORT_X") == "from a file"
    monkeypatch.setenv("PASSPORT_X_FILE", str(tmp_path / "none"))
    with pytest.raises(env.WrongSetting, match=r"PASSPORT_X_FILE names .* cannot be read"):
        env.secret("PASSPORT_X")


def test_a_kept_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secret"
    first = env.kept_secret(file)
    assert len(first) > 64
    assert env.kept_secret(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("")  # as a crash between making and writing leaves it
    assert len(env.kept_secret(file)) > 64


def test_sockets_and_ports_are_both_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPORT_X", "postgresql://me@/name?host=/run/here")
    found = env.database("PASSPORT_X")
    assert found == env.DatabaseAddress("/run/here", "", "name", "me", "", {})
    monkeypatch.setenv("PASSPORT_X", "postgresql://me:p%40ss@db:5433/name?sslmode=require")
    found = env.database("PASSPORT_X")
    assert found == env.DatabaseAddress("db", "5433", "name", "me", "p@ss", {"sslmode": "require"})
    monkeypatch.setenv("PASSPORT_X", "unix:///run/valkey.sock?db=2")
    assert env.broker("PASSPORT_X", default="") == (
        "unix:///run/valkey.sock?db=2",
        "redis+socket:///run/valkey.sock?virtual_host=2",
    )


def test_networks_are_read_in_both_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSPORT_X", "10.1.0.0/16, fd00::/8")
    assert [str(each) for each in env.networks("PASSPORT_X")] == ["10.1.0.0/16", "fd00::/8"]
    monkeypatch.delenv("PASSPORT_X")
    assert env.networks("PASSPORT_X") == []


def test_a_role_enters_by_name_on_a_socket_and_by_set_role_with_a_password() -> None:
    socket = env.DatabaseAddress("/run/here", "", "name", "postgres", "", {})
    entry = env.django_database(admin=socket, own=None, role="app", server_options={})
    assert entry["USER"] == "passport_app"
    distant = env.DatabaseAddress("db", "5432", "name", "admin", "secret", {})
    entry = env.django_database(admin=distant, own=None, role="app", server_options={"a": 1})
    assert entry["USER"] == "admin"
    assert entry["OPTIONS"]["options"] == "-c a=1 -c role=passport_app"


def test_production_passes_every_deployment_check(tmp_path: Path) -> None:
    done = _django("check", "--deploy", "--fail-level", "WARNING", state=tmp_path, **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_debug_before_the_world_is_refused(tmp_path: Path) -> None:
    done = _django("check", "--deploy", state=tmp_path, **(PRODUCTION | {"PASSPORT_DEBUG": "1"}))
    assert done.returncode == 1
    assert "passport.E004" in done.stderr


def test_an_address_that_no_label_can_carry_is_refused(tmp_path: Path) -> None:
    wrong = {"PASSPORT_PUBLIC_URL": "https://passport.example/path"}
    # The sequencer looks at few things before it starts, and at this.
    done = _django("sequencer", "--once", state=tmp_path, **wrong)
    assert done.returncode == 1
    assert "passport.E002" in done.stderr


def _django(*command: str, state: Path, **given: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "PASSPORT_STATE": str(state)}
    return subprocess.run(
        [sys.executable, "-m", "django", *command],
        cwd=ROOT,
        env=kept | {"DJANGO_SETTINGS_MODULE": "passport.settings"} | given,
        capture_output=True,
        text=True,
    )
