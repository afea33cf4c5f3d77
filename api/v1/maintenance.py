"""What is due in a fleet: which unit, module or string, why, by when, and at which site."""

from datetime import date

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Flag, Identifier, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape
from recycling.queries import maintenance
from recycling.rules.maintenance import Trigger


class DueShape(StrictShape):
    catalogue = "maintenance.due"

    battery = Identifier(source="battery_id")
    serial = Text()
    level = Word()
    position = Text(empty=True)
    unit = Identifier(source="unit_id")
    unit_serial = Text()
    site = Identifier(source="site.id", allow_null=True)
    site_name = Text(source="site.name", empty=True)
    trigger = Word(among=tuple(Trigger), source="task.trigger")
    value = Quantity(source="task.value", allow_null=True)
    limit = Quantity(source="task.limit", allow_null=True)
    due_on = Day(source="task.due_on")
    drifting = Flag(source="task.drifting")


class UpkeepShape(StrictShape):
    catalogue = "maintenance"

    on = Day()
    looked_at = Count()
    in_all = Count()
    items = DueShape(many=True, source="lines")


class Maintenance(Resource):
    """What is out of its limits today in the batteries in your hands, or will be within a year.

    The soonest first. `value` and `limit` are in the unit of what the trigger watches: `ISOLATION`
    ohm a volt; `HOT` degrees Celsius; `DROPPED`, `SPREAD`, `WEAK` fractions of health;
    `CELL_SPREAD` mV; `SELF_DISCHARGE` per cent a month; `RESISTANCE` times new; `END_OF_LIFE`
    years; `OVERDUE` days. `drifting`: the limit is not passed yet, and will be on `due_on` if it
    goes on so. `?site=` is the id of a facility, or `none`. At most 2,000 units are looked at,
    `looked_at` of `in_all`.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": UpkeepShape}

    def get(self, request: Request) -> Response:
        today = self.at.date()
        found = maintenance.upkeep(by=self.party, on=today, site=request.GET.get("site", "")[:36])
        return self.one(_Told(found, today))


class _Told:
    """The list with the day that it is of."""

    def __init__(self, found: maintenance.Upkeep, on: date) -> None:
        self.on, self.lines = on, found.lines
        self.looked_at, self.in_all = found.looked_at, found.in_all
