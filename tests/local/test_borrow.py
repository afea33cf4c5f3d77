"""Commands that act for the whole service enter the database as the system, others do not."""

from __future__ import annotations

import pytest
from django.core.management import get_commands

from passport.local import borrow


@pytest.mark.parametrize("command", sorted(borrow.SYSTEM))
def test_what_acts_for_all_enters_as_the_system(command: str) -> None:
    assert command in get_commands()
    assert borrow._entering([command, "x"], {})["PASSPORT_DB_ROLE"] == "system"


@pytest.mark.parametrize("command", ["shell", "story", "roles"])
def test_every_other_enters_as_it_always_did(command: str) -> None:
    assert "PASSPORT_DB_ROLE" not in borrow._entering([command], {})
    assert "PASSPORT_DB_ROLE" not in borrow._entering([], {})


def test_a_role_that_somebody_chose_is_kept() -> None:
    assert borrow._entering(["erase"], {"PASSPORT_DB_ROLE": "app"})["PASSPORT_DB_ROLE"] == "app"
