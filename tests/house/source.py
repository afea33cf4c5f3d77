"""The project's own files, and its Python as trees, for tests that read code."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("passport", "recycling", "api")


@cache
def files() -> tuple[Path, ...]:
    """Everything that is or would be committed."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return tuple(
        path for name in told.stdout.split("\0") if name and (path := ROOT / name).exists()
    )


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


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of the file, also those inside classes."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def imports(path: Path) -> set[str]:
    """The full names of the modules that the file imports."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found
