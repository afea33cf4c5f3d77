"""How people write down which batteries they mean: typed, pasted, or in a file."""

from __future__ import annotations

import csv

import pytest

from passport.rules.bundle import NotAList, names_in_file, names_typed

LINK = "https://id.gs1.org/01/09521234000020/21/P1"
OWN = "https://maker.example/b/P1;lot=7,8"
TYPED = {
    "one a line": ("P1\nP2\r\n\nP3 ", ["P1", "P2", "P3"]),
    "apart by commas and blanks": ("P1, P2; P3\tP4 P5,", ["P1", "P2", "P3", "P4", "P5"]),
    "a comma inside a link stays": (f"{OWN}\n{LINK}", [OWN, LINK]),
    "nothing": (" \n ", []),
}
FILES = {
    "a plain list": (b"P1\nP2\n", ["P1", "P2"]),
    "a mark of byte order": (b"\xef\xbb\xbfP1\r\nP2", ["P1", "P2"]),
    "the first column": (b"P1,pack,2025\nP2,pack,2025", ["P1", "P2"]),
    "a column by its heading": (b"Place;Serial number\nA1;P1\nA2;P2", ["P1", "P2"]),
    "tabs": (b"site\tid\nnorth\tP1\n", ["P1"]),
    "quotes around a comma": (f'identity,name\n"{OWN}",x\n'.encode(), [OWN]),
    "empty cells": (b"id,x\n,1\nP1,2\n\n", ["P1"]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize("what", TYPED)
def test_reads_what_was_typed(what):
    text, names = TYPED[what]
    assert names_typed(text) == names


@pytest.mark.parametrize("what", FILES)
def test_reads_a_file(what):
    data, names = FILES[what]
    assert names_in_file(data) == names


def test_a_cell_longer_than_a_table_has_is_refused():
    with pytest.raises(NotAList, match="cannot be read as a table") as refused:
        names_in_file(b"serial\n" + b"x" * (csv.field_size_limit() + 1))
    assert refused.value.pointer == "/file"


@pytest.mark.parametrize("data", [b"\xff\xfe\x00P", b"PK\x03\x04\xa0\xff"])
def test_a_file_that_is_no_text_is_refused_with_what_to_do(data):
    with pytest.raises(NotAList) as refused:
        names_in_file(data)
    assert "UTF-8" in refused.value.remedy
