"""A maker or an authority calls batteries back: of what, who learns it, where they are now."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from passport.actions import assembly, consignment, recall
from passport.actions.assembly import Put
from passport.actions.recall import Notice, Scope
from passport.models import Battery, LogEntry, Recall
from passport.proof import canonical
from passport.proof.leaf import decode as decode_leaf
from passport.queries import recall as recalls
from passport.rules.recall import (
    NoSuchBatteries,
    NoticeNotSecure,
    NotYoursToRecall,
    RecallClosed,
    RecallOfNothing,
    UnderRecall,
)
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting, run

DANGER = Notice(reason="A foil may pierce the separator.", advice="Stop charging it.")


@pytest.fixture(scope="module")
def begun(begin, gathered):
    """Cells of two lots of the second maker's, built into packs of the maker's; one is sold."""
    return begin(_sell, after=gathered)


@pytest.fixture
def sold(begun, cast):
    """Everybody, and the ids of what was sold by serial."""
    return cast, dict(begun.made)


def _sell(cast):
    cells = [battery_line(f"C{n}", model="CELL-1") for n in range(1, 7)]
    maker, second = cast["maker"], cast["second-maker"]
    take_in(second, [model_line("CELL-1", level="CELL"), *cells])
    made = Battery.objects.filter(maker=second)
    made.update(lot="L-1")
    made.filter(serial__in=("C5", "C6")).update(lot="L-2")
    ids = dict(made.values_list("serial", "pk"))
    given = [ids[f"C{n}"] for n in range(1, 6)]
    offers = consignment.offer(battery_ids=given, to_id=maker.pk, by=second, at=THEN)
    consignment.accept(hand_over_ids=[each.pk for each in offers], by=maker, at=THEN)
    take_in(maker, [model_line(), battery_line("P1"), battery_line("P2")])
    ids |= dict(Battery.objects.filter(level="PACK").values_list("serial", "pk"))
    with acting(cast["maker"]):
        for pack, numbers in (("P1", (1, 2)), ("P2", (3, 5))):
            put = [Put(ids[f"C{n}"], f"{n}") for n in numbers]
            assembly.change(parent_id=ids[pack], put=put, by=cast["maker"], at=THEN)
    (offer,) = consignment.offer(
        battery_ids=[ids["P1"]], to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
    )
    consignment.accept(hand_over_ids=[offer.pk], by=cast["keeper"], at=THEN)
    return ids


def _open(sold, by="second-maker", notice=DANGER, **scope):
    cast, _ = sold
    with acting(cast[by]):
        return recall.open_recall(
            maker=cast["second-maker"], notice=notice, by=cast[by], at=THEN,
            scope=Scope(**scope or {"lots": ("L-1",)}),
        )  # fmt: skip


def _where(sold, by="second-maker"):
    cast, _ = sold
    with acting(cast[by]), CaptureQueriesContext(connection) as asked:
        found = recalls.where_lot(lot="L-1")
    assert len(asked) == 1
    return {
        row.serial: (row.unit_level, row.holder, row.country, row.path, row.state) for row in found
    }


def test_where_the_cells_of_a_lot_are_is_one_query_and_tells_what_the_asker_may_know(sold):
    hidden = (None, None, None, None, "REGISTERED")
    assert _where(sold) == {
        "C1": hidden,
        "C2": hidden,
        "C3": hidden,
        "C4": ("CELL", "Maker", "DE", "", "REGISTERED"),
    }
    opened = _open(sold)
    told = {
        "C1": ("PACK", "Keeper", "DE", "1", "REGISTERED"),
        "C2": ("PACK", "Keeper", "DE", "2", "REGISTERED"),
        "C3": ("PACK", "Maker", "DE", "3", "REGISTERED"),
        "C4": ("CELL", "Maker", "DE", "", "REGISTERED"),
    }
    assert _where(sold) == told
    cast, _ = sold
    for who, count in (("second-maker", 4), ("authority", 4), ("maker", 0), ("keeper", 0)):
        with acting(cast[who]):
            assert (who, len(recalls.where_now(recall=opened))) == (who, count)
    with acting(cast["second-maker"]):
        recall.close(
            recall_id=opened.pk, because="All came back.", by=cast["second-maker"], at=THEN
        )
    assert _where(sold)["C1"] == hidden


def test_it_counts_by_holder_kind_and_place(sold):
    opened, (cast, _) = _open(sold), sold
    with acting(cast["second-maker"]):
        found = recalls.counts_now(recall=opened)
    assert (found.total, found.units, found.hidden) == (4, 3, 0)
    assert found.by_holder == (("Keeper", 2), ("Maker", 2))
    assert dict(found.by_kind) == {"KEEPER": 2, "MAKER": 2}


def test_a_pack_is_under_recall_for_one_cell_in_it_and_its_holder_learns_of_no_other(sold):
    opened, (cast, ids) = _open(sold), sold
    with acting(cast["keeper"]):
        (hit,) = recalls.of_battery(battery_id=ids["P1"])
        assert (hit.recall.pk, hit.itself, hit.inside) == (opened.pk, False, 2)
        assert recalls.recalled_units(units=[ids["P1"]]) == {ids["P1"]}
        assert not opened.subjects.exists()
    with acting(None):
        # The public page: safety information is for anybody.
        (hit,) = recalls.of_battery(battery_id=ids["C1"])
        assert (hit.itself, hit.inside) == (True, 0)
        assert recalls.of_battery(battery_id=ids["C5"]) == []


def test_a_recall_reaches_by_model_by_name_and_not_beyond(sold, as_system):
    cast, ids = sold
    with as_system():
        model = Battery.objects.get(pk=ids["C1"]).model_id
    every = set(ids.values())
    reached = {
        "models": ((model,), {"C1", "C2", "C3", "C4", "C5", "C6", "P1", "P2"}),
        "batteries": ((ids["C5"],), {"C5", "P2"}),
        "lots": (("L-2",), {"C5", "C6", "P2"}),
    }
    for name, (scope, serials) in reached.items():
        opened = _open(sold, **{name: scope})
        with acting(cast["authority"]):
            assert recalls.recalled(batteries=every) == {ids[each] for each in serials}, name
            recall.close(recall_id=opened.pk, because="Over.", by=cast["authority"], at=THEN)
    _open(sold, lots=("L-1",), models=(model,), batteries=(ids["C6"],))
    with acting(cast["authority"]):
        assert ids["C5"] not in recalls.recalled(batteries=every)
        assert ids["C6"] in recalls.recalled(batteries=every)


def test_a_recalled_cell_comes_out_and_goes_nowhere_else(sold):
    cast, ids = sold
    _open(sold)
    with acting(cast["maker"]):
        with pytest.raises(UnderRecall) as caught:
            assembly.change(parent_id=ids["P2"], put=[Put(ids["C4"])], by=cast["maker"], at=THEN)
        assert caught.value.pointer == "/put/0/child"
        assembly.change(parent_id=ids["P2"], take=[ids["C3"]], by=cast["maker"], at=THEN)
        assert recalls.of_battery(battery_id=ids["P2"]) == []
        assert recalls.of_battery(battery_id=ids["C3"])


REFUSED = {
    "by who did not make them": ("maker", {"lots": ("L-1",)}, DANGER, NotYoursToRecall),
    "by a keeper": ("keeper", {"lots": ("L-1",)}, DANGER, NotYoursToRecall),
    "of nothing": ("second-maker", {"lots": ()}, DANGER, RecallOfNothing),
    "without a reason": ("second-maker", {"lots": ("L-1",)}, Notice(reason=" "), RecallOfNothing),
    "with a link that runs": (
        "second-maker",
        {"lots": ("L-1",)},
        Notice(reason="x", url="javascript:alert(1)"),
        NoticeNotSecure,
    ),
    "of an unknown lot": ("second-maker", {"lots": ("L-1", "L-9")}, DANGER, NoSuchBatteries),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_not_opened(sold, name):
    by, scope, notice, refusal = REFUSED[name]
    with pytest.raises(refusal) as caught:
        _open(sold, by=by, notice=notice, **scope)
    assert caught.value.remedy
    assert not Recall.objects.exists()


def test_nothing_of_others_is_named(sold):
    cast, ids = sold
    with pytest.raises(NoSuchBatteries):
        _open(sold, batteries=(ids["P1"],))
    with acting(cast["authority"]), pytest.raises(NoSuchBatteries):
        recall.open_recall(
            maker=cast["maker"], notice=DANGER, scope=Scope(batteries=(ids["C1"],)),
            by=cast["authority"], at=THEN,
        )  # fmt: skip


def test_who_opened_it_or_an_authority_closes_it_once(sold):
    cast, _ = sold
    opened = _open(sold, by="authority")
    for who in ("second-maker", "keeper"):
        with acting(cast[who]), pytest.raises(NotYoursToRecall):
            recall.close(recall_id=opened.pk, because="Over.", by=cast[who], at=THEN)
    with acting(cast["authority"]):
        with pytest.raises(RecallOfNothing):
            recall.close(recall_id=opened.pk, because=" ", by=cast["authority"], at=THEN)
        recall.close(recall_id=opened.pk, because="Over.", by=cast["authority"], at=THEN)
        with pytest.raises(RecallClosed):
            recall.close(recall_id=opened.pk, because="Over.", by=cast["authority"], at=THEN)


def test_both_ends_of_a_recall_are_entries_of_its_own_chain(sold, house, as_system):
    cast, _ = sold
    opened = _open(sold)
    with acting(cast["second-maker"]):
        recall.close(
            recall_id=opened.pk, because="All came back.", by=cast["second-maker"], at=THEN
        )
    with as_system():
        house.turn()
        kept = Recall.objects.get(pk=opened.pk)
        digests = [bytes(kept.sha256), bytes(kept.closing_sha256)]
        leaves = [decode_leaf(bytes(LogEntry.objects.get(digest=each).leaf)) for each in digests]
    assert [(each.kind, each.count, each.sequence) for each in leaves] == [
        ("event", 1, 0),
        ("event", 1, 1),
    ]
    said = canonical.loads(bytes(kept.body))
    assert said["facts"]["lots"] == ["L-1"]


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
    opened = _open(sold)
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
    opened = _open(sold)
    for who in ("maker", "keeper", "stranger", "recycler", None):
        with acting(cast[who] if who else None):
            first = opened.pk, UUID(int=0)
            assert run("SELECT * FROM recall_whereabouts_v2(%s, %s, 9)", *first) == []
            rows = run("SELECT unit_id FROM lot_whereabouts_v2('L-1', %s, 9)", UUID(int=0))
            assert rows == []
            none = [("TOTAL", "", 0), ("UNITS", "", 0), ("HIDDEN", "", 0)]
            assert run("SELECT * FROM recall_counted_v1(%s)", opened.pk) == none
            assert run("SELECT * FROM lot_counted_v1('L-1')") == none
            for inner in (
                "SELECT * FROM whereabouts_v1(ARRAY[%s]::uuid[], true)",
                "SELECT * FROM recall_scope_v1(ARRAY[%s]::uuid[])",
                "SELECT * FROM recall_page_v1(%s, gen_random_uuid(), 9)",
                "SELECT * FROM recalled_themselves_v1(ARRAY[%s]::uuid[])",
                "SELECT * FROM whereabouts_counted_v1(ARRAY[%s]::uuid[], '{}')",
            ):
                with pytest.raises(DatabaseError, match="permission denied"):
                    run(inner, opened.pk)
    with acting(cast["second-maker"]):
        assert not Battery.objects.filter(serial="P1").exists(), "the pack itself stays hidden"
