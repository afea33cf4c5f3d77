"""The fields of the five kinds of event of EPCIS 2.0, and what each may hold. [EPCIS 7.4]"""

from passport.rules.epcis_json import Json
from passport.rules.epcis_refusals import NamesNothing
from passport.rules.epcis_shapes import any_names, either, list_of, no_names, own_names, record
from passport.rules.epcis_values import (
    Rule,
    boolean,
    matching,
    measured,
    moment,
    number,
    one_of,
    text,
    uri,
    word,
)
from passport.rules.epcis_words import (
    ACTIONS,
    ALERTS,
    BIZ_STEPS,
    COMPONENTS,
    DISPOSITIONS,
    ERROR_REASONS,
    MEASUREMENTS,
    PARTIES,
    TRANSACTIONS,
)

_OFFSET = matching(
    r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)",
    "offset from UTC",
    "write it as +01:00, from -14:00 to +14:00",
)
_UOM = matching(r"[A-Z0-9]{2,3}", "unit of measure", "write its code of UN/ECE Rec 20, as in KGM")
_HEX = matching(r"[A-Fa-f0-9]+", "hexadecimal value", "write digits and the letters A to F")
_URIS = list_of(uri)
DIFFERENT_URIS = list_of(uri, unique=True)

CONTEXT = either(
    list_of(
        either(record({}, others=any_names), uri, chosen=lambda each: isinstance(each, dict)),
        unique=True,
    ),
    either(record({}, others=any_names), uri, chosen=lambda value: isinstance(value, dict)),
    chosen=lambda value: isinstance(value, list),
)
_CERTIFICATES = either(_URIS, uri, chosen=lambda value: isinstance(value, list))
_ERROR = record(
    {"declarationTime": moment, "reason": word(ERROR_REASONS), "correctiveEventIDs": _URIS},
    needed=("declarationTime",),
)
_QUANTITIES = list_of(
    record(
        {"epcClass": uri, "quantity": number, "uom": _UOM}, needed=("epcClass",), others=no_names
    )
)
_PLACE = record({"id": uri}, needed=("id",), others=any_names)
_LASTING = list_of(word(DISPOSITIONS), least=1, unique=True)
_TRANSACTION = record(
    {"type": word(TRANSACTIONS), "bizTransaction": uri},
    needed=("bizTransaction",),
    others=no_names,
)
_FROM_SENSORS: dict[str, Rule] = {
    "time": moment, "deviceID": uri, "deviceMetadata": uri, "rawData": uri,
    "dataProcessingMethod": uri, "bizRules": uri,
}  # fmt: skip
_REPORT = record(
    {
        **_FROM_SENSORS,
        "type": measured(MEASUREMENTS), "exception": measured(ALERTS), "microorganism": uri,
        "chemicalSubstance": uri, "coordinateReferenceSystem": uri, "value": number,
        "component": word(COMPONENTS), "stringValue": text, "booleanValue": boolean,
        "hexBinaryValue": _HEX, "uriValue": uri, "minValue": number, "maxValue": number,
        "meanValue": number, "sDev": number, "percRank": number, "percValue": number, "uom": text,
    },
    needed=("type",),
)  # fmt: skip
_SENSOR = record(
    {
        "sensorMetadata": record({**_FROM_SENSORS, "startTime": moment, "endTime": moment}),
        "sensorReport": list_of(_REPORT, least=1),
    },
    needed=("sensorReport",),
)


def _sides(name: str) -> Rule:
    fields: dict[str, Rule] = {"type": word(PARTIES), name: uri}
    return list_of(record(fields, needed=("type", name), others=no_names))


_SET_OR_UNSET = record({"set": _LASTING, "unset": _LASTING}, others=no_names)


def _lasting(value: Json) -> None:
    _SET_OR_UNSET(value)
    if not value:
        raise NamesNothing('it has neither "set" nor "unset"', remedy="add one, or leave it out")


COMMON: dict[str, Rule] = {
    "@context": CONTEXT,
    "type": text,
    "eventTime": moment,
    "recordTime": moment,
    "eventTimeZoneOffset": _OFFSET,
    "eventID": uri,
    "certificationInfo": _CERTIFICATES,
    "errorDeclaration": _ERROR,
}
_ANY: dict[str, Rule] = {
    **COMMON,
    "bizStep": word(BIZ_STEPS),
    "disposition": word(DISPOSITIONS),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": list_of(_TRANSACTION),
    "sourceList": _sides("source"),
    "destinationList": _sides("destination"),
    "sensorElementList": list_of(_SENSOR),
}
_ACTION = one_of(ACTIONS, "action")
_LASTS: dict[str, Rule] = {
    "persistentDisposition": _lasting,
    "ilmd": record({}, others=own_names),
}
_CHILDREN: dict[str, Rule] = {
    **_ANY, "action": _ACTION, "parentID": uri, "childEPCs": _URIS,
    "childQuantityList": _QUANTITIES,
}  # fmt: skip
FIELDS: dict[str, dict[str, Rule]] = {
    "ObjectEvent": {
        **_ANY, **_LASTS, "action": _ACTION, "epcList": DIFFERENT_URIS, "quantityList": _QUANTITIES,
    },
    "AggregationEvent": _CHILDREN,
    "AssociationEvent": _CHILDREN,
    "TransactionEvent": {
        **_ANY, "action": _ACTION, "parentID": uri, "epcList": _URIS, "quantityList": _QUANTITIES,
        "bizTransactionList": list_of(_TRANSACTION, least=1),
    },
    "TransformationEvent": {
        **_ANY, **_LASTS, "inputEPCList": DIFFERENT_URIS, "inputQuantityList": _QUANTITIES,
        "outputEPCList": DIFFERENT_URIS, "outputQuantityList": _QUANTITIES, "transformationID": uri,
    },
}  # fmt: skip
NEEDED = {
    "ObjectEvent": ("action",),
    "AggregationEvent": ("action",),
    "AssociationEvent": ("action", "parentID"),
    "TransactionEvent": ("action", "bizTransactionList"),
    "TransformationEvent": (),
}
KNOWN = frozenset(name for fields in FIELDS.values() for name in fields)
KINDS = frozenset(FIELDS)
