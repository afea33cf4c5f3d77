"""Copies of the servers' programs, for an account that cannot enter the environment."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from passport.local import layout as layouts
from passport.local.layout import Layout


def copied(source: Path, parts: tuple[str, ...], layout: Layout) -> Path:
    """A folder that holds copies of these parts of `source`; made once a version of them."""
    layouts.own_folder(layout.programs.parent, 0o711)
    layouts.own_folder(layout.programs, 0o755)
    target = layout.programs / _mark(source, parts)
    if target.exists():
        return target
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        for part in parts:
            _copy(source / part, draft / part)
        # A crash before this line leaves only a draft; two at once make the same copy.
        os.rename(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _mark(source: Path, parts: tuple[str, ...]) -> str:
    """Changes when a package is replaced by another version."""
    seen = hashlib.sha256()
    for part in parts:
        found = (source / part).stat()
        seen.update(f"{source / part}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return seen.hexdigest()[:16]
