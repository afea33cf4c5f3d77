-- Erasure on lawful demand: the fact is a row of its own, and stays.
CREATE TRIGGER erasure_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_erasure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
ALTER TABLE passport_erasure ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_erasure TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_erasure FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
GRANT SELECT ON passport_erasure TO passport_app;
GRANT SELECT, INSERT ON passport_erasure TO passport_system;
