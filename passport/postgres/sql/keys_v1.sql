-- Keys are revoked and rotated by new rows; a hosted key changes its wrapping and nothing else.
CREATE TRIGGER keyrevocation_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_keyrevocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER diddocument_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_diddocument FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER hostedkey_is_kept_v1 BEFORE DELETE OR TRUNCATE
    ON passport_hostedkey FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE FUNCTION only_the_wrapping_changes_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.kek_id := NEW.kek_id;
    OLD.wrapped_key := NEW.wrapped_key;
    IF OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'of a hosted key only the wrapping changes'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER hostedkey_only_rewraps_v1 BEFORE UPDATE
    ON passport_hostedkey FOR EACH ROW EXECUTE FUNCTION only_the_wrapping_changes_v1();

-- Key events of an issuer come one by one, and no signature slips past one: whoever writes an event
-- holds the issuer's lock alone (5470 is ISSUER in postgres/locks.py), whoever signs shares it.
CREATE FUNCTION key_has_ended_v1(wanted uuid, besides uuid DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM passport_keyrevocation r
                   WHERE r.key_id = wanted AND r.id IS DISTINCT FROM besides)
        OR EXISTS (SELECT 1 FROM passport_signingkey k WHERE k.replaces_id = wanted)
$$;

CREATE FUNCTION keys_come_in_order_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(5470, hashtext(NEW.did));
    IF NEW.enrolment_sha256 <> sha256(NEW.enrolment) THEN
        RAISE EXCEPTION 'the key event has another digest' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM passport_signingkey k WHERE k.id = NEW.replaces_id AND k.id <> NEW.id
        AND k.did = NEW.did AND k.party_id = NEW.party_id
        AND NOT EXISTS (SELECT 1 FROM passport_keyrevocation r WHERE r.key_id = k.id)) THEN
        RAISE EXCEPTION 'only a key of the same issuer that is in force is replaced'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_come_in_order_v1 AFTER INSERT ON passport_signingkey
    FOR EACH ROW EXECUTE FUNCTION keys_come_in_order_v1();

-- A key goes by a key in force, itself or a sister; what comes later only widens the suspicion.
CREATE FUNCTION keys_go_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone passport_signingkey;
    narrowest bigint;
BEGIN
    SELECT * INTO gone FROM passport_signingkey WHERE id = NEW.key_id;
    PERFORM pg_advisory_xact_lock(5470, hashtext(gone.did));
    IF NEW.sha256 <> sha256(NEW.body) THEN
        RAISE EXCEPTION 'the key event has another digest' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM passport_signingkey k WHERE k.method = NEW.signed_by
                   AND k.did = gone.did AND k.party_id = NEW.party_id
                   AND NOT key_has_ended_v1(k.id, NEW.id)) THEN
        RAISE EXCEPTION 'a key is revoked by a key of its issuer that is in force'
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT min(suspect_from) INTO narrowest FROM passport_keyrevocation
        WHERE key_id = gone.id AND id <> NEW.id;
    IF key_has_ended_v1(gone.id, NEW.id)
            AND (NEW.suspect_from IS NULL OR NEW.suspect_from >= narrowest) THEN
        RAISE EXCEPTION 'a later revocation only widens the suspicion'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_go_once_v1 AFTER INSERT ON passport_keyrevocation
    FOR EACH ROW EXECUTE FUNCTION keys_go_once_v1();

CREATE FUNCTION ended_keys_sign_nothing_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(5470, hashtext(split_part(NEW.method, '#', 1)));
    IF EXISTS (SELECT 1 FROM passport_signingkey k
               WHERE k.method = NEW.method AND key_has_ended_v1(k.id)) THEN
        RAISE EXCEPTION 'the key that signed was revoked or replaced'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ended_keys_sign_nothing_v1 AFTER INSERT ON passport_attestation
    FOR EACH ROW EXECUTE FUNCTION ended_keys_sign_nothing_v1();
CREATE TRIGGER ended_keys_sign_nothing_v1 AFTER INSERT ON passport_withdrawal
    FOR EACH ROW EXECUTE FUNCTION ended_keys_sign_nothing_v1();

ALTER TABLE passport_keyrevocation ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_keyrevocation TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_keyrevocation FOR SELECT TO passport_app USING (true);
CREATE POLICY party_revokes_its_own ON passport_keyrevocation FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_signingkey k WHERE k.id = key_id AND k.party_id = app_party()));

ALTER TABLE passport_hostedkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_hostedkey TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_hostedkey FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_adds ON passport_hostedkey FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND starts_with(method, (
        SELECT p.did FROM passport_party p WHERE p.id = app_party()) || '#'));

ALTER TABLE passport_diddocument ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_diddocument TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_diddocument FOR SELECT TO passport_app USING (true);

GRANT SELECT ON passport_keyrevocation, passport_hostedkey, passport_diddocument
    TO passport_app, passport_system;
GRANT INSERT ON passport_keyrevocation, passport_hostedkey TO passport_app;
GRANT INSERT ON passport_keyrevocation, passport_hostedkey, passport_diddocument TO passport_system;
GRANT UPDATE (kek_id, wrapped_key) ON passport_hostedkey TO passport_system;
