-- Serials that were issued: each is its maker's, and stays.
ALTER TABLE passport_serialissue ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_serialissue TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY maker_sees ON passport_serialissue FOR SELECT TO passport_app
    USING (maker_id = app_party());
CREATE POLICY maker_asks ON passport_serialissue FOR INSERT TO passport_app
    WITH CHECK (maker_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_batterymodel m WHERE m.id = model_id AND m.maker_id = app_party()));
ALTER TABLE passport_issuedserial ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_issuedserial TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY maker_sees ON passport_issuedserial FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_serialissue i WHERE i.id = issue_id));
CREATE POLICY maker_takes ON passport_issuedserial FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_serialissue i WHERE i.id = issue_id));
GRANT SELECT, INSERT ON passport_serialissue, passport_issuedserial TO passport_app, passport_system;
CREATE TRIGGER serialissue_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_serialissue FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER issuedserial_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_issuedserial FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
