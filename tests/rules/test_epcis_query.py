"""What a query asks, in the terms of the index; and what is refused of it, by name."""

from __future__ import annotations

import pytest

from passport.rules.epcis_conditions import AnyOf, QueryParameter, values
from passport.rules.epcis_query import MOST_CONDITIONS, Moment, Size, known, read_query
from passport.rules.epcis_spelling import STANDARD

GTIN = "https://id.gs1.org/01/09521234000020"
OWN = STANDARD.within({"bat": "https://x.example/bat#"})
WEB = "https://ref.gs1.org/cbv/"
ANY = ("epc", "parentID", "inputEPC", "outputEPC")
CONDITIONS: dict[str, tuple[str, list[str], AnyOf]] = {
    "a bare word in both spellings": (
        "EQ_bizStep", ["shipping"],
        AnyOf(("bizStep shipping", f"bizStep {WEB}BizStep-shipping")),
    ),
    "a web word in both spellings": (
        "EQ_bizStep", [f"{WEB}BizStep-shipping"],
        AnyOf(("bizStep shipping", f"bizStep {WEB}BizStep-shipping")),
    ),
    "a word of before": (
        "EQ_disposition", ["urn:epcglobal:cbv:disp:active"],
        AnyOf(("disposition active", f"disposition {WEB}Disp-active")),
    ),
    "a word of one's own": (
        "EQ_bizStep", ["bat:routing"], AnyOf(("bizStep https://x.example/bat#routing",)),
    ),
    "several values": ("EQ_action", ["ADD", "DELETE"], AnyOf(("action ADD", "action DELETE"))),
    "a type in the parameter": (
        "EQ_bizTransaction_po", ["urn:x:1"],
        AnyOf(("bizTransaction_po urn:x:1", f"bizTransaction_{WEB}BTT-po urn:x:1")),
    ),
    "no type": ("EQ_bizTransaction", ["urn:x:1"], AnyOf(("bizTransaction urn:x:1",))),
    "a kind of event": ("eventType", ["ObjectEvent"], AnyOf(("eventType ObjectEvent",))),
    "an EPC": (
        "MATCH_anyEPC", ["urn:epc:id:sgtin:9521234.000002.P1"],
        AnyOf(tuple(f"{each} {GTIN}/21/P1" for each in ANY)),
    ),
    "a pattern": (
        "MATCH_epc", ["urn:epc:idpat:sgtin:9521234.000002.*"],
        AnyOf((f"epc {GTIN}",), (f"epc {GTIN}/",)),
    ),
    "a link with a star": ("MATCH_epc", [f"{GTIN}/21/*"], AnyOf((), (f"epc {GTIN}/21/",))),
    "a key with a star": (
        "MATCH_epc", [f"{GTIN}/*"], AnyOf((f"epc {GTIN}",), (f"epc {GTIN}/",))
    ),
    "anything": ("MATCH_parentID", ["*"], AnyOf((), ("parentID ",))),
    "a place and what is in it": (
        "WD_readPoint", ["urn:epc:id:sgln:9521234.00011.0"],
        AnyOf(
            ("readPoint https://id.gs1.org/414/9521234000112",),
            ("readPoint https://id.gs1.org/414/9521234000112/254/",),
        ),
    ),
    "a field of one's own": (
        "EQ_bat:kind", ["X"], AnyOf(("https://x.example/bat#kind X",)),
    ),
    "a number in one": (
        "EQ_ILMD_bat:count", ["7.50"],
        AnyOf(("ILMD_https://x.example/bat#count 7.50", "ILMD_https://x.example/bat#count 7.5")),
    ),
    "a field inside one": (
        "EQ_INNER_ILMD_bat:count", ["x"], AnyOf(("INNER_ILMD_https://x.example/bat#count x",)),
    ),
    "that there is one": (
        "EXISTS_readPoint_bat:x", ["yes"], AnyOf((), ("readPoint_https://x.example/bat#x ",))
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONDITIONS)
def test_a_parameter_becomes_terms(case: str) -> None:
    name, given, expected = CONDITIONS[case]
    assert read_query({name: given}, naming=OWN).conditions == [expected]


SIZES: dict[str, tuple[str, str, Size]] = {
    "a quantity": ("GE_quantity", "+12.50", Size("quantity", ">=", "12.50")),
    "in a unit": ("LT_quantity_KGM", "-1", Size("quantity", "<", "-1", "KGM")),
    "a reading": ("EQ_value_CEL", "3", Size("value", "=", "3", "CEL")),
    "a mean": ("GT_meanValue", "3", Size("meanValue", ">", "3")),
    "of one's own": ("LE_bat:x", "3", Size("https://x.example/bat#x", "<=", "3")),
}


@pytest.mark.parametrize("case", SIZES)
def test_a_size_is_compared_as_a_number(case: str) -> None:
    name, text, expected = SIZES[case]
    assert read_query({name: [text]}, naming=OWN).numbers == [expected]


def test_moments_are_brought_to_utc_with_the_plus_that_nobody_escaped() -> None:
    query = read_query(
        {
            "GE_eventTime": ["2026-03-02T08:00:00 02:00"],
            "LT_recordTime": ["2026-03-02T06:00:00Z"],
            "LT_startTime": ["2026-03-02T06:00:00Z"],
        }
    )
    assert query.columns == [
        Moment("eventTime", ">=", "2026-03-02T06:00:00.000Z"),
        Moment("recordTime", "<", "2026-03-02T06:00:00.000Z"),
    ]
    assert query.moments == [Size("startTime", "<", "2026-03-02T06:00:00.000Z")]


def test_the_rest_says_which_and_how_many() -> None:
    query = read_query(
        {
            "EQ_eventID": ["urn:x:1,urn:x:2", ""],
            "EXISTS_errorDeclaration": ["false"],
            "orderBy": ["recordTime"],
            "orderDirection": ["ASC"],
            "eventCountLimit": ["5"],
            "perPage": ["7"],
        }
    )
    assert query.names == ["urn:x:1", "urn:x:2"]
    assert (query.declaration, query.order, query.ascending) == (False, "recordTime", True)
    assert (query.limit, query.most, query.page) == (5, None, 7)
    assert read_query({"EXISTS_errorDeclaration": [""], "maxEventCount": ["5"]}).declaration
    assert not read_query({"orderDirection": ["DESC"]}).ascending


REFUSED: dict[str, str] = {
    "EQ_nothing": "x", "MATCH_x": "x", "WD_bizStep": "x", "EXISTS_x": "x", "LIKE_x": "x",
    "GT_eventTime": "2026-03-02T06:00:00Z", "GE_eventTime": "now", "GE_quantity": "1e5",
    "GE_x": "1", "EQ_bizStep": "", "EQ_": "x", "bizStep": "x", "orderBy": "size",
    "orderDirection": "UP", "perPage": "1001", "maxEventCount": "0", "eventCountLimit": "x",
    "EXISTS_errorDeclaration": "x", "MATCH_epc": "urn:epc:idpat:sgtin:*.*.*", "MATCH_anyEPC": "x*",
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_by_the_name_that_is_wrong(name: str) -> None:
    with pytest.raises(QueryParameter) as refused:
        read_query({name: [REFUSED[name]]})
    assert refused.value.pointer == f"?{name}"


def test_says_which_parameters_there_are() -> None:
    with pytest.raises(QueryParameter) as refused:
        read_query({"EQ_step": ["1"]})
    assert all(each in refused.value.remedy for each in known())
    assert "EQ_bizStep" in known()


def test_refuses_two_counts_and_too_many_conditions() -> None:
    with pytest.raises(QueryParameter, match="do not go together"):
        read_query({"eventCountLimit": ["1"], "maxEventCount": ["1"]})
    with pytest.raises(QueryParameter, match="at most"):
        read_query({"GE_value": ["1"] * (MOST_CONDITIONS + 1)})


def test_commas_part_values_but_not_the_inside_of_one() -> None:
    assert values(["a,b", "urn:x:1,urn:x:2"]) == ["a", "b", "urn:x:1", "urn:x:2"]
    assert values(["urn:epc:id:giai:0614141.a,1"]) == ["urn:epc:id:giai:0614141.a,1"]


def test_holds_of_an_event_where_all_that_is_asked_of_terms_does() -> None:
    query = read_query({"EQ_action": ["ADD"], "MATCH_epc": ["*"]})
    assert query.holds_of(["action ADD", "epc urn:x"])
    assert not query.holds_of(["action ADD"])
    assert not query.holds_of(["epc urn:x"])
