"""GET …/bundle and /api/v1/bundles: the file, its tag, lists, orders, and what is not known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from passport import tasks
from passport.actions import assembly, custody
from passport.models import Battery, BundleOrder
from passport.proof import policy, verdict
from tests.cast import THEN, Cast, packs
from tests.databases import Beginning
from tests.passport.bundling import Story

BUNDLES = "/api/v1/bundles"


@pytest.fixture
def story(past: Beginning, cast: Cast, tmp_path: Path, settings: Any) -> Story:
    """A pack with an attested past, in the keeper's hands; all of it published."""
    house = past.house.copied(tmp_path)
    settings.PASSPORT_LOG_DIR = house.press.folder
    settings.PASSPORT_RECORD_KEY = house.record_file
    return past.made.copied(cast, house)


def accepted(story: Story, data: bytes) -> bool:
    trusted = policy.parse(story.house.policy_text(story.held, story.supplier).encode())
    return verdict.verify(data, policy=trusted).exit_code == 0


def address(story: Story) -> str:
    return f"/api/v1/batteries/{story.pack.pk}/bundle"


def test_the_bundle_of_a_battery_is_a_file_that_verifies(story: Story, cast: Cast) -> None:
    answer = cast.speak("keeper").get(address(story))
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="bundle-{story.pack.pk}.json"'
    assert answer["Cache-Control"] == "private, no-cache"
    assert accepted(story, answer.content)


def test_it_is_not_made_again_until_the_log_has_grown(
    story: Story, cast: Cast, as_system: Callable[[], Any]
) -> None:
    tag = cast.speak("keeper").get(address(story))["ETag"]
    again = cast.speak("keeper").get(address(story), if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    # The tag is the reader's own, and goes with its sight.
    assert cast.speak("maker").get(address(story), if_none_match=tag).status_code == 200
    assert cast.speak("stranger").get(address(story), if_none_match=tag).status_code == 404
    with as_system():
        packs(cast["second-maker"], "S1")
        story.house.turn()
    assert cast.speak("keeper").get(address(story), if_none_match=tag).status_code == 200


def test_it_is_made_again_when_its_reader_may_read_more(
    story: Story, cast: Cast, as_system: Callable[[], Any]
) -> None:
    tag = cast.speak("authority").get(address(story))["ETag"]
    assert cast.speak("authority").get(address(story), if_none_match=tag).status_code == 304
    with as_system():
        custody.grant(
            battery_id=story.pack.pk, to_id=cast["authority"].pk, by=cast["keeper"], at=THEN
        )
    assert cast.speak("authority").get(address(story), if_none_match=tag).status_code == 200


def test_it_is_made_again_when_something_was_taken_out(
    story: Story, cast: Cast, as_system: Callable[[], Any]
) -> None:
    tag = cast.speak("keeper").get(address(story))["ETag"]
    with as_system():
        assembly.change(
            parent_id=story.pack.pk, take=[story.cells[0].pk], by=cast["keeper"], at=THEN
        )
    assert cast.speak("keeper").get(address(story), if_none_match=tag).status_code == 200


def test_a_short_list_is_answered_with_the_bundle(story: Story, cast: Cast) -> None:
    names = [story.cells[0].identity, "P1-C2", str(story.pack.pk)]
    answer = cast.speak("keeper").send(BUNDLES, {"batteries": names, "title": "Cabinet 7"})
    assert answer.status_code == 200, answer.content
    assert accepted(story, answer.content)
    subject = answer.json()["record"]["credentialSubject"]
    assert (subject["title"], len(subject["batteries"])) == ("Cabinet 7", 3)


def test_a_repeated_request_is_one_answer(story: Story, cast: Cast) -> None:
    sent = [
        cast.speak("keeper").send(BUNDLES, {"batteries": ["P1"]}, idempotency_key="k")
        for _ in range(2)
    ]
    assert sent[0].content == sent[1].content
    assert sent[1]["Idempotent-Replayed"] == "true"


def test_each_unknown_name_is_told_and_foreign_ones_look_absent(
    story: Story, cast: Cast, as_system: Callable[[], Any]
) -> None:
    with as_system():
        packs(cast["second-maker"], "S1")
    answer = cast.speak("keeper").send(BUNDLES, {"batteries": ["S1", "P1", "NOPE"]})
    body = answer.json()
    assert (answer.status_code, body["type"]) == (404, "/problems/unknown-batteries")
    assert [each["pointer"] for each in body["errors"]] == ["/batteries/0", "/batteries/2"]
    assert {each["detail"].replace("S1", "NOPE") for each in body["errors"]} == {
        "NOPE is not among the batteries that concern you"
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/batteries"),
        ({"batteries": []}, "/batteries"),
        ({"batteries": ["P1"] * 1001}, "/batteries"),
        ({"batteries": [7]}, "/batteries/0"),
        ({"batteries": ["P1"], "title": "x" * 201}, "/title"),
        ({"batteries": ["P1"], "serials": []}, "/serials"),
    ],
)
def test_a_wrong_shape_is_told_where(
    story: Story, cast: Cast, body: dict[str, Any], pointer: str
) -> None:
    answer = cast.speak("keeper").send(BUNDLES, body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.fixture
def many(story: Story, cast: Cast, as_system: Callable[[], Any]) -> list[Battery]:
    """More packs than are answered at once."""
    with as_system():
        made = packs(cast["maker"], *(f"Q{n:02}" for n in range(51)))
        story.house.turn()
    return made


def test_a_long_list_is_an_order_with_a_file(
    story: Story, cast: Cast, many: list[Battery], as_system: Callable[[], Any]
) -> None:
    maker = cast.speak("maker")
    answer = maker.send(BUNDLES, {"batteries": [each.serial for each in many], "title": "All"})
    assert answer.status_code == 202, answer.content
    told, place = answer.json(), answer["Location"]
    assert (told["state"], told["batteries"], told["title"]) == ("READY", 51, "All")
    early = maker.get(f"{place}/file")
    assert (early.status_code, early.json()["type"]) == (404, "/problems/no-file")
    with as_system():
        order = BundleOrder.objects.get(pk=told["id"])
        assert tasks.perform(order.job_id, clock=lambda: order.asked_at) == "done"
    done = maker.get(place).json()
    file = maker.get(f"{place}/file")
    assert (done["state"], done["done_count"], done["total_count"]) == ("DONE", 51, 51)
    assert done["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert done["expires_at"] > done["made_at"]
    assert file["Content-Disposition"].startswith("attachment")
    assert [each["id"] for each in maker.get(BUNDLES).json()["items"]] == [told["id"]]
    assert cast.speak("keeper").get(f"{place}/file").status_code == 404


def test_before_the_log_has_published_there_is_nothing_to_lean_on(
    cast: Cast, pack: Battery
) -> None:
    answer = cast.speak("maker").get(f"/api/v1/batteries/{pack.pk}/bundle")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-published")
    # Who may not see the battery does not learn even that.
    assert cast.speak("stranger").get(f"/api/v1/batteries/{pack.pk}/bundle").status_code == 404
