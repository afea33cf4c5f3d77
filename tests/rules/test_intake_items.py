"""What a signed batch adds to a file: items, lots, and the line of the batch itself."""

import hashlib
from datetime import date
from typing import Any

import pytest

from passport.rules import intake
from passport.rules.errors import Malformed, Refusal
from passport.rules.gs1_values import WrongValue
from passport.rules.intake import BatchLine, BatteryLine, OtherItem
from passport.rules.intake_fields import MissingField, UnknownField, WrongType

CELL = "https://id.gs1.org/01/09521234000013/21/C000001"
OTHER = CELL.replace("C000001", "C000002")
SALT, SALT_HEX = "AAECAwQFBgcICQoLDA0ODw", "000102030405060708090a0b0c0d0e0f"
BATTERY = {"type": "battery", "model": "LFP-280", "id": CELL, "manufactured_on": "2025-03-02"}
BATCH: dict[str, Any] = {"type": "batch", "credential": {"id": "urn:x"}}


def parse(value: object) -> intake.Line:
    return intake.parse_line(value, number=7, today=date(2026, 11, 23))


READ: dict[str, dict[str, Any]] = {
    "an item of the same name": {"item": {"id": CELL, "colour": "red"}},
    "the same salt at both places": {"item": {"id": CELL, "logSalt": SALT}, "log_salt": SALT},
    "a salt of the line alone": {"item": {"id": CELL}, "log_salt": SALT},
    "a lot": {"lot": "L-1/7"},
    "a lot of 20 characters": {"lot": "L" * 20},
    "neither": {},
}


@pytest.mark.parametrize("change", READ.values(), ids=READ)
def test_reads(change: dict[str, Any]) -> None:
    line = parse({**BATTERY, **change})

    assert isinstance(line, BatteryLine)
    assert (line.item, line.lot) == (change.get("item"), change.get("lot", ""))


def test_reads_the_line_of_a_batch() -> None:
    assert parse(BATCH) == BatchLine(number=7, credential={"id": "urn:x"})


STRANGE = SALT[:-1] + "g"
Bad = tuple[dict[str, Any], dict[str, Any], type[Refusal], str, str, str]
BAD: dict[str, Bad] = {
    "an item that is a list": (BATTERY, {"item": []}, WrongType, "/item", '"item"', "braces"),
    "null for an item": (BATTERY, {"item": None}, WrongType, "/item", '"item"', "braces"),
    "a nameless item": (BATTERY, {"item": {}}, OtherItem, "/item/id", "None", CELL),
    "an item of another": (BATTERY, {"item": {"id": OTHER}}, OtherItem, "/item/id", OTHER, CELL),
    "an item under another spelling": (
        BATTERY, {"item": {"id": CELL.replace("id.gs1.org", "a.example")}},
        OtherItem, "/item/id", "a.example", CELL,
    ),
    "a salt in the item alone": (
        BATTERY, {"item": {"id": CELL, "logSalt": SALT}},
        OtherItem, "/item/logSalt", "not log_salt of the line", "the same salt",
    ),
    "another salt in the item": (
        BATTERY, {"item": {"id": CELL, "logSalt": STRANGE}, "log_salt": SALT},
        OtherItem, "/item/logSalt", "not log_salt of the line", "the same salt",
    ),
    "an empty lot": (BATTERY, {"lot": ""}, WrongType, "/lot", "empty", "battery"),
    "a number for a lot": (BATTERY, {"lot": 5}, WrongType, "/lot", "not a text", "quotation"),
    "a lot of 21 characters": (BATTERY, {"lot": "L" * 21}, WrongType, "/lot", "than 20", "20"),
    "a space in a lot": (BATTERY, {"lot": "L 1"}, WrongValue, "/lot", "character 2", "no space"),
    "an accent in a lot": (BATTERY, {"lot": "Lé"}, WrongValue, "/lot", "'é'", "no accent"),
    "a batch of text": (BATCH, {"credential": "x"}, WrongType, "/credential", "object", "braces"),
    "a lot of a batch": (BATCH, {"lot": "L"}, UnknownField, "/lot", "a batch line", "credential"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "change", "refused", "pointer", "says", "remedy"), BAD.values(), ids=BAD
)
def test_refuses(
    line: dict[str, Any],
    change: dict[str, Any],
    refused: type[Refusal],
    pointer: str,
    says: str,
    remedy: str,
) -> None:
    with pytest.raises(refused) as caught:
        parse({**line, **change})
    assert (caught.value.code, caught.value.pointer) == (refused.code, pointer)
    assert says in caught.value.detail
    assert remedy in caught.value.remedy


def test_a_batch_without_its_credential_is_refused() -> None:
    with pytest.raises(MissingField) as caught:
        parse({"type": "batch"})
    assert (caught.value.code, caught.value.pointer) == ("missing-field", "/credential")


def test_an_item_of_another_battery_is_no_fault_of_form() -> None:
    assert OtherItem.code == "other-item"
    assert not issubclass(OtherItem, Malformed)


def said(*parts: str) -> bytes:
    return hashlib.sha256("".join(f"{len(each)}:{each}" for each in parts).encode()).digest()


TOLD = (CELL, "LFP-280", "2025-03-02", "", "", "")
# A field that came later changes no digest of before; a resend is known by it for ever.
DIGESTS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "neither salt nor lot": ({}, ("battery/1", *TOLD)),
    "a salt": ({"log_salt": SALT}, ("battery/2", *TOLD, SALT_HEX)),
    "a lot": ({"lot": "L-1"}, ("battery/3", *TOLD, "", "L-1")),
    "both": ({"lot": "L-1", "log_salt": SALT}, ("battery/3", *TOLD, SALT_HEX, "L-1")),
    "an item, which does not count": ({"item": {"id": CELL}}, ("battery/1", *TOLD)),
}


@pytest.mark.parametrize(("change", "parts"), DIGESTS.values(), ids=DIGESTS)
def test_the_digest_of_a_battery_counts(change: dict[str, Any], parts: tuple[str, ...]) -> None:
    assert intake.digest(parse({**BATTERY, **change})) == said(*parts)


def test_a_batch_has_no_digest_of_its_line() -> None:
    with pytest.raises(TypeError, match="by the digest of its credential"):
        intake.digest(parse(BATCH))
