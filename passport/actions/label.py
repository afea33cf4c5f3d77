"""Remembers which labels were printed, as those say who have them in hand."""

import logging
import uuid
from datetime import datetime

from django.db import transaction

from passport.models import Battery, Intake, LabelPrint, Party
from passport.queries.battery import unknown
from passport.rules.label import check_printed

log = logging.getLogger(__name__)


@transaction.atomic
def printed(
    *,
    print_id: uuid.UUID,
    intake_id: uuid.UUID,
    level: str,
    count: int,
    label: str,
    by: Party,
    person_id: uuid.UUID | None,
    at: datetime,
) -> LabelPrint:
    """Record that `count` labels of one level of a file came out of a printer.

    The same `print_id` again is a success that changes nothing. Refuses NotFound, NotThatMany.
    """
    intake = Intake.objects.filter(id=intake_id, party=by).first()
    if intake is None:
        raise unknown("intake")
    known = LabelPrint.objects.filter(id=print_id, intake=intake).first()
    if known is not None:
        return known

    of = Battery.objects.filter(intake=intake, level=level).count()
    check_printed(count=count, of=of)

    made = LabelPrint.objects.create(
        id=print_id, intake=intake, party=by, person_id=person_id, level=level, label=label,
        count=count, printed_at=at,
    )  # fmt: skip
    log.info("labels printed", extra={"intake": str(intake_id), "level": level, "count": count})
    return made
