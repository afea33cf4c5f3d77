"""Functions that run as the owner see past the wall: each tells no more than its purpose."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError

from tests.passport.acting import acting, run

# Every SECURITY DEFINER function, and who may call it.
DEFINERS = {
    "app_projects_v1": {"passport_app", "passport_system"},
    "costs_are_of_their_line_v1": set(),
    "blocks_are_of_their_list_v1": set(),
    "project_holds_together_v1": set(),
    "app_registers_v1": {"passport_app", "passport_system"},
    "register_holds_together_v1": set(),
    "supply_is_of_its_owner_v1": set(),
    "allocations_fit_their_volume_v1": set(),
    "pieces_are_of_their_file_v1": set(),
    "tally_is_opened_v1": set(),
    "kilograms_are_tallied_v1": set(),
    "draws_are_the_input_v1": set(),
    "certified_batch_is_closed_v1": set(),
    "lot_holder_v1": set(),
    "lot_is_passed_on_in_order_v1": set(),
    "evidence_holds_a_test_that_stands_v1": set(),
    "certificates_v1": {"passport_app", "passport_system"},
    "app_holds_lot_v1": {"passport_app", "passport_system"},
    "rolled_up_v1": {"passport_app", "passport_system"},
    "own_document_v4": {"passport_app"},
    "handover_is_answered_once_v2": set(),
    "shipment_is_closed_v1": set(),
    "shipment_is_whole_v1": set(),
    "app_holds_all_v1": {"passport_app", "passport_system"},
    "app_administrator_v1": {"passport_app", "passport_system"},
    "apply_v1": {"passport_app"},
    "apply_v2": {"passport_app"},
    "links_of_a_closed_account_end_v1": set(),
    "links_of_a_member_end_v1": set(),
    "links_of_an_administrator_end_v1": set(),
    "application_seen_v1": {"passport_app"},
    "approve_application_v1": {"passport_app"},
    "refuse_application_v1": {"passport_app"},
    "ask_reset_v1": {"passport_app"},
    "ask_reset_v2": {"passport_app"},
    "change_password_v1": {"passport_app"},
    "end_administrator_v1": {"passport_app"},
    "end_membership_v1": {"passport_app"},
    "end_sitting_v1": {"passport_app"},
    "first_link_v1": {"passport_system"},
    "invite_v1": {"passport_app"},
    "order_applied_name_v1": {"passport_app"},
    "order_naming_v1": {"passport_app"},
    "issue_reset_v1": {"passport_app"},
    "join_by_link_v1": {"passport_app"},
    "keep_proof_v1": {"passport_system"},
    "link_seen_v1": {"passport_app"},
    "open_sitting_v1": {"passport_app"},
    "redeem_link_v1": {"passport_app"},
    "rescue_v1": {"passport_system"},
    "reset_password_v1": {"passport_app"},
    "revoke_link_v1": {"passport_app"},
    "set_account_v1": {"passport_app"},
    "sign_out_everywhere_v1": {"passport_app"},
    "app_holds_v1": {"passport_app", "passport_system"},
    "app_holds_whole_v1": {"passport_app", "passport_system"},
    "assembly_is_put_in_v2": set(),
    "assembly_is_taken_out_v1": set(),
    "built_together_v1": {"passport_app", "passport_system"},
    "genealogy_page_v1": {"passport_app", "passport_system"},
    "genealogy_seen_v1": {"passport_app", "passport_system"},
    "attestations_seen_v1": {"passport_app", "passport_system"},
    "attested_together_v1": {"passport_app", "passport_system"},
    "awaited_v1": {"passport_app", "passport_system"},
    "app_sees_v1": {"passport_app", "passport_system"},
    "app_recorded_about_v1": {"passport_app", "passport_system"},
    "correction_is_of_own_event_v1": set(),
    "declaration_says_of_what_v1": set(),
    "epcis_found_v1": {"passport_app", "passport_system"},
    "batch_leaf_hashes_v1": {"passport_app", "passport_system"},
    "batch_tiles_v1": {"passport_app", "passport_system"},
    "held_attestations_v1": {"passport_app", "passport_system"},
    "items_seen_v1": {"passport_app", "passport_system"},
    "own_document_v1": {"passport_app"},
    "own_document_v2": {"passport_app"},
    "own_attestation_in_log_v1": {"passport_app", "passport_system"},
    "keep_batch_tiles_v1": {"passport_app", "passport_system"},
    "proven_stems_v1": {"passport_app", "passport_system"},
    "lot_counted_v2": {"passport_app", "passport_system"},
    "lot_whereabouts_v2": {"passport_app", "passport_system"},
    "recall_counted_v2": {"passport_app", "passport_system"},
    "recall_is_of_what_was_made_v1": set(),
    "recall_names_what_was_made_v1": set(),
    "recall_names_own_v1": {"passport_app", "passport_system"},
    "recall_whereabouts_v2": {"passport_app", "passport_system"},
    "recalled_batteries_v2": {"passport_app", "passport_system"},
    "recalled_in_hand_v3": {"passport_app", "passport_system"},
    "recalled_units_v2": {"passport_app", "passport_system"},
    "recalls_of_v1": {"passport_app", "passport_system"},
    "public_erasures_v1": {"passport_app", "passport_system"},
    "public_attestations_v1": {"passport_app", "passport_system"},
    "public_attestations_v2": {"passport_app", "passport_system"},
    "registrations_seen_v1": {"passport_app", "passport_system"},
    "registrations_seen_v2": {"passport_app", "passport_system"},
    "app_records_all_v1": {"passport_app", "passport_system"},
    "app_sees_all_v1": {"passport_app", "passport_system"},
    "batteries_named_v2": {"passport_app", "passport_system"},
    "epcis_event_points_at_its_event_v1": set(),
    "own_document_v3": {"passport_app"},
    "public_models_v1": {"passport_app", "passport_system"},
    "subject_blocks_v1": {"passport_app", "passport_system"},
    "subject_roots_v1": {"passport_app", "passport_system"},
    "upstream_v1": {"passport_app", "passport_system"},
    "withdrawals_seen_v1": {"passport_app", "passport_system"},
    "withdrawn_entries_v1": {"passport_app", "passport_system"},
    "public_record_v1": {"passport_app", "passport_system"},
    "found_batteries_are_no_items_v1": set(),
    "found_batteries_have_no_origin_v1": set(),
    "public_legacy_v1": {"passport_app", "passport_system"},
    "identities_taken_v1": {"passport_app", "passport_system"},
    "partial_serials_v1": {"passport_app", "passport_system"},
    "fleet_now_v2": {"passport_app", "passport_system"},
    "public_alias_v1": {"passport_app", "passport_system"},
    "aliases_are_claimed_v1": set(),
    "clashing_owners_v1": {"passport_system"},
    "claim_identities_v3": {"passport_system"},
    "holder_changes_by_handover_v1": set(),
    "intake_goes_with_its_job_v1": set(),
    "holder_changes_by_handover_v2": set(),
    "battery_points_at_rows_v1": set(),
    "event_points_at_rows_v1": set(),
    "items_are_of_their_issuer_v2": set(),
    "programme_is_never_oversold_v1": set(),
    "passport_follows_no_circle_v1": set(),
    "public_passport_links_v1": {"passport_app", "passport_system"},
    "evidence_is_whole_v1": set(),
    "waste_needs_evidence_v1": set(),
    "waste_goes_on_as_no_passport_v1": set(),
    "programme_is_never_oversold_v2": set(),
    "programme_is_never_oversold_v3": set(),
    "programme_is_never_oversold_v4": set(),
    "offer_is_of_a_plan_that_binds_v1": set(),
    "offer_is_of_a_plan_that_binds_v2": set(),
}
PUBLIC_COLUMNS = {
    "battery_id", "identity", "level", "serial", "manufactured_on", "model_id", "maker_id",
    "facility_id", "recycled", "recycled_at", "components", "registered_at",
}  # fmt: skip


def test_every_function_that_runs_as_the_owner_is_known_and_called_by_few(enter):
    with enter("owner"):
        rows = run(
            "SELECT proname, ARRAY(SELECT r.rolname::text FROM pg_roles r"
            " WHERE r.rolname IN ('passport_app', 'passport_system')"
            " AND has_function_privilege(r.oid, p.oid, 'EXECUTE'))"
            " FROM pg_proc p WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        assert {name: set(callers) for name, callers in rows} == DEFINERS


# What the application may tell them: what it asks about, never who asks or what that one may read.
ASKED = {
    "wanted", "batteries", "tops", "batch", "witness", "levels", "places", "hashes", "digests",
    "subjects", "first", "last", "moment", "stems", "wished", "sought", "about",
    "wanted_scheme", "part", "after", "most", "few", "rounds", "one", "several",
    "today",
    # What somebody brings who comes in: a link, a password and its proof, words and papers.
    "token", "digest", "password", "proof", "old_proof", "mail", "mailed", "called", "sort",
    "names", "media", "contents", "short", "because", "opened",
    "verdict", "paper",
    # What a query asks, its order, and where its page begins.
    "asked", "by_record", "upwards", "past_at", "past_id", "again",
}  # fmt: skip


def test_nobody_tells_them_who_asks_or_what_that_one_may_read(enter):
    with enter("owner"):
        rows = run(
            "SELECT DISTINCT name FROM pg_proc p, LATERAL unnest("
            " (proargnames)[1:pronargs]) AS name WHERE prosecdef"
            " AND pronamespace = 'public'::regnamespace"
            " AND has_function_privilege('passport_app', p.oid, 'EXECUTE')"
        )
        assert {name for (name,) in rows} == ASKED


def test_every_one_of_them_names_its_search_path(enter):
    with enter("owner"):
        loose = run(
            "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND NOT coalesce(proconfig, '{}') && ARRAY['search_path=pg_catalog, public',"
            " 'search_path=pg_catalog, public, pg_temp']"
        )
        assert loose == []


def test_the_application_cannot_claim_an_identity(furniture, enter):
    call = "SELECT claim_identities_v3('{x}', %s, '{a}', ARRAY[gen_random_uuid()], now())"
    with enter("app"), pytest.raises(DatabaseError, match="permission denied"):
        run(call, furniture.cast["stranger"].pk)


def test_the_application_reads_no_claim_and_no_waiting_entry(furniture, enter):
    wanted = (
        "SELECT * FROM passport_identityclaim",
        "SELECT digest FROM passport_identityclaim",
        "SELECT digest FROM passport_outbox",
    )
    with enter("app"), acting(furniture.cast["maker"]):
        for statement in wanted:
            with pytest.raises(DatabaseError, match="permission denied"):
                run(statement)


def test_the_public_record_has_public_columns_alone(furniture, enter):
    with enter("app"):
        asked = "SELECT to_json(r)::text FROM public_record_v1(%s) r"
        ((text,),) = run(asked, furniture.pack.identity)
        found = json.loads(text)
        assert set(found) == PUBLIC_COLUMNS
        assert (found["components"], found["recycled"]) == (2, False)
        assert run(asked, "https://id.gs1.org/01/09521234000020/21/NOPE") == []


def test_public_attestations_show_no_body_and_only_public_ones(furniture, enter):
    with enter("app"):
        asked = "SELECT to_json(r)::text FROM public_attestations_v2(%s) r"
        found = [json.loads(row) for (row,) in run(asked, furniture.pack.pk)]
        assert [each["kind"] for each in found] == ["BatteryOriginAttestation"]
        assert set(found[0]) == {
            "kind", "issuer_id", "method", "sha256", "recorded_at", "of_origin", "withdrawn_at",
            "withdrawn_because",
        }  # fmt: skip
        assert len(run(asked, furniture.cell.pk)) == 1


def test_the_leaf_hashes_of_a_batch_are_all_that_a_stranger_gets(furniture, enter):
    with enter("app"):
        found = run("SELECT batch_leaf_hashes_v1(%s)", furniture.batch)
        assert [len(row) for (row,) in found] == [32, 32]


def test_who_holds_what_is_told_only_of_oneself(furniture, enter):
    with enter("app"):
        for name, holds in (("keeper", True), ("stranger", False), ("maker", False)):
            with acting(furniture.cast[name]):
                assert run("SELECT app_holds_v1(%s)", furniture.pack.pk) == [(holds,)]
