"""What a desk shows of the end of one battery: gates, tests, quarantine, the way out of waste."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from passport.models import Battery, Party, PassportLink
from passport.queries import naming
from passport.queries.battery import unknown
from passport.queries.desk import BatteryLine, lines
from passport.queries.party import others
from recycling.models import EvidenceFile, GateCheck, Quarantine, TestOrder
from recycling.queries import gate_check, second_life, testing


@dataclass(frozen=True)
class End:
    """One battery at the end of a life; `gates` is what they say now, `checks` what was kept."""

    line: BatteryLine
    route: str
    rules_version: str
    gates: tuple[dict[str, Any], ...]
    checks: tuple[GateCheck, ...]
    tests: tuple[TestOrder, ...]
    quarantine: Quarantine | None
    files: tuple[EvidenceFile, ...]
    follows: tuple[PassportLink, ...]
    goes_on: tuple[PassportLink, ...]
    testers: tuple[tuple[uuid.UUID, str], ...]
    test_undone: bool

    @property
    def shut(self) -> tuple[dict[str, Any], ...]:
        """The gates that keep it from being offered, those that decide first."""
        found = [each for each in self.gates if each["route"] != "A"]
        return tuple(sorted(found, key=lambda each: each["route"] != self.route))

    @property
    def passed(self) -> tuple[TestOrder, ...]:
        """The tests that may stand in a file of Article 73."""
        if self.test_undone:
            return ()
        return tuple(each for each in self.tests if each.verdict == "PASSED")

    @property
    def under_way(self) -> TestOrder | None:
        """The test that is ordered or booked."""
        return next((each for each in self.tests if each.state in ("ORDERED", "BOOKED")), None)

    @property
    def deciding(self) -> tuple[dict[str, Any], ...]:
        """The gates that send it where it goes."""
        if self.route == "A":
            return ()
        return tuple(each for each in self.gates if each["route"] == self.route)


def end(*, party: Party, battery_id: uuid.UUID, on: datetime.date) -> End:
    """All of it, for whom its health is. Refuses NotFound."""
    battery = Battery.objects.select_related("model").filter(pk=battery_id).first()
    if battery is None:
        raise unknown()
    line = lines([battery], party_id=party.pk)[0]
    if not line.health_told:
        raise unknown()
    asked = gate_check.ask(battery=battery, on=on)
    follows, goes_on = second_life.links(battery=battery)
    return End(
        line=line,
        route=asked.outcome.route.value,
        rules_version=asked.outcome.rules_version,
        gates=tuple(asked.rows()),
        checks=tuple(gate_check.listing(battery=battery, limit=20)),
        tests=tuple(testing.of_battery(battery=battery)),
        quarantine=quarantine(battery=battery),
        files=tuple(second_life.files(battery=battery)),
        follows=tuple(follows),
        goes_on=tuple(goes_on),
        testers=_testers(party),
        test_undone=asked.seen.test_undone,
    )


def quarantine(*, battery: Battery) -> Quarantine | None:
    """How it was judged last; None where nobody has."""
    rows = Quarantine.objects.filter(battery=battery).select_related("recorder")
    return rows.order_by("-assessed_at", "-id").first()


def _testers(party: Party) -> tuple[tuple[uuid.UUID, str], ...]:
    """The party itself, and every workshop."""
    own = (party.pk, party.name)
    return (own, *((each.id, each.name) for each in others(party_id=party.pk, role="WORKSHOP")))


def tested_line(*, test: TestOrder) -> Battery | None:
    """The battery of a test, where it still concerns the reader."""
    return Battery.objects.select_related("model").filter(pk=test.battery_id).first()


def shown(*, ids: Iterable[uuid.UUID], party_id: uuid.UUID) -> tuple[BatteryLine, ...]:
    """Batteries by id, as far as the party sees them."""
    rows = Battery.objects.filter(pk__in=list(ids)).select_related("model").order_by("serial")
    return lines(rows, party_id=party_id)


def named(*, texts: Sequence[str]) -> list[uuid.UUID]:
    """Batteries under any of their names. Refuses UnknownBattery and its like."""
    found = []
    for text, each in zip(texts, naming.look_up(names=list(texts)), strict=True):
        if each.battery is None:
            raise (each.refusal or naming.UnknownBattery(text)).pointing("/others")
        found.append(each.battery.pk)
    return found
