"""Every address of EPCIS 2.0, as the standard names them. [EPCIS 12]"""

from django.urls import URLPattern, path

from api.standards import epcis_capture, epcis_events, epcis_queries

addresses: list[URLPattern] = [
    path("epcis/capture", epcis_capture.Captures.as_view()),
    path("epcis/capture/<uuid:capture_id>", epcis_capture.Capture.as_view()),
    path("epcis/", epcis_events.Root.as_view()),
    path("epcis/events", epcis_events.Events.as_view()),
    path("epcis/events/<path:event_name>", epcis_events.Event.as_view()),
    path("epcis/eventTypes", epcis_events.EventTypes.as_view()),
    path("epcis/eventTypes/<path:event_type>/events", epcis_events.EventsOfType.as_view()),
    path("epcis/epcs/<path:epc>/events", epcis_events.EventsOfEpc.as_view()),
    path("epcis/bizSteps", epcis_events.BizSteps.as_view()),
    path("epcis/bizSteps/<path:step>/events", epcis_events.EventsOfStep.as_view()),
    path("epcis/bizLocations", epcis_events.BizLocations.as_view()),
    path("epcis/bizLocations/<path:location>/events", epcis_events.EventsOfLocation.as_view()),
    path("epcis/readPoints", epcis_events.ReadPoints.as_view()),
    path("epcis/readPoints/<path:place>/events", epcis_events.EventsOfReadPoint.as_view()),
    path("epcis/dispositions", epcis_events.Dispositions.as_view()),
    path(
        "epcis/dispositions/<path:disposition>/events", epcis_events.EventsOfDisposition.as_view()
    ),
    path("epcis/queries", epcis_queries.Queries.as_view()),
    path("epcis/queries/<str:query_name>", epcis_queries.NamedQuery.as_view()),
    path("epcis/queries/<str:query_name>/events", epcis_queries.EventsOfQuery.as_view()),
    path("epcis/nextPageToken/<str:token>", epcis_events.NextPageToken.as_view()),
]
