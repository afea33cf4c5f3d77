"""At the maker's desk: the list of a file's batteries, signed outside and sent in as it stands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from passport.actions import intake_mending
from passport.audit.__main__ import main
from passport.models import Attestation, AttestationItem, Battery, Intake
from passport.proof import keyfile
from tests.cast import THEN, battery_line, model_line, take_in, work_off
from tests.pages.conftest import People
from tests.passport import signing

PACK = battery_line("OWN")
CELLS = [
    battery_line(f"OWN-{number}", model="CELL-1", parent=PACK["id"], lot="L1")
    for number in range(3)
]
BAD = battery_line("OWN-9", model="CELL-1", parent=PACK["id"])
FILE = [model_line(), model_line("CELL-1", level="CELL"), PACK, *CELLS, BAD | {"colour": "red"}]


@pytest.fixture
def maker(people: People) -> Client:
    return people.at_desk("maker")


@pytest.fixture
def place(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a file that landed but for one line; the maker's key lies where it signs."""
    monkeypatch.chdir(tmp_path)
    by = people.stage.cast["maker"]
    with people.as_system():
        taken = take_in(by, FILE)
        held = signing.enrolled(by)
    Path("key-1.json").touch(mode=0o600)
    Path("key-1.json").write_bytes(keyfile.encode(held))
    return f"/desk/intakes/{taken.pk}/origin"


def listed(maker: Client, place: str, level: str) -> list[dict[str, Any]]:
    """What the page hands out to be signed; it is kept under its name."""
    handed = maker.get(f"{place}/{level}s.ndjson")
    data = handed.getvalue()  # type: ignore[attr-defined]
    Path(f"{level}s.ndjson").write_bytes(data)
    return [json.loads(line) for line in data.splitlines()]


def sign(maker: Client, place: str) -> list[bytes]:
    """Run the commands on the page as they stand."""
    text = re.search(r"<pre[^>]*>(.*?)</pre>", maker.get(place).text, re.S)[1]  # type: ignore[index]
    made = []
    for line in text.replace("\\\n", " ").strip().splitlines():
        words = line.split()[2:]
        listed(maker, place, words[words.index("--batch") + 1].removesuffix("s.ndjson"))
        assert main(words) == 0, line
        made.append(Path(words[-1]).read_bytes())
    return made


def send(maker: Client, place: str, *data: bytes) -> Any:
    files = [SimpleUploadedFile(f"{n}-signed.json", each) for n, each in enumerate(data)]
    return maker.post(place, {"signed": files})


def mend(people: People, place: str) -> None:
    by = people.stage.cast["maker"]
    with people.as_system():
        intake_mending.mend(
            intake_id=Intake.objects.get(id=place.split("/")[3]).pk, number=len(FILE),
            text=json.dumps(BAD), by=by, at=THEN,
        )  # fmt: skip
        work_off(Intake.objects.latest("id"))


def test_what_landed_is_signed_by_the_commands_on_the_page(
    maker: Client, people: People, place: str
) -> None:
    signed = sign(maker, place)
    assert send(maker, place, *signed).status_code == 302
    page = maker.get(place).text
    assert "The origin of every battery of this file is signed." in page
    with people.as_system():
        rows = AttestationItem.objects.values_list("battery__serial", flat=True)
        assert set(rows) == {"OWN", "OWN-0", "OWN-1", "OWN-2"}


def test_the_list_says_what_was_registered_and_no_more(maker: Client, place: str) -> None:
    (pack,), cells = listed(maker, place, "pack"), listed(maker, place, "cell")
    assert [each["id"] for each in cells] == [each["id"] for each in CELLS]
    assert {each["lot"] for each in cells} == {"L1"}
    assert pack["components"]["count"] == 3
    assert pack["manufacturedOn"] == "2025-03-02"
    assert listed(maker, place, "module") == []


def test_what_was_mended_is_signed_with_its_file(maker: Client, people: People, place: str) -> None:
    send(maker, place, *sign(maker, place))
    mend(people, place)
    page = re.sub(r"<[^>]+>", "", maker.get(place).text)
    assert "3 of 4" in page
    assert "The origin of every battery" not in page
    assert len(listed(maker, place, "cell")) == 4


def test_a_list_that_was_changed_after_it_was_signed_is_refused_whole(
    maker: Client, people: People, place: str
) -> None:
    cells, _ = sign(maker, place)
    for other in (cells.replace(b'"lot":"L1"', b'"lot":"L2"', 1), _without_one(cells)):
        answer = send(maker, place, other)
        assert answer.status_code == 422, answer.text
        assert "0-signed.json: " in answer.text
        assert "another tree" in answer.text
    with people.as_system():
        assert not Attestation.objects.exists()


def _without_one(data: bytes) -> bytes:
    told = json.loads(data)
    return json.dumps(told | {"items": told["items"][1:]}).encode()


def test_a_pack_whose_cells_changed_meanwhile_is_refused(
    maker: Client, people: People, place: str
) -> None:
    cells, packs = sign(maker, place)
    mend(people, place)
    answer = send(maker, place, cells, packs)
    assert answer.status_code == 422
    assert "1-signed.json: The attestation lists 3 components; 4 are registered" in answer.text


def test_another_makers_file_is_neither_listed_nor_signed(
    maker: Client, people: People, place: str
) -> None:
    other = people.at_desk("second-maker")
    signed = sign(maker, place)
    assert other.get(place).status_code == 404
    assert other.get(f"{place}/cells.ndjson").status_code == 404
    assert send(other, place, *signed).status_code == 404
    with people.as_system():
        assert not Attestation.objects.exists()
        theirs = Battery.objects.filter(maker=people.stage.cast["second-maker"]).count()
        own = take_in(people.stage.cast["second-maker"], [model_line()])
    # At its own desk it may send, but not what another has signed.
    answer = send(other, f"/desk/intakes/{own.pk}/origin", *signed)
    assert answer.status_code == 403
    assert theirs == 0


WRONG = {
    "no JSON": b"\x89PNG",
    "a list that was not signed": b'{"id":"https://id.gs1.org/01/09521234000020/21/OWN"}',
    "items alone": b'{"items":[]}',
    "no object": b"7",
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_told_by_its_name(maker: Client, place: str, what: str) -> None:
    answer = send(maker, place, WRONG[what])
    assert answer.status_code in (400, 422), answer.status_code
    assert "0-signed.json: " in answer.text


def test_the_same_file_twice_changes_nothing(maker: Client, people: People, place: str) -> None:
    signed = sign(maker, place)
    for _ in range(2):
        assert send(maker, place, *signed).status_code == 302
    with people.as_system():
        assert Attestation.objects.count() == 2


def test_without_a_key_the_page_leads_to_one(people: People) -> None:
    by = people.stage.cast["second-maker"]
    with people.as_system():
        taken = take_in(by, [model_line(gtin=""), battery_line("ALONE")])
    page = people.at_desk("second-maker").get(f"/desk/intakes/{taken.pk}/origin").text
    assert "/desk/signing-keys/" in page
