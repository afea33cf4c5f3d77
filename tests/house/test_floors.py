"""Imports run downwards only, and the pure rooms need nothing that a stranger has not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGES, ROOT, imports, ours, place

STANDARD = sys.stdlib_module_names
ALLOWED = {
    "passport/local": set(),
    "passport/rules": set(),
    "passport/env.py": set(),
    "passport/proof": {"cryptography", "rfc8785"},
    # Hardware modules are optional: without the library everything but them runs.
    "passport/audit": {"cryptography", "rfc8785", "pkcs11"},
    "recycling/rules": {"numpy", "ortools"},
}


def test_every_import_contract_is_kept() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("room", ALLOWED)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    strange = {
        f"{place(path)} imports {name}"
        for path in ours()
        if place(path).startswith(room)
        for name in imports(path)
        if name.split(".")[0] not in STANDARD | ALLOWED[room] | set(PACKAGES)
    }
    assert strange == set()


def test_the_verifier_starts_without_the_framework() -> None:
    code = (
        "import sys, importlib\n"
        "for name in ('django', 'psycopg', 'celery', 'rest_framework', 'numpy', 'pkcs11'):\n"
        "    sys.modules[name] = None\n"
        "importlib.import_module('passport.audit')\n"
        "importlib.import_module('passport.rules')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_shapes_do_not_know_the_models() -> None:
    # A wire shape is written by hand: a column that is added must not become public by itself.
    known = [place(path) for path in ours() if "ModelSerializer" in path.read_text("utf-8")]
    assert known == []
