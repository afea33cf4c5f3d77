"""A file is read in whatever form it came; what cannot be read is told, and the rest goes on."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
import zstandard

from passport.actions.intake_expansion import Limits, expand
from passport.actions.intake_hands import in_chunks
from passport.actions.intake_reading import CSV, NDJSON, lines, said
from passport.actions.intake_text import LINE_BYTES, LONGEST_KEPT, Unreadable

WIDE = Limits(total=1 << 32, ratio=1000)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    for begin in range(0, len(data), size):
        yield data[begin : begin + size]


def read(data: bytes, media_type: str = NDJSON, encoding: str = "", size: int = 7) -> list[Any]:
    """(number, line as bytes) or (number, code) of each line, in blocks of `size` bytes."""
    found = lines(cut(data, size), media_type=media_type, encoding=encoding, within=WIDE)
    return [
        (number, line.refusal.code if isinstance(line, Unreadable) else line)
        for number, line in found
    ]


LONG = b'"' + b"x" * LINE_BYTES + b'"'
# Sentence → (bytes of the file, what is read).
TEXTS: dict[str, tuple[bytes, list[Any]]] = {
    "a file with a line end at its end": (b"{}\n[]\n", [(1, b"{}"), (2, b"[]")]),
    "a file without one": (b"{}\n[]", [(1, b"{}"), (2, b"[]")]),
    "lines ended as on Windows": (b"{}\r\n[]\r\n", [(1, b"{}"), (2, b"[]")]),
    "empty lines count and are not read": (b"\n\n{}\n \t\n[]", [(3, b"{}"), (5, b"[]")]),
    "a byte order mark": (b"\xef\xbb\xbf{}\n", [(1, b"{}")]),
    "letters of every length": ("ä€🔋\n{}".encode(), [(1, "ä€🔋".encode()), (2, b"{}")]),
    "bytes that are not UTF-8": (b"{}\n\xff\xfe\n[]\n", [(1, b"{}"), (2, "not-utf-8"), (3, b"[]")]),
    "a line too long": (LONG + b"\n{}", [(1, "line-too-long"), (2, b"{}")]),
    "a line too long before an empty one": (
        LONG + b"\n\n{}\n", [(1, "line-too-long"), (3, b"{}")],
    ),
    "a line too long at the end": (b"{}\n" + LONG, [(1, b"{}"), (2, "line-too-long")]),
    "a line of which not all is kept": (
        b"{}\n" + LONG * 5 + b"\n\n[]", [(1, b"{}"), (2, "line-too-long"), (4, b"[]")],
    ),
    "such a line at the end": (b"{}\n" + LONG * 5, [(1, b"{}"), (2, "line-too-long")]),
    "UTF-16": ("{}\n".encode("utf-16"), [(1, "not-utf-8")]),
    "nothing": (b"", []),
}  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 4096, 1 << 20])
@pytest.mark.parametrize("case", TEXTS.values(), ids=TEXTS)
def test_lines_are_those_of_the_senders_editor(case: tuple[bytes, list[Any]], size: int) -> None:
    data, expected = case
    if size < 4096 < len(data):
        size += 996
    assert read(data, size=size) == expected


def test_the_place_of_a_bad_byte_is_told_in_the_line_and_in_the_file() -> None:
    found = lines([b"{}\n{", b'"a":"M\xfcnchen"}\n'], media_type=NDJSON, encoding="", within=WIDE)
    bad = dict(found)[2]
    assert isinstance(bad, Unreadable)
    assert bad == b'{"a":"M\xfcnchen"}'
    assert "byte 8 of the line (byte 11 of the file) is 0xfc" in bad.refusal.detail
    assert bad.refusal.remedy


def test_of_a_long_line_only_the_beginning_is_kept() -> None:
    (found,) = lines([b"x" * 1000] * 10_000, media_type=NDJSON, encoding="", within=WIDE)
    assert len(found[1]) == LONGEST_KEPT
    assert isinstance(found[1], Unreadable)
    assert "10,000,000 bytes" in found[1].refusal.detail


def test_of_a_long_line_within_one_block_no_more_is_kept() -> None:
    (found,) = lines([b"x" * (1 << 20) + b"\n"], media_type=NDJSON, encoding="", within=WIDE)
    assert (len(found[1]), isinstance(found[1], Unreadable)) == (1 << 16, True)


def test_a_chunk_of_lines_has_an_end_in_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    long = [(number, b"x" * 500_000) for number in range(1, 41)]
    assert [len(some) for some in in_chunks(long, after=1)] == [17, 17, 5]
    monkeypatch.setattr("passport.actions.intake_hands.CHUNK", 15)
    assert [some[0][0] for some in in_chunks(long, after=0)] == [1, 16, 31]


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_packed_files_read_as_their_contents(encoding: str, size: int) -> None:
    data = b"".join(b'{"n":%d}\n' % number for number in range(20_000))
    whole = pack(data, encoding)
    joined = pack(data[:5000], encoding) + pack(data[5000:], encoding)
    for packed in (whole, joined):
        assert read(packed, encoding=encoding, size=size) == read(data, size=1 << 20)


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_zeros_behind_a_member_are_no_part_of_the_file(size: int) -> None:
    packed = pack(b'{"a":1}\n', "gzip") + bytes(50_000) + pack(b'{"b":2}\n', "gzip") + bytes(70_000)
    assert read(packed, encoding="gzip", size=size) == [(1, b'{"a":1}'), (2, b'{"b":2}')]


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_very_many_members_take_the_time_of_one_each(encoding: str) -> None:
    one = pack(b"", encoding)
    blocks = [one * (len(one) and (1 << 20) // len(one))] * 2
    count = len(blocks[0]) // len(one) * 2
    began = time.process_time()
    assert list(expand(blocks, encoding=encoding, within=WIDE)) == []
    assert time.process_time() - began < count * 40e-6


def test_a_file_in_more_parts_than_anybody_makes_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr("passport.actions.intake_expansion._MOST_MEMBERS", 10)
    assert read(pack(b"{}\n", "gzip") * 9, encoding="gzip", size=1 << 16)[-1][1] == b"{}"
    found = read(pack(b"{}\n", "gzip") * 11, encoding="gzip", size=1 << 16)
    assert found[-1] == (12, "wrong-encoding")


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_packed_file_that_was_cut_off_gives_what_it_has_and_says_so(encoding: str) -> None:
    letters = random.Random(5)
    data = b"".join(b'{"n":%d}\n' % letters.getrandbits(64) for _ in range(200_000))
    packed = pack(data, encoding)
    found = read(packed[: len(packed) * 3 // 4], encoding=encoding, size=1 << 16)
    assert found[-1][1] == "wrong-encoding"
    assert 1000 < len(found) < 200_000
    # A line that was cut in two is not told as one.
    assert all(json.loads(line) for _, line in found[:-1])
    # Cut between two lines, nothing but the format tells that more was to come.
    assert read(packed[:-2], encoding=encoding, size=1 << 16)[-1][1] == "wrong-encoding"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_garbage_is_no_packed_file(encoding: str) -> None:
    for data in (b"{}\n", pack(b"{}\n", encoding) + b"garbage behind it"):
        assert read(data, encoding=encoding)[-1][1] == "wrong-encoding"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
@pytest.mark.parametrize("within", [Limits(10 << 20, 10_000_000), Limits(1 << 40, 20)])
def test_a_small_file_that_unfolds_into_a_huge_one_is_stopped(
    encoding: str, within: Limits
) -> None:
    line = b'{"a":"' + b"0" * 1000 + b'"}\n'
    packed = pack(line * 200_000, encoding)
    found = lines([packed], media_type=NDJSON, encoding=encoding, within=within)
    ((number, last),) = deque(found, maxlen=1)
    assert isinstance(last, Unreadable)
    assert last.refusal.code == "unpacks-too-large"
    most = min(within.total, max(64 << 20, within.ratio * len(packed)))
    assert number * len(line) < most + 2 * len(line)


def test_a_window_that_no_http_sender_uses_is_refused() -> None:
    params = zstandard.ZstdCompressionParameters.from_level(1, window_log=26)
    packer = zstandard.ZstdCompressor(compression_params=params)
    stream = packer.compressobj()
    packed = stream.compress(b"{}\n" * 1000) + stream.flush()
    assert read(packed, encoding="zstd")[-1] == (1, "wrong-encoding")


def pack(data: bytes, encoding: str) -> bytes:
    if encoding == "gzip":
        return gzip.compress(data)
    return zstandard.ZstdCompressor().compress(data)


# --- tables ------------------------------------------------------------------------------------

HEAD = "type,model,id,manufactured_on,position\n"
ROW = "battery,PACK-12,https://a.example/1,2025-03-02,\n"
LINE = {
    "type": "battery", "model": "PACK-12", "id": "https://a.example/1",
    "manufactured_on": "2025-03-02",
}  # fmt: skip
NO_TYPE = "model;id;manufactured_on\nPACK-12;https://a.example/1;2025-03-02\n"
# Sentence → (text of the file, {number: line or code}).
TABLES: dict[str, tuple[str, dict[int, Any]]] = {
    "commas, a column for the kind, an empty cell left out": (HEAD + ROW, {2: LINE}),
    "semicolons, the kind by the header": (NO_TYPE, {2: LINE}),
    "tabs": (NO_TYPE.replace(";", "\t"), {2: LINE}),
    "the delimiter named in the first line": ("sep=;\n" + NO_TYPE, {3: LINE}),
    "a byte order mark and Windows line ends": (
        "\ufeff" + (HEAD + ROW).replace("\n", "\r\n"), {2: LINE},
    ),
    "names in any case, spaces around cells": (
        "Model; ID ;Manufactured_On\n PACK-12 ;https://a.example/1; 2025-03-02\n", {2: LINE},
    ),
    "empty rows, columns without a name": (
        "model;id;manufactured_on;;\n;;;;\nPACK-12;https://a.example/1;2025-03-02;;\n", {3: LINE},
    ),
    "a cell with a delimiter, a quote and a line end": (
        HEAD + 'battery,"a,""b""\nc",x,y,z\n' + ROW,
        {2: {"type": "battery", "model": 'a,"b"\nc', "id": "x", "manufactured_on": "y",
             "position": "z"}, 4: LINE},
    ),
    "facts by their data point": (
        "code,facts.13.name,facts.13.cas,facts.14,chemistry\nA,Lead,7439-92-1,,LFP\n",
        {2: {"type": "model", "code": "A", "chemistry": "LFP",
             "facts": {"13": {"name": "Lead", "cas": "7439-92-1"}}}},
    ),
    "a row with a cell too few": (HEAD + "battery,PACK-12,x,y\n" + ROW, {2: "not-a-row", 3: LINE}),
    "a row with a cell too many": (HEAD + ROW[:-1] + ",b\n" + ROW, {2: "not-a-row", 3: LINE}),
    "a quote that is never closed": (HEAD + 'battery,"a,b,c,d\n' + ROW, {2: "not-a-row", 3: LINE}),
    "a quoted cell that goes on": (HEAD + 'battery,"a"b,c,d,e\n' + ROW, {2: "not-a-row", 3: LINE}),
    "no header": (ROW, {1: "no-header"}),
    "a delimiter that is none": ("sep=:\n" + NO_TYPE, {1: "no-header"}),
    "an empty line in a quoted cell": (
        HEAD + 'battery,"a\n\nb",x,y,z\n' + ROW,
        {2: {"type": "battery", "model": "a\n\nb", "id": "x", "manufactured_on": "y",
             "position": "z"}, 5: LINE},
    ),
    "a cell of a quarter megabyte": (
        HEAD + "battery," + "a" * 200_000 + ",x,y,z\n" + ROW,
        {2: {"type": "battery", "model": "a" * 200_000, "id": "x", "manufactured_on": "y",
             "position": "z"}, 3: LINE},
    ),
    "no line": ("\n", {1: "no-header"}),
    "a column that is no field": ("model,id,colour\na,b,c\n", {1: "no-header"}),
    "a column twice": ("model,id,id\na,b,c\n", {1: "no-header"}),
    "a field and what is inside of it": ("code,facts.13,facts.13.a\na,b,c\n", {1: "no-header"}),
    "facts without a data point": ("code,facts\na,b\n", {1: "no-header"}),
    "columns that fit two kinds": ("parent,position\na,b\n", {1: "no-header"}),
}  # fmt: skip


@pytest.mark.parametrize("case", TABLES.values(), ids=TABLES)
def test_a_table_reads_as_lines(case: tuple[str, dict[int, Any]]) -> None:
    text, expected = case
    for size in (1, 5, 1 << 20):
        found = read(text.encode(), media_type=CSV, size=size)
        got = {n: each if isinstance(each, str) else json.loads(each) for n, each in found}
        assert got == expected


def test_bytes_that_are_not_utf8_cost_a_table_one_row() -> None:
    text = (HEAD + ROW).encode() + b"battery,M\xfcnchen,x,y,z\n" + ROW.encode()
    assert [number for number, each in read(text, media_type=CSV)] == [2, 3, 4]
    assert read(text, media_type=CSV)[1] == (3, "not-utf-8")
    # Inside of quotes the row that opened them has no end; the one with the byte has its own fault.
    text = (HEAD + 'battery,"a\n').encode() + b"\xfc\n" + ROW.encode()
    assert [each for each in read(text, media_type=CSV) if isinstance(each[1], str)] == [
        (2, "not-a-row"), (3, "not-utf-8"),
    ]  # fmt: skip


def test_quotes_that_open_everywhere_end_the_reading_in_time() -> None:
    text = HEAD.encode() + b'x","\n' * 2_000_000
    found = read(text, media_type=CSV, size=1 << 20)
    assert len(found) < 1000
    assert "so many quotes" in str(last_refusal(text))


def test_cells_without_end_stay_within_one_line() -> None:
    text = HEAD.encode() + b'"a","\n' + b'b","c\n' * 500_000
    assert read(text, media_type=CSV, size=1 << 20)[0] == (2, "not-a-row")


def last_refusal(text: bytes) -> object:
    found = lines(cut(text, 1 << 20), media_type=CSV, encoding="", within=WIDE)
    ((_, last),) = deque(found, maxlen=1)
    assert isinstance(last, Unreadable)
    return last.refusal.detail


def test_how_a_table_is_read_is_said_whatever_its_first_line_names() -> None:
    for character in '=:"x \\,;|\t':
        said(f"sep={character}\n{NO_TYPE}".encode(), media_type=CSV, encoding="")
    assert said(f"sep=:\n{NO_TYPE}".encode(), media_type=CSV, encoding="") == ""
    assert "semicolons" in said(f"sep=;\n{NO_TYPE}".encode(), media_type=CSV, encoding="")


def test_very_many_empty_lines_inside_of_quotes_are_not_made_up() -> None:
    text = HEAD.encode() + b'battery,"a' + b"\n" * 3_000_000 + b'b",x,y,z\n'
    assert read(text, media_type=CSV, size=1 << 20)[0] == (2, "not-a-row")
