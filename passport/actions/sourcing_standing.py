"""Notes when an entity's standing changes, and what reviewers conclude where the law is open."""

import logging
import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction

from passport.actions import document
from passport.actions.news import tell
from passport.models import News, Party, Person, Role, SourcingReview, StandingFound, StandingSeen
from passport.postgres import locks
from passport.queries import document as documents
from passport.queries import sourcing_standing as queries
from passport.queries.battery import unknown
from passport.queries.sourcing_register import latest_entities
from passport.queries.sourcing_rules import newest
from passport.rules.errors import Conflict, NotAllowed
from passport.rules.sourcing_party import Standing
from passport.rules.sourcing_screening import check_reason
from passport.rules.webhook import STANDING_CHANGED

log = logging.getLogger(__name__)


class NotAKeepersRegister(NotAllowed):
    """Registers of entities belong to those who keep batteries."""

    code = "sourcing-register-of-no-keeper"
    title = "Only a keeper keeps a register of entities"


class NothingToReview(Conflict):
    """The facts decide; a reviewer speaks where they leave something open."""

    code = "sourcing-nothing-to-review"
    title = "The facts have decided"


def hold(*, by: Party) -> None:
    """Take the register of a party for the transaction. Refuses NotAKeepersRegister."""
    if not by.acts_as(Role.KEEPER):
        raise NotAKeepersRegister("your party has another role", remedy="let its keeper do it")
    locks.lock_name(locks.REGISTER, str(by.pk))


def look_again(*, by: Party, at: datetime) -> int:
    """Find every entity's standing anew for a cost of today; how many are other than before.

    What was found the first time is kept, and is no change. The caller holds the register.
    """
    day = at.date()
    last = queries.last_found(owner=by)
    rows = []
    for each in queries.judged(owner=by, as_of=day, incurred_on=day):
        before = last.get(each.entity.id)
        found = each.determination
        if before is not None and before.standing == found.standing:
            continue
        rows.append(
            StandingFound(
                owner=by,
                entity=each.entity.id,
                number=before.number + 1 if before else 1,
                before=before.standing if before else "",
                standing=found.standing,
                clause=found.clause,
                tested_on=found.tested_on,
                because=list(found.because),
                rule_set=newest().id,
                found_at=at,
            )
        )
    StandingFound.objects.bulk_create(rows)
    changed = [row for row in rows if row.before]
    if changed:
        log.info("standings changed", extra={"party": str(by.pk), "changed": len(changed)})
        tell([_news(row) for row in changed], by=by, at=at)
    return len(changed)


def _news(row: StandingFound) -> News:
    """What endpoints of the party are told, whoever of it made the change."""
    said = {
        "key": row.entity,
        "before": row.before,
        "standing": row.standing,
        "clause": row.clause,
        "tested_on": row.tested_on.isoformat(),
    }
    links = {"determination": f"sourcing-entities/{row.entity}/determination"}
    return News(party_id=row.owner_id, kind=STANDING_CHANGED, said=said, links=links)


@transaction.atomic
def see(*, found_id: uuid.UUID, who: str, by: Party, at: datetime) -> None:
    """Take note of a change of standing; twice is once. Refuses NotAKeepersRegister, NotFound."""
    found = StandingFound.objects.filter(pk=found_id, owner=by).first()
    if found is None:
        raise unknown("change of standing")
    hold(by=by)
    StandingSeen.objects.get_or_create(
        found=found, defaults={"owner": by, "who": who, "seen_at": at}
    )


@transaction.atomic
def conclude(
    *,
    key: str,
    tested_on: date,
    conclusion: Standing,
    reason: str,
    document_sha256: str,
    reviewer: Person,
    by: Party,
    at: datetime,
) -> SourcingReview:
    """A person concludes what an entity is on the day on which it is tested, on a stored paper.

    Only where the facts leave it open. Refuses NotAKeepersRegister, NotFound, NoReason,
    NothingToReview.
    """
    hold(by=by)
    check_reason(reason=reason)
    if key not in latest_entities(owner=by, keys=[key]):
        raise unknown("entity of this register")
    paper = documents.by_digest(sha256=document_sha256)
    _check_open(key, tested_on, by=by, at=at)
    made = SourcingReview.objects.create(
        owner=by,
        entity=key,
        tested_on=tested_on,
        conclusion=conclusion,
        reason=reason.strip(),
        reviewer=reviewer.name,
        person_id=reviewer.pk,
        document_sha256=paper.sha256,
        decided_on=at.date(),
        recorded_at=at,
    )
    look_again(by=by, at=at)
    return made


@transaction.atomic
def conclude_on(
    *, paper: bytes, media_type: str, reviewer: Person, by: Party, at: datetime, **told: Any
) -> SourcingReview:
    """Store the paper, and conclude on it: both or neither; the rest as conclude() takes it.

    Refuses what store() and conclude() refuse.
    """
    stored = document.store(content=paper, media_type=media_type, by=by, at=at)
    digest = bytes(stored.sha256).hex()
    return conclude(document_sha256=digest, reviewer=reviewer, by=by, at=at, **told)


def _check_open(key: str, tested_on: date, *, by: Party, at: datetime) -> None:
    """Whether anything is left for a reviewer; what one has concluded another may say otherwise."""
    day = at.date()
    found = queries.judged_one(owner=by, key=key, as_of=day, incurred_on=tested_on)[1].determination
    decided = found.standing in (Standing.SPECIFIED, Standing.INFLUENCED)
    if decided and not found.reviewer:
        raise NothingToReview(
            f"it is {found.standing} by {found.clause}",
            pointer="/conclusion",
            remedy="correct the facts, if they are wrong",
        )
