"""Parquet files read as lines; without pyarrow they are refused with what to install."""

from __future__ import annotations

import datetime as days
import io
import json
import tracemalloc
from decimal import Decimal
from typing import Any

import pytest

from passport.actions import intake_columns
from passport.actions.intake_expansion import Limits
from passport.actions.intake_reading import PARQUET, lines
from passport.actions.intake_text import LONGEST_KEPT, Unreadable

WIDE = Limits(total=1 << 32, ratio=1000)
pyarrow = pytest.importorskip("pyarrow", reason="pyarrow absent")
parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow absent")

TEXT = pyarrow.string()
DAY = days.date(2025, 3, 2)


def written(**columns: Any) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pyarrow.table(columns), file)
    return file.getvalue()


def twice() -> bytes:
    file = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays([["1"], ["2"]], names=["id", "id"]), file)
    return file.getvalue()


def shortened() -> bytes:
    file = io.BytesIO()
    how = {"use_dictionary": False, "column_encoding": {"id": "DELTA_BYTE_ARRAY"}}
    parquet.write_table(pyarrow.table({"id": ["x" * 9000] * 9000}), file, **how)
    return file.getvalue()


def read(data: bytes, within: Limits = WIDE) -> list[Any]:
    blocks = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    found = lines(blocks, media_type=PARQUET, encoding="", within=within)
    return [
        (number, line.refusal.code if isinstance(line, Unreadable) else json.loads(line))
        for number, line in found
    ]


def test_rows_come_with_their_number_and_without_what_is_absent() -> None:
    data = written(
        type=["battery", "model"],
        manufactured_on=[DAY, None],
        mass_kg=[None, Decimal("72.50")],
        facts=[None, {"13": {"name": "Lead", "share": 3}}],
    )
    assert read(data) == [
        (1, {"type": "battery", "manufactured_on": "2025-03-02"}),
        (2, {"type": "model", "mass_kg": "72.50", "facts": {"13": {"name": "Lead", "share": "3"}}}),
    ]


def test_many_rows_are_read_in_batches() -> None:
    data = written(position=[str(number) for number in range(10_000)])
    found = read(data)
    assert [number for number, _ in found] == list(range(1, 10_001))
    assert found[-1][1] == {"position": "9999"}


WRONG = {
    "floats": (written(mass_kg=[72.5]), "decimal or text"),
    "floats inside of facts": (written(facts=[{"13": 0.1}]), "decimal or text"),
    "floats in a dictionary": (
        written(mass_kg=pyarrow.array([72.5]).dictionary_encode()), "decimal or text"
    ),
    "bytes": (written(id=[b"\xff"]), "as text"),
    "bytes in a view": (written(id=pyarrow.array([b"\xff"], pyarrow.binary_view())), "as text"),
    "a map": (
        written(facts=pyarrow.array([[("1", "x")]], pyarrow.map_(TEXT, TEXT))), "struct",
    ),
    "values shortened by the one before": (shortened(), "plain"),
    "bytes of one width": (written(id=pyarrow.array([b"\xff"], pyarrow.binary(1))), "as text"),
    "a day after all days": (
        written(manufactured_on=pyarrow.array([2**31 - 1], pyarrow.int32()).cast(pyarrow.date32())),
        "arrived whole",
    ),
    "one name twice": (twice(), "once"),
    "no Parquet at all": (b"type,model\n" * 100, "arrived whole"),
    "a file that was cut off": (written(position=["1"] * 1000)[:-100], "arrived whole"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_refuses(case: tuple[bytes, str]) -> None:
    data, remedy = case
    ((number, line),) = lines([data], media_type=PARQUET, encoding="", within=WIDE)
    assert number == 1
    assert isinstance(line, Unreadable)
    assert line.refusal.code == "not-parquet"
    assert remedy in line.refusal.remedy


def test_a_file_that_unpacks_into_too_much_is_not_unpacked() -> None:
    data = written(position=[str(number) for number in range(100_000)])
    assert read(data, within=Limits(total=10_000, ratio=1)) == [(1, "not-parquet")]


LONG = "x" * 100_000
SHAPES = {
    "text": [LONG], "in a struct": [{"13": LONG}], "in a list": [[LONG, LONG]],
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_a_value_that_very_many_rows_share_is_in_memory_a_few_times(shape: str) -> None:
    data = written(facts=SHAPES[shape] * 4096)
    assert len(data) < 50_000
    tracemalloc.start()
    found = lines([data], media_type=PARQUET, encoding="", within=WIDE)
    assert sum(len(line) > len(LONG) for _, line in found) == 4096
    assert tracemalloc.get_traced_memory()[1] < 100 << 20
    tracemalloc.stop()


def test_a_group_of_rows_leaves_nothing_in_memory_for_the_next() -> None:
    file = io.BytesIO()
    schema = pyarrow.schema([("id", pyarrow.string()), ("lot", pyarrow.string())])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for group in range(12):
            some = [f"{group}-{number}".ljust(4000, "x") for number in range(1000)]
            writer.write_table(pyarrow.table({"id": some, "lot": some}, schema=schema))
    most, before = 0, pyarrow.total_allocated_bytes()
    for _ in lines([file.getvalue()], media_type=PARQUET, encoding="", within=WIDE):
        most = max(most, pyarrow.total_allocated_bytes() - before)
    # One group has eight megabytes of text; all of them a hundred.
    assert most < 40 << 20


def test_what_the_columns_of_a_group_unpack_into_is_added_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = [str(number) for number in range(1000)]
    data = written(id=some, lot=some)
    assert len(read(data)) == 1000
    about = parquet.ParquetFile(io.BytesIO(data)).metadata.row_group(0)
    larger = max(about.column(at).total_uncompressed_size for at in range(2))
    monkeypatch.setattr(intake_columns, "_GROUP_BYTES", larger + 1)
    assert read(data) == [(1, "not-parquet")]


@pytest.mark.parametrize("encoding", ["DELTA_LENGTH_BYTE_ARRAY", "PLAIN"])
def test_texts_are_read_however_they_are_written(encoding: str) -> None:
    file = io.BytesIO()
    table = pyarrow.table({"id": [str(number) for number in range(9000)]})
    parquet.write_table(table, file, use_dictionary=False, column_encoding={"id": encoding})
    assert [line["id"] for _, line in read(file.getvalue())] == table["id"].to_pylist()


def test_a_row_that_is_too_long_is_refused_alone() -> None:
    data = written(id=["1", "x" * 300_000, "3"], lots=[[], [], ["x" * (1 << 20)] * 17])
    assert read(data) == [(1, {"id": "1", "lots": []}), (2, "line-too-long"), (3, "line-too-long")]
    refused = dict(lines([data], media_type=PARQUET, encoding="", within=WIDE))[2]
    assert len(refused) == LONGEST_KEPT


def test_without_pyarrow_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake_columns, "pyarrow", None)
    ((_, line),) = lines([b"PAR1"], media_type=PARQUET, encoding="", within=WIDE)
    assert isinstance(line, Unreadable)
    assert "battery-passport[parquet]" in line.refusal.remedy
