-- What row-level security cannot say, or not at the speed of COPY: looked at once a statement.

-- A batch is its issuer's: all items are batteries that the issuer made, at places that it signed.
-- Otherwise anybody could hang a battery of his into a foreign batch, and so see that batch. Runs as
-- the owner, since the rows of others are hidden from whom this is meant to stop.
CREATE FUNCTION items_are_of_their_issuer_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added i
               JOIN public.passport_attestation a ON a.id = i.attestation_id
               JOIN public.passport_battery b ON b.id = i.battery_id
               WHERE a.issuer_id <> b.maker_id OR a.batch_size IS NULL
                  OR i.index < 0 OR i.index >= a.batch_size) THEN
        RAISE EXCEPTION 'the item belongs to the batch of another party, or lies outside it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'items_are_of_their_issuer';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION items_are_of_their_issuer_v1() FROM PUBLIC;
CREATE TRIGGER items_are_of_their_issuer_v1 AFTER INSERT ON passport_attestationitem
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION items_are_of_their_issuer_v1();

-- Lines come by COPY, which takes no policies. Runs as whoever inserts: an intake that the policies
-- hide from him is not his.
CREATE FUNCTION lines_are_of_own_intakes_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT intake_id FROM added) AS named
               WHERE NOT EXISTS (SELECT 1 FROM passport_intake i WHERE i.id = named.intake_id)) THEN
        RAISE EXCEPTION 'the intake belongs to another party'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_are_of_own_intakes_v1 AFTER INSERT ON passport_intakeline
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION lines_are_of_own_intakes_v1();

-- What the application asks the log to take is a document of the acting party: its event, its
-- attestation, or its key in its own chain. The system's role asks for whom it works.
CREATE FUNCTION wishes_are_of_own_documents_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'passport_app' AND EXISTS (SELECT 1 FROM added o WHERE NOT CASE o.kind
        WHEN 'event' THEN EXISTS (SELECT 1 FROM passport_lifecycleevent e
            WHERE e.body_sha256 = o.digest AND e.recorder_id = app_party())
        WHEN 'key' THEN EXISTS (SELECT 1 FROM passport_signingkey k
            WHERE k.enrolment_sha256 = o.digest AND k.party_id = app_party()
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
CREATE TRIGGER wishes_are_of_own_documents_v1 AFTER INSERT ON passport_outbox
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wishes_are_of_own_documents_v1();
