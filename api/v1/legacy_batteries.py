"""Batteries born before passports: registered by who has them in hand, from label and plate."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Day, Digest, Document, Identifier, Moment, Quantity, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.actions import legacy as legacies
from passport.models.battery import Category, Level
from passport.models.party import Role
from passport.queries import legacy
from passport.rules.legacy import FAMILIES, LegacyState, Plate

FINDERS = (Role.KEEPER, Role.WORKSHOP, Role.RECYCLER)


class NewLegacyBattery(StrictShape):
    catalogue = "legacy-battery"

    identity = Text(longest=2000, required=False)
    level = Word(among=Level.values)
    category = Word(among=Category.values)
    nominal_voltage_v = Quantity(places=3)
    capacity_ah = Quantity(places=4)
    mass_kg = Quantity(places=5)
    chemistry = Word(among=FAMILIES, required=False)
    energy_kwh = Quantity(places=5, required=False)
    manufactured_on = Day(required=False)
    maker_name = Text(longest=120, required=False)
    model_name = Text(longest=120, required=False)
    serial = Text(longest=120, required=False)
    photo = Digest(source="photo_sha256", required=False)


class LegacyBatteryShape(StrictShape):
    catalogue = "legacy-battery"

    id = Identifier()
    identity = Text()
    level = Word(among=Level.values)
    category = Word(among=Category.values)
    maker_name = Text(empty=True)
    plate = Document()
    assumed = Several(of=Text)
    photo = Digest(source="photo_sha256", allow_null=True)
    state = Word(among=[str(each) for each in LegacyState])
    refusal = Text(empty=True)
    battery = Identifier(source="battery_id", allow_null=True)
    merged_into = Identifier(source="merged_into_id", allow_null=True)
    asked_at = Moment()
    settled_at = Moment(allow_null=True)
    merged_at = Moment(allow_null=True)


class MakersRecord(StrictShape):
    catalogue = "legacy-battery"

    battery = Identifier()


class LegacyBatteries(Resource):
    """What the key's party has found; POST registers a battery by its label and its plate.

    `identity` is what its label says, where that can be read: a GS1 link or element string, or a
    link on its maker's own domain. Without it the service gives the battery a link of its own. The
    maker is as named on the plate, or unknown; origin is not attested; provenance begins today.
    """

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*FINDERS, scope=Scope.RECORD)}
    accepts = {"POST": NewLegacyBattery}
    answers = {"GET": LegacyBatteryShape, "POST": LegacyBatteryShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 202}

    def get(self, request: Request) -> Response:
        return self.page(legacy.listing, party_id=self.party.pk)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        made = legacies.find(
            identity=told.pop("identity", ""),
            photo_sha256=told.pop("photo_sha256", None),
            plate=Plate(**told),
            by=self.party,
            at=self.at,
        )
        return self.one(made, location=address("legacy-batteries", made.pk))


class LegacyBattery(Resource):
    """One battery that was found, and what has become of it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": LegacyBatteryShape}

    def get(self, request: Request, legacy_id: UUID) -> Response:
        return self.one(legacy.by_id(legacy_id=legacy_id))


class Merger(Resource):
    """Says that its maker has registered it under another name, and handed that record over.

    Both histories are kept; the maker's name answers from then on.
    """

    needs = {"POST": needs(*FINDERS, scope=Scope.RECORD)}
    accepts = {"POST": MakersRecord}
    answers = {"POST": LegacyBatteryShape}
    statuses = {"POST": 202}

    @repeatable(required=False)
    def post(self, request: Request, legacy_id: UUID) -> Response:
        asked = legacies.merge_soon(
            legacy_id=legacy_id, battery_id=self.payload()["battery"], by=self.party, at=self.at
        )
        return self.one(asked, location=address("legacy-batteries", asked.pk))
