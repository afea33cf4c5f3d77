-- Queries that a party has named: its own alone, ended once, and otherwise as they were written.
CREATE FUNCTION epcis_query_ends_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
        OLD.ended_at := NEW.ended_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a named query ends once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER epcis_query_ends_once_v1 BEFORE UPDATE ON passport_epcisquery
    FOR EACH ROW EXECUTE FUNCTION epcis_query_ends_once_v1();
CREATE TRIGGER epcis_query_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_epcisquery FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
ALTER TABLE passport_epcisquery ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_epcisquery TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_epcisquery FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_names ON passport_epcisquery FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_ends ON passport_epcisquery FOR UPDATE TO passport_app
    USING (party_id = app_party()) WITH CHECK (party_id = app_party());
GRANT SELECT, INSERT ON passport_epcisquery TO passport_app, passport_system;
GRANT UPDATE (ended_at) ON passport_epcisquery TO passport_app;
