"""Publishes the log with its witnesses, takes one bundle away, and has a stranger verify it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from api.management.journey.work import child
from passport.actions import bundle
from passport.models import Battery, Outbox, Party
from passport.proof.keyfile import KeyFile
from passport.queries import log
from passport.queries.tenancy import act_as

PATIENCE_S = 60.0


def publish() -> None:
    """Order, sign, witness and publish what waits, unless a sequencer that runs here does it."""
    if settings.PASSPORT_LOG_KEY is None:
        _await(lambda: not Outbox.objects.exists(), "the log to be published")
        return
    with ExitStack() as stack:
        urls = {}
        for name in settings.PASSPORT_WITNESSES:
            port = _free_port()
            urls[name] = f"http://127.0.0.1:{port}"
            stack.enter_context(child(name, *_witness(name, port=port), silent=True))
            _await(partial(_listens, port), f"the witness {name}")
        told = {"PASSPORT_WITNESSES": ",".join(f"{name}={url}" for name, url in urls.items())}
        done = subprocess.run(
            [sys.executable, "-m", "django", "sequencer", "--once"],
            env=os.environ | told | {"PASSPORT_LOG_LEVEL": "WARNING"},
        )
    if done.returncode:
        raise CommandError(f"The sequencer ended with status {done.returncode}.")


def take(battery: Battery, *, by: Party, to: Path) -> Path:
    """Write the bundle of a battery as its keeper may take it away."""
    place = to / "bundle.json"
    with transaction.atomic():
        # What a bundle holds is read as the keeper sees it, whatever this role may see.
        act_as(by.pk)
        data = bundle.assemble(battery_ids=[battery.pk], by=by, at=datetime.now(UTC))
    place.write_bytes(data)
    return place


def verify(place: Path, *, maker: KeyFile) -> list[str]:
    """What `python -m passport.audit verify` says, in a process without our settings.

    The trust file pins this log, its witnesses and the maker's key. Refuses a bundle in doubt.
    """
    trust = place.with_name("trust.policy")
    pinned = f"issuer {maker.did} {maker.multikey}\n"
    trust.write_text(_policy() + pinned)
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "passport.audit", "verify", str(place), "--trust", str(trust)],
        env=kept,
        cwd=Path(__file__).resolve().parent.parent.parent.parent,
        capture_output=True,
        text=True,
    )
    told = (done.stdout + done.stderr).splitlines()
    if done.returncode:
        raise CommandError("The bundle does not verify:\n" + "\n".join(told))
    return told


def size() -> int:
    """How many entries the published log has."""
    now = log.published()
    return now.size if now else 0


def _policy() -> str:
    if settings.PASSPORT_POLICY is None:
        raise CommandError("PASSPORT_POLICY names no file: nobody says whom to trust.")
    return Path(settings.PASSPORT_POLICY).read_text(encoding="utf-8")


def _witness(name: str, *, port: int) -> tuple[str, ...]:
    folder = Path(settings.PASSPORT_STATE) / name
    return (
        *("-m", "passport.audit", "witness", "--key", str(folder / "witness.key")),
        *("--state", str(folder / "seen.json"), "--listen", f"127.0.0.1:{port}"),
        *("--log", (folder / "log.vkey").read_text(encoding="ascii").strip()),
    )


def _await(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > deadline:
            raise CommandError(f"Waited {PATIENCE_S:.0f} s for {what} in vain.")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
