"""Publishes what a party takes, and how many."""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from passport.models import Party
from passport.queries.battery import unknown
from passport.rules.errors import Conflict, Refusal
from recycling.models import Programme
from recycling.rules.lanes import lane_words, recovery_words
from recycling.rules.programme import Asked, check_capacity, check_programme
from recycling.rules.programme_table import Table, read_line


class ProgrammeNameTaken(Conflict):
    """The party has published another programme under this name."""

    code = "programme-name-taken"
    title = "The name is taken by another programme of yours"


@transaction.atomic
def publish(*, asked: Asked, by: Party, at: datetime) -> Programme:
    """Publish a programme; the same terms under the same name again change nothing.

    Refuses RoleMissing, TermsBroken, ProgrammeNameTaken.
    """
    check_programme(asked, roles=by.roles)
    terms = _columns(asked)
    try:
        with transaction.atomic():
            return Programme.objects.create(party=by, published_at=at, **terms)
    except IntegrityError as clash:
        earlier = Programme.objects.filter(party=by, name=asked.name).first()
        if earlier is None:
            raise
        if any(getattr(earlier, name) != value for name, value in terms.items()):
            raise ProgrammeNameTaken(
                f"you have published other terms as {asked.name}",
                pointer="/name",
                remedy="choose another name, or close the earlier programme",
            ) from clash
        return earlier


class Fate(StrEnum):
    """What became of a line of a table."""

    PUBLISHED = "PUBLISHED"
    KNOWN = "KNOWN"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Outcome:
    """What became of the programme on a line; `refusal` says why it was refused."""

    line: int
    fate: Fate
    name: str = ""
    programme_id: uuid.UUID | None = None
    refusal: Refusal | None = None


@transaction.atomic
def publish_table(*, table: Table, by: Party, at: datetime) -> list[Outcome]:
    """Publish the programmes of a table; good lines land, a refused one stops no other.

    The same line sent again is KNOWN. Refuses nothing as a whole; each line as read_line() and
    publish() do.
    """
    known = set(Programme.objects.filter(party=by).values_list("pk", flat=True))
    return [_line(*each, table=table, known=known, by=by, at=at) for each in table.lines]


def rehearse_table(*, table: Table, by: Party, at: datetime) -> list[Outcome]:
    """What publish_table() would say of the lines; nothing is published."""
    with transaction.atomic():
        outcomes = publish_table(table=table, by=by, at=at)
        transaction.set_rollback(True)
    return outcomes


def _line(
    number: int, text: str, *, table: Table, known: set[uuid.UUID], by: Party, at: datetime
) -> Outcome:
    try:
        asked = read_line(text, table=table, on=at.date())
        made = publish(asked=asked, by=by, at=at)
    except Refusal as refusal:
        return Outcome(number, Fate.REFUSED, refusal=refusal)
    fate = Fate.KNOWN if made.pk in known else Fate.PUBLISHED
    known.add(made.pk)
    return Outcome(number, fate, made.name, made.pk)


@transaction.atomic
def change(
    *,
    programme_id: uuid.UUID,
    by: Party,
    capacity_packs: int | None = None,
    closes_on: date | None = None,
) -> Programme:
    """Change how many places there are, or when it ends; accepted packs keep their places.

    Refuses NotFound, TermsBroken.
    """
    rows = Programme.objects.select_for_update().filter(pk=programme_id, party=by)
    programme = rows.first()
    if programme is None:
        raise unknown("programme of yours")
    if capacity_packs is not None:
        check_capacity(capacity_packs)
        rows.update(capacity_packs=capacity_packs)
    if closes_on is not None:
        rows.update(closes_on=closes_on)
    programme.refresh_from_db()
    return programme


def _columns(asked: Asked) -> dict[str, object]:
    terms = asdict(asked)
    terms["model_codes"] = sorted(terms.pop("models"))
    terms["lanes"] = [lane_words(lane) for lane in asked.lanes]
    terms["recovery"] = recovery_words(asked.recovery)
    for name in ("chemistries", "permit_waste_codes", "permit_countries"):
        terms[name] = sorted(terms[name])
    return terms
