-- Keys are revoked and rotated by new rows; a hosted key changes its wrapping and nothing else.
CREATE TRIGGER keyrevocation_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_keyrevocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER diddocument_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_diddocument FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER hostedkey_is_kept_v1 BEFORE DELETE OR TRUNCATE
    ON passport_hostedkey FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE FUNCTION only_the_wrapping_changes_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.kek_id := NEW.kek_id;
    OLD.wrapped_key := NEW.wrapped_key;
    IF OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'of a hosted key only the wrapping changes'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER hostedkey_only_rewraps_v1 BEFORE UPDATE
    ON passport_hostedkey FOR EACH ROW EXECUTE FUNCTION only_the_wrapping_changes_v1();

ALTER TABLE passport_keyrevocation ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_keyrevocation TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_keyrevocation FOR SELECT TO passport_app USING (true);
CREATE POLICY party_revokes_its_own ON passport_keyrevocation FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_signingkey k WHERE k.id = key_id AND k.party_id = app_party()));

ALTER TABLE passport_hostedkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_hostedkey TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_hostedkey FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_adds ON passport_hostedkey FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());

ALTER TABLE passport_diddocument ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_diddocument TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_diddocument FOR SELECT TO passport_app USING (true);

GRANT SELECT ON passport_keyrevocation, passport_hostedkey, passport_diddocument
    TO passport_app, passport_system;
GRANT INSERT ON passport_keyrevocation, passport_hostedkey TO passport_app;
GRANT INSERT ON passport_keyrevocation, passport_hostedkey, passport_diddocument TO passport_system;
GRANT UPDATE (kek_id, wrapped_key) ON passport_hostedkey TO passport_system;
