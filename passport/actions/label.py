"""Remembers which labels were printed, as those say who have them in hand."""

import logging
import uuid
from datetime import datetime

from django.db import transaction

from passport.models import Battery, Intake, LabelPrint, Party
from passport.queries.battery import unknown
from passport.rules.errors import Conflict
from passport.rules.label import check_printed

log = logging.getLogger(__name__)


class PrintIdReused(Conflict):
    """The same id came with another number, level or label."""

    code = "print-id-reused"
    title = "The id was used for another print job"


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

    The same job again is a success that changes nothing. Refuses NotFound, PrintIdReused,
    NotThatMany.
    """
    intake = Intake.objects.filter(id=intake_id, party=by).first()
    if intake is None:
        raise unknown("intake")
    known = LabelPrint.objects.filter(id=print_id, intake=intake).first()
    if known is not None:
        _check_same(known, said=(level, count, label))
        return known

    of = Battery.objects.filter(intake=intake, level=level).count()
    check_printed(count=count, of=of)

    made = LabelPrint.objects.create(
        id=print_id, intake=intake, party=by, person_id=person_id, level=level, label=label,
        count=count, printed_at=at,
    )  # fmt: skip
    log.info("labels printed", extra={"intake": str(intake_id), "level": level, "count": count})
    return made


def _check_same(known: LabelPrint, *, said: tuple[str, int, str]) -> None:
    if said != (known.level, known.count, known.label):
        raise PrintIdReused(
            f"{known.count} labels of {known.level} were recorded under {known.pk}",
            pointer="/id",
            remedy="give each print job an id of its own; send a job again as it was",
        )
