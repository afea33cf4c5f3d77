"""How batteries stand on a day: what gates ask of their health, for many at once."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from passport.models import Battery, HealthReading, Party
from passport.queries import health
from passport.rules.health import Reading
from recycling.queries import outlook, tables
from recycling.rules.forecast_looks import LEAST_READINGS, of_one_kind
from recycling.rules.standing import DIRECT, STANDS_DAYS, Standing, outweighing, standing

MOST_EACH = 60


def of_batteries(
    *, batteries: Sequence[Battery], beside: outlook.Fleets, on: datetime.date
) -> dict[uuid.UUID, Standing]:
    """The standing of each battery, by its id, beside others; their models are fetched with them.

    Remaining years are counted to the end of a second life, as `fleets()` counts them.
    """
    read = read_of(battery_ids=[each.pk for each in batteries])
    end = tables.ageing().second_life_end
    found = {}
    for each in batteries:
        readings = read.get(each.pk, [])
        looks = of_one_kind(readings)
        if len(looks) < LEAST_READINGS:
            found[each.pk] = standing(readings, on=on)
            continue
        fleet = beside.beside(each, kind=looks[0].kind)
        ahead = outlook.ahead(each, looks=looks, fleet=fleet, threshold=end)
        found[each.pk] = standing(readings, on=on, knee=ahead.knee, ahead=ahead.forecast)
    return found


def of_battery(*, battery: Battery, on: datetime.date) -> Standing:
    """The standing of one battery, beside others of its model in its holder's hands."""
    beside = fleets(by=battery.holder)
    return of_batteries(batteries=[battery], beside=beside, on=on)[battery.pk]


def fleets(*, by: Party) -> outlook.Fleets:
    """Those in the hands of a party that have come to the end of a second life."""
    return outlook.Fleets(by=by, threshold=tables.ageing().second_life_end)


def counts(*, battery_id: uuid.UUID, on: datetime.date) -> HealthReading | None:
    """The reading that counts on that day: the newest one, or the test that it confirms."""
    return _counting(health.counting().filter(battery_id=battery_id), on=on).get(battery_id)


def outweighing_rows(
    rows: QuerySet[HealthReading], *, newest: Mapping[uuid.UUID, str], on: datetime.date
) -> dict[uuid.UUID, HealthReading]:
    """Of batteries by the method of their newest reading, those where an earlier one counts.

    `rows` are their readings; where no direct reading is young enough one question is asked.
    """
    indirect = {pk for pk, method in newest.items() if method not in DIRECT}
    if not indirect:
        return {}
    since = on - datetime.timedelta(days=STANDS_DAYS)
    young = rows.filter(method__in=DIRECT, measured_at__date__gte=since)
    some = set(young.order_by().values_list("battery_id", flat=True)) & indirect
    return _counting(health.counting().filter(battery_id__in=some), on=on) if some else {}


def _counting(
    rows: QuerySet[HealthReading], *, on: datetime.date
) -> dict[uuid.UUID, HealthReading]:
    found: dict[uuid.UUID, list[HealthReading]] = defaultdict(list)
    for row in rows.order_by("battery_id", "measured_at"):
        found[row.battery_id].append(row)
    return {pk: _chosen(some, on=on) for pk, some in found.items()}


def _chosen(rows: Sequence[HealthReading], *, on: datetime.date) -> HealthReading:
    """One of them, oldest first: kinds of health are never mixed, and the newest says which."""
    own = [row for row in rows if row.kind == rows[-1].kind]
    looks = [health.as_reading(row) for row in own]
    best = outweighing(looks, on=on)
    return next(row for row, look in zip(own, looks, strict=True) if look is best)


def read_of(
    *, battery_ids: Sequence[uuid.UUID], most: int = MOST_EACH
) -> Mapping[uuid.UUID, list[Reading]]:
    """The newest readings of each battery that count, oldest first, in one question."""
    rows = health.counting().filter(battery_id__in=battery_ids)
    numbered = rows.annotate(
        place=Window(RowNumber(), partition_by=F("battery"), order_by=F("measured_at").desc())
    ).filter(place__lte=most)
    found: dict[uuid.UUID, list[Reading]] = defaultdict(list)
    for row in numbered.order_by("battery_id", "measured_at"):
        found[row.battery_id].append(health.as_reading(row))
    return found
