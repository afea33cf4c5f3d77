"""Raw SQL about places: no circle, no second parent, nothing of others, and the unit follows."""

import pytest
from django.db import DatabaseError

from passport.models import Battery
from tests.cast import battery_line, give, model_line, take_in
from tests.passport.acting import acting, run

INSERT = (
    "INSERT INTO passport_assembly (id, parent_id, child_id, position, since)"
    " VALUES (gen_random_uuid(), %s, %s, '', now())"
)


@pytest.fixture
def ids(cast, as_system):
    """Two packs and two modules of the maker's, and a pack that the keeper holds."""
    lines = [model_line(), model_line("MOD-1", level="MODULE")]
    lines += [battery_line(each) for each in ("P1", "P2", "K1")]
    lines += [battery_line(each, model="MOD-1") for each in ("M1", "M2")]
    with as_system():
        assert not take_in(cast["maker"], lines).rejected
        give(Battery.objects.get(serial="K1"), cast["maker"], cast["keeper"])
        return dict(Battery.objects.values_list("serial", "pk"))


CHEATS = {
    "a pack into a module": ("M1", "P1", "only batteries of a lower level"),
    "a module into a module": ("M1", "M2", "only batteries of a lower level"),
    "itself": ("P1", "P1", "lower level|never_within_itself"),
}


@pytest.mark.parametrize("role", ["app", "system", "owner"])
@pytest.mark.parametrize("name", CHEATS)
def test_a_circle_cannot_close_whoever_writes(cast, ids, as_role, role, name):
    parent, child, words = CHEATS[name]
    with as_role(role), acting(cast["maker"]), pytest.raises(DatabaseError, match=words):
        run(INSERT, ids[parent], ids[child])


@pytest.mark.parametrize("role", ["app", "system", "owner"])
def test_a_second_parent_is_one_too_many(cast, ids, as_role, role):
    with as_role(role), acting(cast["maker"]):
        run(INSERT, ids["P1"], ids["M1"])
    with (
        as_role(role),
        acting(cast["maker"]),
        pytest.raises(DatabaseError, match="assembly_one_parent_at_a_time"),
    ):
        run(INSERT, ids["P2"], ids["M1"])


def test_a_level_is_for_life(ids, as_system):
    with as_system(), pytest.raises(DatabaseError, match="keeps its level for life"):
        run("UPDATE passport_battery SET level = 'CELL' WHERE id = %s", ids["P1"])


FOREIGN = {"into another's": ("maker", "K1", "M1"), "another's": ("keeper", "K1", "M1")}


@pytest.mark.parametrize("name", FOREIGN)
def test_nobody_builds_with_what_another_holds(cast, ids, name):
    who, parent, child = FOREIGN[name]
    with acting(cast[who]), pytest.raises(DatabaseError, match="row-level security"):
        run(INSERT, ids[parent], ids[child])


def test_the_unit_follows_the_place_and_is_not_written_by_hand(cast, ids):
    with acting(cast["maker"]):
        run(INSERT, ids["P1"], ids["M1"])
        assert Battery.objects.get(pk=ids["M1"]).unit_id == ids["P1"]
        run("UPDATE passport_assembly SET until = now() + interval '1 s' WHERE until IS NULL")
        assert Battery.objects.get(pk=ids["M1"]).unit_id == ids["M1"]
    with acting(cast["maker"]), pytest.raises(DatabaseError, match="permission denied"):
        run("UPDATE passport_battery SET unit_id = %s WHERE id = %s", ids["K1"], ids["M1"])


def test_what_another_holds_is_not_taken_out_by_hand(cast, ids, as_system):
    with as_system():
        run(INSERT, ids["K1"], ids["M2"])
    closing = "UPDATE passport_assembly SET until = now() + interval '1 s' WHERE child_id = %s"
    for who, touched in (("maker", 0), ("stranger", 0), ("keeper", 1)):
        with acting(cast[who]):
            assert (who, run(closing, ids["M2"])) == (who, touched)


def test_an_event_about_many_is_of_batteries_that_its_recorder_holds(cast, ids):
    event = (
        "INSERT INTO passport_lifecycleevent (id, event_id, recorder_id, kind, members,"
        " happened_at, recorded_at, body, body_sha256) VALUES (gen_random_uuid(),"
        " gen_random_uuid(), %s, 'ASSEMBLED', %s::uuid[], now(), now(), '', '')"
    )
    for members in ([ids["P1"], ids["K1"]], [ids["P1"]]):
        with acting(cast["maker"]), pytest.raises(DatabaseError, match="row-level security"):
            run(event, cast["maker"].pk, members)
