-- Lots of material, what builds upon what, the trees of batches, and attestations taken back.
CREATE TRIGGER lot_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER attestationupstream_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_attestationupstream FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER batchtile_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_batchtile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER withdrawal_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Who names a lot first owns it; downstream it is shown by upstream_v1 alone.
ALTER TABLE passport_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_lot TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY issuer_sees ON passport_lot FOR SELECT TO passport_app USING (issuer_id = app_party());
CREATE POLICY issuer_registers ON passport_lot FOR INSERT TO passport_app
    WITH CHECK (issuer_id = app_party() AND (app_acts_as('MAKER') OR app_acts_as('RECYCLER')));

-- Origin is the maker's word, a lot its owner's; who works on a battery says so only in that role.
DROP POLICY issuer_records ON passport_attestation;
CREATE POLICY issuer_records_what_is_its_to_say ON passport_attestation FOR INSERT TO passport_app
    WITH CHECK (issuer_id = app_party()
        AND (battery_id IS NULL OR EXISTS (
            SELECT 1 FROM passport_battery b WHERE b.id = battery_id
            AND (kind <> 'BatteryOriginAttestation' OR b.maker_id = app_party())))
        AND (lot_id IS NULL OR EXISTS (
            SELECT 1 FROM passport_lot l WHERE l.id = lot_id AND l.issuer_id = app_party()))
        AND (kind <> 'RepurposingAttestation' OR app_acts_as('WORKSHOP'))
        AND (kind <> 'RecyclingAttestation' OR app_acts_as('RECYCLER')));

-- Whether the acting party reads an attestation: the policy of that table decides. Asked behind a
-- function its plan is kept; written out in the policies below it took ten times as long to plan
-- such a statement as to run it.
CREATE FUNCTION app_reads_attestation_v1(wanted uuid) RETURNS boolean LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public
AS $$ BEGIN
    RETURN EXISTS (SELECT 1 FROM public.passport_attestation a WHERE a.id = wanted);
END $$;

ALTER TABLE passport_attestationupstream ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_attestationupstream TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_attestation_sees ON passport_attestationupstream FOR SELECT TO passport_app
    USING (app_reads_attestation_v1(attestation_id));
CREATE POLICY issuer_names ON passport_attestationupstream FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_attestation a
        WHERE a.id = attestation_id AND a.issuer_id = app_party()));

ALTER TABLE passport_withdrawal ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_withdrawal TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_attestation_sees ON passport_withdrawal FOR SELECT TO passport_app
    USING (issuer_id = app_party() OR app_reads_attestation_v1(attestation_id));
CREATE POLICY issuer_withdraws ON passport_withdrawal FOR INSERT TO passport_app
    WITH CHECK (issuer_id = app_party() AND EXISTS (SELECT 1 FROM passport_attestation a
        WHERE a.id = attestation_id AND a.issuer_id = app_party()));

GRANT SELECT, INSERT ON passport_lot, passport_attestationupstream, passport_withdrawal
    TO passport_app, passport_system;

-- The application writes and reads the trees of batches by two functions of chains_v1 alone: a path
-- among a million items would cost a policy a row.
ALTER TABLE passport_batchtile ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_batchtile TO passport_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON passport_batchtile TO passport_system;
