-- Erasure on lawful demand: the content goes, with the salt inside it; the row, its digest and the
-- fact that it was erased stay. Only the transaction that records the fact may blank the content.

-- The fact is the system's to state, over its own bytes; the database notes in which transaction.
CREATE FUNCTION erasure_is_the_systems_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'passport_system' OR NEW.sha256 IS DISTINCT FROM sha256(NEW.body) THEN
        RAISE EXCEPTION 'an erasure is recorded by the system, over its own bytes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.written_in := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER erasure_is_the_systems_v1 BEFORE INSERT
    ON passport_erasure FOR EACH ROW EXECUTE FUNCTION erasure_is_the_systems_v1();
CREATE TRIGGER erasure_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_erasure FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- No erasure in silence: when its transaction ends, the log has it or will.
CREATE FUNCTION erasure_is_logged_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM passport_outbox o
                   WHERE o.kind = 'erasure' AND o.digest = NEW.sha256)
       AND NOT EXISTS (SELECT 1 FROM passport_logentry l
                       WHERE l.kind = 'erasure' AND l.digest = NEW.sha256) THEN
        RAISE EXCEPTION 'an erasure is an entry of the log'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'erasure_is_logged';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER erasure_is_logged_v1 AFTER INSERT ON passport_erasure
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION erasure_is_logged_v1();

CREATE FUNCTION erased_now_v1(wanted bytea) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT EXISTS (SELECT 1 FROM passport_erasure e WHERE e.digest = wanted
                     AND e.written_in = pg_current_xact_id_if_assigned()::text::bigint) $$;

-- A row of these tables keeps everything; an erasure empties the columns named after its digest.
-- Items of a batch go with the batch, or one by one, each by the hash that its batch signs.
CREATE FUNCTION only_erasure_blanks_v1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    named bytea := decode(substr(before ->> TG_ARGV[0], 3), 'hex');
    whole bytea;
BEGIN
    IF TG_TABLE_NAME = 'passport_attestationitem' THEN
        SELECT a.sha256 INTO whole FROM passport_attestation a
        WHERE a.id = (before ->> 'attestation_id')::uuid;
    END IF;
    FOR n IN 1 .. TG_NARGS - 1 LOOP
        IF after ->> TG_ARGV[n] IN ('', '\x') THEN
            before := before - TG_ARGV[n];
            after := after - TG_ARGV[n];
        END IF;
    END LOOP;
    IF before = after AND (erased_now_v1(named) OR erased_now_v1(whole)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only: UPDATE refused', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a correction as a new row; content goes by manage.py erase alone.';
END $$;

DROP TRIGGER lifecycleevent_is_append_only_v1 ON passport_lifecycleevent;
CREATE TRIGGER lifecycleevent_is_append_only_v2 BEFORE DELETE OR TRUNCATE
    ON passport_lifecycleevent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER lifecycleevent_only_erasure_blanks_v1 BEFORE UPDATE ON passport_lifecycleevent
    FOR EACH ROW EXECUTE FUNCTION only_erasure_blanks_v1('body_sha256', 'body');

DROP TRIGGER attestation_is_append_only_v1 ON passport_attestation;
CREATE TRIGGER attestation_is_append_only_v2 BEFORE DELETE OR TRUNCATE
    ON passport_attestation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER attestation_only_erasure_blanks_v1 BEFORE UPDATE ON passport_attestation
    FOR EACH ROW EXECUTE FUNCTION only_erasure_blanks_v1('sha256', 'body');

DROP TRIGGER attestationitem_is_append_only_v1 ON passport_attestationitem;
CREATE TRIGGER attestationitem_is_append_only_v2 BEFORE DELETE OR TRUNCATE
    ON passport_attestationitem FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER attestationitem_only_erasure_blanks_v1 BEFORE UPDATE ON passport_attestationitem
    FOR EACH ROW EXECUTE FUNCTION only_erasure_blanks_v1('leaf_hash', 'body');

DROP TRIGGER withdrawal_is_append_only_v1 ON passport_withdrawal;
CREATE TRIGGER withdrawal_is_append_only_v2 BEFORE DELETE OR TRUNCATE
    ON passport_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER withdrawal_only_erasure_blanks_v1 BEFORE UPDATE ON passport_withdrawal
    FOR EACH ROW EXECUTE FUNCTION only_erasure_blanks_v1('sha256', 'body', 'reason');

CREATE TRIGGER document_is_append_only_v1 BEFORE DELETE OR TRUNCATE
    ON passport_document FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER document_only_erasure_blanks_v1 BEFORE UPDATE ON passport_document
    FOR EACH ROW EXECUTE FUNCTION only_erasure_blanks_v1('sha256', 'content');

-- A reading says again, in columns, what its event says: it goes with the event's content.
CREATE FUNCTION reading_goes_with_its_event_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF erased_now_v1((SELECT e.body_sha256 FROM passport_lifecycleevent e
                      WHERE e.id = OLD.event_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: DELETE refused', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'A reading goes by the erasure of its event alone.';
END $$;
DROP TRIGGER healthreading_is_append_only_v1 ON passport_healthreading;
CREATE TRIGGER healthreading_is_append_only_v2 BEFORE UPDATE OR TRUNCATE
    ON passport_healthreading FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER healthreading_goes_with_its_event_v1 BEFORE DELETE
    ON passport_healthreading FOR EACH ROW EXECUTE FUNCTION reading_goes_with_its_event_v1();

-- Who sees the battery or what was erased sees that it was, and why.
ALTER TABLE passport_erasure ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_erasure TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_saw_the_content_sees ON passport_erasure FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id)
        OR EXISTS (SELECT 1 FROM passport_lifecycleevent e WHERE e.body_sha256 = digest)
        OR EXISTS (SELECT 1 FROM passport_attestation a WHERE a.sha256 = digest)
        OR EXISTS (SELECT 1 FROM passport_withdrawal w WHERE w.sha256 = digest)
        OR EXISTS (SELECT 1 FROM passport_document d WHERE d.sha256 = digest));

-- Which public attestations of a battery were erased. Runs as the owner: the reader has no party.
CREATE FUNCTION public_erasures_v1(wanted uuid)
RETURNS TABLE (digest bytea, erased_at timestamptz, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT e.digest, e.erased_at, e.reason FROM public.passport_erasure e
    JOIN public.public_attestations_v1(wanted) a ON a.sha256 = e.digest $$;
REVOKE ALL ON FUNCTION public_erasures_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_erasures_v1(uuid) TO passport_app, passport_system;

GRANT SELECT ON passport_erasure TO passport_app;
GRANT SELECT, INSERT ON passport_erasure TO passport_system;
GRANT UPDATE (body) ON passport_lifecycleevent, passport_attestation, passport_attestationitem
    TO passport_system;
GRANT UPDATE (body, reason) ON passport_withdrawal TO passport_system;
GRANT UPDATE (content) ON passport_document TO passport_system;
GRANT DELETE ON passport_healthreading, passport_idempotencykey TO passport_system;
