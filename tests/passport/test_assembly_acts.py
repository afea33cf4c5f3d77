"""Batteries are put into others and taken out by their holder: whole acts, one event each."""

import pytest

from passport.actions import assembly, custody
from passport.actions.assembly import Put
from passport.models import Assembly, Battery, Concern, Custody, LifecycleEvent, Outbox
from passport.proof import canonical
from passport.proof.leaf import subjects_root
from passport.queries import battery as batteries
from passport.queries import event as events
from passport.rules.assembly import (
    AlreadyInside,
    AssemblyCycle,
    InsideItself,
    NotAnAssembly,
    NotInside,
    OfferedAway,
    PlaceTaken,
    WrongLevel,
)
from passport.rules.custody import NotTheHolder, PartOfAnother
from passport.rules.errors import NotFound
from passport.rules.lifecycle import AlreadyRecycled, NotPossibleNow
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting

SERIALS = {"S1": "SYS-1", "P1": "PACK-12", "P2": "PACK-12", "M1": "MOD-1", "M2": "MOD-1"}


@pytest.fixture
def parts(cast, as_system):
    """A system, two packs, two modules with a cell each, and a loose cell; all of the maker's."""
    lines = [
        model_line(),
        model_line("SYS-1", level="SYSTEM"),
        model_line("MOD-1", level="MODULE"),
        model_line("CELL-1", level="CELL"),
        *(battery_line(serial, model=model) for serial, model in SERIALS.items()),
        battery_line("C1", model="CELL-1", parent=battery_line("M1", model="MOD-1")["id"]),
        battery_line("C2", model="CELL-1", parent=battery_line("M2", model="MOD-1")["id"]),
        battery_line("C3", model="CELL-1"),
    ]
    with as_system():
        taken = take_in(cast["maker"], lines)
        assert not taken.rejected
        return cast, {each.serial: each.pk for each in Battery.objects.all()}


def _put(parts, into, *what, by="maker", **more):
    cast, ids = parts
    put = [Put(ids[name], position) for name, _, position in (each.partition("@") for each in what)]
    with acting(cast[by]):
        return assembly.change(parent_id=ids[into], put=put, by=cast[by], at=THEN, **more)


def _split(parts, whole, *inside):
    """Everything comes out."""
    cast, ids = parts
    with acting(cast["maker"]):
        take = [ids[name] for name in inside]
        return assembly.change(parent_id=ids[whole], take=take, by=cast["maker"], at=THEN)


def _units(parts):
    cast, _ = parts
    with acting(cast["maker"]):
        rows = Battery.objects.select_related("unit")
        return {row.serial: row.unit.serial for row in rows}


def test_what_goes_in_is_carried_by_the_whole_with_all_inside_it(parts, as_system):
    _put(parts, "P1", "M1@1", "M2@2", "C3")
    _put(parts, "S1", "P1@rack 4")
    assert _units(parts) == dict.fromkeys(["S1", "P1", "M1", "M2", "C1", "C2", "C3"], "S1") | {
        "P2": "P2"
    }
    with as_system():
        held = Custody.objects.filter(until=None).values_list("battery__serial", flat=True)
        assert sorted(held) == ["P2", "S1"]
        concern = Concern.objects.filter(until=None).values_list("battery__serial", flat=True)
        assert sorted(concern) == ["P2", "S1"]


def test_places_within_one_battery_are_changed_in_one_act(parts, as_system):
    _put(parts, "P1", "M1@1", "M2@2")
    _put(parts, "P1", "M1@2", "M2@1", gather=True)
    with as_system():
        now = Assembly.objects.filter(until=None, parent__serial="P1")
        assert dict(now.values_list("child__serial", "position")) == {"M1": "2", "M2": "1"}
    with pytest.raises(PlaceTaken):
        _put(parts, "P1", "M1@1", gather=True)


def test_an_act_is_one_event_and_one_entry_over_its_salted_subjects(parts, as_system):
    made = _put(parts, "P1", "M1@1", "M2@2")
    with as_system():
        wish = Outbox.objects.get(digest=made.body_sha256)
        members = Battery.objects.filter(serial__in=("P1", "M1", "M2"))
        hashes = [assembly.subject_hash(salt=bytes(b.salt), subject=b.identity) for b in members]
        assert (wish.subjects, bytes(wish.subject)) == (3, subjects_root(hashes))
        body = canonical.loads(bytes(made.body))
        assert not any(each.identity in str(body) for each in members), "names nobody"
        assert [each["position"] for each in body["facts"]["in"]] == ["1", "2"]
        for each in members:
            kinds = [row.kind for row in events.timeline(battery=each)]
            assert kinds == ["REGISTERED", "ASSEMBLED"], each.serial


def test_what_comes_out_is_a_unit_in_the_hands_of_who_held_the_whole(parts, as_system):
    cast, ids = parts
    _put(parts, "P1", "M1", "M2")
    _hand(parts, "P1", "keeper")
    with acting(cast["keeper"]):
        assembly.change(parent_id=ids["P1"], take=[ids["M1"]], by=cast["keeper"], at=THEN)
        loose = Battery.objects.get(serial="M1")
        assert (loose.unit_id, loose.holder_id) == (loose.pk, cast["keeper"].pk)
        assert Battery.objects.get(serial="C1").unit_id == loose.pk
        assert Battery.objects.get(serial="C2").unit_id == ids["P1"]
        (held,) = Custody.objects.filter(battery=loose, until=None)
        assert held.holder_id == cast["keeper"].pk
        custody.hand_over(
            battery_id=loose.pk, to_id=cast["workshop"].pk, by=cast["keeper"], at=THEN
        )
    with as_system():
        kinds = LifecycleEvent.objects.filter(members__contains=[ids["M1"]])
        assert [row.kind for row in kinds.order_by("id")] == ["ASSEMBLED", "DISASSEMBLED"]


def _hand(parts, what, to):
    cast, ids = parts
    with acting(cast["maker"]):
        offer = custody.hand_over(
            battery_id=ids[what], to_id=cast[to].pk, by=cast["maker"], at=THEN
        )
    with acting(cast[to]):
        custody.accept(hand_over_id=offer.pk, by=cast[to], at=THEN)


def test_a_swap_is_one_event_and_the_new_one_stands_where_the_old_one_stood(parts):
    cast, ids = parts
    _put(parts, "P1", "M1@7")
    with acting(cast["maker"]):
        made = assembly.swap(
            parent_id=ids["P1"], out_id=ids["M1"], in_id=ids["M2"], by=cast["maker"], at=THEN
        )
        assert made.kind == "REPLACED"
        now = Assembly.objects.get(parent=ids["P1"], until=None)
        assert (now.child_id, now.position) == (ids["M2"], "7")
        before = Assembly.objects.get(parent=ids["P1"], child=ids["M1"])
        assert before.until == now.since, "what came out and what went in meet"
    assert _units(parts)["C1"] == "M1"
    assert _units(parts)["C2"] == "P1"


def test_a_pack_is_dismantled_and_a_new_one_gathers_what_two_packs_held(parts):
    cast, ids = parts
    _put(parts, "P1", "M1")
    _put(parts, "P2", "M2")
    assert _split(parts, "P1", "M1").kind == "DISASSEMBLED"
    with acting(cast["maker"]):
        assert batteries.components(battery=Battery.objects.get(pk=ids["P1"])) == []
    with pytest.raises(NotInside):
        _split(parts, "P1", "M1")
    made = _put(parts, "P1", "M1@a", "M2@b", gather=True)
    assert set(made.members) == {ids["P1"], ids["P2"], ids["M1"], ids["M2"]}
    assert _units(parts)["C2"] == "P1"
    with acting(cast["maker"]):
        assert Assembly.objects.filter(child=ids["M1"]).count() == 2, "history keeps both"


REFUSED = {
    "a pack into a module": ("M1", ["P1"], WrongLevel),
    "a pack into itself": ("P1", ["P1"], InsideItself),
    "a module into its own cell": ("C1", ["M1"], AssemblyCycle),
    "a cell that stands in a module": ("P1", ["C1"], AlreadyInside),
    "a cell into the module it is in": ("M1", ["C1"], AlreadyInside),
    "two batteries at one position": ("P1", ["M1@1", "M2@1"], PlaceTaken),
    "the same battery twice": ("P1", ["M1@1", "M1@2"], NotAnAssembly),
    "nothing": ("P1", [], NotAnAssembly),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_does_not_go(parts, name, as_system):
    into, what, refusal = REFUSED[name]
    with pytest.raises(refusal) as caught:
        _put(parts, into, *what)
    assert caught.value.remedy
    with as_system():
        assert Assembly.objects.count() == 2
        assert not LifecycleEvent.objects.filter(members__isnull=False).exists()


STATES = {"RETIRED": NotPossibleNow, "RECYCLED": AlreadyRecycled}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("which", ["P1", "M1"])
def test_what_has_ended_its_life_is_not_built_in_or_upon(parts, as_system, state, which):
    with as_system():
        Battery.objects.filter(serial=which).update(state=state)
    with pytest.raises(STATES[state]):
        _put(parts, "P1", "M1")


def test_a_retired_pack_is_dismantled_and_a_recycled_one_is_not(parts, as_system):
    cast, ids = parts
    _put(parts, "P1", "M1", "M2")
    with as_system():
        Battery.objects.filter(serial="P1").update(state="RETIRED")
    with acting(cast["maker"]):
        assembly.change(parent_id=ids["P1"], take=[ids["M1"]], by=cast["maker"], at=THEN)
    with as_system():
        Battery.objects.filter(serial="P1").update(state="RECYCLED")
    with pytest.raises(AlreadyRecycled):
        _split(parts, "P1", "M2")


def test_what_is_offered_stays_as_it_was_offered(parts):
    cast, ids = parts
    _put(parts, "P1", "M1")
    for offered, into, what in (("P1", "P1", "M2"), ("P2", "S1", "P2")):
        with acting(cast["maker"]):
            custody.hand_over(
                battery_id=ids[offered], to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
            )
        with pytest.raises(OfferedAway):
            _put(parts, into, what)
    with pytest.raises(OfferedAway):
        _split(parts, "P1", "M1")
    with acting(cast["maker"]), pytest.raises(PartOfAnother):
        custody.hand_over(battery_id=ids["M1"], to_id=cast["keeper"].pk, by=cast["maker"], at=THEN)


def test_only_the_holder_builds_and_who_does_not_see_learns_nothing(parts):
    cast, ids = parts
    _put(parts, "P1", "M1")
    _hand(parts, "P1", "keeper")
    with pytest.raises(NotTheHolder):
        _put(parts, "P1", "M2")
    with acting(cast["maker"]), pytest.raises(NotTheHolder):
        assembly.change(parent_id=ids["P1"], take=[ids["M1"]], by=cast["maker"], at=THEN)
    for who in ("stranger", "second-maker"):
        with pytest.raises(NotFound):
            _put(parts, "P1", "M2", by=who)
    with acting(cast["keeper"]), pytest.raises(NotFound):
        assembly.change(parent_id=ids["P1"], put=[Put(ids["M2"])], by=cast["keeper"], at=THEN)


def test_the_event_reaches_whom_a_member_concerns_and_names_no_other(parts, as_system):
    cast, _ = parts
    made = _put(parts, "P1", "M1")
    for who, count in (("maker", 1), ("stranger", 0), ("keeper", 0)):
        with acting(cast[who]):
            assert (who, LifecycleEvent.objects.filter(pk=made.pk).count()) == (who, count)
