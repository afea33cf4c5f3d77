"""Every parameter of EPCIS finds what it asks for, and what is no parameter is refused."""

from __future__ import annotations

import pytest

from tests.api.epcis_asked import PACK, STEM, found, stage
from tests.api.stage import Stage

__all__ = ["stage"]

# Parameter, a value that finds something, and one that does not.
FAMILIES: dict[str, tuple[str, str]] = {
    "eventType": ("ObjectEvent", "AggregationEvent"),
    "GE_eventTime": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "LT_eventTime": ("2027-01-01T00:00:00+02:00", "2020-01-01T00:00:00Z"),
    "GE_recordTime": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "LT_recordTime": ("2027-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
    "EQ_action": ("OBSERVE", "DELETE"),
    "EQ_bizStep": ("inspecting", "shipping"),
    "EQ_disposition": ("https://ref.gs1.org/cbv/Disp-unavailable", "recalled"),
    "EQ_persistentDisposition_set": ("damaged", "recalled"),
    "EQ_persistentDisposition_unset": ("", "recalled"),
    "EQ_source_possessing_party": ("did:web:maker.example", "did:web:recycler.example"),
    "EQ_destination_possessing_party": ("did:web:keeper.example", "did:web:maker.example"),
    "EQ_source_owning_party": ("", "did:web:maker.example"),
    "EQ_bizTransaction_po": ("", "urn:x:po:1"),
    "EQ_transformationID": ("", "urn:x"),
    "EQ_readPoint": ("", "https://id.gs1.org/414/9521234000112"),
    "WD_readPoint": ("", "https://id.gs1.org/414/9521234000112"),
    "EQ_bizLocation": ("", "https://id.gs1.org/414/9521234000112"),
    "WD_bizLocation": ("", "https://id.gs1.org/414/9521234000112"),
    "MATCH_epc": (PACK, "https://id.gs1.org/01/09521234000020/21/P9"),
    "MATCH_anyEPC": ("https://x.example/01/09521234000020/21/P2", "urn:x:y"),
    "MATCH_parentID": ("", PACK),
    "MATCH_inputEPC": ("", PACK),
    "MATCH_outputEPC": ("", PACK),
    "MATCH_epcClass": ("", "https://id.gs1.org/01/09521234000099"),
    "MATCH_inputEPCClass": ("", "https://id.gs1.org/01/09521234000099"),
    "MATCH_outputEPCClass": ("", "https://id.gs1.org/01/09521234000099"),
    "MATCH_anyEPCClass": ("", "https://id.gs1.org/01/09521234000099"),
    "EQ_type": (f"{STEM}StateOfHealth", "Voltage"),
    "EQ_dataProcessingMethod": (f"{STEM}method/tested", "urn:x"),
    "EQ_deviceID": ("", "urn:x"),
    "GE_value_P1": ("10", "120"),
    "LT_value": ("120", "1"),
    "EQ_minValue_P1": ("", "12.5"),
    "GE_time": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "LT_startTime": ("", "2020-01-01T00:00:00Z"),
    "EQ_quantity": ("", "7"),
    "EXISTS_errorDeclaration": ("true", ""),
    "EQ_errorReason": ("incorrect_data", "did_not_occur"),
    "GE_errorDeclarationTime": ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    "EQ_correctiveEventID": ("", "urn:x"),
    "EQ_bat:kind": ("RETIRED", "SHIPPED"),
    "EQ_ILMD_bat:level": ("PACK", "SYSTEM"),
    "EQ_INNER_bat:condition": ("", "x"),
    "EXISTS_bat:recorder": ("yes", ""),
    "EXISTS_ILMD_bat:nothing": ("", "yes"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_a_parameter_finds_and_does_not_find(stage: Stage, name: str) -> None:
    finds, misses = FAMILIES[name]
    assert not finds or found(stage, **{name: finds})
    assert not misses or not found(stage, **{name: misses})


GARBAGE = (
    "nothing=1", "EQ_=1", "EQ_bizStep=", "=1", "EQ_eventTime=2026-01-01T00:00:00Z", "perPage=0",
    "perPage=1001", "perPage=x", "orderBy=quantity", "orderDirection=UP", "eventCountLimit=-1",
    "eventCountLimit=1&maxEventCount=1", "GE_eventTime=yesterday", "GE_value_P1=many",
    "GE_value_P1=1e400", "MATCH_epc=urn:epc:idpat:sgtin:*.*.*", "MATCH_x=1",
    "WD_bizStep=x", "EXISTS_=1", "EXISTS_errorDeclaration=maybe", "HASATTR_x=1", "EQATTR_x_y=1",
    "GE_eventTime=9999-12-31T23:59:59.9999Z", "EQ_ILMD_=1", "LIKE_x=1",
)  # fmt: skip


@pytest.mark.parametrize("query", GARBAGE)
def test_what_is_not_known_is_refused_by_its_name(stage: Stage, query: str) -> None:
    refused = stage.cast.speak("keeper").get(f"/epcis/events?{query}")
    assert refused.status_code == 400, query
    body = refused.json()
    assert body["type"] == "epcisException:QueryParameterException"
    assert "?" in body["errors"][0]["pointer"]


def test_unknown_parameters_are_answered_with_the_known_ones(stage: Stage) -> None:
    told = stage.cast.speak("keeper").get("/epcis/events?EQ_step=1").json()["errors"][0]
    assert "EQ_bizStep" in told["remedy"]
    assert "MATCH_anyEPC" in told["remedy"]


ODD = (
    "EQ_bizStep=%00", "EQ_bizStep=%ff%fe", "EQ_bizStep='; DROP TABLE passport_party; --",
    "EQ_bizStep=" + "x" * 5000, "EQ_bat:x=" + "%F0%9F%94%8B" * 900, "GE_bat:x=1", "LT_bat:x=-0",
    "EQ_eventID=" + "a," * 500, "MATCH_epc=*&MATCH_epc=*", "GE_quantity=-99999999999999999999.5",
    "EQ_stringValue=%E2%80%AE", "EQ_bizTransaction_x:y z=1", "EQ_readPoint_bat:x=1",
    "EXISTS_SENSORREPORT_bat:x=1", "EQ_source_possessing_party=%25", "MATCH_epc=%25*",
    "GT_INNER_ILMD_bat:components=1", "EQ_INNER_ILMD_count=1",
    "&".join(f"GE_value=1{n}" for n in range(60)),
)  # fmt: skip


@pytest.mark.parametrize("query", ODD)
def test_nothing_that_is_asked_breaks_anything(stage: Stage, query: str) -> None:
    speaker = stage.cast.speak("keeper")
    speaker.client.raise_request_exception = False
    for address in ("/epcis/events", "/epcis/eventTypes/ObjectEvent/events"):
        assert speaker.get(f"{address}?{query}").status_code in (200, 400)
