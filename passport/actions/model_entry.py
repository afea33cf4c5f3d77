"""Lets a maker type one model in: it goes the way of a file of one line."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from passport.actions import intake
from passport.actions.intake_reading import NDJSON
from passport.actions.model import changed
from passport.models import BatteryModel, Intake, Party
from passport.proof import canonical
from passport.rules.intake import ModelLine, digest, parse_line
from passport.rules.registrar import check_registrar


@transaction.atomic
def send(*, said: Mapping[str, object], by: Party, at: datetime) -> Intake:
    """Send in one model, after it was read as a file would be; the worker registers it.

    What is wrong is said at once. Refuses NotAMaker, ModelChanged, and what parse_line() refuses.
    """
    check_registrar(roles=by.roles)
    line = parse_line({"type": "model", **said}, number=1)
    assert isinstance(line, ModelLine)  # noqa: S101 - its type was said above
    earlier = BatteryModel.objects.filter(maker=by, code=line.code).first()
    if earlier is not None and bytes(earlier.digest) != digest(line):
        raise changed(line.code)
    return intake.take_file(
        pieces=[canonical.encode({"type": "model", **said}) + b"\n"],
        media_type=NDJSON,
        encoding="",
        by=by,
        at=at,
        label=intake.Label(name=line.code),
    )
