"""manage.py story: tells the demo story through the real actions, as far as it is not told."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.management.story import chapters
from api.management.story.plot import CELLS_A_PACK
from api.management.story.telling import StoryStuck, Tick
from passport.proof.errors import ProofError
from passport.rules.errors import Refusal


class Command(BaseCommand):
    """Needs PASSPORT_DB_ROLE=system, since it plays every part."""

    help = "Load the demo story: two years of 24 packs. Safe to repeat; a killed run heals."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PASSPORT_DB_ROLE != "system":
            raise CommandError("The story plays every part: set PASSPORT_DB_ROLE=system.")
        # The bars tell how far it is; a line a job would tear them apart.
        logging.getLogger("passport").setLevel(logging.WARNING)
        began, state = time.monotonic(), Path(settings.PASSPORT_STATE)
        try:
            with _progress() as progress:
                tale = chapters.tell(
                    state=state, today=datetime.now(UTC).date(), bar=partial(_bar, progress)
                )
        except (Refusal, ProofError) as refusal:
            raise CommandError(
                f"The story was refused: {refusal.detail} ({refusal.pointer}). {refusal.remedy}"
            ) from refusal
        except StoryStuck as stuck:
            raise CommandError(str(stuck)) from stuck
        self.stdout.write(
            f"Told in {time.monotonic() - began:.1f} s: {len(tale.plot.packs)} packs,"
            f" {CELLS_A_PACK * len(tale.plot.packs)} cells.\n"
            "The demo plays all the parts: the makers' signing keys, which a real maker keeps to"
            f" itself, lie in {state / 'makers'}; API keys in {tale.files.api_keys}."
        )


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description:<32}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))


@contextmanager
def _bar(progress: Progress, says: str, total: int) -> Iterator[Tick]:
    task = progress.add_task(says, total=total)
    yield partial(progress.advance, task)
