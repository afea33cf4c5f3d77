"""Says in which condition a battery may be carried, as somebody judged it, for its papers."""

import uuid
from datetime import datetime

from django.db import transaction

from passport.actions import event
from passport.models import Battery, Party
from passport.queries import dangerous_goods
from passport.rules.custody import NotTheHolder
from passport.rules.dangerous_goods import NotInTheTable, Statement, check_statement
from passport.rules.dangerous_goods_table import Condition
from passport.rules.errors import Malformed
from passport.rules.lifecycle import EventKind
from recycling.models import Quarantine

HARMED = (Condition.DAMAGED, Condition.DAMAGED_CRITICAL, Condition.NOT_KNOWN)


class NotDamaged(Malformed):
    """What is sound is not set apart."""

    code = "not-damaged"
    title = "Only what is damaged, or may be, goes into quarantine"


@transaction.atomic
def judge(
    *,
    battery_id: uuid.UUID,
    condition: Condition,
    assessed_by: str,
    by: Party,
    at: datetime,
    event_id: uuid.UUID,
    assessed_at: datetime | None = None,
    un_number: str = "",
    packing_instruction: str = "",
) -> Quarantine:
    """Keep in which condition a battery in hand is, and what its papers say of it.

    Number and instruction left out follow from chemistry and condition. The same again changes
    nothing. Refuses NotFound, NotTheHolder, NotDamaged, and what check_statement() refuses.
    """
    battery = event.lock(battery_id=battery_id)
    if battery.holder_id != by.pk:
        raise NotTheHolder(
            "the battery is in another party's hands", remedy="ask its holder to have it judged"
        )
    if condition not in HARMED:
        raise NotDamaged(
            f"{condition} is no condition of quarantine",
            pointer="/condition",
            remedy="use " + ", ".join(HARMED),
        )
    when = assessed_at or at
    said = _statement(battery, condition, assessed_by, un_number, packing_instruction, when)
    case = check_statement(
        statement=said,
        inside=dangerous_goods.inside([battery]),
        table=dangerous_goods.table(),
        on=when.date(),
    )
    words: dict[str, object] = case.words() if case is not None else {}
    recorded = event.append(
        battery=battery,
        kind=EventKind.OBSERVED,
        happened_at=when,
        event_id=event_id,
        facts={"seen": "judged for transport", "dangerousGoods": words},
        by=by,
        at=at,
    )
    earlier = Quarantine.objects.filter(event=recorded).first()
    if earlier is not None:
        return earlier
    return Quarantine.objects.create(
        battery=battery,
        recorder=by,
        event=recorded,
        condition=condition,
        case=words,
        assessed_by=assessed_by.strip()[:120],
        assessed_at=when,
        recorded_at=at,
    )


def _statement(
    battery: Battery,
    condition: Condition,
    assessed_by: str,
    un_number: str,
    packing_instruction: str,
    when: datetime,
) -> Statement:
    """What is left out, filled in by the table: first number, first instruction."""
    table, on = dangerous_goods.table(), when.date()
    suggested = dangerous_goods.suggestion(batteries=[battery], on=on)
    number = un_number or (suggested.un_number if suggested else "")
    carried = next((each.carried for each in table.numbers_on(on) if each.un == number), None)
    if carried is None:
        raise NotInTheTable(
            f"the table names no UN number for {battery.model.chemistry or 'an unknown chemistry'}",
            pointer="/un_number",
            remedy="say the number yourself, as in 3480",
        )
    packing = table.packings_for(carried=carried, on=on).get(condition)
    usual = packing.instructions[0] if packing and packing.instructions else ""
    return Statement(
        un_number=number,
        condition=condition,
        packing_instruction=packing_instruction or usual,
        assessed_by=assessed_by,
    )
