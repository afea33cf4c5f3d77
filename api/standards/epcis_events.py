"""Events of EPCIS 2.0 are asked for: by query, by name, and below what they are about."""

from typing import Any, ClassVar
from urllib.parse import quote

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from api.http.permissions import Scope, needs
from api.standards import epcis_asking as asking
from api.standards.epcis_capture import HANDS, TakesEvents
from api.standards.epcis_problems import ROOT, EpcisResource, discoverable
from passport.queries import epcis_found, epcis_values
from passport.rules import epcis_answer
from passport.rules.epcis_native import STANDARD_CONTEXT
from passport.rules.epcis_query import Query, read_query
from passport.rules.errors import NotFound


class AsksEvents(EpcisResource):
    """The base of what answers with events: a page of an EPCISQueryDocument."""

    needs = discoverable({"GET": needs(scope=Scope.READ)})
    forms = {"GET": (asking.MEDIA_TYPE,)}
    # Parameters that the address itself says, from its parts.
    says_of: ClassVar[dict[str, str]] = {}

    def get(self, request: Request, **parts: str) -> HttpResponse:
        return self.found(request, **parts)

    def found(self, request: Request, **parts: str) -> HttpResponse:
        form = asking.format_of(request)
        given = asking.parameters(request)
        at, by = self.at, self.party
        after = asking.place_of(request, given, by, at)
        query = self._query(request, given, parts)
        page = epcis_found.page(query=query, by=by, stem=asking.stem(), at=at, after=after)
        if parts and not page.told and not epcis_found.exists(query=self._of(parts), by=by):
            raise NotFound("there are no events of this name to be seen here")
        told = asking.translated(page.told, form=form)
        text = epcis_answer.answer(told=told, stem=asking.stem(), at=at)
        return asking.with_next(
            asking.answered(text, form=form), request, page, given=given, by=by, at=at
        )

    def _query(self, request: Request, given: dict[str, list[str]], parts: dict[str, str]) -> Query:
        query = read_query(given, naming=asking.naming_for(request))
        # Both hold: what the address says narrows what its parameters ask.
        query.conditions += self._of(parts).conditions
        return query

    def _of(self, parts: dict[str, str]) -> Query:
        own = {self.says_of[name]: [value] for name, value in parts.items()}
        return read_query(own, naming=asking.naming_for(self.request))


class Events(TakesEvents, AsksEvents):
    """GET finds events by the parameters of the EPCIS 2.0 SimpleEventQuery, newest first.

    Values of one parameter are alternatives, several parameters hold together. Events are told
    as they were received, native ones as EPCIS says them. POST takes one event, and answers when
    it is recorded: 201, or 200 where it was before.
    """

    needs = discoverable(
        {"GET": needs(scope=Scope.READ), "POST": needs(*HANDS, scope=Scope.RECORD)}
    )


class Event(EpcisResource):
    """One event by its percent-coded eventID: an EPCISQueryDocument where it was declared wrong,
    with its declaration; else the event alone.
    """

    needs = discoverable({"GET": needs(scope=Scope.READ)})
    forms = {"GET": (asking.MEDIA_TYPE,)}

    def get(self, request: Request, event_name: str) -> HttpResponse:
        form = asking.format_of(request)
        query = Query(names=[event_name], order="recordTime", ascending=True)
        found = epcis_found.page(query=query, by=self.party, stem=asking.stem(), at=self.at)
        told = asking.translated(found.told, form=form)
        if not told:
            raise NotFound("no event of this eventID is to be seen here")
        if len(told) == 1:
            return asking.answered(epcis_answer.alone(told=told[0], stem=asking.stem()), form=form)
        text = epcis_answer.answer(told=told, stem=asking.stem(), at=self.at)
        return asking.answered(text, form=form)


class EventsOfType(AsksEvents):
    """The events of one type."""

    says_of = {"event_type": "eventType"}


class EventsOfEpc(AsksEvents):
    """The events that name one object, in whatever part."""

    says_of = {"epc": "MATCH_anyEPC"}


class EventsOfStep(AsksEvents):
    """The events of one business step."""

    says_of = {"step": "EQ_bizStep"}


class EventsOfDisposition(AsksEvents):
    """The events with one disposition."""

    says_of = {"disposition": "EQ_disposition"}


class EventsOfLocation(AsksEvents):
    """The events after which things were at one location."""

    says_of = {"location": "EQ_bizLocation"}


class EventsOfReadPoint(AsksEvents):
    """The events that took place at one read point."""

    says_of = {"place": "EQ_readPoint"}


class Members(EpcisResource):
    """A list of names of EPCIS, each with the address of what lies below it."""

    needs = discoverable({"GET": needs(scope=Scope.READ)})
    parameter: ClassVar[str] = ""
    folder: ClassVar[str] = ""

    def get(self, request: Request) -> Response:
        return self._listed(epcis_values.values(parameter=self.parameter, by=self.party))

    def _listed(self, names: Any) -> Response:
        body = {
            "@context": STANDARD_CONTEXT,
            "type": "Collection",
            "member": list(names),
        }
        response = Response(body)
        if self.folder:
            places = [f"{ROOT}{self.folder}/{quote(name, safe='')}/events" for name in names]
            response["Link"] = ", ".join(f'<{each}>; rel="item"' for each in places[:50])
        return response


class Root(Members):
    """What lies below this address."""

    def get(self, request: Request) -> Response:
        return self._listed(
            ["capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints",
             "dispositions", "queries"]
        )  # fmt: skip


class EventTypes(Members):
    """The types of events that the party sees any of, and the standard's own."""

    parameter = "eventType"
    folder = "eventTypes"


class BizSteps(Members):
    """The business steps of the events that the party sees."""

    parameter = "bizStep"
    folder = "bizSteps"


class BizLocations(Members):
    """The business locations of the events that the party sees."""

    parameter = "bizLocation"
    folder = "bizLocations"


class ReadPoints(Members):
    """The read points of the events that the party sees."""

    parameter = "readPoint"
    folder = "readPoints"


class Dispositions(Members):
    """The dispositions of the events that the party sees."""

    parameter = "disposition"
    folder = "dispositions"


class NextPageToken(EpcisResource):
    """DELETE says that a token is done with; nothing is kept of it here, and it ends by itself."""

    needs = discoverable({"DELETE": needs(scope=Scope.READ)})

    def delete(self, request: Request, token: str) -> Response:
        try:
            asking.opened(token, at=self.at)
        except asking.NoSuchPage as refusal:
            raise NotFound(refusal.detail, remedy=refusal.remedy) from None
        return Response(status=204)
