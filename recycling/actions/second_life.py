"""Begins second lives: new passports that follow on one or more, and who answers for them.

The application asks; the worker registers the new batteries, links their passports and ends the old
ones in one transaction: responsibility moves in the same act. [Art. 77(7)]
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from passport.actions import custody, event
from passport.actions import job as jobs
from passport.actions.own_link import own_link
from passport.models import (
    Battery,
    BatteryModel,
    BatteryState,
    Job,
    Party,
    PassportLink,
)
from passport.models.ids import new_id
from passport.postgres import registering
from passport.proof import canonical
from passport.queries.battery import unknown
from passport.rules import identity as identities
from passport.rules.errors import Conflict, Refusal
from passport.rules.lifecycle import EventKind, check_event, check_status
from recycling.models import Retirement, RetirementState, SecondLife, SecondLifeState
from recycling.queries import second_life as queries
from recycling.rules.second_life import (
    Line,
    Original,
    Ways,
    check_act,
    check_split,
    figures_of,
    parse_lines,
)

KIND = "second-life"


class NameTaken(Conflict):
    """A battery has a name of its own."""

    code = "second-life-name-taken"
    title = "Another battery has this name"


@dataclass(frozen=True)
class _Act:
    """What is known of an act once its originals are locked."""

    rows: Sequence[Battery]
    originals: Sequence[Original]
    lines: Sequence[Line]
    figures: Sequence[Mapping[str, Decimal]]


@transaction.atomic
def ask(
    *,
    status: str,
    originals: Sequence[uuid.UUID],
    lines: Sequence[Mapping[str, Any]],
    by: Party,
    at: datetime,
) -> SecondLife:
    """Ask for new passports that follow on those of batteries in hand.

    Refuses NotFound, MayNotRework, SecondLifeBroken, HeldByAnother, NotRetired, EvidenceMissing,
    NotAnIdentity and its like.
    """
    found = Ways(status)
    _look(originals, lines, by=by)
    asked = SecondLife.objects.create(
        party=by,
        status=found.value,
        originals=list(originals),
        lines=[dict(each) for each in lines],
        asked_at=at,
    )
    jobs.enqueue(
        kind=KIND,
        dedupe_key=f"{KIND} {asked.pk}",
        party=by,
        payload={"second_life": str(asked.pk)},
        at=at,
    )
    return asked


def run(*, job: Job, at: datetime) -> None:
    """Do a leased job: register, link, end, and finish the job, in one transaction.

    Refuses LeaseLost. What a rule refuses stands in the row, for who asked.
    """
    clock = jobs.clock(at)
    with transaction.atomic():
        jobs.hold(job=job, at=clock())
        wanted = uuid.UUID(str(job.payload["second_life"]))
        rows = SecondLife.objects.select_for_update().filter(party=job.party)
        asked = rows.filter(pk=wanted, state=SecondLifeState.WAITING).first()
        if asked is not None:
            _settle(asked, at=at)
        # A crash before this commit leaves nothing registered and the job due.
        jobs.finish(job=job, at=clock())


def _settle(asked: SecondLife, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            made = _begin(asked, at=at)
    except Refusal as refusal:
        told = f"{refusal.detail}; {refusal.remedy}"[:400]
        _close(asked, state=SecondLifeState.REFUSED, refusal=told, at=at)
        return
    _close(asked, state=SecondLifeState.REGISTERED, made=[each.pk for each in made], at=at)


def _close(asked: SecondLife, *, state: SecondLifeState, at: datetime, **told: object) -> None:
    SecondLife.objects.filter(pk=asked.pk).update(state=state, settled_at=at, **told)


def _look(
    originals: Sequence[uuid.UUID],
    lines: Sequence[Mapping[str, Any]],
    *,
    by: Party,
    lock: bool = False,
) -> _Act:
    ids = list(dict.fromkeys(originals))
    rows = Battery.objects.filter(pk__in=ids).select_related("model").order_by("pk")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = list(rows)
    if len(found) != len(ids):
        raise unknown().at("/originals")
    said = parse_lines(lines)
    for number, line in enumerate(said):
        if line.identity:
            _name(line.identity, pointer=f"/batteries/{number}/identity")
    known = queries.originals(rows=found, party=by)
    check_act(originals=known, lines=said, roles=by.roles)
    figures = [figures_of(line, originals=known) for line in said]
    check_split(lines=figures, originals=known)
    return _Act(found, known, said, figures)


def _name(text: str, *, pointer: str) -> identities.Identity:
    try:
        return identities.parse(text)
    except Refusal as refusal:
        raise refusal.pointing(pointer) from refusal


def _begin(asked: SecondLife, *, at: datetime) -> list[Battery]:
    act = _look(asked.originals, asked.lines, by=asked.party, lock=True)
    made = [
        _register(line, figures, act=act, asked=asked, at=at)
        for line, figures in zip(act.lines, act.figures, strict=True)
    ]
    custody.open_custody(batteries=made, at=at)
    for battery in made:
        facts: dict[str, object] = {
            "follows": [each.identity for each in act.rows],
            "status": asked.status,
            "responsible": asked.party.did or asked.party.slug,
        }
        _record(EventKind.REGISTERED, battery, facts, by=asked.party, at=at)
    for original in act.rows:
        _go_on(original, made, asked=asked, at=at)
    return made


def _register(
    line: Line, figures: Mapping[str, Decimal], *, act: _Act, asked: SecondLife, at: datetime
) -> Battery:
    name = identities.parse(line.identity or own_link(folder="second-life"))
    battery = Battery(id=new_id(), identity=name.canonical)
    said = {"identity": battery.identity, "follows": [str(row.pk) for row in act.rows]}
    digest = hashlib.sha256(canonical.encode(said)).digest()
    claims = [(battery.identity, digest, battery.pk.bytes)]
    if registering.claim(claims=claims, owner=asked.party_id, at=at):
        raise NameTaken(
            f"{battery.identity} is the name of a battery already",
            pointer="/batteries/0/identity",
            remedy="give it a name of its own, or none: then the service gives it one",
        )
    model = _model(line, figures, act=act, asked=asked, at=at)
    battery.maker, battery.model, battery.level = asked.party, model, model.level
    battery.serial = name.serial
    # Its cells are as old as the oldest of those that it came from.
    battery.manufactured_on = min(row.manufactured_on for row in act.rows)
    battery.unit, battery.holder, battery.status = battery, asked.party, asked.status
    battery.registered_at = at
    battery.save(force_insert=True)
    return battery


def _model(
    line: Line, figures: Mapping[str, Decimal], *, act: _Act, asked: SecondLife, at: datetime
) -> BatteryModel:
    """One model for all that the party made alike; its code says that it is a second life."""
    first = act.rows[0].model
    said = {
        "name": line.name or f"{first.name}, {asked.status}"[:120],
        "level": line.level or act.rows[0].level,
        "category": line.category or first.category,
        "chemistry": first.chemistry,
        **{name: format(figure.normalize(), "f") for name, figure in figures.items()},
    }
    digest = hashlib.sha256(canonical.encode(said))
    model, _ = BatteryModel.objects.get_or_create(
        maker=asked.party,
        code=f"second-{digest.hexdigest()[:16]}",
        defaults={**said, **figures, "digest": digest.digest(), "registered_at": at},
    )
    return model


def _go_on(original: Battery, made: Sequence[Battery], *, asked: SecondLife, at: datetime) -> None:
    """The passport ends here and goes on there; a new operator answers for it from now on."""
    check_event(kind=EventKind.REGRADED, state=original.state, happened_at=at, recorded_at=at)
    check_status(before=original.status, after=asked.status)
    Battery.objects.filter(pk=original.pk).update(state=BatteryState.MERGED, status=asked.status)
    for battery in made:
        PassportLink.objects.create(original=original, successor=battery, since=at)
        facts: dict[str, object] = {
            "into": battery.identity,
            "status": asked.status,
            "responsible": asked.party.did or asked.party.slug,
        }
        _record(EventKind.REGRADED, original, facts, by=asked.party, at=at)
    open_ones = Retirement.objects.filter(battery=original).exclude(state=RetirementState.CLOSED)
    open_ones.update(state=RetirementState.CLOSED)


def _record(
    kind: EventKind, battery: Battery, facts: dict[str, object], *, by: Party, at: datetime
) -> None:
    content = event.words(
        kind=kind,
        subject={"battery": battery.identity},
        happened_at=at,
        event_id=new_id(),
        facts=facts,
    )
    event.keep(content=content, battery=battery, by=by, at=at)
