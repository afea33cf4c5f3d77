"""A project by machine: opened, its bill and serials brought, its certificate held to the gate."""

from __future__ import annotations

import json

import pytest

from tests.passport import signing
from tests.passport.projecting import certificate

TERMS = {
    "name": "Mesa", "taxpayer": "owner", "credit": "48E_STORAGE", "method": "DIRECT_COST",
    "begins_on": "2026-02-01", "begins_by": "PHYSICAL_WORK", "nameplate_kwh": "400000",
    "nameplate_kw": "100000", "elections": ["IDENTIFICATION", "CERTIFICATION"],
}  # fmt: skip
TABLE = """line,kind,product,model,quantity,price,incurred_on,invoice
L-1,product,battery_pack_module,PK-300,3,1000,2026-01-20,INV-1
L-2,product,battery_pack_module,PK-300,none,1000,2026-01-20,INV-1
"""


@pytest.fixture
def here(cast):
    """A project of the keeper's with one line."""
    opened = cast.speak("keeper").send("/api/v1/projects", TERMS)
    assert opened.status_code == 201, opened.json()
    place = opened["Location"]
    taken = cast.speak("keeper").send(f"{place}/lines", TABLE, content_type="text/csv").json()
    assert (taken["added"], [each["column"] for each in taken["faults"]]) == (1, ["quantity"])
    return place


def test_terms_and_lines_are_entered_and_read(cast, here):
    keeper = cast.speak("keeper")
    assert keeper.get(here).json()["elections"] == ["CERTIFICATION", "IDENTIFICATION"]
    again = keeper.send(f"{here}/terms", TERMS | {"placed_on": "2027-01-01"}).json()
    assert (again["version"], again["placed_on"]) == (2, "2027-01-01")
    (line,) = keeper.get(f"{here}/lines").json()["items"]
    assert (line["line"], line["costs"][0]["amount"]) == ("L-1", "1000")
    assert keeper.get(f"{here}/payments").json() == {"since": None, "until": None, "alerts": []}
    assert cast.speak("stranger").get(here).status_code == 404


def test_serials_are_brought_and_compared(cast, here):
    keeper, asked = cast.speak("keeper"), f"{here}/serials?line=L-1&stage="
    for stage in ("CERTIFIED", "DELIVERED"):
        brought = keeper.send(asked + stage, b"PK-2\nPK-1\nPK-3\n", content_type="text/plain")
        assert (brought.status_code, brought.json()["count"]) == (201, 3)
    keeper.send(asked + "INSTALLED", b"PK-1\nPK-2\nPK-4\n", content_type="text/csv")
    refused = keeper.send(asked + "DELIVERED", b"PK-1\nP K\n", content_type="text/plain")
    (fault,) = refused.json()["errors"]
    assert (refused.status_code, fault["code"]) == (422, "not-a-project-serial")
    assert fault["pointer"].endswith("/serials/2")
    (found,) = keeper.get(f"{here}/serials/reconciliations").json()["items"]
    assert {each["kind"]: each["examples"] for each in found["mismatches"]} == {
        "NOT_INSTALLED": ["PK-3"], "NOT_CERTIFIED": ["PK-4"], "NEVER_DELIVERED": ["PK-4"],
    }  # fmt: skip


def test_a_certificate_is_held_to_the_gate(cast, here, as_system):
    with as_system():
        held = signing.enrolled(cast["maker"])
    signed = json.loads(certificate(held))
    sent = {"supplier": "maker", "credential": signed, "lines": ["L-1"]}
    paper = cast.speak("keeper").send(f"{here}/certificates", sent).json()
    (outcome,) = paper["outcomes"]
    assert (paper["signature"], paper["kept_until"]) == ("VALID", "2032-01-05")
    assert [each["gap"] for each in outcome["hindrances"]] == ["NOT_DIRECT"]
