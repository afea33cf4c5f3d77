"""Batteries that concern the key's party, and what is inside them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.audiences import disclosed
from api.http.fields import Count, Day, Identifier, Moment, Quantity, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, tagged
from api.http.shapes import StrictShape
from passport.models.battery import Level
from passport.proof.encoding import b64u_encode
from passport.queries import battery, naming
from passport.queries.audience import audiences
from passport.rules.errors import Malformed
from passport.rules.naming_right import Standing


class Salt(Text):
    """Sixteen bytes as a maker signs them: base64url without padding."""

    def to_representation(self, value: Any) -> str:
        return b64u_encode(bytes(value))


class BatteryShape(StrictShape):
    catalogue = "api.battery"

    id = Identifier()
    identity = Text()
    serial = Text()
    maker = Text(source="maker.slug")
    model = Identifier(source="model_id")
    model_code = Text(source="model.code")
    level = Word()
    category = Word(source="model.category")
    chemistry = Text(source="model.chemistry")
    rated_capacity_ah = Quantity(source="model.rated_capacity_ah")
    mass_kg = Quantity(source="model.mass_kg")
    manufactured_on = Day()
    facility = Text(source="facility.name", allow_null=True)
    status = Word()
    state = Word()
    unit = Identifier(source="unit_id")
    holder = Text(source="unit.holder.slug")
    log_salt = Salt(source="salt")
    registered_at = Moment()
    naming = Word(among=[str(each) for each in Standing])
    naming_advice = Text(empty=True)


class ComponentShape(StrictShape):
    catalogue = "component"

    id = Identifier()
    identity = Text()
    level = Word()
    parent = Identifier(source="parent_id")  # type: ignore[assignment]
    position = Text(empty=True)
    depth = Count()


class Disclosed(Resource):
    """Gives each reader of a battery the fields that are for it, and no others."""

    def one(self, record: Any, *, location: str = "") -> Response:
        return super().one(self._with_readers([record])[0], location=location)

    def all(self, records: Iterable[Any]) -> Response:
        return super().all(self._with_readers(list(records)))

    def page(self, fetch: Callable[..., Sequence[Any]], **where: Any) -> Response:
        return super().page(lambda **asked: self._with_readers(fetch(**asked)), **where)

    def _with_readers(self, records: Sequence[Any]) -> Sequence[Any]:
        about = {battery.pk: battery for battery in map(self._battery_of, records)}
        self.readers = audiences(of=about.values(), by=self.party)
        return records

    def _write(self, record: Any) -> dict[str, Any]:
        readers = self.readers[self._battery_of(record).pk]
        values = super()._write(record)
        return disclosed(values, section=self.answers["GET"].catalogue, audiences=readers)

    def _battery_of(self, record: Any) -> Any:
        return record


class Batteries(Disclosed):
    """Batteries that concern the key's party.

    `?identity=` finds one by its canonical URI, `?alias=` by any other name: its maker's serial, a
    code, a DID, what a scanner read.
    """

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": BatteryShape}
    lists = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        if identity := request.GET.get("identity"):
            return self.all([battery.find(identity=identity)])
        if alias := request.GET.get("alias"):
            return self.all([naming.one(text=alias, pointer="?alias")])
        return self.page(battery.listing, party=self.party, **_chosen(request))


class Battery(Disclosed):
    """One battery, with an ETag."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": BatteryShape}

    def get(self, request: Request, battery_id: UUID) -> HttpResponse:
        return tagged(request, self.one(battery.shown(battery_id=battery_id)))


class OfBattery(Resource):
    """The base of what lies below a battery's address; foreign and absent answer alike."""

    @property
    def battery(self) -> Any:
        return battery.by_id(battery_id=self.kwargs["battery_id"])


class Components(Disclosed, OfBattery):
    """Everything inside a battery now, at any depth, parents before children."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": ComponentShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request, battery_id: UUID) -> Response:
        self.outer = self.battery
        return self.all(battery.components(battery=self.outer))

    def _battery_of(self, record: Any) -> Any:
        return self.outer


def _chosen(request: Request) -> dict[str, Any]:
    level, held = request.GET.get("level", ""), request.GET.get("held", "false")
    if level and level not in Level.values:
        known = ", ".join(Level.values)
        raise Malformed(f"no level is named so: {level[:40]}", pointer="?level", remedy=known)
    if held not in ("true", "false"):
        raise Malformed("`held` is true or false", pointer="?held", remedy="write true or false")
    return {"level": level, "held": held == "true"}
