"""Issues serials that nobody can guess to makers without their own, each once in all time."""

import os
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from passport.models import BatteryModel, IssuedSerial, Party, SerialIssue
from passport.queries import serial as serials
from passport.rules.errors import NotFound
from passport.rules.registrar import check_registrar
from passport.rules.serials import RANDOM_BYTES, check_count, derive


@transaction.atomic
def issue(
    *,
    model: str,
    count: int,
    by: Party,
    at: datetime,
    random: Callable[[int], bytes] = os.urandom,
) -> serials.Issued:
    """So many new serials for a model of this maker, kept as issued. [serial-2]

    Refuses NotAMaker, WrongCount, NotFound for a model code that the maker has not registered.
    """
    check_registrar(roles=by.roles)
    check_count(count=count)
    found = BatteryModel.objects.filter(maker=by, code=model).first()
    if found is None:
        raise NotFound(
            f"you have no model {model[:60]}",
            pointer="/model",
            remedy='register it with a {"type":"model"} line of an intake',
        )

    made = SerialIssue.objects.create(maker=by, model=found, count=count, issued_at=at)
    missing = count
    while missing:
        _draw(made.pk, missing, random)
        missing = count - IssuedSerial.objects.filter(issue=made).count()
    return serials.issued(issue_id=made.pk)


def _draw(issue_id: uuid.UUID, count: int, random: Callable[[int], bytes]) -> None:
    # Sorted, so that two who draw the same wait for each other, not in a circle; what another has
    # had before is left out, and drawn anew.
    drawn = sorted({derive(random=random(RANDOM_BYTES)) for _ in range(count)})
    IssuedSerial.objects.bulk_create(
        [IssuedSerial(serial=each, issue_id=issue_id) for each in drawn],
        batch_size=1000,
        ignore_conflicts=True,
    )
