"""Battery models: what all batteries of a type share. They come in by intake."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.audiences import disclosed
from api.http.fields import Document, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource
from api.http.shapes import StrictShape
from passport.queries import model
from passport.rules.disclosure import audiences_of


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


class OfMaker(Resource):
    """Gives a model's maker all of it, and others what is for anybody; a passport tells the rest.

    A model concerns nobody but its maker: who holds a battery of it reads that battery's passport.
    """

    def _write(self, record: Any) -> dict[str, Any]:
        made = record.maker_id == self.party.pk
        readers = audiences_of(roles=(), concerned=False, responsible=made)
        values = super()._write(record)
        return disclosed(values, section=ModelShape.catalogue, audiences=readers)


class Models(OfMaker):
    """The models that the key's party registered."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ModelShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.page(model.listing, party=self.party)


class Model(OfMaker):
    """One model, whoever made it; its `facts` for its maker alone."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ModelShape}

    def get(self, request: Request, model_id: UUID) -> Response:
        return self.one(model.find(model_id=model_id))
