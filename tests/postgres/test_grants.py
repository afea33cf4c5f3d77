"""What each role may do at all, table by table: a right that nobody needs is a right too many."""

from __future__ import annotations

import pytest

from tests.passport.acting import run

# What the application may do: r reads, a adds, w(…) changes these columns, d drops. No table is
# missing: what is not here, it cannot touch.
APP = """
passport_administrativeact r
passport_administrator r
passport_alarm r w(dismissed_at,dismissed_by,reason,state)
passport_apikey r a w(revoked_at,used_on)
passport_application r(contact_email,contact_name,country,decided_at,decided_by_id,did,domain,\
gs1_prefix,id,name,party_id,person_id,reason,received_at,roles,state)
passport_assembly r a w(until)
passport_attempt r a
passport_attestation r a
passport_attestationitem r a
passport_attestationupstream r a
passport_battery r w(holder_id,state,status)
passport_batteryalias r a
passport_batterymodel r
passport_bundleorder r a
passport_certificateend r a
passport_certificateline r a
passport_checkpoint r
passport_checkpointtimestamp r
passport_concern r a w(until)
passport_correction r a
passport_cosignature r
passport_custody r a w(until)
passport_diddocument r
passport_document r a
passport_epciscapture r a
passport_epciserror r
passport_epcisevent r a
passport_epcisquery r a w(ended_at)
passport_erasure r
passport_evidence r
passport_evidencefile r a
passport_evidencepiece r
passport_facility r a
passport_flagresolution r a
passport_handover r a w(answered_at,reason,state)
passport_healthreading r a
passport_hostedkey r a
passport_idempotencykey r a w(body,location,status)
passport_intake r a w(cancel_asked_at,finished_at,job_id,read_as,sha256,size_bytes,state)
passport_intakeblock r a
passport_intakeerror r
passport_issuedserial r a
passport_job r a w(attempts,last_error,lease_until,run_after,state)
passport_keychallenge r a w(used_at)
passport_keyrevocation r a
passport_labelprint r a
passport_legacybattery r a
passport_lifecycleevent r a
passport_linecost r a
passport_listmatch r a
passport_listsnapshot r a
passport_logdocument r
passport_logentry r
passport_logera r
passport_loghead r
passport_logsubject r
passport_lot r a
passport_matchdecision r a
passport_membership r
passport_namingdecision r
passport_namingorder r
passport_namingright r a
passport_news r a
passport_onetimelink r(attempts,by_mail,email,expires_at,id,issued_at,issued_by_id,kind,\
last_error,party_id,person_id,revoked_at,sent_at,used_at,used_by_id)
passport_outbox r(at,id) a
passport_party r
passport_passportlink r
passport_person r w(last_login)
passport_projectline r a
passport_projectshare r a w(until)
passport_projectterms r a
passport_recall r a w(closed_at,closed_because,closed_by_id,closing_body,closing_sha256)
passport_recallsubject r a
passport_scan a
passport_serialblock r a
passport_serialchange r a
passport_serialissue r a
passport_seriallist r a
passport_serialorigin r a
passport_shipment r a w(answered_at,reason,state)
passport_signingkey r a
passport_siting r a
passport_sourcingcontract r a
passport_sourcingentity r a
passport_sourcingfact r a
passport_sourcingflag r a
passport_sourcingproject r a
passport_sourcingreview r a
passport_standingfound r a
passport_standingseen r a
passport_suppliercertificate r a
passport_webhookattempt r
passport_webhookdelivery r a w(next_at,round_start,settled_at,state)
passport_webhookendpoint r a w(description,ended_at,failing_since,held_until,kinds,next_index,\
reason,state,url)
passport_webhooksecret r(created_at,endpoint_id,ends_at,id,party_id) a w(ends_at)
passport_withdrawal r a
passport_yardrecord r a w(settled_at)
recycling_counteroffer r a w(answered_at,taken)
recycling_evidencefile r a
recycling_fraction r a
recycling_gatecheck r a
recycling_lothandover r a w(answered_at,state)
recycling_masstally r
recycling_massuse r a
recycling_materialclaim r a
recycling_materiallot r a
recycling_offer r w(answered_at,firm_at,goes_by,hand_over_id,state)
recycling_partyprices r a
recycling_plan r
recycling_planline r
recycling_planpart r
recycling_planrun r
recycling_programme r a w(capacity_packs,closes_on)
recycling_quarantine r a
recycling_retirement r a w(state)
recycling_secondlife r a
recycling_testorder r a w(answers,booked_on,certificate,country,event_id,facility,items,\
reading_id,settled_at,state,verdict)
recycling_treatment r a
recycling_treatmentbatch r a
recycling_treatmentpaper r a
passport_agreedvolume r a
passport_frameworkagreement r a w(ended_at)
passport_plannedproject r a w(ended_at)
passport_sourcingscenario r a
passport_supplyallocation r a w(released_at)
passport_supplyoffer r a w(ended_at)
"""
# What the system's role may change or drop; it reads and adds everywhere.
SYSTEM = """
passport_alarm w(count,details,last_seen_at)
passport_apikey w
passport_assembly w
passport_attestation w(body)
passport_attestationitem w(body)
passport_battery w
passport_bundleorder w(content,expires_at,issuers,made_at,sha256,size_bytes,tree_size)
passport_concern w
passport_custody w
passport_document w(content)
passport_epciscapture w(accepted,body,duplicates,events,finished_at,rejected,state)
passport_epcisevent d
passport_epcismark w(next_index)
passport_evidencefile w(checksums,filed_at,log_index,manifest,manifest_sha256,number,\
rule_set,sealed_at,sha256,size_bytes,subject_salt,supported,tree_size,verdict)
passport_handover w
passport_healthreading d
passport_hostedkey w(kek_id,wrapped_key)
passport_idempotencykey w d
passport_intake w
passport_intakeblock d
passport_intakeprogress w
passport_intakewaiting d
passport_job w
passport_keychallenge w
passport_legacybattery w(assumed,battery_id,claim_digest,claimant_id,merged_at,merged_into_id,\
refusal,settled_at,state)
passport_lifecycleevent w(body)
passport_loghead w
passport_logsubject w
passport_namingorder w(done_at,trouble)
passport_namingright w(asked_at,decided_at,state,trouble)
passport_onetimelink w(attempts,last_error,sent_at,token_sha256)
passport_outbox d
passport_person w
passport_recall w(closed_at,closed_because,closed_by_id,closing_body,closing_sha256)
passport_scan d
passport_scanmark w
passport_webhookattempt d
passport_webhookdelivery w(attempts,last_error,last_status,lease_until,next_at,round_start,\
settled_at,state) d
passport_webhookendpoint w(failing_since,held_until,next_index,reason,state)
passport_webhooksecret w(kek_id,wrapped_key)
passport_shipment w(answered_at,reason,state)
passport_withdrawal w(body,reason)
recycling_counteroffer w(answered_at,taken)
recycling_keptoutlook w(kept_at,knee,looked_until,readings,years_low)
recycling_lothandover w(answered_at,state)
recycling_offer w(answered_at,hand_over_id,state)
recycling_planpart w(best_edge_first_cents,bound_cents,cut_off,method,objective_cents,result,\
seconds,solved_at,solver)
recycling_planrun w(ended_at,state)
recycling_retirement w(state)
recycling_secondlife w(made,refusal,settled_at,state)
recycling_testorder w(answers,booked_on,certificate,country,event_id,facility,items,\
reading_id,settled_at,state,verdict)
"""
RIGHTS = """
SELECT c.relname,
       has_table_privilege(%s, c.oid, right_), string_agg(a.attname, ',' ORDER BY a.attname)
           FILTER (WHERE right_ <> 'DELETE' AND has_column_privilege(%s, c.oid, a.attnum,
               CASE right_ WHEN 'DELETE' THEN 'SELECT' ELSE right_ END))
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN (SELECT %s::text AS right_) wanted
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname ~ '^(passport|recycling)_'
GROUP BY c.relname, c.oid, right_
"""


def _may(role: str, letters: dict[str, str]) -> dict[str, str]:
    """By table, what a role may do, spelt as above."""
    found: dict[str, list[str]] = {}
    for letter, right in letters.items():
        for table, whole, columns in run(RIGHTS, role, role, right):
            if whole or columns:
                found.setdefault(table, []).append(letter if whole else f"{letter}({columns})")
    return {table: " ".join(words) for table, words in found.items()}


def _told(table: str) -> dict[str, str]:
    lines = (line.partition(" ") for line in table.strip().splitlines())
    return {name: words for name, _, words in lines}


def test_the_application_may_do_what_its_actions_do_and_no_more(enter):
    with enter("owner"):
        letters = {"r": "SELECT", "a": "INSERT", "w": "UPDATE"}
        assert _may("passport_app", letters) == _told(APP)


@pytest.mark.parametrize("right", ["DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"])
def test_the_application_holds_no_right_that_ends_or_bends_a_table(enter, right):
    asked = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND relname <> 'django_session'"
        " AND has_table_privilege('passport_app', oid, %s)"
    )
    with enter("owner"):
        assert run(asked, right) == []


def test_the_system_changes_and_drops_where_its_work_does_and_nowhere_else(enter):
    with enter("owner"):
        assert _may("passport_system", {"w": "UPDATE", "d": "DELETE"}) == _told(SYSTEM)
