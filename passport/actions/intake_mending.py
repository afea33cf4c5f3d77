"""Sends one rejected line again, as its maker has mended it, as a file of its own."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from passport.actions import intake as intakes
from passport.actions.intake_items import NoBatch
from passport.actions.intake_reading import NDJSON
from passport.actions.intake_text import LINE_BYTES
from passport.models import Intake, Party
from passport.proof import canonical
from passport.queries import intake as told
from passport.rules.intake import BatteryLine, parse_line


@transaction.atomic
def mend(*, intake_id: uuid.UUID, number: int, text: str, by: Party, at: datetime) -> Intake:
    """Check a mended line and send it alone; the new file says which line of which file it mends.

    `text` may stand on several lines. Refuses NotFound (of the rejected line), NotAMaker, NoBatch
    for a line that still has its item, and what reading a line refuses; what only the registry
    knows, the worker tells.
    """
    row = told.state(intake_id=intake_id)
    told.error_at(intake=row, number=number)
    line = " ".join(text.split("\n")).replace("\r", "").strip().encode("utf-8", "replace")
    value = canonical.loads(line, max_bytes=LINE_BYTES)
    # A day is local; somewhere it is tomorrow already.
    said = parse_line(value, number=number, today=(at + timedelta(hours=14)).date())
    if isinstance(said, BatteryLine) and said.item is not None:
        raise NoBatch(
            "the line has an item, and alone it stands in no batch",
            pointer="/item",
            remedy="take the item out to register the battery; to attest it, mend the line in the"
            " file and send the whole file again",
        )
    return intakes.take_file(
        pieces=[line + b"\n"],
        media_type=NDJSON,
        encoding="",
        by=by,
        at=at,
        label=intakes.Label(
            name=f"line {number} of {row.name or 'a file'}", mends=row.pk, mends_line=number
        ),
    )
