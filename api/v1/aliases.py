"""Other names of a battery: read by whom it concerns, given by its maker or whoever holds it."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Moment, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import repeatable
from api.http.shapes import StrictShape
from api.v1.batteries import Disclosed, OfBattery
from api.v1.events import HANDS
from passport.actions import alias as names
from passport.queries import alias
from passport.rules.aliases import LONGEST, MOST, AliasScheme


class NewAlias(StrictShape):
    catalogue = "alias"

    scheme = Word(among=tuple(AliasScheme))
    value = Text(longest=LONGEST)


class NewAliases(StrictShape):
    catalogue = "aliases"

    aliases = NewAlias(many=True, max_length=MOST)  # type: ignore[call-arg]


class AliasShape(StrictShape):
    catalogue = "alias"

    scheme = Word(among=tuple(AliasScheme))
    value = Text()
    given_by = Text(source="party.slug")
    named_at = Moment()


class Aliases(Disclosed, OfBattery):
    """The other names of a battery; POST gives it some, all or none, and answers with all."""

    needs = {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.REGISTER)}
    accepts = {"POST": NewAliases}
    answers = {"GET": AliasShape, "POST": AliasShape}
    wholes = frozenset({"GET", "POST"})

    def _battery_of(self, record: Any) -> Any:
        return record.battery

    def get(self, request: Request, battery_id: UUID) -> Response:
        return self.all(alias.of_battery(battery=self.battery))

    @repeatable(required=False)
    def post(self, request: Request, battery_id: UUID) -> Response:
        sent = self.payload()
        return self.all(names.give(**sent, battery_id=battery_id, by=self.party, at=self.at))
