-- What a party tried to record of a battery that it does not hold. It sees it, and so does the holder.
CREATE TRIGGER attempt_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_attempt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_attempt TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_tried_or_holds_sees ON passport_attempt FOR SELECT TO passport_app
    USING (party_id = app_party() OR app_holds_whole_v1(battery_id));
CREATE POLICY who_tried_leaves_it ON passport_attempt FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND NOT app_holds_whole_v1(battery_id)
        AND digest = sha256(body));
GRANT SELECT, INSERT ON passport_attempt TO passport_app, passport_system;

-- As in wishes_v4; and an attempt is a document of whoever tried.
CREATE FUNCTION own_document_v3(wished text, sought bytea, about bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN public.own_document_v2(wished, sought, about) OR (wished = 'event' AND EXISTS (
        SELECT 1 FROM public.passport_attempt a
        WHERE a.digest = sought AND a.party_id = public.app_party()));
END $$;
REVOKE ALL ON FUNCTION own_document_v3(text, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_document_v3(text, bytea, bytea) TO passport_app;

CREATE FUNCTION wishes_are_of_own_documents_v5() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'passport_app' THEN
        IF EXISTS (SELECT 1 FROM added o
                   WHERE NOT own_document_v3(o.kind, o.digest, o.subject)) THEN
            RAISE EXCEPTION 'the log takes documents of the acting party only'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER wishes_are_of_own_documents_v4 ON passport_outbox;
DROP FUNCTION wishes_are_of_own_documents_v4();
CREATE TRIGGER wishes_are_of_own_documents_v5 AFTER INSERT ON passport_outbox
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wishes_are_of_own_documents_v5();
