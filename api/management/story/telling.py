"""What every chapter of the story is told with: the plot, who is who, the files, the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.management.story.plot import Plot
from api.management.story.secret_files import SecretFiles
from passport import tasks
from passport.actions.job import LEASE
from passport.models import Job, JobState, Party
from passport.proof.keyfile import KeyFile

# Called with how much of a chapter is done since the last call.
Tick = Callable[[int], None]


class StoryStuck(Exception):
    """The story cannot go on: what is wrong, and what to do."""

    def __init__(self, detail: str, *, remedy: str) -> None:
        super().__init__(f"{detail} {remedy}")


@dataclass
class Tale:
    """One telling; chapters fill in the parties and their keys as they come."""

    plot: Plot
    files: SecretFiles
    parties: dict[str, Party] = field(default_factory=dict)
    keys: dict[str, KeyFile] = field(default_factory=dict)

    def party(self, role: str) -> Party:
        """The pack maker, the keeper or the auditor of the story."""
        return self.parties[self.plot.one(role)]

    @property
    def signers(self) -> list[str]:
        """Everybody with a signing key: the makers, and the recycler that treats a pack."""
        return [*self.makers, self.plot.one("treater")]

    @property
    def makers(self) -> list[str]:
        """Everybody who makes something: the suppliers, the cell makers, then the pack maker."""
        return [*self.plot.suppliers, *self.plot.cell_makers, self.plot.one("pack_maker")]


def perform(job: Job, *, at: datetime) -> None:
    """Do what the worker does, at the story's hour; refuses (StoryStuck) when it fails.

    A telling that was killed left a lease, which has run out for sure LEASE later.
    """
    for moment in (at, at + LEASE + timedelta(seconds=1)):
        tasks.perform(job.pk, clock=lambda moment=moment: moment)  # type: ignore[misc]
        job.refresh_from_db()
        if job.state == JobState.DONE:
            return
    raise StoryStuck(
        f"The job {job.kind} of the story is {job.state}: {job.last_error or 'it did not run'}.",
        remedy="Read the error above; `manage.py demo --fresh` begins anew.",
    )
