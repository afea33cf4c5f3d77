"""Lists are read row by row, and names found on them whatever their spelling, script or form."""

from datetime import date
from decimal import Decimal

import pytest

from passport.rules.errors import Several
from passport.rules.sourcing_names import likeness, spelled
from passport.rules.sourcing_screening import (
    MOST_ENTRIES,
    BadEntry,
    Entry,
    NoReason,
    NotAList,
    check_reason,
    read_list,
    screen,
)

SINCE = date(2025, 1, 7)
ALIKE = {
    "legal forms and points": ("BYD Company Ltd.", "B.Y.D. Co., Limited", "1.00"),
    "hyphens": ("Gotion High-Tech", "Gotion Hightech Co", "1.00"),
    "accents": ("Müller Zellen AG", "Muller Zellen", "1.00"),
    "ligatures and strokes": ("Ærø Straße ApS", "aero strasse aps", "1.00"),
    "the order of words": ("Power Great", "Great Power Inc", "1.00"),
    "Cyrillic": ("ООО «Росатом»", "Rosatom LLC", "1.00"),
    "Chinese forms": ("宁德时代股份有限公司", "宁德时代", "1.00"),
    "nothing but a form": ("AG", "A.G.", "1.00"),
    "a daughter with its mother's name": ("Hithium Energy Storage", "Hithium", "0.90"),
    "initials": ("CATL", "Contemporary Amperex Technology Co., Limited", "0.85"),
    "letters swapped": ("EVE Energy", "EVE Enregy", "0.88"),
    "a letter more, one less": ("Zijin Minning", "Zijing Mining", "0.91"),
    "one word of two": ("Jinchuan Nickel", "Jinchuan Mining", "0.57"),
    "nothing alike": ("Samsung SDI", "Acme Cells", "0.00"),
    "two letters are no name of a daughter": ("XY Cells", "XY", "0.44"),
    "no letters at all": ("...", "Acme", "0.00"),
    "more words on one side": ("Alpha Beta Gamma", "Alpha Delta", "0.41"),
}


@pytest.mark.parametrize(("a", "b", "score"), ALIKE.values(), ids=ALIKE)
def test_how_alike_names_are(a: str, b: str, score: str):
    assert likeness(a=spelled(a), b=spelled(b)) == Decimal(score)
    assert likeness(a=spelled(b), b=spelled(a)) == Decimal(score)


def test_reads_csv_and_json_alike():
    table = (
        "\ufeffName, since ,until,also\n"
        "Acme Cells,2025-01-07,,Acme; A.C.\n"
        "Old,2020-01-01,2021-01-01,\n"
    )
    array = (
        '[{"name": "Acme Cells", "since": "2025-01-07", "also": ["Acme", "A.C."]},'
        ' {"name": "Old", "since": "2020-01-01", "until": "2021-01-01"}]'
    )
    read = read_list(content=table.encode())
    assert read == read_list(content=array.encode())
    assert read[0] == Entry("Acme Cells", SINCE, None, ("Acme", "A.C."))


NO_LISTS = {
    "no UTF-8": b"name,since\n\xff,2025-01-07\n",
    "no head": b"Acme,2025-01-07\n",
    "nothing": b"",
    "a head alone": b"name,since\n",
    "an open quote": b'name,since\n"Acme,2025-01-07\n',
    "no JSON": b"[{]",
    "no array": b'{"name": "Acme"}',
    "too many": b"name,since\n" + b"A,2025-01-07\n" * (MOST_ENTRIES + 1),
}


@pytest.mark.parametrize("content", NO_LISTS.values(), ids=NO_LISTS)
def test_refuses_what_is_no_list(content: bytes):
    with pytest.raises(NotAList):
        read_list(content=content)


BAD_ROWS = {
    "no name": ("name,since\n,2025-01-07\n", "line 2: no name"),
    "no day": ("name,since\nAcme,\n", "line 2: since is no day"),
    "another spelling": ("name,since\nAcme,7.1.2025\n", "line 2: since is no day"),
    "no day of the calendar": ("name,since\nAcme,2025-02-30\n", "line 2: since is no day"),
    "no until": ("name,since,until\nAcme,2025-01-07,soon\n", "line 2: until is no day"),
    "no object": ('["Acme"]', "row 1: no name"),
    "no names": ('[{"name": "A", "since": "2025-01-07", "also": [1]}]', "row 1: also is no list"),
    "one name": ('[{"name": "A", "since": "2025-01-07", "also": 7}]', "row 1: also is no list"),
}


@pytest.mark.parametrize(("text", "said"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_says_which_row_is_wrong(text: str, said: str):
    with pytest.raises(BadEntry) as refused:
        read_list(content=text.encode())
    assert refused.value.detail.startswith(said)


def test_says_of_all_rows_what_is_wrong():
    with pytest.raises(Several) as refused:
        read_list(content=b"name,since\nA,x\nB,2025-01-07\n,2025-01-07\n")
    assert [each.detail[:6] for each in refused.value.each] == ["line 2", "line 4"]


def test_finds_each_entity_by_the_likest_of_its_names():
    entries = [
        Entry("Hithium", SINCE),
        Entry("Contemporary Amperex Technology Co., Limited", SINCE, also=("宁德时代",)),
        Entry("Somebody Else", SINCE),
    ]
    names = {
        "a": ["Xiamen Hithium Energy Storage Technology Co., Ltd."],
        "b": ["CATL", "宁德时代有限公司"],
        "c": ["Clean Cells Inc."],
    }
    found = screen(names=names, entries=entries)
    assert [(each.entity, each.entry.name[:4], str(each.score), each.exact) for each in found] == [
        ("b", "Cont", "1.00", True),
        ("a", "Hith", "0.90", False),
    ]
    assert (found[0].own_name, found[0].listed_name) == ("宁德时代有限公司", "宁德时代")
    assert screen(names={}, entries=entries) == ()


def test_a_decision_has_a_reason():
    check_reason(reason="another register number")
    with pytest.raises(NoReason):
        check_reason(reason="   no     ")
