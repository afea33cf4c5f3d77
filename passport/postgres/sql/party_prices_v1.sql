-- A party's own figures are its own, and a version says the same for ever.
CREATE TRIGGER partyprices_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_partyprices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE recycling_partyprices ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_partyprices TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON recycling_partyprices FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_publishes ON recycling_partyprices FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
GRANT SELECT, INSERT ON recycling_partyprices TO passport_app, passport_system;
