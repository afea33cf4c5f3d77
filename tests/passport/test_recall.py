"""A maker or an authority calls batteries back: of what, who learns it, where they are now."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.actions import assembly, recall
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
from tests.cast import THEN
from tests.passport.acting import acting
from tests.passport.recalling import DANGER, open_recall, sell


@pytest.fixture(scope="module")
def begun(begin, gathered):
    """Cells of two lots of the second maker's, built into packs of the maker's; one is sold."""
    return begin(sell, after=gathered)


@pytest.fixture
def sold(begun, cast):
    """Everybody, and the ids of what was sold by serial."""
    return cast, dict(begun.made)


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
    opened = open_recall(sold)
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
    opened, (cast, _) = open_recall(sold), sold
    with acting(cast["second-maker"]):
        found = recalls.counts_now(recall=opened)
    assert (found.total, found.units, found.hidden) == (4, 3, 0)
    assert found.by_holder == (("Keeper", 2), ("Maker", 2))
    assert dict(found.by_kind) == {"KEEPER": 2, "MAKER": 2}


def test_a_pack_is_under_recall_for_one_cell_in_it_and_its_holder_learns_of_no_other(sold):
    opened, (cast, ids) = open_recall(sold), sold
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
        opened = open_recall(sold, **{name: scope})
        with acting(cast["authority"]):
            assert recalls.recalled(batteries=every) == {ids[each] for each in serials}, name
            recall.close(recall_id=opened.pk, because="Over.", by=cast["authority"], at=THEN)
    open_recall(sold, lots=("L-1",), models=(model,), batteries=(ids["C6"],))
    with acting(cast["authority"]):
        assert ids["C5"] not in recalls.recalled(batteries=every)
        assert ids["C6"] in recalls.recalled(batteries=every)


def test_a_recalled_cell_comes_out_and_goes_nowhere_else(sold):
    cast, ids = sold
    open_recall(sold)
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
        open_recall(sold, by=by, notice=notice, **scope)
    assert caught.value.remedy
    assert not Recall.objects.exists()


def test_nothing_of_others_is_named(sold):
    cast, ids = sold
    with pytest.raises(NoSuchBatteries):
        open_recall(sold, batteries=(ids["P1"],))
    with acting(cast["authority"]), pytest.raises(NoSuchBatteries):
        recall.open_recall(
            maker=cast["maker"], notice=DANGER, scope=Scope(batteries=(ids["C1"],)),
            by=cast["authority"], at=THEN,
        )  # fmt: skip


def test_who_opened_it_or_an_authority_closes_it_once(sold):
    cast, _ = sold
    opened = open_recall(sold, by="authority")
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
    opened = open_recall(sold)
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
