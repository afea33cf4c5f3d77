"""What an event of EPCIS means in the life of a battery, where this service has a word for it.

An EPCIS document speaks for one side. So it never hands over, retires or treats: those are
recorded by their own acts, to which the other side agrees or in which masses balance. Commissioning
in EPCIS gives an object its name, as a registration here does; into service goes what is installed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import cast

from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_moments import utc_text
from passport.rules.epcis_spelling import Naming
from passport.rules.health import Method, Reading, make_reading
from passport.rules.lifecycle import EventKind

# CBV has no word for it; whatever vocabulary it is from, this is its last part.
STATE_OF_HEALTH = "StateOfHealth"
# UN/ECE Rec 20: per cent, and one.
_SCALE = {"P1": Decimal("0.01"), "C62": Decimal(1), None: Decimal(1)}
_LONGEST_SOURCE = 200
NAMING_FIELDS = ("epcList", "parentID", "childEPCs", "inputEPCList", "outputEPCList")
_JOINS = ("AssociationEvent", "AggregationEvent")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The native kind; OBSERVED where there is none. `reading` is of HEALTH_READ alone.

    `inside`: it holds only for a battery that goes into something which is no battery known here.
    """

    kind: EventKind
    reading: Reading | None = None
    inside: bool = False


_OBSERVED = Meaning(EventKind.OBSERVED)


def meaning_of(event: Mapping[str, Json], *, naming: Naming) -> Meaning:
    """What an event means that check_event() has passed; an error declaration means nothing new."""
    if "errorDeclaration" in event:
        return _OBSERVED
    step = event.get("bizStep")
    if step == "repairing" and event.get("action") == "OBSERVE":
        return Meaning(EventKind.REPAIRED)
    if "damaged" in _dispositions(event):
        return Meaning(EventKind.INCIDENT)
    if step == "installing" and event.get("action") == "ADD" and event["type"] in _JOINS:
        return Meaning(EventKind.COMMISSIONED, inside=True)
    if "sensorElementList" in event and event["type"] == "ObjectEvent":
        reading = _reading(event, naming)
        if reading is not None:
            return Meaning(EventKind.HEALTH_READ, reading)
    return _OBSERVED


def names_in(event: Mapping[str, Json], *, naming: Naming) -> list[str]:
    """The single objects that an event is about, each once: canonical links of EPCs, other URIs."""
    return together(
        {field: named(event[field], naming=naming) for field in NAMING_FIELDS if field in event}
    )


def named(value: Json, *, naming: Naming) -> list[str]:
    """The objects that the value of such a field names."""
    members = value if isinstance(value, list) else (value,)
    return [] if value is None else [naming.value(each) for each in members]


def together(found: Mapping[str, Iterable[str]]) -> list[str]:
    """The single objects of an event, each once, of those that its fields name."""
    several = [found[field] for field in NAMING_FIELDS if field in found]
    return list(dict.fromkeys(chain.from_iterable(several)))


def _dispositions(event: Mapping[str, Json]) -> Iterator[Json]:
    yield event.get("disposition")
    lasting = event.get("persistentDisposition")
    if isinstance(lasting, dict):
        yield from cast(list[Json], lasting.get("set", []))


def _reading(event: Mapping[str, Json], naming: Naming) -> Reading | None:
    """The one state of health that sensors report; of several, nobody knows which counts."""
    if "@context" in event:
        naming = naming.within(event["@context"])
    found = list(_reports(event, naming))
    if len(found) != 1:
        return None
    about, report = found[0]
    scale = _SCALE.get(cast("str | None", report.get("uom")))
    value = _figure(report, ("value", "meanValue"), scale)
    if scale is None or value is None:
        return None
    tested = event.get("bizStep") in ("inspecting", "sampling")
    return make_reading(
        soh=value,
        soh_low=_figure(report, ("minValue",), scale),
        soh_high=_figure(report, ("maxValue",), scale),
        method=Method.TESTED if tested else Method.BMS_REPORTED,
        source=_source(event, report, about),
        measured_at=_moment(event, report, about),
    )


def _reports(
    event: Mapping[str, Json], naming: Naming
) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    for each in cast(list[dict[str, Json]], event["sensorElementList"]):
        about = cast(dict[str, Json], each.get("sensorMetadata", {}))
        for report in cast(list[dict[str, Json]], each["sensorReport"]):
            kind = cast(str, report["type"])
            if kind.endswith(STATE_OF_HEALTH):
                whole = naming.value(kind)
                if whole[: -len(STATE_OF_HEALTH)].endswith(("/", "#", ":")):
                    yield about, report


def _figure(
    report: Mapping[str, Json], fields: Iterable[str], scale: Decimal | None
) -> Decimal | None:
    found = next((report[name] for name in fields if name in report), None)
    if scale is None or not isinstance(found, Number):
        return None
    return found.value * scale


def _source(event: Mapping[str, Json], *places: Mapping[str, Json]) -> str:
    named = next((place["deviceID"] for place in places if "deviceID" in place), None)
    return str(named or event.get("eventID") or "EPCIS")[:_LONGEST_SOURCE]


def _moment(event: Mapping[str, Json], *places: Mapping[str, Json]) -> datetime:
    for name in ("time", "endTime"):
        for place in places:
            if name in place:
                return datetime.fromisoformat(utc_text(cast(str, place[name])))
    return datetime.fromisoformat(utc_text(cast(str, event["eventTime"])))
