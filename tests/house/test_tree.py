"""The house keeps its shape: what lies at the top, how files are named, how large they grow."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.source import ROOT, files, functions, ours, place, python, tree

TOP = {
    *("manage.py", "pyproject.toml", "requirements.txt", "README.md", "LICENSE", "CHANGELOG.md"),
    *("passport", "recycling", "api", "tests", "docker", "fixtures"),
}
BANNED_NAMES = {
    *("utils", "helpers", "common", "misc", "base", "core", "managers", "services", "handlers"),
    *("types", "constants", "util", "helper", "manager", "service", "handler", "signals"),
}
FILE_LINES, FUNCTION_LINES = 400, 60
TEST_FILE_LINES, TEST_FUNCTION_LINES = 300, 25
POSITIONAL = 5


def test_the_top_level_is_exactly_this() -> None:
    top = {place(path).split("/")[0] for path in files()}
    assert {name for name in top if not name.startswith(".")} == TOP


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [place(path) for path in files() if path.stem in BANNED_NAMES] == []


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [place(path) for path in python() if path.stat().st_size and not _opening(path)]
    assert silent == []


def test_passport_itself_is_empty() -> None:
    # So that `python -m passport.audit` runs where Django is not installed.
    assert (ROOT / "passport" / "__init__.py").read_bytes() == b""


def test_files_stay_within_their_budget() -> None:
    assert [told for path in python() if (told := _too_long(path))] == []


def test_functions_stay_within_their_budget() -> None:
    over = [
        f"{place(path)}:{function.lineno} {function.name} has {length} lines"
        for path in python()
        for function in functions(path)
        if (length := _length(function)) > _allowed(path, function.name)
    ]
    assert over == []


def test_functions_take_few_things_by_position() -> None:
    many = [
        f"{place(path)}:{function.lineno} {function.name}"
        for path in ours()
        for function in functions(path)
        if len(function.args.posonlyargs + function.args.args) > POSITIONAL + 1
    ]
    assert many == []


def test_imports_stand_at_the_top() -> None:
    hidden = [
        f"{place(path)}:{node.lineno}"
        for path in python()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_nothing_is_swallowed() -> None:
    swallowed = [
        f"{place(path)}:{node.lineno}"
        for path in python()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler) and _does_nothing(node)
    ]
    assert swallowed == []


def test_no_effect_hides_behind_a_save_or_a_signal() -> None:
    hidden = [
        f"{place(path)}:{function.lineno} {function.name}"
        for path in ours()
        for function in functions(path)
        if function.name in {"save", "delete", "pre_save", "post_save"} and "/models/" in str(path)
    ]
    words = ("django.db.models.signals", "django.dispatch", "ModelSerializer")
    hidden += [
        place(path) for path in ours() if any(word in path.read_text("utf-8") for word in words)
    ]
    assert hidden == []


def _opening(path: Path) -> str | None:
    return ast.get_docstring(tree(path))


def _is_test(path: Path) -> bool:
    return place(path).startswith("tests/")


def _too_long(path: Path) -> str:
    lines = len(path.read_text("utf-8").splitlines())
    allowed = TEST_FILE_LINES if _is_test(path) else FILE_LINES
    return f"{place(path)} has {lines} lines" if lines > allowed else ""


def _allowed(path: Path, name: str) -> int:
    return TEST_FUNCTION_LINES if _is_test(path) and name.startswith("test_") else FUNCTION_LINES


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _does_nothing(handler: ast.ExceptHandler) -> bool:
    return all(
        isinstance(line, ast.Pass)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in handler.body
    )
