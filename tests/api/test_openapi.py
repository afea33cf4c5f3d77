"""GET /api/v1/openapi.json describes every address, and only those."""

from __future__ import annotations

import re
from typing import Any

from tests.api.test_matrix import routes
from tests.cast import Cast

# What they answer is secret or used once, and kept nowhere.
UNREPEATED = {
    "/api/v1/keys/challenges",
    "/api/v1/webhooks",
    "/api/v1/webhooks/{endpoint_id}/rotate",
}


def described(cast: Cast) -> dict[str, Any]:
    answer = cast.speak("nobody").get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def test_equals_the_url_configuration(cast: Cast) -> None:
    paths = described(cast)["paths"]
    told = {f"{method.upper()} {path}" for path, ways in paths.items() for method in ways}
    wanted = {re.sub(r"<\w+:(\w+)>", r"{\1}", key) for key in routes()}
    # What OPTIONS tells, each address tells of itself.
    assert told == {key for key in wanted if not key.startswith("OPTIONS ")}


def test_is_openapi_3_1_with_one_way_in(cast: Cast) -> None:
    document = described(cast)
    assert document["openapi"].startswith("3.1")
    assert list(document["components"]["securitySchemes"]) == ["key"]


def test_each_operation_says_for_whom_and_what_a_refusal_looks_like(cast: Cast) -> None:
    for path, ways in described(cast)["paths"].items():
        for method, operation in ways.items():
            where = f"{method} {path}"
            assert "Scope: " in operation["description"], where
            assert "application/problem+json" in operation["responses"]["default"]["content"], where
            if method == "post" and path not in UNREPEATED:
                names = [each["name"] for each in operation.get("parameters", [])]
                assert "Idempotency-Key" in names, where


def test_a_short_list_of_batteries_is_told_to_be_answered_at_once(cast: Cast) -> None:
    answers = described(cast)["paths"]["/api/v1/bundles"]["post"]["responses"]
    assert {"200", "202", "default"} == set(answers)
    assert answers["200"]["description"] == "The bundle itself, where the list is short."


def test_a_list_is_a_page(cast: Cast) -> None:
    document = described(cast)
    ways = document["paths"]["/api/v1/batteries"]["get"]
    (schema,) = [c["schema"] for c in ways["responses"]["200"]["content"].values()]
    page = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    assert page["properties"]["items"]["items"]["$ref"].endswith("/BatteryShape")
    assert "next" in page["required"]


def test_the_other_forms_of_an_attestation_are_told(cast: Cast) -> None:
    path = described(cast)["paths"]["/api/v1/attestations/{attestation_id}"]["get"]
    forms = path["responses"]["200"]["content"]
    assert set(forms) == {"application/json", "application/vc", "application/vc+jwt"}
    assert forms["application/json"]["schema"]["$ref"].endswith("/AttestationShape")
