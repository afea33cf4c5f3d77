"""SQL has one home, and every file there is used."""

from __future__ import annotations

from tests.house.source import ROOT, files, ours, place


def test_every_sql_file_is_named_by_a_migration_or_a_query_once() -> None:
    code = "\n".join(
        path.read_text("utf-8")
        for path in files()
        if path.suffix == ".py" and not place(path).startswith("tests/")
    )
    unused = [
        place(path)
        for path in files()
        if path.suffix == ".sql" and path.stem not in code and path.name not in code
    ]
    assert unused == []


def test_every_sql_file_says_its_version_and_its_purpose() -> None:
    wrong = [
        place(path)
        for path in (ROOT / "passport" / "postgres").rglob("*.sql")
        if "_v" not in path.stem or not path.read_text("utf-8").startswith("-- ")
    ]
    assert wrong == []


def test_a_statement_is_never_built_from_values() -> None:
    built = [
        place(path)
        for path in ours()
        for line in path.read_text("utf-8").splitlines()
        if "execute(f" in line.replace(" ", "") or 'execute("%' in line
    ]
    assert built == []
