"""How long the bundle of a large pack takes: over HTTP until it lies on disk, and to verify it."""

import os
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from rich.console import Console

from api.management.bench import household, pack_world
from api.management.bench.pack_world import World
from api.management.bench.witnessed import Watch
from passport.models import LogHead, Outbox

TIMES, QUICK_TIMES = 7, 2
ACCEPTED = 0


@dataclass(frozen=True)
class Times:
    """Median seconds of so many runs; the bundle's bytes; what it was about."""

    make_s: float
    verify_s: float
    runs: int
    bytes: int
    world: World


def measure(*, quick: bool, console: Console) -> Times:
    """Build the pack, let the real sequencer publish, then make and verify again and again."""
    world, runs = pack_world.build(quick=quick, console=console), QUICK_TIMES if quick else TIMES
    console.print("starting web, worker, clock, sequencer and two witnesses …")
    with household.serving() as house, Watch(house.url) as watch:
        _await_all(watch)
        console.print("making the bundle …")
        address = f"{house.url}/api/v1/batteries/{world.pack.pk}/bundle"
        made = [_make(address, world.maker.secret) for _ in range(runs)]
    console.print("verifying it …")
    folder = Path(settings.PASSPORT_STATE) / "bundle"
    folder.mkdir()
    (folder / "bundle.json").write_bytes(made[-1][1])
    trust = Path(str(settings.PASSPORT_POLICY)).read_text(encoding="utf-8") + world.pins
    (folder / "trust.policy").write_text(trust, encoding="utf-8")
    return Times(
        make_s=statistics.median(seconds for seconds, _ in made),
        verify_s=statistics.median(_verify(folder) for _ in range(runs)),
        runs=runs,
        bytes=len(made[-1][1]),
        world=world,
    )


def _await_all(watch: Watch) -> None:
    while Outbox.objects.exists():
        time.sleep(0.05)
    watch.await_size(LogHead.objects.get().size)


def _make(address: str, secret: str) -> tuple[float, bytes]:
    """Ask as an auditor's program does; nothing is kept from one answer to the next."""
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {secret}"})  # noqa: S310 - ours
    began = time.perf_counter()
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own address
        data: bytes = answer.read()
    return time.perf_counter() - began, data


def _verify(folder: Path) -> float:
    """The whole process of a stranger, from the start of the interpreter to its verdict."""
    command = (
        *(sys.executable, "-m", "passport.audit", "verify", str(folder / "bundle.json")),
        *("--trust", str(folder / "trust.policy")),
    )
    began = time.perf_counter()
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"]},
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - began
    if done.returncode != ACCEPTED:
        told = [line for line in done.stdout.splitlines() if "DOUBT" in line or "REFUSED" in line]
        raise CommandError("The bundle is not accepted:\n" + "\n".join(told[:5]) + done.stderr)
    return seconds
