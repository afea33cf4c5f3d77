"""Two transactions at the same moment about the same batteries: one acts, the other is refused."""

import pytest

from passport.actions import assembly, custody
from passport.actions.assembly import Put
from passport.models import Assembly, Battery, HandOver
from passport.rules.assembly import AlreadyInside, OfferedAway, WrongLevel
from passport.rules.custody import NotTheHolder, PartOfAnother
from passport.rules.errors import NotFound
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting
from tests.recycling.together import together

ROUNDS = 4


@pytest.fixture
def ids(cast, as_system):
    """Packs, modules and cells of the maker's, by serial."""
    lines = [
        model_line(),
        model_line("SYS-1", level="SYSTEM"),
        model_line("MOD-1", level="MODULE"),
        model_line("CELL-1", level="CELL"),
    ]
    for n in range(ROUNDS):
        lines += [battery_line(f"{kind}{n}") for kind in ("P", "Q")]
        lines += [battery_line(f"S{n}", model="SYS-1")]
        lines += [battery_line(f"{kind}{n}", model="MOD-1") for kind in ("M", "N")]
        lines += [battery_line(f"C{n}", model="CELL-1")]
    with as_system():
        assert not take_in(cast["maker"], lines).rejected
        return dict(Battery.objects.values_list("serial", "pk"))


def _act(cast, by="maker"):
    def go(what):
        act, told = what
        with acting(cast[by]):
            return act(**told, by=cast[by], at=THEN)

    return go


def _build(ids, into, *children):
    told = {"parent_id": ids[into], "put": [Put(ids[each]) for each in children]}
    return assembly.change, told


def _settled(as_system):
    """Each battery names as its unit what following its parents leads to."""
    with as_system():
        parents = dict(Assembly.objects.filter(until=None).values_list("child", "parent"))
        for pk, unit in Battery.objects.values_list("pk", "unit"):
            top, steps = pk, 0
            while top in parents:
                top, steps = parents[top], steps + 1
                assert steps < 4, "a circle"
            assert unit == top


def test_of_two_that_put_one_module_into_two_packs_one_is_refused(cast, ids, as_system):
    for n in range(ROUNDS):
        done = together(_act(cast), [_build(ids, f"P{n}", f"M{n}"), _build(ids, f"Q{n}", f"M{n}")])
        refused = [each for each in done if isinstance(each, Exception)]
        assert [type(each) for each in refused] == [AlreadyInside], done
        assert "sits in" in refused[0].detail
        with as_system():
            assert Assembly.objects.filter(child=ids[f"M{n}"], until=None).count() == 1
    _settled(as_system)


def test_of_two_that_put_each_into_the_other_never_both_succeed(cast, ids, as_system):
    for n in range(ROUNDS):
        done = together(_act(cast), [_build(ids, f"P{n}", f"M{n}"), _build(ids, f"M{n}", f"P{n}")])
        assert not isinstance(done[0], Exception)
        assert type(done[1]).__name__ in ("WrongLevel", "AssemblyCycle")
    _settled(as_system)


def test_a_cell_does_not_get_into_its_own_ancestor_while_that_moves(cast, ids, as_system):
    """A module goes into a pack and a cell into the module at once: the cell is in the pack."""
    for n in range(ROUNDS):
        done = together(
            _act(cast),
            [
                _build(ids, f"P{n}", f"M{n}"),
                _build(ids, f"M{n}", f"C{n}"),
                _build(ids, f"S{n}", f"P{n}"),
                _build(ids, f"C{n}", f"S{n}"),
            ],
        )
        assert [isinstance(each, Exception) for each in done] == [False, False, False, True]
        assert type(done[3]).__name__ in ("WrongLevel", "AssemblyCycle")
        with as_system():
            assert Battery.objects.get(pk=ids[f"C{n}"]).unit_id == ids[f"S{n}"]
    _settled(as_system)


def test_a_swap_races_with_a_hand_over_of_the_pack_and_of_the_part(cast, ids, as_system):
    """Whichever comes first wins: what is offered stays, what was built in is not offered alone."""
    for n in range(ROUNDS):
        _act(cast)(_build(ids, f"P{n}", f"M{n}"))
        what = f"P{n}" if n % 2 else f"N{n}"
        swap = {"parent_id": ids[f"P{n}"], "out_id": ids[f"M{n}"], "in_id": ids[f"N{n}"]}
        offer = {"battery_id": ids[what], "to_id": cast["keeper"].pk}
        swapped, offered = together(_act(cast), [(assembly.swap, swap), (custody.hand_over, offer)])
        if isinstance(swapped, Exception):
            assert isinstance(swapped, OfferedAway)
            assert isinstance(offered, HandOver)
        elif what.startswith("N"):
            assert isinstance(offered, PartOfAnother)
        else:
            assert isinstance(offered, HandOver)
    _settled(as_system)


def test_a_swap_races_with_the_acceptance_of_the_pack(cast, ids, as_system):
    """The offer stands: the swap is refused before and after it is accepted."""
    for n in range(ROUNDS):
        _act(cast)(_build(ids, f"P{n}", f"M{n}"))
        with acting(cast["maker"]):
            offer = custody.hand_over(
                battery_id=ids[f"P{n}"], to_id=cast["keeper"].pk, by=cast["maker"], at=THEN
            )
        swap = {"parent_id": ids[f"P{n}"], "out_id": ids[f"M{n}"], "in_id": ids[f"N{n}"]}

        def go(what):
            by, act, told = what
            with acting(cast[by]):
                return act(**told, by=cast[by], at=THEN)

        swapped, accepted = together(
            go,
            [
                ("maker", assembly.swap, swap),
                ("keeper", custody.accept, {"hand_over_id": offer.pk}),
            ],
        )
        assert isinstance(swapped, OfferedAway | NotTheHolder | NotFound), swapped
        assert not isinstance(accepted, Exception)
    _settled(as_system)


def test_two_that_take_the_same_part_out_make_one_event(cast, ids, as_system):
    for n in range(ROUNDS):
        _act(cast)(_build(ids, f"P{n}", f"M{n}"))
        told = {"parent_id": ids[f"P{n}"], "take": [ids[f"M{n}"]]}
        done = together(_act(cast), [(assembly.change, told)] * 2)
        assert sorted(type(each).__name__ for each in done) == ["LifecycleEvent", "NotInside"]
    _settled(as_system)


def test_levels_are_refused_by_a_sentence_of_their_own(cast, ids):
    with pytest.raises(WrongLevel, match="a MODULE cannot contain a PACK"):
        _act(cast)(_build(ids, "M0", "P0"))
