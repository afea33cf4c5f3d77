"""The whole story in its order. Each chapter looks at what is there and adds what lacks."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.management.story import (
    attesting,
    buying,
    casting,
    ending,
    living,
    making,
    plot,
    treating,
    weighing,
)
from api.management.story.secret_files import SecretFiles
from api.management.story.telling import Tale, Tick
from passport.queries import retelling


@dataclass(frozen=True)
class Chapter:
    """One step: what it does for people, how, and how much there is of it."""

    says: str
    tell: Callable[[Tale, Tick], None]
    total: Callable[[Tale], int]


# Opens a bar of so many units and gives what moves it.
Bar = Callable[[str, int], AbstractContextManager[Tick]]


def _cells(tale: Tale) -> int:
    return plot.CELLS_A_PACK * len(tale.plot.packs)


CHAPTERS = (
    Chapter("Parties and their sites", casting.register, lambda t: len(t.plot.parties)),
    Chapter("People and their desks", casting.seat, lambda t: len(t.plot.parties)),
    Chapter("API keys", casting.issue_keys, lambda t: len(t.plot.parties)),
    Chapter("Signing keys", casting.enrol_keys, lambda t: len(t.signers)),
    Chapter("Materials attested", attesting.attest_lots, lambda t: len(t.plot.lots)),
    Chapter("Cells taken in", making.take_in_cells, _cells),
    Chapter("Cells attested by their makers", attesting.attest_cells, lambda t: 2),
    Chapter("Voltages, for the parties", attesting.attest_voltages, lambda t: 1),
    Chapter("Cells handed to the pack line", making.consign_cells, _cells),
    Chapter("Packs built", making.take_in_packs, lambda t: len(t.plot.packs)),
    Chapter("Packs attested by their maker", attesting.attest_packs, lambda t: len(t.plot.packs)),
    Chapter("Packs delivered", living.deliver, lambda t: len(t.plot.packs)),
    Chapter("Two years of service", living.live, lambda t: len(living.deeds(t))),
    Chapter("Programmes published", ending.publish, lambda t: len(t.plot.programmes)),
    Chapter("Packs retired", ending.retire, lambda t: len(ending.retiring(t.plot))),
    Chapter("Shown to the auditor", living.show, lambda t: living.SHOWN),
    Chapter("A plan asked for", ending.ask_for_a_plan, lambda t: 1),
    Chapter("One pack sent to a recycler", treating.send_away, lambda t: 1),
    Chapter("It is treated in steps", treating.treat, treating.count),
    Chapter("Its end is certified", treating.certify, lambda t: 1),
    Chapter("Companies entered", buying.enter_companies, buying.count_companies),
    Chapter("A storage project opened", buying.open_project, buying.count_lines),
    Chapter("Its evidence asked for", buying.ask_for_a_file, lambda t: 1),
    Chapter("Its next ones weighed", weighing.furnish, lambda t: 1),
)


def _silent(says: str, total: int) -> AbstractContextManager[Tick]:
    return nullcontext(lambda step: None)


def tell(*, state: Path, today: date, bar: Bar = _silent) -> Tale:
    """Tell the story, or what an earlier telling left out; call it as the system's role.

    Told twice it changes nothing. Refuses StoryStuck, and whatever an action refuses.
    """
    drawn = plot.read(today=today)
    first = retelling.party(slug=drawn.parties[0]["slug"])
    if first is not None:
        drawn = plot.read(today=today, began=first.registered_at.date())
    tale = Tale(plot=drawn, files=SecretFiles(state))
    for chapter in CHAPTERS:
        with bar(chapter.says, chapter.total(tale)) as tick:
            chapter.tell(tale, tick)
    return tale
