-- As in v3; and what opens or closes a recall is a document of whoever did so.
CREATE FUNCTION own_document_v2(wished text, sought bytea, about bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN public.own_document_v1(wished, sought, about) OR (wished = 'event' AND EXISTS (
        SELECT 1 FROM public.passport_recall r
        WHERE (r.sha256 = sought AND r.opened_by_id = public.app_party())
           OR (r.closing_sha256 = sought AND r.closed_by_id = public.app_party())));
END $$;
REVOKE ALL ON FUNCTION own_document_v2(text, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_document_v2(text, bytea, bytea) TO passport_app;

CREATE FUNCTION wishes_are_of_own_documents_v4() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'passport_app' THEN
        IF EXISTS (SELECT 1 FROM added o
                   WHERE NOT own_document_v2(o.kind, o.digest, o.subject)) THEN
            RAISE EXCEPTION 'the log takes documents of the acting party only'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER wishes_are_of_own_documents_v3 ON passport_outbox;
DROP FUNCTION wishes_are_of_own_documents_v3();
CREATE TRIGGER wishes_are_of_own_documents_v4 AFTER INSERT ON passport_outbox
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wishes_are_of_own_documents_v4();
