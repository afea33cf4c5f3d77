"""manage.py journey: really retired cells, from the line to the plan, with the proof of one."""

import os
import secrets
import sys
import tempfile
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import track

from api.management.journey import cells, evidence, life, market, report, work
from passport.proof.keyfile import KeyFile
from recycling.actions import plan
from recycling.models import Plan

PAGE = 110


class Command(BaseCommand):
    """Each retired cell of a table seeds one pack; all are planned against tight programmes."""

    help = "Register, read, retire, plan and prove one pack for each retired cell of a table."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="table of retired cells (CSV)")
        parser.add_argument(
            "--profiles", type=Path, help="use profiles (default: FILE/../../eol/use_profiles.json)"
        )
        parser.add_argument(
            "--in-process", action="store_true", help="plan here, without starting a worker"
        )
        parser.add_argument("--keep", type=Path, help="folder to leave the bundle in")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, register, live, plan, show, prove."""
        _enter_as_system()
        console = Console(width=None if sys.stdout.isatty() else PAGE)
        file: Path = options["file"]
        found = cells.read(file)
        wanted = market.profiles(options["profiles"] or _beside(file))
        packs, cast, maker = _live(found, console=console)
        programmes = market.publish(
            wanted,
            packs=[(pack.battery.model.code, pack.cell.chemistry) for pack in packs],
            tag=cast.tag,
            at=_now(),
        )
        places = sum(each.capacity_packs for each in programmes)
        console.print(f"{len(programmes)} programmes with {places} places for {len(packs)} packs.")

        made = _plan(cast, by=work.by_hand if options["in_process"] else work.by_worker)
        console.print(f"Planned by {made[1]} in {made[0].seconds} s, {made[0].solver}.")
        report.show(made[0], console=console)
        report.check(made[0], packs=len(packs))
        _prove(packs[0], cast=cast, maker=maker, keep=options["keep"], console=console)


def _live(
    found: list[cells.Cell], *, console: Console
) -> tuple[list[life.Pack], market.Cast, KeyFile]:
    tag = secrets.token_hex(3)
    cast = market.gather(tag=tag, at=_now())
    packs = life.register(found, cast=cast, at=_now())
    maker = life.attest(packs, cast=cast, at=_now())
    console.print(f"{len(packs)} packs registered and their origin signed by {cast.maker.did}.")
    steps = track(enumerate(packs), "Handed over, read, retired", len(packs), console=console)
    for number, pack in steps:
        life.live(pack, number=number, cast=cast, at=_now())
    return packs, cast, maker


def _plan(cast: market.Cast, *, by: Any) -> tuple[Plan, str]:
    asked = plan.request(by=cast.keeper, at=_now())
    who = by(asked)
    return Plan.objects.get(job=asked), who


def _prove(
    pack: life.Pack,
    *,
    cast: market.Cast,
    maker: KeyFile,
    keep: Path | None,
    console: Console,
) -> None:
    evidence.publish()
    with tempfile.TemporaryDirectory() as folder:
        to = keep or Path(folder)
        place = evidence.take(pack.battery, by=cast.keeper, to=to)
        console.print(f"\nThe log has {evidence.size()} entries; the bundle of one pack:")
        for line in evidence.verify(place, maker=maker):
            console.print("  " + line, markup=False, highlight=False)


def _enter_as_system() -> None:
    """Parties of every side act here, so it runs as the worker does: as passport_system."""
    if settings.PASSPORT_DB_ROLE != "system":
        told = os.environ | {"PASSPORT_DB_ROLE": "system", "PASSPORT_LOG_LEVEL": "WARNING"}
        command = [sys.executable, "-m", "django", *sys.argv[1:]]
        os.execve(sys.executable, command, told)  # noqa: S606 - no shell is wanted


def _beside(file: Path) -> Path:
    return file.resolve().parent.parent / "eol" / "use_profiles.json"


def _now() -> datetime:
    return datetime.now(UTC)
