"""No body whatever makes a fault of ours: each address × a corpus of unpleasant documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from tests.api.expectations import EXPECTED
from tests.api.rows import Row
from tests.api.test_matrix import stage
from tests.cast import Speaker

__all__ = ["stage"]

DEEP = b'{"a":' * 31 + b"1" + b"}" * 31
CORPUS: dict[str, bytes] = {
    "nothing": b" ",
    "null": b"null",
    "a list": b"[]",
    "a string": b'"x"',
    "the deepest that is read": DEEP,
    "a hundred thousand brackets": b"[" * 100_000,
    "five thousand digits": b'{"soh":' + b"9" * 5000 + b"}",
    "an exponent": b'{"soh":1e400}',
    "a lone surrogate": b'{"to":"\\ud800"}',
    "a NUL": b'{"to":"\\u0000"}',
    "names from within": b'{"__class__":"x","pk":"1","id":"1","party":"1","by":"1","at":"1"}',
    "half a string": b'{"to":"',
    "bytes that are no text": bytes(range(128, 256)),
    "SQL": b'{"to":"\'; DROP TABLE passport_party; --"}',
}
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**53 - 1, "", " ", "\u202e", "9" * 400, "-0", "1e5", "NaN", "Infinity",
    "0.0000000000001", [], [[]], {}, {"a": {}}, ["x"] * 3, "2026-13-45T99:99:99Z",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "9999-12-31", "x" * 100_000,
)  # fmt: skip
WRITES = {
    key: row for key, row in EXPECTED.items() if not key.startswith("GET ") and row.status != 404
}


def _who(key: str, row: Row) -> str:
    named = row.may.split() or [
        each for each in ("maker", "keeper", "recycler") if each not in row.barred.split()
    ]
    return named[0]


def _sends(speaker: Speaker, key: str, row: Row, ids: Any, body: bytes) -> tuple[int, str]:
    method, address = key.split()
    for name, value in ids.items():
        address = address.replace(f"<uuid:{name}>", str(value))
    with transaction.atomic():
        speaker.client.raise_request_exception = False
        answer = speaker.send(
            address, body, method=method, content_type=row.media_type, idempotency_key="k"
        )
        transaction.set_rollback(True)
    return answer.status_code, answer.getvalue().decode(errors="replace")[:300]


@pytest.mark.parametrize("key", WRITES)
def test_garbage_is_refused(stage: Any, key: str) -> None:
    row = WRITES[key]
    speaker = stage.cast.speak(_who(key, row))
    for name, body in CORPUS.items():
        status, said = _sends(speaker, key, row, stage.ids, body)
        assert status < 500, (name, status, said)
        assert status not in (401, 429), "the garbage was not looked at"


SHAPED = [key for key, row in WRITES.items() if isinstance(row.body, dict) and row.body]


@pytest.mark.parametrize("key", SHAPED)
def test_an_odd_value_in_any_field_is_refused(stage: Any, key: str) -> None:
    row = WRITES[key]
    speaker = stage.cast.speak(_who(key, row))
    good = json.loads(json.dumps(row.body).replace("{battery_id}", str(stage.ids["battery_id"])))
    for field in good:
        for value in ODD_VALUES:
            body = json.dumps(good | {field: value}).encode()
            status, said = _sends(speaker, key, row, stage.ids, body)
            assert status < 500, (field, value, status, said)
            assert status not in (401, 429), "the value was not looked at"
