"""The project's own files, and its Python as trees, for tests that read code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("passport", "recycling", "api")


NOT_OURS = {
    *(".git", ".venv", ".local", "node_modules", "__pycache__", "build", "dist"),
    *(".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache", ".pytest_cache"),
}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project; git is not asked, since a copy may have none."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in NOT_OURS:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.suffix not in (".pyc", ".pyo"):
            yield path


@cache
def python() -> tuple[Path, ...]:
    """Every Python file; migrations are apart, since Django writes them."""
    return tuple(
        path for path in files() if path.suffix == ".py" and path.parent.name != "migrations"
    )


def ours() -> list[Path]:
    """The Python that runs in service; tests are apart."""
    return [path for path in python() if place(path).split("/")[0] in PACKAGES]


@cache
def tree(path: Path) -> ast.Module:
    """The file as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path) -> str:
    """The path as a person writes it."""
    return path.relative_to(ROOT).as_posix()


@cache
def functions(path: Path) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    """Every function of the file, also those inside classes."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return tuple(node for node in ast.walk(tree(path)) if isinstance(node, kinds))


def imports(path: Path) -> set[str]:
    """The full names of the modules that the file imports."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found
