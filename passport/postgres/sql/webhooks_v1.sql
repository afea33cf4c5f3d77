-- Endpoints of webhooks, their secrets, what was sent to them, and every try. A party sees and changes
-- its own; messages are made by the worker, and the application itself can make none but a test.

-- Whose an endpoint is never changes, and one that was ended stays as it is.
CREATE FUNCTION webhook_stays_its_party_s_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'ENDED' AND NEW.id = OLD.id AND NEW.party_id = OLD.party_id
            AND NEW.created_at = OLD.created_at THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an endpoint stays its party''s, and ends once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER webhook_stays_its_party_s_v1 BEFORE UPDATE
    ON passport_webhookendpoint FOR EACH ROW EXECUTE FUNCTION webhook_stays_its_party_s_v1();
CREATE TRIGGER webhook_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_webhookendpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Of a secret only its wrapping changes, and its end comes once, or sooner.
CREATE FUNCTION webhook_secret_ends_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    OLD.kek_id := NEW.kek_id;
    OLD.wrapped_key := NEW.wrapped_key;
    IF OLD.ends_at IS NULL OR NEW.ends_at <= OLD.ends_at THEN
        OLD.ends_at := NEW.ends_at;
    END IF;
    IF OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'of a secret only its wrapping and its end change: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER webhook_secret_ends_v1 BEFORE UPDATE
    ON passport_webhooksecret FOR EACH ROW EXECUTE FUNCTION webhook_secret_ends_v1();
CREATE TRIGGER webhook_secret_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_webhooksecret FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- What a message says, to whom, and how often it was tried is never taken back.
CREATE FUNCTION webhook_message_stays_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.endpoint_id, NEW.party_id, NEW.message_id, NEW.kind, NEW.body, NEW.created_at)
            = (OLD.id, OLD.endpoint_id, OLD.party_id, OLD.message_id, OLD.kind, OLD.body,
               OLD.created_at)
            AND NEW.log_index IS NOT DISTINCT FROM OLD.log_index
            AND NEW.hand_over_id IS NOT DISTINCT FROM OLD.hand_over_id
            AND NEW.attempts >= OLD.attempts AND NEW.round_start >= OLD.round_start THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a message stays as it was made: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER webhook_message_stays_v1 BEFORE UPDATE
    ON passport_webhookdelivery FOR EACH ROW EXECUTE FUNCTION webhook_message_stays_v1();
CREATE TRIGGER webhook_try_stays_v1 BEFORE UPDATE OR TRUNCATE
    ON passport_webhookattempt FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER webhook_message_is_never_truncated_v1 BEFORE TRUNCATE
    ON passport_webhookdelivery FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- What was settled is dropped by age, and with it its tries; what waits is not.
CREATE FUNCTION webhook_message_is_kept_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.settled_at IS NULL OR OLD.settled_at > now() - interval '1 day' THEN
        RAISE EXCEPTION 'a message is kept for a day at least' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER webhook_message_is_kept_v1 BEFORE DELETE ON passport_webhookdelivery
    FOR EACH ROW EXECUTE FUNCTION webhook_message_is_kept_v1();
CREATE FUNCTION webhook_try_is_kept_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '1 day' THEN
        RAISE EXCEPTION 'a try is kept for a day at least' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER webhook_try_is_kept_v1 BEFORE DELETE ON passport_webhookattempt
    FOR EACH ROW EXECUTE FUNCTION webhook_try_is_kept_v1();

ALTER TABLE passport_webhookendpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_webhookendpoint TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_webhookendpoint FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_adds ON passport_webhookendpoint FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_changes ON passport_webhookendpoint FOR UPDATE TO passport_app
    USING (party_id = app_party()) WITH CHECK (party_id = app_party());

ALTER TABLE passport_webhooksecret ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_webhooksecret TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_webhooksecret FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_adds ON passport_webhooksecret FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_webhookendpoint e WHERE e.id = endpoint_id AND e.party_id = app_party()));
CREATE POLICY party_ends ON passport_webhooksecret FOR UPDATE TO passport_app
    USING (party_id = app_party()) WITH CHECK (party_id = app_party() AND ends_at IS NOT NULL);

ALTER TABLE passport_webhookdelivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_webhookdelivery TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_webhookdelivery FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_tests ON passport_webhookdelivery FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND kind = 'webhook.test' AND log_index IS NULL
        AND hand_over_id IS NULL
        AND state = 'WAITING' AND EXISTS (
            SELECT 1 FROM passport_webhookendpoint e WHERE e.id = endpoint_id AND e.party_id = app_party()));
CREATE POLICY party_asks_again ON passport_webhookdelivery FOR UPDATE TO passport_app
    USING (party_id = app_party()) WITH CHECK (party_id = app_party() AND state = 'WAITING');

ALTER TABLE passport_webhookattempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_webhookattempt TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_webhookattempt FOR SELECT TO passport_app
    USING (party_id = app_party());

GRANT SELECT ON passport_webhookendpoint, passport_webhookdelivery, passport_webhookattempt
    TO passport_app, passport_system;
-- What lies in an envelope is read by who sends, not by who answers requests.
GRANT SELECT (id, endpoint_id, party_id, created_at, ends_at) ON passport_webhooksecret TO passport_app;
GRANT SELECT ON passport_webhooksecret TO passport_system;
GRANT INSERT ON passport_webhookendpoint, passport_webhooksecret, passport_webhookdelivery
    TO passport_app, passport_system;
GRANT INSERT ON passport_webhookattempt TO passport_system;
GRANT UPDATE (url, description, kinds, state, reason, next_index, held_until, failing_since, ended_at)
    ON passport_webhookendpoint TO passport_app;
GRANT UPDATE (state, reason, next_index, held_until, failing_since)
    ON passport_webhookendpoint TO passport_system;
GRANT UPDATE (ends_at) ON passport_webhooksecret TO passport_app;
GRANT UPDATE (kek_id, wrapped_key) ON passport_webhooksecret TO passport_system;
GRANT UPDATE (state, next_at, round_start, settled_at) ON passport_webhookdelivery TO passport_app;
GRANT UPDATE (state, next_at, round_start, attempts, lease_until, last_status, last_error, settled_at)
    ON passport_webhookdelivery TO passport_system;
GRANT DELETE ON passport_webhookdelivery, passport_webhookattempt TO passport_system;
GRANT USAGE ON SEQUENCE passport_webhookattempt_id_seq TO passport_system;
