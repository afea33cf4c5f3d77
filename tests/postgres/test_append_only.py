"""What was recorded is not changed and not dropped by SQL, whoever asks: not even by the owner."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from passport.models import Party
from tests.passport.acting import acting, run

ROLES = ("app", "system", "owner")
HISTORY = {
    "passport_administrativeact": "detail",
    "passport_lifecycleevent": "happened_at",
    "passport_healthreading": "soh",
    "passport_correction": "reason",
    "passport_siting": "since",
    "passport_epcisevent": "terms",
    "passport_epciserror": "detail",
    "passport_attempt": "detail",
    "passport_attestation": "body",
    "passport_attestationitem": "body",
    "passport_attestationupstream": "sha256",
    "passport_batchtile": "hashes",
    "passport_withdrawal": "body",
    "passport_subjectblock": "subjects",
    "passport_labelprint": "count",
    "passport_lot": "salt",
    "passport_recallsubject": "battery_id",
    "passport_document": "content",
    "passport_erasure": "reason",
    "passport_signingkey": "public_key",
    "passport_keyrevocation": "suspect_from",
    "passport_diddocument": "body",
    "passport_logentry": "leaf",
    "passport_checkpoint": "root",
    "passport_cosignature": "line",
    "passport_checkpointtimestamp": "token",
    "passport_logera": "began_at",
    "passport_logdocument": "body",
    "passport_news": "said",
    "passport_identityclaim": "owner_id",
    "passport_namingdecision": "reason",
    "passport_batteryalias": "value",
    "passport_serialissue": "count",
    "passport_issuedserial": "serial",
    "recycling_plan": "keeper_id",
    "recycling_planline": "plan_id",
    "recycling_treatment": "mass_out_kg",
    "recycling_fraction": "mass_kg",
    "recycling_partyprices": "version",
    "recycling_gatecheck": "route",
    "recycling_quarantine": "condition",
    "recycling_evidencefile": "made_at",
    "passport_passportlink": "since",
    "recycling_treatmentbatch": "number",
    "recycling_treatmentpaper": "sha256",
    "recycling_massuse": "mass_kg",
    "recycling_materiallot": "mass_kg",
    "recycling_materialclaim": "mass_kg",
    "passport_evidencepiece": "content",
    "passport_agreedvolume": "volume",
    "passport_sourcingscenario": "name",
    "passport_sourcingproject": "name",
    "passport_projectterms": "site",
    "passport_projectline": "description",
    "passport_linecost": "amount",
    "passport_sourcingflag": "says",
    "passport_flagresolution": "says",
    "passport_suppliercertificate": "body",
    "passport_certificateline": "linked",
    "passport_certificateend": "because",
    "passport_seriallist": "count",
    "passport_serialblock": "content",
    "passport_serialorigin": "found",
    "passport_serialchange": "reason",
    "passport_sourcingentity": "country",
    "passport_sourcingfact": "percent",
    "passport_sourcingcontract": "counsel",
    "passport_sourcingreview": "conclusion",
    "passport_standingfound": "standing",
    "passport_standingseen": "who",
    "passport_listsnapshot": "content",
    "passport_listmatch": "score",
    "passport_matchdecision": "decision",
}
# Not history in this sense: who may change them, and what of them, is told beside each trigger.
LIVING = {
    *("passport_battery", "passport_assembly", "passport_custody", "passport_concern"),
    *(
        "passport_handover",
        "passport_shipment",
        "passport_hostedkey",
        "passport_job",
        "passport_intake",
    ),
    *("passport_intakeprogress", "passport_intakewaiting"),
    *("passport_intakeblock", "passport_intakeerror", "passport_idempotencykey"),
    *("passport_keychallenge", "passport_apikey", "passport_outbox", "passport_loghead"),
    *("passport_logsubject", "passport_party", "passport_person", "passport_facility"),
    *("passport_recall", "passport_membership", "passport_batterymodel", "passport_bundleorder"),
    "passport_namingorder",
    *("passport_onetimelink", "passport_application", "passport_evidence"),
    *("passport_administrator", "passport_passwordproof", "passport_sitting"),
    *("passport_namingright", "passport_alarm", "passport_scan", "passport_scanmark"),
    *("passport_webhookendpoint", "passport_webhooksecret"),
    *("passport_webhookdelivery", "passport_webhookattempt"),
    *("passport_legacybattery", "passport_epciscapture", "passport_yardrecord"),
    *("passport_epcisquery", "passport_epcismark"),
    *("passport_projectshare", "passport_evidencefile"),
    *("passport_supplyoffer", "passport_frameworkagreement", "passport_plannedproject"),
    "passport_supplyallocation",
    *("recycling_programme", "recycling_retirement", "recycling_offer"),
    *("recycling_testorder", "recycling_secondlife"),
    *("recycling_lothandover", "recycling_masstally"),
    *("recycling_counteroffer", "recycling_planrun", "recycling_planpart"),
    "recycling_keptoutlook",
}
SPANS = ("passport_assembly", "passport_custody", "passport_concern")


def got_through(*statements: str, by: Party | None = None) -> list[str]:
    """Those that the database did not refuse; nothing of them is kept."""
    through = []
    for statement in statements:
        try:
            with acting(by):
                run(statement)
                through.append(statement)
                transaction.set_rollback(True)
        except DatabaseError:
            continue
    return through


def test_every_table_of_ours_is_history_or_living(enter):
    asked = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND relname ~ '^(passport|recycling)_'"
    )
    with enter("owner"):
        assert {name for (name,) in run(asked)} == LIVING | set(HISTORY)
    assert not LIVING & set(HISTORY)


@pytest.mark.parametrize("role", ROLES)
def test_history_is_neither_changed_nor_dropped(furniture, enter, role):
    statements = [
        statement
        for table, column in HISTORY.items()
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        )
    ]
    maker = furniture.cast["maker"]
    with enter(role):
        assert got_through(*statements, by=maker) == []


def test_the_owner_is_stopped_by_the_rule_and_not_for_want_of_a_right(enter):
    with enter("owner"):
        for table in HISTORY:
            with pytest.raises(DatabaseError, match="is append-only: DELETE refused"):
                run(f"DELETE FROM {table}")


def test_every_table_of_history_holds_something_to_lose(enter):
    with enter("owner"):
        assert [table for table in HISTORY if run(f"SELECT count(*) FROM {table}") == [(0,)]] == []


@pytest.mark.parametrize("role", ROLES)
def test_a_span_of_time_is_never_dropped(enter, role):
    statements = [
        statement
        for table in SPANS
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE")
    ]
    with enter(role):
        assert got_through(*statements) == []


@pytest.mark.parametrize("role", ["system", "owner"])
def test_a_span_of_time_closes_once_and_nothing_else_of_it_changes(enter, role):
    statements = [
        "UPDATE passport_custody SET until = until + interval '1 day' WHERE until IS NOT NULL",
        "UPDATE passport_custody SET until = NULL WHERE until IS NOT NULL",
        "UPDATE passport_custody SET until = now(), holder_id = gen_random_uuid()",
        "UPDATE passport_custody SET since = since - interval '1 day' WHERE until IS NULL",
        "UPDATE passport_concern SET until = NULL WHERE until IS NOT NULL",
        "UPDATE passport_concern SET until = now(), reason = 'GRANT' WHERE reason <> 'GRANT'",
        "UPDATE passport_concern SET party_id = party_id",
        "UPDATE passport_assembly SET position = 'x'",
        "UPDATE passport_assembly SET until = now(), parent_id = child_id",
    ]
    with enter(role):
        assert got_through(*statements) == []
        assert got_through("UPDATE passport_assembly SET until = now()") == (
            ["UPDATE passport_assembly SET until = now()"]
        )


@pytest.mark.parametrize("role", ROLES)
def test_of_a_hosted_key_only_the_wrapping_changes_and_none_is_dropped(furniture, enter, role):
    statements = [
        "UPDATE passport_hostedkey SET sealed_seed = 'x'",
        "UPDATE passport_hostedkey SET method = 'x', kek_id = 'kek-2'",
        "UPDATE passport_hostedkey SET party_id = gen_random_uuid()",
        "DELETE FROM passport_hostedkey",
        "TRUNCATE passport_hostedkey",
    ]
    wrapping = "UPDATE passport_hostedkey SET kek_id = 'kek-2', wrapped_key = 'w'"
    with enter(role):
        assert got_through(*statements, by=furniture.cast["maker"]) == []
        if role != "app":
            assert got_through(wrapping) == [wrapping]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_lifts_the_triggers_for_itself(enter, role):
    with enter(role):
        with pytest.raises(DatabaseError, match="permission denied"):
            run("SET session_replication_role = replica")
        if role != "owner":
            with pytest.raises(DatabaseError, match="must be owner"):
                run("ALTER TABLE passport_logentry DISABLE TRIGGER ALL")
