-- What parties are told that has no entry in the log. Whoever does something says so under its own name;
-- news is read by whom it is for, and is never changed.
CREATE TRIGGER news_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_news FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_news ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_news TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_news FOR SELECT TO passport_app USING (party_id = app_party());
CREATE POLICY party_says ON passport_news FOR INSERT TO passport_app WITH CHECK (by_id = app_party());

GRANT SELECT, INSERT ON passport_news TO passport_app, passport_system;
