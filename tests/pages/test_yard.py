"""The yard by plain forms, for devices and by photo: what it answers, and what it never tells."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from api.http.headers import PAGE_POLICY
from api.labels import reader
from api.pages import yard_decode
from passport.models import LifecycleEvent, YardRecord
from passport.models.ids import new_id
from tests.pages.conftest import People

HERE = "/desk/yard/"
QR = zxingcpp.BarcodeFormat.QRCode
UNKNOWN = "https://id.gs1.org/01/09521234000020/21/NOBODY"


def field(page: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


def test_without_script_a_form_scans_and_shows_what_it_is(people: People) -> None:
    keeper, pack = people.at_desk("keeper"), people.stage.packs[0]
    form = {"kind": "SCAN", "text": pack.identity, "record": field(keeper.get(HERE).text, "record")}
    answers = [keeper.post(HERE, form) for _ in range(2)]
    assert {each["Location"] for each in answers} == {f"{HERE}?record={form['record']}"}
    page = keeper.get(answers[0]["Location"]).text
    for words in ("Model PACK-12", "Before you touch it", "How to open it", "Set apart", "Gates"):
        assert words in page, words
    with people.as_system():
        assert LifecycleEvent.objects.filter(kind="OBSERVED").count() == 1
    undone = keeper.post(HERE, {"kind": "UNDO", "of": form["record"]})
    assert "Recorded: taken back." in keeper.get(undone["Location"]).text


def test_without_script_a_hand_over_is_taken_and_a_battery_set_apart(people: People) -> None:
    keeper, waiting = people.at_desk("keeper"), people.stage.packs[2]
    seen = keeper.post(HERE, {"kind": "SCAN", "text": waiting.identity})
    assert "Take custody" in keeper.get(seen["Location"]).text
    taken = keeper.post(HERE, {"kind": "TAKE", "text": waiting.identity})
    page = keeper.get(taken["Location"]).text
    assert "you hold it" in page
    assert "Take custody" not in page
    apart = {"kind": "QUARANTINE", "text": waiting.identity, "because": "CASE_DAMAGE"}
    keeper.post(HERE, apart)
    with people.as_system():
        waiting.refresh_from_db()
        assert waiting.holder_id == people.stage.cast["keeper"].pk
        assert LifecycleEvent.objects.filter(battery=waiting, kind="INCIDENT").count() == 1


def test_a_new_label_is_one_event_however_often_its_form_is_sent(people: People) -> None:
    keeper, pack = people.at_desk("keeper"), people.stage.packs[0]
    address = f"{HERE}labels/{pack.pk}"
    form = {"record": field(keeper.get(address).text, "record"), "because": "FADED"}
    for _ in range(2):
        printed = keeper.post(address, form | {"label": "L7163"})
        assert "Open the file to print" in keeper.get(printed["Location"]).text
    assert keeper.get(f"{address}/label.pdf?label=L7163").content.startswith(b"%PDF-")
    too_small = keeper.get(f"{address}?label=L4730").text
    assert "Choose a larger label." in too_small
    with people.as_system():
        (made,) = LifecycleEvent.objects.filter(battery=pack, kind="OBSERVED")
        assert b'"because":"faded"' in bytes(made.body)
    refused = people.at_desk("maker").post(address, form | {"record": str(new_id())})
    assert refused.status_code == 422


def test_what_nobody_registered_leads_to_found_with_its_name(people: People) -> None:
    keeper = people.at_desk("keeper")
    keeper.post(HERE, {"kind": "SCAN", "text": UNKNOWN})
    page = keeper.get(HERE).text
    assert "Nobody has registered this battery." in page
    found = f"/desk/found/?identity={quote(UNKNOWN, safe='/')}"
    assert found in page
    assert f'value="{UNKNOWN}"' in keeper.get(found).text


def test_it_speaks_german_of_refusals_too(people: People) -> None:
    keeper = people.at_desk("keeper")
    keeper.post(HERE, {"kind": "SCAN", "text": UNKNOWN})
    page = keeper.get(f"{HERE}?lang=de").text
    assert "Diese Batterie hat niemand angemeldet." in page
    assert 'manifest-de.webmanifest"' in page


def sent(client: Client, *records: dict[str, Any]) -> list[dict[str, Any]]:
    now = datetime.now(UTC).isoformat()
    usual = {"kind": "SCAN", "happened_at": "2026-03-02T10:00:00+01:00", "device": "phone-1"}
    body = {"sent_at": now, "records": [usual | each for each in records]}
    answer = client.post(f"{HERE}records", json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_device_gets_one_answer_a_record_whatever_the_others_are(people: People) -> None:
    pack = people.stage.packs[0]
    good, unknown = str(new_id()), str(new_id())
    records = (
        {"id": good, "text": pack.identity}, {"id": "no id"}, {"id": unknown, "text": UNKNOWN},
        {"id": good, "text": "another"},
        {"id": str(new_id()), "text": "x" * 2001}, {"id": str(new_id()), "kind": "BURN"},
    )  # fmt: skip
    keeper = people.at_desk("keeper")
    items = sent(keeper, *records)
    assert [(each["outcome"], each["kept"]) for each in items] == [
        ("taken", True), ("refused", False), ("refused", True), ("refused", False),
        ("refused", False), ("refused", False),
    ]  # fmt: skip
    assert [each["id"] for each in items[:3]] == [good, "no id", unknown]
    assert all(each["remedy"] for each in items if each["outcome"] == "refused")
    assert items[0]["card"]["name"] == pack.serial
    again = sent(keeper, *records[:3])
    assert [each["outcome"] for each in again] == ["duplicate", "refused", "duplicate"]
    with people.as_system():
        assert YardRecord.objects.count() == 2


@pytest.mark.parametrize(
    "body", [[], {"records": []}, {"sent_at": "now", "records": [{}]}, {"records": [{}] * 51}]
)
def test_what_is_no_list_of_records_is_refused_as_a_whole(people: People, body: Any) -> None:
    answer = people.at_desk("keeper").post(
        f"{HERE}records", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["remedy"]


def test_records_need_the_token_of_the_page(people: People) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(people.person("keeper"))
    body = {"sent_at": "2026-03-02T10:00:00Z", "records": []}
    for token in ({}, {"X-CSRFToken": "x" * 64}):
        answer = strict.post(
            f"{HERE}records", json.dumps(body), content_type="application/json", headers=token
        )
        assert answer.status_code == 403
    state = strict.get(f"{HERE}state")
    answer = strict.post(
        f"{HERE}records",
        json.dumps(body),
        content_type="application/json",
        headers={"X-CSRFToken": state.json()["csrf"]},
    )
    assert answer.status_code == 400


def test_the_state_is_of_the_seat_and_no_cache_keeps_it(people: People) -> None:
    keeper = people.at_desk("keeper")
    answer = keeper.get(f"{HERE}state")
    told = answer.json()
    assert "no-store" in answer["Cache-Control"]
    assert answer.cookies["yard"].value == told["seat"]
    assert people.at_desk("recycler").get(f"{HERE}state").json()["seat"] != told["seat"]
    names = {name for each in told["cards"] for name in each["names"]}
    assert {each.identity for each in people.stage.packs} <= names
    assert "csrfmiddlewaretoken" not in "".join(each["html"] for each in told["cards"])
    out = keeper.post("/sign-out")
    assert (out.cookies["yard"].value, out.cookies["yard"]["max-age"]) == ("", 0)


def test_the_shell_is_the_same_for_all_and_its_worker_named_by_what_it_is_made_of(
    database: str,
) -> None:
    anybody = Client()
    worker = anybody.get(f"{HERE}worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "connect-src 'self'" in worker["Content-Security-Policy"]
    assert "unsafe" not in worker["Content-Security-Policy"]
    shell = json.loads(re.search(r"const SHELL = (\[.*?\]);", worker.text)[1])  # type: ignore[index]
    for address in shell:
        if not address.startswith("/static/"):
            kept = anybody.get(address)
            assert kept.status_code == 200, address
            assert not kept.cookies, address
    page = anybody.get(f"{HERE}shell/de")
    assert page["Content-Security-Policy"] == PAGE_POLICY
    assert "worker-src 'self'" in PAGE_POLICY
    assert (page["Content-Language"], 'lang="de"' in page.text) == ("de", True)
    told = anybody.get(f"{HERE}manifest-de.webmanifest").json()
    assert (told["scope"], told["start_url"], told["lang"]) == (HERE, HERE, "de")
    assert anybody.get(f"{HERE}shell/fr").status_code == 404


# --- photos ---------------------------------------------------------------------------------------


def photo(
    text: str, *, form: str = "JPEG", tilt: float = 0, code: Any = QR, scale: int = 8, **said: Any
) -> bytes:
    """A picture of a code, a little askew, as a phone takes it."""
    drawn = zxingcpp.create_barcode(text, code, **said).to_image(scale=scale)
    sheet = Image.new("L", (1600, 1200), 225)
    sheet.paste(Image.fromarray(drawn).rotate(tilt, expand=True, fillcolor=225), (500, 300))
    out = io.BytesIO()
    sheet.save(out, form)
    return out.getvalue()


def shown(client: Client, content: bytes, **headers: str) -> Any:
    """What is answered to a photo."""
    file = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    return client.post(f"{HERE}decode", {"photo": file}, headers=headers)


@pytest.mark.parametrize(("form", "tilt"), [("JPEG", 0), ("JPEG", 12), ("PNG", 0), ("WEBP", -7)])
def test_a_photo_is_read_for_a_device_and_for_a_form(people: People, form: str, tilt: int) -> None:
    keeper, text = people.at_desk("keeper"), people.stage.packs[0].identity
    content = photo(text, form=form, tilt=tilt)
    assert shown(keeper, content, accept="application/json").json() == {"texts": [text]}
    assert f'value="{text}"' in shown(keeper, content).text


def test_the_codes_of_industry_are_read_from_a_photo_too(people: People) -> None:
    keeper, matrix = people.at_desk("keeper"), zxingcpp.BarcodeFormat.DataMatrix
    elements, pallet = "(01)09521234000020(21)P1", "(00)095212340000000181"
    codes = {
        elements: photo(elements, code=matrix, gs1=True, tilt=9),
        people.stage.packs[0].identity: photo(people.stage.packs[0].identity, code=matrix),
        pallet: photo(pallet, code=zxingcpp.BarcodeFormat.Code128, gs1=True, scale=5),
    }
    for text, content in codes.items():
        assert shown(keeper, content, accept="application/json").json() == {"texts": [text]}
    for text in (elements, people.stage.packs[0].identity):
        (told,) = sent(keeper, {"id": str(new_id()), "text": text})
        assert told["name"] == "P1"


def bomb() -> bytes:
    """A PNG of a few kilobytes that unfolds into 100,000 × 100,000 points."""
    size = (100_000).to_bytes(4, "big")
    parts = [(b"IHDR", size + size + b"\x08\x00\x00\x00\x00"), (b"IDAT", zlib.compress(b"\0" * 99))]
    chunks = b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in [*parts, (b"IEND", b"")]
    )
    return b"\x89PNG\r\n\x1a\n" + chunks


HOSTILE = {
    "nothing": b"",
    "no picture": b"GIF89a not one that is read",
    "a bomb": bomb(),
    "cut off": photo(UNKNOWN)[:700],
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_photo_is_refused_with_what_to_do(people: People, case: str) -> None:
    answer = shown(people.at_desk("keeper"), HOSTILE[case], accept="application/json")
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == "no-picture"
    assert answer.json()["remedy"]


def test_a_photo_that_is_too_large_or_too_hard_is_refused(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = people.at_desk("keeper")
    heavy = shown(keeper, b"\xff\xd8\xff" + b"x" * (yard_decode.MOST_BYTES + (2 << 20)))
    assert heavy.status_code == 413
    monkeypatch.setattr(yard_decode, "_PATIENCE_S", 0.01)
    slow = shown(keeper, photo(UNKNOWN), accept="application/json")
    assert (slow.status_code, slow.json()["code"]) == (422, "picture-too-hard")


def test_the_reader_cannot_take_more_than_it_is_given() -> None:
    greedy = (
        "import resource, runpy, sys; from api.labels import reader;"
        "reader._MEMORY_BYTES = 1 << 28; reader.texts_on = lambda _: ['x'] * (1 << 30);"
        "sys.exit(reader.main())"
    )
    done = subprocess.run([sys.executable, "-c", greedy], input=b"", capture_output=True)
    assert done.returncode not in (0, 3)
    assert b"MemoryError" in done.stderr
    assert reader.MOST_PIXELS == 50_000_000
