"""Row-level security is the second wall: it holds when the application's own check is gone.

It trusts one thing, that the edge sets app.party for whom it authenticated: whoever can run SQL as
passport_app can choose a party, and then is that party, and no more than that party.
"""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, connection

from tests.passport.acting import acting, run

# Tables without policies, and why that is right. A new table needs policies or a line here.
PUBLIC = {
    "passport_party": "names, roles and DIDs: whom to hand over to is chosen from it",
    "passport_person": "sign-in looks somebody up before anybody is known",
    "passport_batterymodel": "the public passport is made from it; only the system writes it",
    "passport_identityclaim": "no role but its owner reads or writes it",
    "passport_passwordproof": "no role but its owner reads or writes it",
    "passport_sitting": "no role but its owner reads or writes it",
    "passport_outbox": "what waits for the public log; the application sees no more than ids",
    "passport_scan": "readings without anybody's data: the application adds them, and reads none",
    "passport_scanmark": "up to when the worker has looked; no other role sees it",
    "passport_epcismark": "how far the worker has read the log; no other role sees it",
    "passport_logentry": "the log is public",
    "passport_loghead": "the log is public",
    "passport_logsubject": "the log is public: salted digests",
    "passport_checkpoint": "the log is public",
    "passport_cosignature": "the log is public",
    "passport_checkpointtimestamp": "the log is public: tokens over its checkpoints",
    "passport_logera": "the log is public: under which names it went on",
    "passport_logdocument": "what the service itself had logged: hashes, checkpoints, counts",
    "django_session": "Django's own: random keys, signed contents",
    "django_migrations": "Django's own",
    "django_content_type": "Django's own",
    "auth_permission": "Django's own, unused: nobody is granted by it",
    "auth_group": "Django's own, unused",
    "auth_group_permissions": "Django's own, unused",
}
# Tables with policies that let every reader see every row, by design.
READ_BY_ALL = {
    "passport_facility", "passport_signingkey", "passport_keyrevocation", "passport_diddocument",
    "passport_recall",
}  # fmt: skip
# Those that show something to any party, but nothing to nobody.
READ_BY_PARTIES = {"recycling_programme"}
# Those of which one sees one's own row, whatever party it acts for.
READ_BY_ONESELF = {"passport_administrator"}
# Those of which it reads some columns.
BY_COLUMNS = {"passport_application", "passport_onetimelink", "passport_webhooksecret"}
# Those that the application reaches by functions alone.
BY_FUNCTIONS = {"passport_batchtile", "passport_subjectblock"}
# What the worker alone reads and writes.
BY_THE_WORKER = {
    "passport_intakeprogress", "passport_intakewaiting", "recycling_keptoutlook",
}  # fmt: skip
HIDDEN = BY_FUNCTIONS | BY_THE_WORKER


def _tables(*, guarded: bool) -> set[str]:
    rows = run(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND relrowsecurity = %s",
        guarded,
    )
    return {name for (name,) in rows}


def test_every_table_is_guarded_or_public_for_a_reason(enter):
    with enter("owner"):
        assert _tables(guarded=False) == set(PUBLIC)


def test_every_guarded_table_has_a_policy_for_each_of_the_two_roles(enter):
    with enter("owner"):
        found = run("SELECT tablename, unnest(roles) FROM pg_policies WHERE schemaname = 'public'")
        guarded = _tables(guarded=True)
        for role, apart in (("passport_app", HIDDEN), ("passport_system", set())):
            assert {table for table, name in found if name == role} == guarded - apart
        assert {name for _, name in found} == {"passport_app", "passport_system"}


@pytest.mark.parametrize("role", ["app", "system"])
def test_the_role_of_these_tests_cannot_walk_around_the_wall(enter, role):
    with enter(role):
        (name,) = run("SELECT current_user")[0]
        assert name == f"passport_{role}"
        strong = run(
            "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER') AND"
            " (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        )
        assert strong == []
        # The worker may step down to the application's role, which has nothing that it lacks.
        others = {("passport_app",)} if role == "system" else set()
        member = "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')"
        assert set(run(member)) == {(name,), *others}
        inherited = "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'USAGE')"
        assert run(inherited) == [(name,)]
        owned = "SELECT relname FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        assert run(owned) == []


def test_without_a_party_nothing_is_seen(enter):
    with enter("owner"):
        guarded = _tables(guarded=True) - READ_BY_ALL - HIDDEN
    with enter("app"):
        assert _seen(guarded, None) == {}


def test_a_stranger_sees_nothing_of_others(furniture, enter):
    with enter("owner"):
        guarded = _tables(guarded=True) - READ_BY_ALL - READ_BY_PARTIES - HIDDEN
    with enter("app"):
        own = {"passport_apikey": 1}
        assert _seen(guarded, furniture.cast["stranger"]) == own


def test_there_was_something_to_see(enter):
    with enter("system"):
        empty = [table for table in _tables(guarded=True) if run(f"SELECT 1 FROM {table}") == []]
    assert empty == []


def test_each_of_two_parties_sees_rows_that_the_other_does_not(furniture, enter):
    with enter("owner"):
        guarded = _tables(guarded=True) - READ_BY_ALL - READ_BY_PARTIES - HIDDEN
    with enter("app"):
        for table in sorted(guarded - READ_BY_ONESELF):
            there = _rows(table, furniture.cast["second-maker"])
            apart = [
                here - there and there - here
                for name in ("maker", "keeper", "recycler")
                if (here := _rows(table, furniture.cast[name]))
            ]
            assert any(apart), table


def test_what_every_party_reads_is_of_more_than_one(enter):
    with enter("system"):
        for table in READ_BY_ALL | READ_BY_PARTIES:
            whose = "maker_id" if table == "passport_recall" else "party_id"
            ((parties,),) = run(f"SELECT count(DISTINCT {whose}) FROM {table}")
            assert parties >= 2 or table == "recycling_programme", table


def _rows(table: str, party) -> set[str]:
    key = "id" if table in BY_COLUMNS else "ctid"
    with acting(party):
        return {row for (row,) in run(f"SELECT {key}::text FROM {table}")}


def test_a_sealed_seed_is_read_by_its_own_party_alone(furniture, enter):
    asked = "SELECT party_id, octet_length(sealed_seed) FROM passport_hostedkey"
    with enter("app"):
        for name in ("maker", "second-maker"):
            party = furniture.cast[name]
            with acting(party):
                assert run(asked) == [(party.pk, 60)]
        for name in ("keeper", "authority", "auditor", "stranger"):
            with acting(furniture.cast[name]):
                assert run(asked) == []


def test_each_party_sees_its_own(furniture, enter):
    with enter("app"):
        for name, batteries in {"maker": 10, "keeper": 6, "recycler": 10, "authority": 17}.items():
            with acting(furniture.cast[name]):
                assert (name, run("SELECT count(*) FROM passport_battery")) == (
                    name,
                    [(batteries,)],
                )


def _seen(tables, party) -> dict[str, int]:
    counts = {}
    for table in sorted(tables):
        with acting(party):
            ((count,),) = run(f"SELECT count(*) FROM {table}")
        if count:
            counts[table] = count
    return counts


def test_setting_a_role_or_a_switch_gains_nothing(enter):
    tricks = (
        "SET ROLE passport_system",
        "SET ROLE passport_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION passport_owner",
        "SET session_replication_role = replica",
        "ALTER TABLE passport_battery DISABLE ROW LEVEL SECURITY",
        "ALTER ROLE passport_app BYPASSRLS",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE POLICY mine ON passport_battery USING (true)",
        "GRANT passport_system TO passport_app",
        "COPY passport_party TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
    )
    with enter("app"), _logged_in() as inside:
        for trick in tricks:
            with pytest.raises(psycopg.DatabaseError):
                inside.execute(trick)


def test_resetting_the_role_or_hiding_the_wall_shows_nothing(enter):
    with enter("app"), _logged_in() as inside:
        for trick in ("RESET ROLE", "SET ROLE NONE", "RESET SESSION AUTHORIZATION", "RESET ALL"):
            inside.execute(trick)
            found = inside.execute("SELECT current_user, session_user").fetchone()
            assert found == ("passport_app", "passport_app")
            assert inside.execute("SELECT count(*) FROM passport_battery").fetchone() == (0,)
        inside.execute("SET row_security = off")
        with pytest.raises(psycopg.DatabaseError, match="would be affected by row-level security"):
            inside.execute("SELECT count(*) FROM passport_battery")


def test_choosing_a_party_is_being_that_party_and_no_more(furniture, enter):
    # What the second wall assumes: the application sets app.party only for whom it has let in.
    with enter("app"), acting(furniture.cast["stranger"]):
        assert run("SELECT count(*) FROM passport_battery") == [(0,)]
        run("SELECT set_config('app.party', %s, true)", str(furniture.cast["keeper"].pk))
        assert run("SELECT count(*) FROM passport_battery") == [(6,)]
        with pytest.raises(DatabaseError, match="invalid input syntax"):
            run("SET LOCAL app.party = 'all'; SELECT count(*) FROM passport_battery")


def test_a_party_is_forgotten_with_its_transaction(furniture, enter):
    with enter("app"):
        with acting(furniture.cast["maker"]):
            pass
        assert run("SELECT current_setting('app.party', true)") in ([("",)], [(None,)])


def _logged_in() -> psycopg.Connection:
    """A connection that entered as passport_app, so that there is no stronger role behind it."""
    here = connection.settings_dict
    return psycopg.connect(
        host=here["HOST"] or None, port=here["PORT"] or None, dbname=here["NAME"],
        user="passport_app", autocommit=True,
    )  # fmt: skip
