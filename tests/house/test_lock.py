"""The lock is whole on every Python and machine that we name, and pins by digest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.source import ROOT

LOCK = (ROOT / "requirements.txt").read_text("utf-8")
PLACES = {
    "Debian 12": {"python_version": "3.11", "python_full_version": "3.11.2"},
    "a later Python": {"python_version": "3.13", "python_full_version": "3.13.1"},
    "an ARM server": {"platform_machine": "aarch64"},
    "a Mac": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
}


def locked() -> set[str]:
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==", LOCK, re.MULTILINE)
    return {canonicalize_name(name) for name in found}


def needed(place: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Who needs what there, without the extras that nobody asked for."""
    for name in locked():
        try:
            wants = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another machine than this
        for want in map(Requirement, wants):
            if want.marker is None or want.marker.evaluate(place | {"extra": ""}):
                yield name, canonicalize_name(want.name)


def test_every_package_is_pinned_by_its_digest() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert re.findall(r"://|^-\S+|^--(?!hash)\S+| @ ", LOCK, re.MULTILINE) == []


@pytest.mark.parametrize("place", PLACES)
def test_the_lock_is_whole(place: str) -> None:
    assert [pair for pair in needed(PLACES[place]) if pair[1] not in locked()] == []
