"""What a bundle reads past the wall: each party's own batteries, and hashes that name nobody."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from tests.passport.acting import acting, run

SEEN = ("items", "attestations", "withdrawals", "registrations")
# Who sees the furniture's pack and its cells: its maker, its holder, who was offered it or let in.
MAY = {"maker", "keeper", "workshop", "auditor", "authority"}
MAY_NOT = {"second-maker", "recycler", "stranger"}


@pytest.mark.parametrize("what", SEEN)
def test_rows_of_a_battery_reach_those_who_see_it_and_nobody_else(furniture, enter, what):
    cells = [row for (row,) in _cells(furniture, enter)]
    asked = f"SELECT count(*) FROM {what}_seen_v1(%s::uuid[])"  # noqa: S608 - names of ours
    counts = {}
    with enter("app"):
        for name in MAY | MAY_NOT:
            with acting(furniture.cast[name]):
                ((counts[name],),) = run(asked, [furniture.pack.pk, *cells])
        assert run(asked, [furniture.pack.pk, *cells]) == [(0,)], "nobody acts"
    assert {name for name, count in counts.items() if count} <= MAY
    if what != "withdrawals":
        assert {name for name, count in counts.items() if count} == MAY


def _cells(furniture, enter):
    with enter("system"):
        return run(
            "SELECT id FROM passport_battery WHERE unit_id = %s AND id <> %s",
            furniture.pack.pk, furniture.pack.pk,
        )  # fmt: skip


def test_the_helper_of_these_functions_is_called_by_them_alone(furniture, enter):
    for role in ("app", "system"):
        with enter(role), pytest.raises(DatabaseError, match="permission denied"):
            run("SELECT batteries_seen_v1(%s::uuid[])", [furniture.pack.pk])


def test_whom_a_batch_is_about_is_told_by_one_that_is_seen(furniture, enter):
    ((cell,), *_) = _cells(furniture, enter)
    asked = "SELECT octet_length(attested_together_v1(%s, %s))"
    with enter("app"):
        for name in MAY:
            with acting(furniture.cast[name]):
                assert run(asked, furniture.batch, cell) == [(64,)], name
        for name in MAY_NOT:
            with acting(furniture.cast[name]):
                assert run(asked, furniture.batch, cell) == [(None,)], name
        with acting(furniture.cast["maker"]):
            assert run(asked, furniture.batch, furniture.lone.pk) == [(None,)]


def test_kept_subjects_are_hashes_and_are_read_by_their_root_alone(furniture, enter):
    with enter("system"):
        ((root, count),) = run(
            "SELECT of, octet_length(subjects) / 32 FROM passport_subjectblock ORDER BY id LIMIT 1"
        )
    with enter("app"), pytest.raises(DatabaseError, match="permission denied"):
        run("SELECT * FROM passport_subjectblock")
    with enter("app"):
        assert run("SELECT octet_length(subject_roots_v1(%s))", root) == [(32,)]
        ((place, subjects),) = run("SELECT * FROM subject_blocks_v1(%s, '{}')", root)
        assert (place, len(subjects)) == (0, 32 * count)
        assert run("SELECT subject_roots_v1(%s)", bytes(32)) == [(None,)]
        assert run("SELECT * FROM subject_blocks_v1(%s, '{}')", bytes(32)) == []


def test_what_waits_for_the_log_is_told_by_its_digest_alone(furniture, enter):
    with enter("app"):
        assert run("SELECT awaited_v1(ARRAY[%s::bytea])", bytes(32)) == []
        with pytest.raises(DatabaseError, match="permission denied"):
            run("SELECT digest FROM passport_outbox")
