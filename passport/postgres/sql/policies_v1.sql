-- Second wall: what the application's role may see and write, whatever its own checks let through.
-- passport_system (worker, sequencer) acts for all parties; it still owns nothing and lifts no trigger.

ALTER TABLE passport_battery ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_battery TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_battery FOR SELECT TO passport_app
    USING (maker_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_concern c WHERE c.battery_id = unit_id
                   AND c.party_id = app_party() AND c.until IS NULL)
        OR (SELECT app_acts_as('AUTHORITY')));
CREATE POLICY holder_changes ON passport_battery FOR UPDATE TO passport_app
    USING (holder_id = app_party() OR EXISTS (
        SELECT 1 FROM passport_concern c WHERE c.battery_id = unit_id
        AND c.party_id = app_party() AND c.until IS NULL))
    WITH CHECK (holder_id = app_party() OR (unit_id <> id AND app_holds_v1(unit_id))
        OR (app_acts_as('WORKSHOP') AND EXISTS (
            SELECT 1 FROM passport_concern c WHERE c.battery_id = unit_id
            AND c.party_id = app_party() AND c.reason = 'GRANT' AND c.until IS NULL)));

ALTER TABLE passport_concern ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_concern TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_or_holder_sees ON passport_concern FOR SELECT TO passport_app
    USING (party_id = app_party() OR app_holds_v1(battery_id));
CREATE POLICY holder_opens ON passport_concern FOR INSERT TO passport_app
    WITH CHECK (app_holds_v1(battery_id));
CREATE POLICY concerned_party_or_holder_closes ON passport_concern FOR UPDATE TO passport_app
    USING (party_id = app_party() OR app_holds_v1(battery_id))
    WITH CHECK (party_id = app_party() OR app_holds_v1(battery_id));

ALTER TABLE passport_assembly ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_assembly TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_assembly FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = parent_id)
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = child_id));

ALTER TABLE passport_lifecycleevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_lifecycleevent TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY recorder_or_concerned_party_sees ON passport_lifecycleevent FOR SELECT TO passport_app
    USING (recorder_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_or_invited_party_records ON passport_lifecycleevent FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_battery b WHERE b.id = battery_id AND (
            app_holds_v1(b.unit_id) OR EXISTS (
                SELECT 1 FROM passport_concern c WHERE c.battery_id = b.unit_id
                AND c.party_id = app_party() AND c.until IS NULL
                AND (c.reason = 'OFFER' OR (c.reason = 'GRANT' AND app_acts_as('WORKSHOP')))))));

ALTER TABLE passport_healthreading ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_healthreading TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_healthreading FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY concerned_party_records ON passport_healthreading FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));

ALTER TABLE passport_custody ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_custody TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_custody FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_opens ON passport_custody FOR INSERT TO passport_app
    WITH CHECK (holder_id = app_party() AND app_holds_v1(battery_id));
CREATE POLICY holder_or_receiver_closes ON passport_custody FOR UPDATE TO passport_app
    USING (holder_id = app_party() OR EXISTS (
        SELECT 1 FROM passport_concern c WHERE c.battery_id = passport_custody.battery_id
        AND c.party_id = app_party() AND c.reason = 'OFFER' AND c.until IS NULL))
    WITH CHECK (EXISTS (
        SELECT 1 FROM passport_handover h WHERE h.battery_id = passport_custody.battery_id
        AND h.from_party_id = passport_custody.holder_id AND h.to_party_id = app_party()
        AND h.state = 'ACCEPTED'));

ALTER TABLE passport_handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_handover TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY either_side_sees ON passport_handover FOR SELECT TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party());
CREATE POLICY giver_offers ON passport_handover FOR INSERT TO passport_app
    WITH CHECK (from_party_id = app_party() AND state = 'OFFERED' AND app_holds_v1(battery_id));
CREATE POLICY each_side_gives_its_own_answer ON passport_handover FOR UPDATE TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party())
    WITH CHECK ((from_party_id = app_party() AND state = 'WITHDRAWN')
        OR (to_party_id = app_party() AND state IN ('ACCEPTED', 'REFUSED')));

ALTER TABLE passport_attestation ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_attestation TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY issuer_or_concerned_party_sees ON passport_attestation FOR SELECT TO passport_app
    USING (issuer_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id)
        OR EXISTS (SELECT 1 FROM passport_attestationitem i WHERE i.attestation_id = passport_attestation.id));
CREATE POLICY issuer_records ON passport_attestation FOR INSERT TO passport_app
    WITH CHECK (issuer_id = app_party() AND (battery_id IS NULL OR EXISTS (
        SELECT 1 FROM passport_battery b WHERE b.id = battery_id
        AND (kind <> 'BatteryOriginAttestation' OR b.maker_id = app_party()))));

ALTER TABLE passport_attestationitem ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_attestationitem TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_attestationitem FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY concerned_party_records ON passport_attestationitem FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));

ALTER TABLE passport_signingkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_signingkey TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_signingkey FOR SELECT TO passport_app
    USING (true);
CREATE POLICY party_enrols_under_its_own_did ON passport_signingkey FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND starts_with(method, did || '#')
        AND did = (SELECT p.did FROM passport_party p WHERE p.id = app_party()));

ALTER TABLE passport_keychallenge ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_keychallenge TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_keychallenge FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_writes ON passport_keychallenge FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_changes ON passport_keychallenge FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_idempotencykey ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_idempotencykey TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_idempotencykey FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_writes ON passport_idempotencykey FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_changes ON passport_idempotencykey FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_job ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_job TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_job FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_asks ON passport_job FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_retries ON passport_job FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_intake ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_intake TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_intake FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_sends ON passport_intake FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_changes ON passport_intake FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_intakeerror ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_intakeerror TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_intakeerror FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_intake i WHERE i.id = intake_id));

ALTER TABLE passport_document ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_document TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_document FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_stores ON passport_document FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_apikey ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_apikey TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_or_presented_key_sees ON passport_apikey FOR SELECT TO passport_app
    USING (party_id = app_party() OR key_id = app_key());
CREATE POLICY party_issues ON passport_apikey FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_revokes ON passport_apikey FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_membership TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY member_sees ON passport_membership FOR SELECT TO passport_app
    USING (person_id = app_person() OR party_id = app_party());

ALTER TABLE passport_facility ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_facility TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_facility FOR SELECT TO passport_app
    USING (true);
CREATE POLICY party_adds ON passport_facility FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_changes ON passport_facility FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());
