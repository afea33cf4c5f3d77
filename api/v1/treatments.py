"""Treatments: one battery in, fractions out, and the masses close."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from passport.models.party import Role
from recycling.actions import treatment as treatments
from recycling.models.treatment import Process
from recycling.queries import treatment
from recycling.rules.recovery import Fate, Output


class FractionShape(StrictShape):
    catalogue = "fraction"

    material = Text(longest=40)
    mass_kg = Quantity(places=5)
    fate = Word(among=tuple(Fate))


class NewTreatment(StrictShape):
    catalogue = "treatment"

    event_id = Identifier()
    battery = Identifier(source="battery_id")
    mass_in_kg = Quantity(places=5)
    process = Word(among=Process.values)
    fractions = FractionShape(many=True, allow_empty=False, max_length=200)  # type: ignore[call-arg]
    facility = Identifier(source="facility_id", required=False)
    happened_at = Moment(required=False)


class TreatmentShape(StrictShape):
    catalogue = "treatment"

    id = Identifier()
    battery = Identifier(source="battery_id")
    recycler = Text(source="recycler.slug")
    facility = Identifier(source="facility_id", allow_null=True)
    process = Word(among=Process.values)
    chemistry = Text()
    mass_in_kg = Quantity()
    mass_out_kg = Quantity()
    efficiency = Quantity()
    efficiency_floor = Quantity(allow_null=True)
    tables_version = Text()
    fractions = FractionShape(many=True)
    treated_at = Moment()
    booked_at = Moment()


class Treatments(Resource):
    """The treatments that the key's party booked; POST books one."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(Role.RECYCLER, scope=Scope.TREAT)}
    accepts = {"POST": NewTreatment}
    answers = {"GET": TreatmentShape, "POST": TreatmentShape}
    lists = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.page(treatment.listing, recycler=self.party)

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        made = treatments.book(**_booking(self.payload()), by=self.party, at=self.at)
        return self.one(made, location=address("treatments", made.pk))


class Treatment(Resource):
    """One treatment, with its fractions."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": TreatmentShape}

    def get(self, request: Request, treatment_id: UUID) -> Response:
        return self.one(treatment.by_id(treatment_id=treatment_id))


def _booking(values: dict[str, Any]) -> dict[str, Any]:
    fractions = values.pop("fractions")
    values["fractions"] = [Output(**row | {"fate": Fate(row["fate"])}) for row in fractions]
    values["process"] = Process(values["process"])
    return values
