"""Out of use and into another: quarantine, waste, the file of Article 73, and new passports."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Digest, Document, Identifier, Moment, Quantity, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.events import HANDS
from passport.queries import battery as batteries
from passport.rules.dangerous_goods_table import Condition
from recycling.actions import quarantine, second_life, waste
from recycling.models.second_life import SecondLifeState
from recycling.queries import second_life as second_lives
from recycling.rules.second_life import CATEGORIES, LEVELS, MOST, Ways


class NewQuarantine(StrictShape):
    catalogue = "quarantine"

    event_id = Identifier()
    condition = Word(among=tuple(Condition))
    assessed_by = Text(longest=120, empty=True)
    assessed_at = Moment(required=False)
    un_number = Text(longest=4, required=False)
    packing_instruction = Text(longest=10, required=False)


class QuarantineShape(StrictShape):
    catalogue = "quarantine"

    id = Identifier()
    battery = Identifier(source="battery_id")
    condition = Word(among=tuple(Condition))
    case = Document()
    assessed_by = Text(empty=True)
    assessed_at = Moment()


class Quarantines(Resource):
    """Say in which condition a battery in hand is; the answer has what its papers say."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewQuarantine}
    answers = {"POST": QuarantineShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        told = self.payload()
        told["condition"] = Condition(told["condition"])
        made = quarantine.judge(battery_id=battery_id, **told, by=self.party, at=self.at)
        return self.one(made)


class NewWaste(StrictShape):
    catalogue = "waste"

    event_id = Identifier()


class WasteShape(StrictShape):
    catalogue = "waste"

    id = Identifier()
    battery = Identifier(source="battery_id")
    happened_at = Moment()


class WasteDeclarations(Resource):
    """Say that a retired battery in hand is discarded: from now on it is waste."""

    needs = {"POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewWaste}
    answers = {"POST": WasteShape}
    statuses = {"POST": 201}

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        told = self.payload()
        return self.one(waste.declare(battery_id=battery_id, **told, by=self.party, at=self.at))


class NewFile(StrictShape):
    catalogue = "evidence-file"

    test = Identifier(source="test_id")
    contract = Digest()
    transport = Digest()


class FileShape(StrictShape):
    catalogue = "evidence-file"

    id = Identifier()
    battery = Identifier(source="battery_id")
    test = Identifier(source="test_id")
    contract = Digest(source="contract_id")
    transport = Digest(source="transport_id")
    made_at = Moment()


class EvidenceFiles(Resource):
    """The files of Article 73 of a battery; POST assembles one of a test and two documents.

    With it the battery may leave waste: as a second life, which begins with a new passport.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewFile}
    answers = {"GET": FileShape, "POST": FileShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request, battery_id: UUID) -> Response:
        battery = batteries.by_id(battery_id=battery_id)
        return self.all(second_lives.files(battery=battery))

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        made = waste.assemble(battery_id=battery_id, **self.payload(), by=self.party, at=self.at)
        return self.one(made)


class NewBattery(StrictShape):
    catalogue = "second-life.battery"

    name = Text(longest=120, required=False)
    identity = Text(required=False)
    level = Word(among=LEVELS, required=False)
    category = Word(among=CATEGORIES, required=False)
    rated_capacity_ah = Quantity(places=4, required=False)
    rated_energy_kwh = Quantity(places=5, required=False)
    nominal_voltage_v = Quantity(places=3, required=False)
    minimum_voltage_v = Quantity(places=3, required=False)
    maximum_voltage_v = Quantity(places=3, required=False)
    mass_kg = Quantity(places=5, required=False)


class NewSecondLife(StrictShape):
    catalogue = "second-life"

    status = Word(among=tuple(Ways))
    originals = Several(of=Identifier, most=MOST)
    batteries = NewBattery(many=True, allow_empty=False, max_length=MOST)  # type: ignore[call-arg]


class SecondLifeShape(StrictShape):
    catalogue = "second-life"

    id = Identifier()
    status = Word(among=tuple(Ways))
    originals = Several(of=Identifier)
    made = Several(of=Identifier)
    state = Word(among=SecondLifeState.values)
    refusal = Text(empty=True)
    asked_at = Moment()
    settled_at = Moment(allow_null=True)


class SecondLives(Resource):
    """The second lives that the key's party began; POST asks for one.

    `originals` are retired batteries in hand: several go on as one, or one as several. A worker
    registers the new ones, whose passports follow on the old; the party answers for them.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    accepts = {"POST": NewSecondLife}
    answers = {"GET": SecondLifeShape, "POST": SecondLifeShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}

    def get(self, request: Request) -> Response:
        return self.page(second_lives.listing, party=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        lines = [_plain(each) for each in told.pop("batteries")]
        made = second_life.ask(**told, lines=lines, by=self.party, at=self.at)
        return self.one(made, location=address("second-lives", made.pk))


class SecondLife(Resource):
    """One second life of the key's party: what became of it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": SecondLifeShape}

    def get(self, request: Request, second_life_id: UUID) -> Response:
        return self.one(second_lives.by_id(second_life_id=second_life_id))


def _plain(values: dict[str, Any]) -> dict[str, str]:
    """A line as JSON keeps it: decimals as strings."""
    return {
        name: value if isinstance(value, str) else format(value, "f")
        for name, value in values.items()
    }
