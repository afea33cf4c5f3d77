-- What the application asks the log to take is a document of the acting party: its event, its
-- attestation, its withdrawal, or a key event in its own chain. The system's role asks for whom it
-- works.
CREATE FUNCTION wishes_are_of_own_documents_v2() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'passport_app' AND EXISTS (SELECT 1 FROM added o WHERE NOT CASE o.kind
        WHEN 'event' THEN EXISTS (SELECT 1 FROM passport_lifecycleevent e
            WHERE e.body_sha256 = o.digest AND e.recorder_id = app_party())
        WHEN 'correction' THEN EXISTS (SELECT 1 FROM passport_withdrawal w
            WHERE w.sha256 = o.digest AND w.issuer_id = app_party())
        WHEN 'key' THEN EXISTS (
            SELECT 1 FROM passport_signingkey k
            LEFT JOIN passport_keyrevocation r ON r.key_id = k.id AND r.sha256 = o.digest
            WHERE k.party_id = app_party() AND (k.enrolment_sha256 = o.digest OR r.id IS NOT NULL)
            AND o.subject = sha256(substring(sha256(
                convert_to(E'batterypassport/issuer/v1\n' || k.did, 'UTF8')) FROM 1 FOR 16)
                || convert_to(k.did, 'UTF8')))
        ELSE EXISTS (SELECT 1 FROM passport_attestation a
            WHERE a.sha256 = o.digest AND a.issuer_id = app_party()) END) THEN
        RAISE EXCEPTION 'the log takes documents of the acting party only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER wishes_are_of_own_documents_v1 ON passport_outbox;
DROP FUNCTION wishes_are_of_own_documents_v1();
CREATE TRIGGER wishes_are_of_own_documents_v2 AFTER INSERT ON passport_outbox
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wishes_are_of_own_documents_v2();
