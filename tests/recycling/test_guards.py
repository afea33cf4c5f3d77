"""Cheating the end of life from below, with SQL, is refused by the database itself."""

import uuid
from copy import deepcopy

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from passport.models.ids import new_id
from passport.queries.tenancy import act_as
from recycling.models import Offer, Plan, PlanLine, Retirement
from tests.passport.acting import REFUSED_BELOW
from tests.recycling.stage import accept, packs, retire, two_offered

ROLES = ("app", "system", "owner")
HISTORY = ("recycling_plan", "recycling_planline", "recycling_treatment", "recycling_fraction")


@pytest.fixture(scope="module")
def begun(begin):
    """Two packs offered, two places."""
    return begin(lambda _: two_offered())


@pytest.fixture
def stage(begun, database):
    return deepcopy(begun.made)


def _sql(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


@pytest.mark.parametrize("role", ROLES)
def test_history_is_neither_dropped_nor_changed(stage, as_role, role):
    tables = [*HISTORY, "recycling_offer", "recycling_retirement"]
    cheats = [f"DELETE FROM {table}" for table in tables]
    cheats += [f"TRUNCATE {table} CASCADE" for table in tables]
    cheats += [f"UPDATE {table} SET id = id" for table in HISTORY]
    with as_role(role):
        for cheat in cheats:
            with pytest.raises(DatabaseError, match=REFUSED_BELOW):
                _sql(cheat)


def test_an_answered_offer_never_changes(stage, as_system):
    with as_system():
        found = Offer.objects.order_by("id").first()
    accept(found, by=stage.storage)
    with as_system(), pytest.raises(DatabaseError, match="answered once"):
        _sql("UPDATE recycling_offer SET state = 'DECLINED', hand_over_id = NULL")


def test_an_offer_is_not_accepted_after_its_end(stage, as_system):
    with as_system(), pytest.raises(DatabaseError, match="before it expires"):
        _sql("UPDATE recycling_offer SET state = 'ACCEPTED', answered_at = expires_at")


# Since the offer, and before its end; by the moments that the row itself names.
OPENINGS = {
    "in time": ("proposed_at + interval '1 hour'", True),
    "at its end": ("expires_at", False),
    "after its end": ("expires_at + interval '1 hour'", False),
    "before it was made": ("proposed_at - interval '1 second'", False),
}


@pytest.mark.parametrize("when", OPENINGS)
def test_an_offer_opens_a_hand_over_in_time_only(stage, when):
    moment, allowed = OPENINGS[when]
    opening = (
        "INSERT INTO passport_handover"
        " (id, battery_id, from_party_id, to_party_id, state, identity, reason, offered_at)"
        " SELECT gen_random_uuid(), r.battery_id, from_party_id, to_party_id, 'OFFERED', '', '',"
        f" {moment}"
        " FROM recycling_offer o JOIN recycling_retirement r ON r.id = o.retirement_id LIMIT 1"
    )
    with transaction.atomic():
        act_as(stage.storage.pk)
        if allowed:
            assert _sql(opening) == 1
        else:
            with pytest.raises(DatabaseError, match="row-level security"):
                _sql(opening)
        transaction.set_rollback(True)


def test_the_worth_of_an_offer_is_not_changed_by_its_owner(stage, as_role):
    with as_role("owner"), pytest.raises(DatabaseError, match="answered once"):
        _sql("UPDATE recycling_offer SET value_cents = 1")


def _third(stage):
    """A retired pack without an offer, with a line to make one from."""
    retired = retire(packs(stage, ["0.85"])[0], by=stage.keeper)
    line = PlanLine.objects.order_by("id").first()
    line.pk, line.retirement = new_id(), retired
    line.save(force_insert=True)
    return line


def test_a_place_is_not_sold_twice(stage, as_system):
    with as_system():
        line, sold = _third(stage), Offer.objects.order_by("id").first()
        sold.pk, sold.plan_line, sold.retirement = new_id(), line, line.retirement
        with pytest.raises(IntegrityError, match="2 places, 3 are taken"):
            sold.save(force_insert=True)


def test_a_pack_is_offered_to_one_party_at_a_time(stage, as_system):
    with as_system():
        line, twice = _third(stage), Offer.objects.order_by("id").first()
        twice.pk, twice.plan_line = new_id(), line
        with pytest.raises(IntegrityError, match="offer_is_live_once_per_retirement"):
            twice.save(force_insert=True)


def test_a_battery_retires_once_at_a_time(stage, as_system):
    with as_system():
        again = Retirement.objects.select_related("event").first()
        assert again is not None
        with pytest.raises(IntegrityError, match="retirement_is_open_once_per_battery"):
            _sql(
                "INSERT INTO recycling_retirement (id, battery_id, keeper_id, event_id, reason,"
                " condition, declared_at, state) SELECT %s, battery_id, keeper_id, (SELECT id FROM"
                " passport_lifecycleevent WHERE kind = 'HEALTH_READ' LIMIT 1), reason, condition,"
                " declared_at, 'OPEN' FROM recycling_retirement LIMIT 1",
                uuid.uuid4(),
            )


def test_a_gate_is_not_written_around(stage, as_system):
    with as_system():
        line = PlanLine.objects.exclude(route=None).first()
        line.pk, line.gate_route, line.plan_id = new_id(), "R", Plan.objects.get().pk
        line.retirement = _third(stage).retirement
        with pytest.raises(IntegrityError, match="line_respects_its_gate"):
            line.save(force_insert=True)


def test_what_was_declared_stays_and_closed_is_closed(stage, as_role):
    with as_role("owner"):
        with pytest.raises(DatabaseError, match="nothing else of it changes"):
            _sql("UPDATE recycling_retirement SET reason = 'OTHER'")
        _sql("UPDATE recycling_retirement SET state = 'CLOSED'")
        with pytest.raises(DatabaseError, match="does not go from"):
            _sql("UPDATE recycling_retirement SET state = 'OPEN'")


def test_a_stranger_sees_and_writes_nothing(stage):
    for table in ("plan", "planline", "offer", "retirement", "treatment", "fraction"):
        for party in (None, stage.stranger):
            with transaction.atomic():
                if party:
                    act_as(party.pk)
                assert _sql(f"SELECT count(*) FROM recycling_{table}") == [(0,)]
    with transaction.atomic():
        act_as(stage.stranger.pk)
        assert _sql("UPDATE recycling_retirement SET state = 'CLOSED'") == 0


def test_the_application_writes_no_plan_and_no_offer(stage):
    for table in ("plan", "planline", "offer"):
        with transaction.atomic():
            act_as(stage.keeper.pk)
            with pytest.raises(ProgrammingError, match="permission denied"):
                _sql(f"INSERT INTO recycling_{table} (id) VALUES (%s)", new_id())


def test_nobody_opens_a_hand_over_from_another_to_itself(stage):
    with transaction.atomic():
        act_as(stage.keeper.pk)
        battery = Retirement.objects.first().battery_id
    with transaction.atomic():
        act_as(stage.stranger.pk)
        with pytest.raises(ProgrammingError, match="row-level security"):
            _sql(
                "INSERT INTO passport_handover (id, battery_id, from_party_id, to_party_id, state,"
                " offered_at) VALUES (%s, %s, %s, %s, 'OFFERED', now())",
                *(new_id(), battery, stage.keeper.pk, stage.stranger.pk),
            )
