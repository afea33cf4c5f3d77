"""The Idempotency-Key on writes that take no body: they act once, with a key as without."""

from __future__ import annotations

from tests.api.stage import set_up
from tests.cast import Cast


def test_an_acceptance_without_a_body_acts_once_and_is_told_again(cast: Cast, as_system) -> None:
    with as_system():
        stage = set_up(cast)
    address = f"/api/v1/hand-overs/{stage.ids['hand_over_id']}/accept"
    speaker = cast.speak("keeper")

    said = [
        speaker.send(address, b"", content_type="", idempotency_key="k-1"),
        speaker.send(address, b"", idempotency_key="k-1"),
        speaker.send(address, {}, idempotency_key="k-1"),
    ]

    assert [each.status_code for each in said] == [200, 200, 200], [each.content for each in said]
    assert len({each.content for each in said}) == 1
    assert [each.headers.get("Idempotent-Replayed") for each in said] == [None, "true", "true"]
    assert speaker.send(address, b"", content_type="").status_code == 409, "it is accepted"


def test_a_plan_is_asked_for_once_without_a_body(cast: Cast, as_system) -> None:
    with as_system():
        set_up(cast)
    first, again = (
        cast.speak("keeper").send("/api/v1/plans", b"", content_type="", idempotency_key="p")
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (202, 202), first.content
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
