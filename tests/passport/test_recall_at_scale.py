"""Recalls of many: looked into a page at a time, counted whole, named by what tells them apart."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from passport.actions import custody, recall
from passport.actions.recall import Notice, Scope
from passport.models import Battery
from passport.queries import desk_recall
from passport.queries import recall as recalls
from passport.rules import recall as rules
from passport.rules.identity import NotAnIdentity
from passport.rules.recall import NoSuchBatteries, RecallOfNothing, SeveralBatteries
from tests.cast import THEN, battery_line, give, model_line, take_in
from tests.passport.acting import acting, batteries_read, run

DANGER = Notice(reason="A foil may pierce the separator.")
SECOND = {"code": "PACK-24", "gtin": "09521234000037"}


@pytest.fixture
def maker(cast, as_system):
    """A maker of five packs of the lot L-1 and two of L-2; the last serial of each is the same."""
    lines = [model_line(), model_line() | SECOND]
    lines += [battery_line(f"A{n}", lot="L-1") for n in range(4)]
    for gtin, model, lot in (("020", "PACK-12", "L-1"), ("037", "PACK-24", "L-2")):
        name = f"https://id.gs1.org/01/09521234000{gtin}/21/TWIN"
        lines.append(battery_line("TWIN", model=model, lot=lot) | {"id": name})
    lines.append(battery_line("B1", lot="L-2"))
    with as_system():
        taken = take_in(cast["maker"], lines)
        assert not taken.rejected, taken.errors.first().detail
    return cast["maker"]


def _open(by, **scope):
    with acting(by):
        return recall.open_recall(maker=by, notice=DANGER, scope=Scope(**scope), by=by, at=THEN)


def _all(fetch, limit):
    """What one page after the other tells."""
    found, after = [], None
    while rows := fetch(after=after, limit=limit):
        assert len(rows) <= limit
        found += rows
        after = rows[-1].id
    return found


# --- page by page ------------------------------------------------------------------------------


def test_pages_tell_each_battery_once_and_the_same_as_the_whole(maker):
    with acting(maker):
        twin = Battery.objects.get(serial="TWIN", lot="L-2")
        model = twin.model_id
    scopes = {
        "lot": ({"lots": ("L-1",)}, 5),
        "lots and one by one": ({"lots": ("L-1",), "batteries": (twin.pk,)}, 6),
        "model": ({"models": (model,)}, 1),
        "lots of a model": ({"lots": ("L-1", "L-2"), "models": (model,)}, 1),
        "named twice": ({"lots": ("L-2",), "batteries": (twin.pk,)}, 2),
    }
    for name, (scope, count) in scopes.items():
        opened = _open(maker, **scope)
        with acting(maker):
            whole = recalls.where_now(recall=opened)
            paged = _all(lambda opened=opened, **page: recalls.where_now(recall=opened, **page), 2)
            assert (paged, len(whole)) == (whole, count), name
            assert recalls.counts_now(recall=opened).total == count, name
            assert [row.id for row in whole] == sorted(row.id for row in whole)


def test_a_lot_is_told_in_pages_and_counted_whole(cast, maker):
    with acting(maker):
        ids = list(Battery.objects.filter(lot="L-1").order_by("id").values_list("pk", flat=True))
        (offer,) = custody.hand_over_all(
            battery_ids=ids[:1], to_id=cast["keeper"].pk, by=maker, at=THEN
        )
    with acting(cast["keeper"]):
        custody.accept_all(hand_over_ids=[offer.pk], by=cast["keeper"], at=THEN)
    _open(maker, batteries=(ids[0],))
    with acting(maker):
        paged = _all(lambda **page: recalls.where_lot(lot="L-1", **page), 2)
        assert paged == recalls.where_lot(lot="L-1")
        assert [row.id for row in paged] == ids
        told = recalls.counts_lot(lot="L-1")
    assert (told.total, told.units, told.hidden) == (5, 5, 0)
    assert told.by_holder == ((maker.name, 4), (cast["keeper"].name, 1))
    assert told.by_state == (("REGISTERED", 5),)


# --- in hand -----------------------------------------------------------------------------------


def test_all_that_is_in_hand_is_looked_at_and_counted(cast, maker, monkeypatch):
    monkeypatch.setattr(desk_recall, "_SHOWN", 2)
    _open(maker, lots=("L-1",))
    with acting(maker):
        found = desk_recall.in_hand()
    assert ([each.serial for each in found.first], found.total) == (["A0", "A1"], 5)
    with acting(cast["keeper"]):
        assert desk_recall.in_hand() == desk_recall.AllInHand((), 0, cut=False)


def test_who_holds_much_is_told_so_far_and_that_there_is_more(maker, monkeypatch):
    with acting(maker):
        ids = list(Battery.objects.order_by("id").values_list("pk", flat=True))
    _open(maker, lots=("L-2",))
    with acting(maker):
        whole = desk_recall.in_hand()
        assert (whole.total, whole.cut) == (2, False)
        monkeypatch.setattr(desk_recall, "_UNITS", 2)
        for rounds in range(1, 5):
            monkeypatch.setattr(desk_recall, "_ROUNDS", rounds)
            found = desk_recall.in_hand()
            # From the end of the recall where it is of so little, else from that of what is held.
            assert found == whole or (found.cut and rounds * 2 < 2)
    _open(maker, lots=("L-1",))
    with acting(maker):
        for rounds in range(1, 5):
            monkeypatch.setattr(desk_recall, "_ROUNDS", rounds)
            found = desk_recall.in_hand()
            assert found.total == min(2 * rounds, len(ids)), rounds
            assert found.cut == (2 * rounds < len(ids))


def test_a_page_counts_so_far_and_says_that_there_is_more(maker, monkeypatch):
    opened = _open(maker, lots=("L-1",))
    for most, total, cut in ((4, 4, True), (5, 5, False)):
        monkeypatch.setattr(recalls, "MOST_COUNTED", most)
        with acting(maker):
            for found in (recalls.counts_now(recall=opened), recalls.counts_lot(lot="L-1")):
                assert (found.total, found.cut) == (total, cut)
                assert sum(count for _, count in found.by_state) == total


def test_a_holder_of_several_roles_counts_in_each(maker, as_role):
    with as_role("owner"):
        run("UPDATE passport_party SET roles = '{MAKER,KEEPER}' WHERE id = %s", maker.pk)
    opened = _open(maker, lots=("L-1",))
    with acting(maker):
        assert recalls.counts_now(recall=opened).by_kind == (("KEEPER", 5), ("MAKER", 5))


def test_a_question_about_one_unit_does_not_read_a_recall_of_thousands(cast, maker, as_role):
    lines = [battery_line(f"M{n}", lot="L-9") for n in range(3000)]
    with as_role("system"):
        take_in(maker, lines)
    with as_role("owner"):
        run("ANALYZE passport_battery")
    opened = _open(maker, lots=("L-9",))
    with as_role("system"):
        give(Battery.objects.get(serial="A1"), maker, cast["keeper"])
        give(Battery.objects.get(serial="M1"), maker, cast["keeper"])
    with acting(cast["keeper"]):
        read = batteries_read()
        assert [each.serial for each in desk_recall.in_hand().first] == ["M1"]
        assert batteries_read() - read < 100
    with acting(maker):
        assert desk_recall.in_hand().total == 2999
        one = Battery.objects.get(serial="A0")
        read = batteries_read()
        assert recalls.recalled_units(units=[one.pk]) == set()
        assert recalls.recalled(batteries=[one.pk]) == set()
        assert batteries_read() - read < 100
        (last,) = recalls.where_now(recall=opened, limit=1)
        assert recalls.recalled_units(units=[last.id, one.pk]) == {last.id}
        assert recalls.recalled(batteries=[last.id, one.pk]) == {last.id}


# --- what is named -----------------------------------------------------------------------------


def test_a_serial_of_two_batteries_is_no_name_and_a_link_is(maker):
    link = "https://id.gs1.org/01/09521234000037/21/TWIN"
    with acting(maker):
        with pytest.raises(SeveralBatteries, match="TWIN") as refused:
            desk_recall.named(maker=maker, names=["A0", "TWIN"])
        assert (refused.value.pointer, "link" in refused.value.remedy) == ("/serials", True)
        found = desk_recall.named(maker=maker, names=["A0", link, link])
        named = Battery.objects.in_bulk(found)
    assert [(named[each].serial, named[each].lot) for each in found] == [
        ("A0", "L-1"),
        ("TWIN", "L-2"),
    ]


def test_what_names_nothing_is_refused_where_it_stands(cast, maker, as_system):
    foreign = "https://id.gs1.org/01/09521234000020/21/FOREIGN"
    with as_system():
        take_in(cast["second-maker"], [model_line(), battery_line("FOREIGN")])
    cases = {"A9": NoSuchBatteries, foreign: NoSuchBatteries, "x://": NotAnIdentity}
    for name, refusal in cases.items():
        with acting(cast["authority"]), pytest.raises(refusal) as refused:
            desk_recall.named(maker=maker, names=["A0", name])
        assert refused.value.pointer.startswith("/serials")
        assert refused.value.remedy


def test_more_names_than_are_looked_up_are_refused_before_any_is(maker, monkeypatch):
    monkeypatch.setattr(rules, "MOST_NAMED", 2)
    monkeypatch.setattr(rules, "MOST_LOTS", 2)
    with acting(maker), CaptureQueriesContext(connection) as asked:
        with pytest.raises(RecallOfNothing) as refused:
            desk_recall.named(maker=maker, names=["A0", "A1", "A2"])
        assert refused.value.pointer == "/serials"
        with pytest.raises(RecallOfNothing) as refused:
            rules.check_scope(reason="x", lots=["a", "b", "c"], models=(), named=())
        assert refused.value.pointer == "/lots"
    assert not asked.captured_queries


def test_only_lots_of_the_maker_are_known(cast, maker):
    with acting(maker):
        wanted = ["L-1", "", "L-7", "L-2"]
        assert recalls.known_lots(maker=maker, lots=wanted) == {"L-1", "L-2"}
        assert recalls.known_lots(maker=cast["second-maker"], lots=wanted) == set()
        assert run("SELECT * FROM lots_known_v1(%s, '{L-1,L-9}')", maker.pk) == [("L-1",)]
    assert recalls.known_lots(maker=maker, lots=()) == set()
    with acting(cast["stranger"]):
        assert run("SELECT * FROM recalled_in_hand_v3(9, 9, 9)") == []
        assert run("SELECT * FROM recall_whereabouts_v2(%s, %s, 9)", UUID(int=1), UUID(int=0)) == []
