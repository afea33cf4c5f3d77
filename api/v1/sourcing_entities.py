"""The entities behind what a keeper buys: what is told of each, and what each is found to be."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Count, Day, Flag, Moment, Several, Text, Word
from api.http.permissions import Scope, needs
from api.http.resource import Resource, address, repeatable
from api.http.shapes import StrictShape
from api.v1.sourcing_lists import caller, day_of
from passport.actions import sourcing_register
from passport.models.party import Role
from passport.queries import sourcing_register as registers
from passport.queries import sourcing_standing as standings
from passport.rules.sourcing_party import Entity, EntityKind, Standing


def _word(**kwargs: Any) -> Text:
    return Text(longest=200, **kwargs)


class NewSourcingEntity(StrictShape):
    catalogue = "sourcing-entity"

    key = Text(longest=64)
    name = Text(longest=200)
    kind = Word(among=[str(each) for each in EntityKind])
    country = Text(longest=2, empty=True, required=False)
    principal_place = Text(longest=2, empty=True, required=False)
    nationalities = Several(of=lambda: Text(longest=2), required=False)
    us_person = Flag(required=False, allow_null=True)
    registry_id = Text(longest=80, empty=True, required=False)
    publicly_traded = Flag(required=False)
    tax_year_starts = Text(longest=5, required=False)
    also_called = Several(of=_word, required=False)
    complete_on = Day(required=False, allow_null=True)
    source = Text(longest=300, empty=True, required=False)  # type: ignore[assignment]


class SourcingEntityShape(NewSourcingEntity):
    catalogue = "sourcing-entity"

    number = Count()
    recorded_by = Text()
    recorded_at = Moment()


class DeterminationShape(StrictShape):
    catalogue = "sourcing-determination"

    key = Text(source="entity")
    standing = Word(among=[str(each) for each in Standing])
    tested_on = Day()
    clause = Text(empty=True)
    because = Several(of=Text)
    review = Several(of=Text)
    unverified = Several(of=Text)
    reviewer = Text(empty=True)


class SourcingEntities(Resource):
    """The register of the key's party: the latest version of every entity.

    A POST enters an entity, or the next version of the one that bears the key; the same again
    changes nothing. It is looked for on every list of which a copy is held.
    """

    needs = {
        "GET": needs(scope=Scope.READ),
        "POST": needs(Role.KEEPER, scope=Scope.RECORD),
    }
    accepts = {"POST": NewSourcingEntity}
    answers = {"GET": SourcingEntityShape, "POST": SourcingEntityShape}
    wholes = frozenset({"GET"})
    statuses = {"POST": 201}

    def get(self, request: Request) -> Response:
        return self.all(registers.entities_at(owner=self.party, as_of=self.at.date()))

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        source = told.pop("source", "")
        made = sourcing_register.record_entity(
            entity=_entity(told), source=source, who=caller(request), by=self.party, at=self.at
        )
        return self.one(made, location=address("sourcing-entities", made.key, "determination"))


class Determinations(Resource):
    """What every entity is found to be, and why, for a cost of today or of `?cost_on=`."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": DeterminationShape}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return self.all(
            each.determination
            for each in standings.judged(
                owner=self.party,
                as_of=self.at.date(),
                incurred_on=day_of(request, "cost_on", self.at),
            )
        )


class OneDetermination(Resource):
    """What one entity is found to be, and why, for a cost of today or of `?cost_on=`."""

    needs = {"GET": needs(scope=Scope.READ)}
    answers = {"GET": DeterminationShape}

    def get(self, request: Request, entity_key: str) -> Response:
        found = standings.judged_one(
            owner=self.party,
            key=entity_key,
            as_of=self.at.date(),
            incurred_on=day_of(request, "cost_on", self.at),
        )
        return self.one(found[1].determination)


def _entity(told: dict[str, Any]) -> Entity:
    words = {"id": told.pop("key"), "kind": EntityKind(told.pop("kind"))}
    lists = {name: tuple(told.pop(name, ())) for name in ("nationalities", "also_called")}
    return Entity(**(told | words | lists))
