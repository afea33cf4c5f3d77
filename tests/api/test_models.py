"""GET /api/v1/models/<id>: what a maker says of a model reaches those whom it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from passport.models import BatteryModel
from tests.cast import Cast, model_line, take_in

# Point 45 is for legitimate interest and authorities, 50 for authorities alone.
FACTS = {"45": "cathode: LFP", "50": "test report 7"}


def test_a_models_facts_are_for_its_maker(cast: Cast, as_system: Callable[[], Any]) -> None:
    with as_system():
        take_in(cast["maker"], [model_line(facts=FACTS)])
        made = BatteryModel.objects.get()
    address = f"/api/v1/models/{made.pk}"

    own = cast.speak("maker").get(address).json()
    (listed,) = cast.speak("maker").get("/api/v1/models").json()["items"]
    assert own["facts"] == listed["facts"] == FACTS
    for name in ("second-maker", "keeper", "auditor", "authority", "stranger"):
        seen = cast.speak(name).get(address)
        assert seen.status_code == 200
        assert seen.json()["code"] == "PACK-12"
        assert "report 7" not in seen.content.decode(), name
        assert "facts" not in seen.json(), name
