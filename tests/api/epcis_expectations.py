"""Addresses of EPCIS below /epcis/ that are asked for events, and who finds some there."""

from __future__ import annotations

# Who sees the kept pack of the stage.
SEES = "maker keeper authority"
# What is asked of events of the kept pack; none of them says where it was.
EPCIS_LISTS = (
    "", "events", "eventTypes", "bizSteps", "bizLocations", "readPoints", "dispositions",
    "queries",
)  # fmt: skip
# The retired pack is offered to the recycler.
OFFERED = "maker keeper recycler authority"
EPCIS_BELOW = {
    "events/<path:event_name>": SEES,
    "eventTypes/<path:event_type>/events": OFFERED,
    "epcs/<path:epc>/events": SEES,
    "bizSteps/<path:step>/events": OFFERED,
    "bizLocations/<path:location>/events": "",
    "readPoints/<path:place>/events": "",
    "dispositions/<path:disposition>/events": OFFERED,
    "queries/<str:query_name>": "maker",
    "queries/<str:query_name>/events": "maker",
    "nextPageToken/<str:token>": "",
}
EPCIS_QUERY = {"name": "mine", "query": {"EQ_bizStep": ["shipping"]}}
