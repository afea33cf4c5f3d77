"""A stage whose events are found as EPCIS, and how they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from passport.actions import epcis_index
from passport.rules.epcis_native import stem_of
from tests.api.stage import NOW, Stage
from tests.databases import Beginning

STEM = stem_of("http://127.0.0.1:8000")
EVENT = "0190f4b2-7c1e-7abc-8def-00000000000"
PACK = "https://id.gs1.org/01/09521234000020/21/P2"
URN = "urn:epc:id:sgtin:9521234.000002.P2"


@pytest.fixture
def stage(
    staged: Beginning,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    as_system: Callable[[], Any],
) -> Stage:
    monkeypatch.setattr("api.http.trace.now", lambda: NOW + timedelta(minutes=1))
    made = deepcopy(staged.made)
    _declare(made)
    with as_system():
        assert epcis_index.catch_up(stem=STEM) > 0
    return made


def _declare(stage: Stage) -> None:
    """An accident of the kept pack was recorded, and recorded again as it was."""
    address = f"/api/v1/batteries/{stage.ids['battery_id']}/events"
    body = {"kind": "INCIDENT", "happened_at": "2026-01-20T10:00:00Z"}
    for number, more in ((3, {"facts": {"what": "fel"}}), (4, {"corrects": f"{EVENT}3"})):
        sent = stage.cast.speak("keeper").send(
            address, body | {"event_id": f"{EVENT}{number}", **more}
        )
        assert sent.status_code == 201


def asks(stage: Stage, who: str, **query: Any) -> Any:
    answer = stage.cast.speak(who).get(f"/epcis/events?{urlencode(query, doseq=True)}")
    assert answer.status_code == 200, answer.content
    return answer


def events(answer: Any) -> list[Any]:
    body = json.loads(answer.content)
    assert body["type"] == "EPCISQueryDocument"
    return list(body["epcisBody"]["queryResults"]["resultsBody"]["eventList"])


def found(stage: Stage, **query: Any) -> list[str]:
    return [each["bat:kind"] for each in events(asks(stage, "keeper", perPage=1000, **query))]
