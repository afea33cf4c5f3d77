-- Labels that were printed: a party says so of its own files, once and for all.
CREATE TRIGGER labelprint_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_labelprint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
ALTER TABLE passport_labelprint ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_labelprint TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_labelprint FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_says_of_its_own_files ON passport_labelprint FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party()
        AND EXISTS (SELECT 1 FROM passport_intake i WHERE i.id = intake_id AND i.party_id = app_party())
        AND (person_id IS NULL OR EXISTS (SELECT 1 FROM passport_membership m
            WHERE m.person_id = passport_labelprint.person_id AND m.party_id = app_party())));
GRANT SELECT, INSERT ON passport_labelprint TO passport_app, passport_system;
