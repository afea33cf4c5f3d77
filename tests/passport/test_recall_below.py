"""Nobody bends a recall, or reads where what it calls back is, by raw SQL."""

from uuid import UUID

import pytest
from django.db import DatabaseError

from passport.models import Battery, Recall
from tests.passport.acting import acting, run
from tests.passport.recalling import open_recall, sell


@pytest.fixture(scope="module")
def begun(begin, gathered):
    """Cells of two lots of the second maker's, built into packs of the maker's; one is sold."""
    return begin(sell, after=gathered)


@pytest.fixture
def sold(begun, cast):
    """Everybody, and the ids of what was sold by serial."""
    return cast, dict(begun.made)


WALL, RIGHT = "violates row-level security", "permission denied"
CHEATS = {
    "another maker opens it": (
        WALL,
        "maker",
        "INSERT INTO passport_recall (id, maker_id, opened_by_id, reason, advice, notice_url, lots,"
        " model_ids, named, opened_at, closed_because, salt, body, sha256, closing_body)"
        " VALUES (gen_random_uuid(), '{second}', '{maker}', 'x', '', '', '{{L-1}}', '{{}}', 0,"
        " now(), '', '', '', '', '')",
    ),
    "the keeper closes it": (
        None,
        "keeper",
        "UPDATE passport_recall SET closed_at = now(), closed_by_id = '{keeper}',"
        " closed_because = 'x', closing_sha256 = 'x'",
    ),
    "its maker narrows it": (
        RIGHT, "second-maker", "UPDATE passport_recall SET lots = '{{L-9}}'",
    ),
    "its maker drops it": (RIGHT, "second-maker", "DELETE FROM passport_recall"),
    "a maker names what another made": (
        WALL,
        "second-maker",
        "INSERT INTO passport_recallsubject (recall_id, battery_id) VALUES ('{recall}', '{pack}')",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHEATS)
def test_raw_sql_does_not_bend_it(sold, name, as_system):
    stopped_by, who, statement = CHEATS[name]
    cast, ids = sold
    opened = open_recall(sold)
    told = statement.format(
        recall=opened.pk, pack=ids["P1"], second=cast["second-maker"].pk,
        maker=cast["maker"].pk, keeper=cast["keeper"].pk,
    )  # fmt: skip
    if stopped_by is None:
        with acting(cast[who]):
            assert run(told) == 0
    else:
        with acting(cast[who]), pytest.raises(DatabaseError, match=stopped_by):
            run(told)
    with as_system():
        (kept,) = Recall.objects.all()
        assert (kept.closed_at, kept.lots) == (None, ["L-1"])
        assert not kept.subjects.exists()


def test_by_raw_sql_nobody_else_reads_where_they_are(sold):
    cast, _ = sold
    opened = open_recall(sold)
    for who in ("maker", "keeper", "stranger", "recycler", None):
        with acting(cast[who] if who else None):
            first = opened.pk, UUID(int=0)
            assert run("SELECT * FROM recall_whereabouts_v2(%s, %s, 9)", *first) == []
            rows = run("SELECT unit_id FROM lot_whereabouts_v2('L-1', %s, 9)", UUID(int=0))
            assert rows == []
            none = [("TOTAL", "", 0), ("UNITS", "", 0), ("HIDDEN", "", 0)]
            assert run("SELECT * FROM recall_counted_v2(%s, 9)", opened.pk) == none
            assert run("SELECT * FROM lot_counted_v2('L-1', 9)") == none
            for inner in (
                "SELECT * FROM whereabouts_v1(ARRAY[%s]::uuid[], true)",
                "SELECT * FROM recall_scope_v1(ARRAY[%s]::uuid[])",
                "SELECT * FROM recall_page_v1(%s, gen_random_uuid(), 9)",
                "SELECT * FROM recalled_themselves_v1(ARRAY[%s]::uuid[])",
                "SELECT * FROM whereabouts_counted_v2(ARRAY[%s]::uuid[], '{}')",
            ):
                with pytest.raises(DatabaseError, match="permission denied"):
                    run(inner, opened.pk)
    with acting(cast["second-maker"]):
        assert not Battery.objects.filter(serial="P1").exists(), "the pack itself stays hidden"
