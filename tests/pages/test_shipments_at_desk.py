"""A shipment at two desks: made by scan and tick, looked at, sent, checked at the door."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from passport.models import Battery, HandOver, Shipment
from tests.cast import packs
from tests.pages.conftest import People

SERIALS = ("D1", "D2", "D3")
NEW, CHECK, DESK = "/desk/shipments/new", "/desk/shipments/check", "/desk/shipments/"
SSCC = "095212340000000181"


@pytest.fixture
def load(people: People) -> list[Battery]:
    """Three packs more, in the maker's hands."""
    with people.as_system():
        return packs(people.stage.cast["maker"], *SERIALS)


def form(people: People, **said: str) -> dict[str, str]:
    usual = {
        "to": str(people.stage.cast["keeper"].pk), "codes": "", "un_number": "3480",
        "condition": "SOUND", "packing_instruction": "P903", "sscc": SSCC,
    }  # fmt: skip
    return usual | said


def hidden(page: str, action: str) -> dict[str, str]:
    """What a form of a page would send without a word more."""
    (found,) = re.findall(rf'(?s)<form[^>]*action="{re.escape(action)}".*?</form>', page)
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found)
    return {name: html.unescape(value) for name, value in pairs}


def sent(people: People, load: list[Battery], **said: str) -> str:
    """The address of a shipment that the maker has sent to the keeper."""
    maker = people.at_desk("maker")
    codes = "\r\n".join(each.identity for each in load)
    page = maker.post(CHECK, form(people, codes=codes, **said))
    assert page.status_code == 200, page.text
    answer = maker.post(DESK, hidden(page.text, DESK))
    assert answer.status_code == 302
    return str(answer["Location"])


def test_bad_codes_are_named_with_their_line_and_good_ones_kept(
    people: People, load: list[Battery]
) -> None:
    maker = people.at_desk("maker")
    codes = "(01)09521234000020(21)D1\n\n(01)09521234000020(21)NONE\nD2\n(01)0952123(21)D3\nD1\n"
    said = form(people, codes=codes) | {"battery": [str(each.pk) for each in load[1:]]}
    page = maker.post(CHECK, said)
    assert page.status_code == 200
    text = re.sub(r"\s+", " ", page.text)
    assert "3 codes are left out" in text
    for line, code in ((3, "NONE"), (5, "0952123"), (6, "D1")):
        assert re.search(rf"Line {line}: <code>[^<]*{code}", text), line
    # What was ticked and scanned too counts once.
    assert "3 batteries" in re.sub(r"<[^>]+>", "", text)
    offered = maker.post(DESK, hidden(page.text, DESK))
    assert offered.status_code == 302
    with people.as_system():
        assert Shipment.objects.get(sscc=SSCC).pieces == 3


def test_the_number_is_proposed_and_the_condition_is_asked(
    people: People, load: list[Battery]
) -> None:
    maker = people.at_desk("maker")
    said = form(people, codes="D1", un_number="", condition="", packing_instruction="")
    page = maker.post(CHECK, said)
    assert page.status_code == 422
    assert 'href="#condition"' in page.text
    assert re.search(r'<option value="3480" selected>', page.text)
    assert not re.search(r'name="condition" value="\w+" checked', page.text)
    assert "D1</textarea>" in page.text


WRONG = {
    "nobody to ship to": ({"to": ""}, "to"),
    "no battery": ({"codes": ""}, "codes"),
    "a packing of damaged ones": ({"packing_instruction": "P908"}, "packing_instruction"),
    "damage that nobody judged": (
        {"condition": "DAMAGED", "packing_instruction": "P908"}, "assessed_by",
    ),
    "a number for sodium": ({"un_number": "3551"}, "un_number"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_leads_to_its_field_and_keeps_the_input(
    people: People, load: list[Battery], name: str
) -> None:
    said, field = WRONG[name]
    page = people.at_desk("maker").post(CHECK, form(people, codes="D1", carrier="Kept GmbH") | said)
    assert page.status_code == 422
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text
    assert "Kept GmbH" in page.text


def test_an_offer_that_is_refused_brings_the_form_back(people: People, load: list[Battery]) -> None:
    maker = people.at_desk("maker")
    page = maker.post(CHECK, form(people, codes="D1", sscc="095212340000000182"))
    refused = maker.post(DESK, hidden(page.text, DESK))
    assert refused.status_code == 400
    assert 'href="#sscc"' in refused.text
    assert str(load[0].pk) in refused.text


def test_the_form_sent_twice_makes_one_shipment(people: People, load: list[Battery]) -> None:
    maker = people.at_desk("maker")
    page = maker.post(CHECK, form(people, codes="D1"))
    said = hidden(page.text, DESK)
    first, again = maker.post(DESK, said), maker.post(DESK, said)
    assert first["Location"] == again["Location"]
    changed = maker.post(CHECK, hidden(page.text, CHECK))
    assert "D1</textarea>" in changed.text


def test_what_was_not_scanned_goes_back_with_a_reason(people: People, load: list[Battery]) -> None:
    where = sent(people, load)
    keeper = people.at_desk("keeper")
    assert "Check what has arrived" in keeper.get(DESK).text
    asked = keeper.post(
        f"{where}arrival", {"codes": "D1\nSENT-7Q4K9\nXX", "battery": str(load[1].pk)}
    )
    text = re.sub(r"<[^>]+>", "", asked.text)
    assert "2 of 3 batteries have arrived" in text
    assert "2 codes are left out" in text
    said = hidden(asked.text, f"{where}accept")
    done = keeper.post(f"{where}accept", said | {"why": "", f"why-{load[2].pk}": "dented"})
    assert done.status_code == 302
    shown = keeper.get(where).text
    assert "accepted in part" in shown
    assert "dented" in shown
    with people.as_system():
        held = Battery.objects.filter(serial__in=SERIALS, holder=people.stage.cast["keeper"])
        assert sorted(held.values_list("serial", flat=True)) == ["D1", "D2"]


def test_nothing_scanned_is_asked_again(people: People, load: list[Battery]) -> None:
    where = sent(people, load)
    answer = people.at_desk("keeper").post(f"{where}arrival", {"codes": "XX"})
    assert answer.status_code == 422
    assert 'href="#codes"' in answer.text
    assert "Line 1" in answer.text


def test_a_second_answer_is_told_so(people: People, load: list[Battery]) -> None:
    where = sent(people, load)
    keeper, maker = people.at_desk("keeper"), people.at_desk("maker")
    assert keeper.post(f"{where}accept", {"whole": "1"}).status_code == 302
    late: Any
    for late in (
        maker.post(f"{where}withdraw"), keeper.post(f"{where}refuse", {"reason": "no"}),
        keeper.post(f"{where}accept", {"whole": "1"}), keeper.get(f"{where}arrival"),
    ):  # fmt: skip
        assert late.status_code == 409
    with people.as_system():
        rows = HandOver.objects.filter(shipment__sscc=SSCC)
        assert set(rows.values_list("state", flat=True)) == {"ACCEPTED"}


def test_the_label_says_the_sscc(people: People, load: list[Battery]) -> None:
    where = sent(people, load)
    drawn = people.at_desk("maker").get(f"{where}label.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert f"/00/{SSCC}</title>" in drawn.text
    nothing = sent(people, [packs_of(people)], sscc="")
    assert people.at_desk("maker").get(f"{nothing}label.svg").status_code == 404


def test_its_number_scanned_in_the_yard_leads_to_it_for_its_sides_alone(
    people: People, load: list[Battery]
) -> None:
    where = sent(people, load)
    pages = {}
    for name in ("keeper", "recycler"):
        desk = people.at_desk(name)
        answer = desk.post("/desk/yard/", {"kind": "SCAN", "text": f"]C100{SSCC}"})
        pages[name] = desk.get(answer["Location"]).text
    assert f'<a href="{where}">Open the shipment</a>' in pages["keeper"]
    assert f"This is shipment {SSCC}, from " in pages["keeper"]
    assert where not in pages["recycler"]
    assert "This code names a model, a lot or a shipment." in pages["recycler"]


def packs_of(people: People) -> Battery:
    with people.as_system():
        return packs(people.stage.cast["maker"], "D9")[0]


def test_the_desk_speaks_german(people: People, load: list[Battery]) -> None:
    where = sent(people, load)
    keeper = people.at_desk("keeper")
    said = {"HTTP_ACCEPT_LANGUAGE": "de"}
    assert "Gefahrgut" in keeper.get(where, **said).text
    assert "Was angekommen ist" in keeper.get(f"{where}arrival", **said).text
