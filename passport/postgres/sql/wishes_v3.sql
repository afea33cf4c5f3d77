-- The same promise as wishes_v2, asked of one table a wish instead of four: the rows of each kind name
-- their party themselves, so row-level security under the question adds work and no safety.

-- Whether a document that the log is asked to take is of the acting party: its event, its attestation,
-- its withdrawal, or a key event in its own chain. Runs as the owner, and tells of own documents only.
CREATE FUNCTION own_document_v1(wished text, sought bytea, about bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    me uuid := public.app_party();
BEGIN
    CASE wished
    WHEN 'event' THEN
        RETURN EXISTS (SELECT 1 FROM public.passport_lifecycleevent e
                       WHERE e.body_sha256 = sought AND e.recorder_id = me);
    WHEN 'correction' THEN
        RETURN EXISTS (SELECT 1 FROM public.passport_withdrawal w
                       WHERE w.sha256 = sought AND w.issuer_id = me);
    WHEN 'key' THEN
        RETURN EXISTS (
            SELECT 1 FROM public.passport_signingkey k
            LEFT JOIN public.passport_keyrevocation r ON r.key_id = k.id AND r.sha256 = sought
            WHERE k.party_id = me AND (k.enrolment_sha256 = sought OR r.id IS NOT NULL)
            AND about = sha256(substring(sha256(
                convert_to(E'batterypassport/issuer/v1\n' || k.did, 'UTF8')) FROM 1 FOR 16)
                || convert_to(k.did, 'UTF8')));
    ELSE
        RETURN EXISTS (SELECT 1 FROM public.passport_attestation a
                       WHERE a.sha256 = sought AND a.issuer_id = me);
    END CASE;
END $$;
REVOKE ALL ON FUNCTION own_document_v1(text, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_document_v1(text, bytea, bytea) TO passport_app;

CREATE FUNCTION wishes_are_of_own_documents_v3() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'passport_app' THEN
        IF EXISTS (SELECT 1 FROM added o
                   WHERE NOT own_document_v1(o.kind, o.digest, o.subject)) THEN
            RAISE EXCEPTION 'the log takes documents of the acting party only'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER wishes_are_of_own_documents_v2 ON passport_outbox;
DROP FUNCTION wishes_are_of_own_documents_v2();
CREATE TRIGGER wishes_are_of_own_documents_v3 AFTER INSERT ON passport_outbox
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wishes_are_of_own_documents_v3();
