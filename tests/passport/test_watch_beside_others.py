"""manage.py watch beside others: files that vanish, marks of others, files that others bring."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from passport.actions import intake as intakes
from passport.management import bringing, dropfolder
from passport.management.dropfolder import DropFolder
from passport.models import Battery, Intake
from tests.passport.test_watch import Work, drop, good, inside


def test_a_file_of_very_many_rejects_holds_up_no_other(
    folder: DropFolder, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def slow(*, intake: Intake) -> Any:
        asked.append(intake.state)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(1)")

    monkeypatch.setattr(bringing.told, "error_kinds", slow)
    drop(folder, "a.ndjson", good("A") + b"{\n")
    drop(folder, "b.ndjson", good("B"))
    folder.round()
    assert asked == []
    work()
    assert folder.round() == 1
    assert asked == ["DONE"]
    assert inside(folder) == ["a.ndjson", "a.ndjson.done"]


def test_a_file_that_vanishes_holds_up_no_other(
    folder: DropFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = drop(folder, "a.ndjson", good("A"))
    drop(folder, "b.ndjson", good("B"))
    real = folder._files

    def files() -> Any:
        for path in real():
            if path == first:
                first.unlink()
            yield path

    monkeypatch.setattr(folder, "_files", files)
    assert folder.round() == 1
    assert [path.name for path in folder._in] == ["b.ndjson"]


def test_a_mark_that_is_older_than_its_file_is_of_another(folder: DropFolder) -> None:
    path = drop(folder, "a.ndjson", good("A"))
    os.utime(dropfolder._mark(path), (0, 0))
    assert folder.round() == 0
    assert inside(folder) == ["a.ndjson", "a.ndjson.done"]
    dropfolder._mark(path).touch()
    assert folder.round() == 1


def test_the_mark_of_the_next_file_of_the_name_stays(
    folder: DropFolder, work: Work, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(folder, "a.ndjson", good("A"))
    folder.round()
    work()
    real = dropfolder._sync

    def sync(where: Path) -> None:
        real(where)
        if where == folder.path:
            dropfolder._mark(path).unlink()
            drop(folder, "a.ndjson", good("B"))

    monkeypatch.setattr(dropfolder, "_sync", sync)
    folder.round()
    monkeypatch.setattr(dropfolder, "_sync", real)
    assert inside(folder) == ["a.ndjson", "a.ndjson.done"]
    folder.round()
    work()
    assert folder.round() == 0
    with as_system():
        assert set(Battery.objects.values_list("serial", flat=True)) == {"A", "B"}


def test_a_file_that_was_cancelled_is_put_away_by_whoever_watches_next(
    folder: DropFolder, work: Work, as_system: Callable[[], Any]
) -> None:
    drop(folder, "a.ndjson", good("A"))
    folder.round()
    with as_system():
        row = Intake.objects.get()
        later = datetime.now(UTC) + timedelta(seconds=5)
        intakes.cancel(intake_id=row.pk, by=folder.by, at=later)
        Intake.objects.update(state="CANCELLED", finished_at=later)
    again = DropFolder(folder.path, folder.by, 0)
    assert again.round() == 0
    assert "a.ndjson" in inside(folder, "rejected")
    with as_system():
        assert Intake.objects.count() == 1
    # Dropped again after that, it is meant.
    path = drop(folder, "a.ndjson", good("A"))
    with as_system():
        Intake.objects.update(finished_at=datetime.fromtimestamp(path.stat().st_ctime - 5, UTC))
    again.round()
    with as_system():
        assert Intake.objects.count() == 2


def test_two_that_bring_the_same_file_at_once_bring_it_once(
    folder: DropFolder, as_system: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(folder, "a.ndjson", good("A"))
    key = bringing.key_of(name="a.ndjson", sha256=hashlib.sha256(good("A")).digest())
    with bringing.acting(folder.by):
        intakes.begin(
            by=folder.by, media_type="application/x-ndjson", encoding="", at=datetime.now(UTC),
            label=intakes.Label(name="a.ndjson", key=key),
        )  # fmt: skip
    real, seen = bringing.told.brought, []

    def brought(**told: Any) -> Any:
        """As it was when this one looked, a moment before the other began."""
        seen.append(told)
        return real(**told) if len(seen) > 1 else None

    monkeypatch.setattr(bringing.told, "brought", brought)
    assert folder.round() == 1
    assert len(seen) == 2
    with as_system():
        assert Intake.objects.get().state == "RECEIVED"
