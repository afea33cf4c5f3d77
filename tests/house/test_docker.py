"""The containers run what exists: each command, variable and file that compose names."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from passport.local.borrow import SYSTEM
from tests.house.source import ROOT

DOCKER = ROOT / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yml").read_text("utf-8"))
OURS = {name: told for name, told in COMPOSE["services"].items() if "build" in told}
SETTINGS = (ROOT / "passport" / "settings.py").read_text("utf-8")
ROLES = {
    "setup": ["admin: python -m django roles", "owner: python -m django migrate --no-input"],
    "web": ["app: python -m granian --interface wsgi --host 0.0.0.0 --port 8000"],
    "worker": ["system: python -m celery --app passport worker --queues celery"],
    "caller": ["system: python -m celery --app passport worker --queues calls"],
    "beat": ["system: python -m celery --app passport"],
    "sequencer": ["system: python -m django sequencer"],
}


def run(*command: str, state: Path | None = None) -> str:
    done = subprocess.run(
        ["sh", str(DOCKER / "entrypoint.sh"), *command],
        env={
            "PATH": os.environ["PATH"],
            "PASSPORT_DRY_RUN": "1",
            "PASSPORT_ROOT": str(ROOT),
            "PASSPORT_STATE": str(state or "/nowhere"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("role", ROLES)
def test_the_entrypoint_runs_each_role(role: str) -> None:
    assert [line for line in ROLES[role] if line not in run(role)] == []


def test_the_entrypoint_runs_a_witness(tmp_path: Path) -> None:
    (tmp_path / "witness-a.example").mkdir()
    (tmp_path / "witness-a.example" / "log.vkey").write_text("log.example+00000000+AAAA")
    told = run("witness", "witness-a.example", state=tmp_path)
    assert "--log log.example+00000000+AAAA --listen 0.0.0.0:8000" in told


@pytest.mark.parametrize("command", sorted(SYSTEM))
def test_what_acts_for_the_whole_service_enters_as_the_system(command: str) -> None:
    assert run(command, "--help") == f"system: python -m django {command} --help\n"


def test_every_other_word_is_a_command_of_the_application() -> None:
    assert run("showmigrations", "--plan") == "app: python -m django showmigrations --plan\n"


@pytest.mark.parametrize("service", OURS)
def test_compose_gives_each_service_a_role_that_exists(service: str) -> None:
    role = OURS[service]["command"][0]
    assert role in ROLES or role == "witness"


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_one_that_settings_read(service: str) -> None:
    given = set(OURS[service].get("environment", {}))
    per_role = {f"DATABASE_{role}_URL" for role in ("APP", "SYSTEM", "OWNER")}
    assert {name for name in given - per_role if f'"{name}"' not in SETTINGS} == set()


def test_every_blank_to_fill_stands_in_the_example() -> None:
    blanks = set(re.findall(r"\$\{([A-Z_]+)", (DOCKER / "compose.yml").read_text("utf-8")))
    example = set(re.findall(r"^([A-Z_]+)=", (DOCKER / "env.example").read_text("utf-8"), re.M))
    assert blanks == example


def test_the_worker_unpacks_onto_a_disk() -> None:
    worker = OURS["worker"]
    assert "/tmp" not in worker["tmpfs"]
    assert [each for each in worker["volumes"] if each.endswith(":/tmp")]


def test_every_volume_is_declared_and_used() -> None:
    used = {
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


def test_only_setup_and_sequencer_reach_the_key_of_the_log() -> None:
    holders = {
        name for name, told in OURS.items() if "PASSPORT_LOG_KEY" in told.get("environment", {})
    }
    mounts = {name for name, told in OURS.items() if "log-key:" in " ".join(told["volumes"])}
    assert holders == mounts == {"setup", "sequencer"}


def test_only_setup_and_web_reach_what_wraps_makers_keys() -> None:
    holders = {
        name for name, told in OURS.items() if "PASSPORT_KEK_DIR" in told.get("environment", {})
    }
    mounts = {name for name, told in OURS.items() if "kek:" in " ".join(told["volumes"])}
    assert holders == mounts == {"setup", "web"}
    assert "kek:/var/lib/passport/kek:ro" in OURS["web"]["volumes"]


def test_only_setup_web_and_caller_reach_what_wraps_secrets_of_webhooks() -> None:
    holders = {
        name
        for name, told in OURS.items()
        if "PASSPORT_WEBHOOK_KEK_DIR" in told.get("environment", {})
    }
    mounts = {name for name, told in OURS.items() if "webhook-keys:" in " ".join(told["volumes"])}
    assert holders == mounts == {"setup", "web", "caller"}
    for name in ("web", "caller"):
        assert "webhook-keys:/var/lib/passport/webhook-keys:ro" in OURS[name]["volumes"]


def test_only_setup_holds_the_administrator_and_the_web_only_its_own_role() -> None:
    told = {name: service.get("environment", {}) for name, service in OURS.items()}
    assert {name for name, given in told.items() if "DATABASE_URL" in given} == {"setup"}
    assert [name for name in told["web"] if name.startswith("DATABASE_")] == ["DATABASE_APP_URL"]


def test_the_image_copies_only_what_exists() -> None:
    lines = (DOCKER / "Dockerfile").read_text("utf-8").splitlines()
    named = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_compose_passes_on_every_setting_that_an_operator_may_turn() -> None:
    # What the image, the entrypoint or the layout of the volumes decides.
    ours = {"PASSPORT_STATE", "PASSPORT_DEBUG", "PASSPORT_DB_ROLE", "PASSPORT_SECRET_KEY"}
    named = set(re.findall(r'"(PASSPORT_[A-Z_]+)"', SETTINGS))
    given = {name for told in OURS.values() for name in told.get("environment", {})}
    assert named - given - ours == set()


def test_every_command_for_the_system_alone_enters_as_the_system() -> None:
    commands = ROOT / "passport" / "management" / "commands"
    demand = {
        path.stem for path in commands.glob("*.py") if "require_system" in path.read_text("utf-8")
    }
    assert demand <= SYSTEM


def test_the_build_is_sent_what_the_image_copies_and_no_secrets() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert lines[1] == "*", "nothing is sent but what is named"
    sent = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        word
        for line in (DOCKER / "Dockerfile").read_text("utf-8").splitlines()
        if line.startswith("COPY ")
        for word in line.split()[1:-1]
    }
    assert sent == copied
