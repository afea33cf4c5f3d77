"""Battery models: what all batteries of a type share. They come in by intake."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Document, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape
from passport.queries import model


class ModelShape(StrictShape):
    catalogue = "api.model"

    id = Identifier()
    code = Text()
    name = Text()
    maker = Text(source="maker.slug")
    level = Word()
    category = Word()
    chemistry = Text()
    gtin = Text()
    rated_capacity_ah = Quantity()
    rated_energy_kwh = Quantity()
    nominal_voltage_v = Quantity()
    minimum_voltage_v = Quantity()
    maximum_voltage_v = Quantity()
    mass_kg = Quantity()
    facts = Document()
    registered_at = Moment()


class Models(Resource):
    """The models that the key's party registered."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ModelShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.page(model.listing, party=self.party)


class Model(Resource):
    """One model, whoever made it."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ModelShape}

    def get(self, request: Request, model_id: UUID) -> Response:
        return self.one(model.find(model_id=model_id))
