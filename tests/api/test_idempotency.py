"""The Idempotency-Key on small requests: one effect, one answer, whatever is sent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from passport.actions import replay
from passport.models import Battery, Facility
from passport.queries import tenancy
from tests.cast import Cast

ADDRESS = "/api/v1/facilities"
BODY = {"name": "Hall 1", "country": "DE"}


def test_replays_status_body_and_location(cast: Cast) -> None:
    speaker = cast.speak("maker")
    first = speaker.send(ADDRESS, BODY, idempotency_key='"a key"')
    again = speaker.send(ADDRESS, BODY, idempotency_key='"a key"')
    assert first.status_code == 400  # a space is not among the visible characters
    assert again.status_code == 400
    first = speaker.send(ADDRESS, BODY, idempotency_key='"a-key"')
    again = speaker.send(ADDRESS, BODY, idempotency_key="a-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Location"] == first["Location"]


def test_without_a_key_the_second_request_acts_again(cast: Cast) -> None:
    speaker = cast.speak("maker")
    assert speaker.send(ADDRESS, BODY).status_code == 201
    assert speaker.send(ADDRESS, BODY).status_code == 409


def test_a_refusal_is_not_kept(cast: Cast) -> None:
    speaker = cast.speak("maker")
    bad = BODY | {"country": ""}
    assert speaker.send(ADDRESS, bad, idempotency_key="k").status_code == 400
    assert speaker.send(ADDRESS, BODY, idempotency_key="k").status_code == 201


def test_other_bytes_under_the_same_key_are_refused(cast: Cast) -> None:
    speaker = cast.speak("maker")
    speaker.send(ADDRESS, BODY, idempotency_key="k")
    answer = speaker.send(ADDRESS, BODY | {"name": "Hall 2"}, idempotency_key="k")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["remedy"]


def test_a_key_of_one_address_is_another_at_the_next(cast: Cast, pack: Battery) -> None:
    speaker = cast.speak("maker")
    speaker.send(ADDRESS, BODY, idempotency_key="k")
    answer = speaker.send(
        f"/api/v1/batteries/{pack.pk}/hand-overs", {"to": "keeper"}, idempotency_key="k"
    )
    assert answer.status_code == 201


def test_while_the_first_is_running_the_second_is_told_to_wait(cast: Cast) -> None:
    running, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            tenancy.act_as(cast["maker"].pk)
            replay.claim(party=cast["maker"], route=f"POST {ADDRESS}", key="k")
            running.set()
            done.wait(10)
        connection.close()

    first = threading.Thread(target=hold)
    first.start()
    assert running.wait(10)
    answer = cast.speak("maker").send(ADDRESS, BODY, idempotency_key="k")
    done.set()
    first.join()
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["code"] == "still-running"
    assert cast.speak("maker").send(ADDRESS, BODY, idempotency_key="k").status_code == 201


def test_a_crash_before_the_answer_is_kept_leaves_nothing(
    cast: Cast, monkeypatch: Any, as_system: Callable[[], Any]
) -> None:
    def crash(**_: object) -> None:
        raise ConnectionResetError("the process died here")

    speaker = cast.speak("maker")
    speaker.client.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(replay, "keep", crash)
        answer = speaker.send(ADDRESS, BODY, idempotency_key="k")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/our-fault")
    assert "died" not in answer.content.decode()
    with as_system():
        assert not Facility.objects.exists()
    assert speaker.send(ADDRESS, BODY, idempotency_key="k").status_code == 201
