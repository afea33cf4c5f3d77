-- Lots of material, what builds upon what, the trees of batches, and attestations taken back.
CREATE TRIGGER lot_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_lot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER attestationupstream_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_attestationupstream FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER batchtile_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_batchtile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER withdrawal_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_lot ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_lot TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY issuer_sees ON passport_lot FOR SELECT TO passport_app USING (issuer_id = app_party());
CREATE POLICY issuer_registers ON passport_lot FOR INSERT TO passport_app
    WITH CHECK (issuer_id = app_party());

ALTER TABLE passport_attestationupstream ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_attestationupstream TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_attestation_sees ON passport_attestationupstream FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_attestation a WHERE a.id = attestation_id));
CREATE POLICY issuer_names ON passport_attestationupstream FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_attestation a
        WHERE a.id = attestation_id AND a.issuer_id = app_party()));

ALTER TABLE passport_batchtile ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_batchtile TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_attestation_sees ON passport_batchtile FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_attestation a WHERE a.id = attestation_id));
CREATE POLICY issuer_keeps ON passport_batchtile FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_attestation a
        WHERE a.id = attestation_id AND a.issuer_id = app_party()));

ALTER TABLE passport_withdrawal ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_withdrawal TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_attestation_sees ON passport_withdrawal FOR SELECT TO passport_app
    USING (issuer_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_attestation a WHERE a.id = attestation_id));
CREATE POLICY issuer_withdraws ON passport_withdrawal FOR INSERT TO passport_app
    WITH CHECK (issuer_id = app_party() AND EXISTS (SELECT 1 FROM passport_attestation a
        WHERE a.id = attestation_id AND a.issuer_id = app_party()));

GRANT SELECT, INSERT ON passport_lot, passport_attestationupstream, passport_batchtile,
    passport_withdrawal TO passport_app, passport_system;
