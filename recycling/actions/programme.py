"""Publishes what a party takes, and how many."""

import uuid
from dataclasses import asdict
from datetime import date, datetime

from django.db import IntegrityError, transaction

from passport.models import Party
from passport.queries.battery import unknown
from passport.rules.errors import Conflict
from recycling.models import Programme
from recycling.rules.programme import Asked, check_capacity, check_programme


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
    terms["chemistries"] = sorted(terms["chemistries"])
    return terms
