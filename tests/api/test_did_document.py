"""GET /.well-known/did.json: the key with which the service signs its records."""

from __future__ import annotations

from typing import Any

from passport.proof import canonical, didanswer, vouching
from tests.cast import Cast
from tests.simulator import SERVICE, key_of

RECORD = key_of("record", SERVICE + "#record-1")
HERE = "/.well-known/did.json"


def test_lists_the_record_key_for_assertions(cast: Cast) -> None:
    answer = cast.speak("nobody").get(HERE)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/did+json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    didanswer.check(document=answer.content, did=SERVICE)
    assert vouching.lists(
        canonical.encode(answer.json()), name=SERVICE, method=RECORD.name,
        public_key=RECORD.public_key,
    )  # fmt: skip


def test_shows_nothing_private(cast: Cast, settings: Any) -> None:
    seed = canonical.loads(settings.PASSPORT_RECORD_KEY.read_bytes())["seed"]
    assert seed not in cast.speak("nobody").get(HERE).content.decode()


def test_is_read_only_and_needs_no_database(cast: Cast, django_assert_num_queries: Any) -> None:
    assert cast.speak("maker").send(HERE, {}).status_code == 405
    with django_assert_num_queries(0):
        cast.speak("nobody").get(HERE)
