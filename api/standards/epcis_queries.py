"""Queries of EPCIS 2.0 that have a name: kept by who asks them, and asked by it. [EPCIS 12.8]"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.fields import Document, Moment, Text
from api.http.permissions import Scope, needs
from api.http.resource import repeatable
from api.http.shapes import StrictShape
from api.standards import epcis_asking as asking
from api.standards.epcis_events import AsksEvents
from api.standards.epcis_problems import ROOT, EpcisResource, discoverable
from passport.actions import epcis_query
from passport.queries import epcis_named
from passport.rules.epcis_named import PAGING, NotAQuery
from passport.rules.epcis_query import Query, read_query
from passport.rules.epcis_spelling import STANDARD


class QueryShape(StrictShape):
    catalogue = "epcis-query"

    name = Text(longest=100)
    query = Document(source="asked")


class NamedQueryShape(QueryShape):
    catalogue = "epcis-query"

    createdAt = Moment(source="created_at")  # noqa: N815 - as the standard spells it


class Queries(EpcisResource):
    """The queries that the party has named; POST names one: `{"name": …, "query": {…}}`.

    A query has the parameters of `/epcis/events` as its names. Prefixes are those of
    `GS1-Extensions`, and are kept with it.
    """

    needs = discoverable({"GET": needs(scope=Scope.READ), "POST": needs(scope=Scope.READ)})
    accepts = {"POST": QueryShape}
    answers = {"GET": NamedQueryShape, "POST": NamedQueryShape}
    statuses = {"POST": 201}
    wholes = frozenset({"GET"})

    def get(self, request: Request) -> Response:
        return Response([self._write(each) for each in epcis_named.listing(by=self.party)])

    @repeatable(required=False)
    def post(self, request: Request) -> Response:
        told = self.payload()
        made = epcis_query.name(
            name=told["name"], query=told["asked"], prefixes=asking.prefixes_of(request),
            by=self.party, at=self.at,
        )  # fmt: skip
        return self.one(made, location=f"{ROOT}queries/{quote(made.name, safe='')}")


class NamedQuery(EpcisResource):
    """One query of the party by its name; DELETE ends it."""

    needs = discoverable({"GET": needs(scope=Scope.READ), "DELETE": needs(scope=Scope.READ)})
    answers = {"GET": NamedQueryShape}
    statuses = {"DELETE": 204}

    def get(self, request: Request, query_name: str) -> Response:
        return self.one(epcis_named.by_name(name=query_name, by=self.party))

    def delete(self, request: Request, query_name: str) -> Response:
        epcis_query.end(name=query_name, by=self.party, at=self.at)
        return Response(status=204)


class EventsOfQuery(AsksEvents):
    """The events that a named query finds now, in pages of `perPage`."""

    def get(self, request: Request, **parts: str) -> HttpResponse:
        self.named = epcis_named.by_name(name=parts["query_name"], by=self.party)
        return self.found(request)

    def _query(self, request: Request, given: dict[str, list[str]], parts: Any) -> Query:
        _check_paging(given)
        naming = STANDARD.within({**asking.own_prefix(), **self.named.prefixes})
        return read_query({**self.named.asked, **given}, naming=naming)


def _check_paging(given: Mapping[str, object]) -> None:
    for name in given.keys() - PAGING:
        raise NotAQuery(
            f"a named query asks what it asks, and not {name[:60]}",
            pointer=f"?{name[:60]}",
            remedy="ask /epcis/events with it, or name another query",
        )
