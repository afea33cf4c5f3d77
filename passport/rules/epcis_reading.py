"""A reading of state of health as EPCIS says it: sensor reports with units of UN/ECE Rec 20."""

from decimal import Decimal
from typing import Final

from passport.rules.epcis import Event
from passport.rules.epcis_json import Json, Number
from passport.rules.epcis_native import Native, own_fields, stamp

# What measures a state of health, beside it: the kind of measurement and its unit (UN/ECE Rec 20).
MEASURES: Final = {
    "resistance_ratio": ("bat:ResistanceRatio", "C62"),
    "capacity_ah": ("bat:Capacity", "AMH"),
    "equivalent_cycles": ("bat:EquivalentFullCycles", "C62"),
    "minimum_cell_v": ("bat:MinimumCellVoltage", "VLT"),
    "cell_spread_mv": ("bat:CellVoltageSpread", "2Z"),
    "isolation_ohm_per_v": ("bat:IsolationResistancePerVolt", ""),
    "self_discharge_percent_per_month": ("bat:SelfDischargePerMonth", "P1"),
    "module_spread": ("bat:ModuleHealthSpread", "C62"),
    "highest_temperature_c": ("bat:HighestTemperature", "CEL"),
}
# Of what the fraction is; capacity where nothing is said.
_KINDS: Final = {"ENERGY": "bat:StateOfHealthEnergy", "CERTIFIED_ENERGY": "bat:CertifiedEnergyLeft"}
_HEALTH: Final = frozenset({"soh", "soh_low", "soh_high", "method", "kind", *MEASURES})


def object_event(native: Native, *, action: str = "OBSERVE", step: str, disposition: str) -> Event:
    """What an event about one battery begins with."""
    return {
        "type": "ObjectEvent",
        "action": action,
        "epcList": [native.subject] if native.subject else [],
        "bizStep": step,
        "disposition": disposition,
    }


def health_read(native: Native) -> list[Event]:
    """The reading with its interval and what was measured beside it; its method is a process."""
    method = str(native.facts["method"])
    step = "sensor_reporting" if method == "BMS_REPORTED" else "inspecting"
    found = object_event(native, step=step, disposition="active")
    found["sensorElementList"] = [
        {
            "sensorMetadata": {
                "time": stamp(native.happened_at),
                "dataProcessingMethod": native.own(f"method/{method.lower()}"),
            },
            "sensorReport": [_soh(native), *_beside(native)],
        }
    ]
    return [found | own_fields(native.facts, but=_HEALTH)]


def _soh(native: Native) -> Json:
    """A fraction of what was rated, as per cent. [Rec 20: P1]"""
    kind = _KINDS.get(str(native.facts.get("kind")), "bat:StateOfHealth")
    report: dict[str, Json] = {"type": kind}
    for fact, name in (("soh", "value"), ("soh_low", "minValue"), ("soh_high", "maxValue")):
        if fact in native.facts:
            percent = (Decimal(str(native.facts[fact])) * 100).normalize()
            report[name] = Number(f"{percent:f}")
    return report | {"uom": "P1"}


def _beside(native: Native) -> list[Json]:
    found: list[Json] = []
    for fact, (kind, uom) in MEASURES.items():
        if fact in native.facts:
            report: dict[str, Json] = {"type": kind, "value": Number(str(native.facts[fact]))}
            found.append(report | ({"uom": uom} if uom else {}))
    return found
