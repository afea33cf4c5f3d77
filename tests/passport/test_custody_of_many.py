"""Many units in one act: all of them change hands, or none."""

import pytest

from passport.actions import custody
from passport.models import Battery, Concern, Custody, HandOver, LifecycleEvent, Outbox
from passport.rules.custody import AlreadyAnswered, AlreadyOffered, NotOfferedToYou, NotTheHolder
from passport.rules.errors import NotFound
from tests.cast import THEN, battery_line, model_line, take_in
from tests.passport.acting import acting
from tests.recycling.together import together

CELLS = [battery_line(f"C{n}", model="CELL-1") for n in range(5)]


@pytest.fixture
def lot(cast, as_system):
    """The ids of five loose cells."""
    with as_system():
        take_in(cast["maker"], [model_line("CELL-1", level="CELL"), *CELLS])
        return list(Battery.objects.values_list("id", flat=True))


def _offer(cast, lot, by="maker"):
    with acting(cast[by]):
        made = custody.hand_over_all(battery_ids=lot, to_id=cast["keeper"].pk, by=cast[by], at=THEN)
        return [each.pk for each in made]


def _accept(cast, offers, by="keeper"):
    with acting(cast[by]):
        return len(custody.accept_all(hand_over_ids=offers, by=cast[by], at=THEN))


def test_a_lot_changes_hands(cast, lot, as_system):
    offers = _offer(cast, lot)
    with acting(cast["keeper"]):
        assert Battery.objects.count() == 5
    assert _accept(cast, offers) == 5
    with as_system():
        assert set(Battery.objects.values_list("holder__slug", flat=True)) == {"keeper"}
        assert Custody.objects.filter(holder=cast["keeper"], until=None).count() == 5
        assert Concern.objects.filter(until=None).count() == 5
        assert LifecycleEvent.objects.filter(kind="HANDED_OVER").count() == 5
        assert Outbox.objects.count() == 6


def test_a_lot_with_a_foreign_or_an_offered_cell_is_refused_whole(cast, lot, as_system):
    (first,) = _offer(cast, lot[:1])
    with pytest.raises(AlreadyOffered):
        _offer(cast, lot)
    assert _accept(cast, [first]) == 1
    with pytest.raises(NotTheHolder):
        _offer(cast, lot)
    with pytest.raises(NotFound):
        _offer(cast, lot, by="stranger")
    with as_system():
        assert HandOver.objects.count() == 1


def test_offers_to_another_or_answered_before_are_refused_whole(cast, lot, as_system):
    offers = _offer(cast, lot)
    with pytest.raises(NotFound):
        _accept(cast, offers, by="stranger")
    with pytest.raises(NotOfferedToYou):
        _accept(cast, offers, by="maker")
    _accept(cast, offers[:1])
    with pytest.raises(AlreadyAnswered):
        _accept(cast, offers)
    with as_system():
        assert Custody.objects.filter(holder=cast["keeper"]).count() == 1


def test_of_two_acceptances_at_one_moment_one_counts(cast, lot, as_system):
    offers = _offer(cast, lot)
    outcomes = together(lambda ids: _accept(cast, ids), [offers, offers[::-1]])
    assert [each for each in outcomes if not isinstance(each, AlreadyAnswered)] == [5]
    with as_system():
        assert LifecycleEvent.objects.filter(kind="HANDED_OVER").count() == 5
