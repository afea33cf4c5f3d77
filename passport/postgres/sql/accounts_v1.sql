-- Accounts: passwords, sessions that end, administrators who sit down and are relieved.

-- Keeps the proof of the password with which the system registers somebody.
CREATE FUNCTION keep_proof_v1(wanted uuid, proof bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.passport_passwordproof (person_id, proof_sha256, set_at)
        VALUES (wanted, sha256(proof), now())
        ON CONFLICT (person_id) DO UPDATE SET proof_sha256 = excluded.proof_sha256, set_at = now()
$$;

CREATE FUNCTION set_password_v1(whom uuid, password text, proof bytea) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF password NOT LIKE 'argon2$%' OR octet_length(proof) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'a password is kept as Argon2' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE passport_person p SET password = set_password_v1.password,
        session_epoch = p.session_epoch + 1 WHERE p.id = whom;
    PERFORM keep_proof_v1(whom, proof);
    UPDATE passport_sitting s SET ended_at = now() WHERE s.person_id = whom AND s.ended_at IS NULL;
    UPDATE passport_onetimelink l SET revoked_at = now() WHERE l.person_id = whom
        AND l.kind = 'RESET' AND l.used_at IS NULL AND l.revoked_at IS NULL;
END $$;

-- Changes one's own password. Who has a proof must bring the one of the old password.
CREATE FUNCTION change_password_v1(password text, proof bytea, old_proof bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whom uuid := app_person();
    kept bytea;
BEGIN
    SELECT o.proof_sha256 INTO kept FROM passport_passwordproof o WHERE o.person_id = whom FOR UPDATE;
    IF kept IS NOT NULL AND kept IS DISTINCT FROM sha256(old_proof)
        OR kept IS NULL AND EXISTS (SELECT 1 FROM passport_administrator a WHERE a.person_id = whom)
    THEN
        RETURN false;
    END IF;
    PERFORM set_password_v1(whom, password, proof);
    PERFORM note_act_v1('PASSWORD_CHANGED', whom, whom);
    RETURN true;
END $$;

-- Somebody asks for a new password: the worker mails a link, or an administrator sees the wish.
-- Whether there is such an account is answered to nobody.
CREATE FUNCTION ask_reset_v1(mail text, mailed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whom uuid;
BEGIN
    SELECT p.id INTO whom FROM passport_person p WHERE lower(p.email) = lower(mail) AND p.is_active;
    IF whom IS NULL OR EXISTS (SELECT 1 FROM passport_onetimelink l WHERE l.person_id = whom
            AND l.kind = 'RESET' AND l.used_at IS NULL AND l.revoked_at IS NULL
            AND (l.issued_at > now() - interval '10 minutes'
                 OR l.issued_by_id IS NOT NULL AND l.expires_at > now()))
        OR (SELECT count(*) FROM passport_onetimelink l WHERE l.person_id = whom
            AND l.kind = 'RESET' AND l.issued_at > now() - interval '1 day') >= 10 THEN
        RETURN;
    END IF;
    PERFORM open_link_v1('RESET', mail, NULL, whom, NULL, mailed,
        CASE WHEN mailed THEN interval '2 hours' ELSE interval '7 days' END, NULL);
END $$;

-- An administrator makes the link that leads to a new password, and hands it over.
CREATE FUNCTION issue_reset_v1(wanted uuid, digest bytea, OUT made uuid, OUT until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
    mail text;
BEGIN
    SELECT p.email INTO mail FROM passport_person p WHERE p.id = wanted AND p.is_active;
    IF mail IS NOT NULL THEN
        SELECT o.made, o.until INTO made, until FROM open_link_v1(
            'RESET', mail, NULL, wanted, digest, false, interval '1 day', who) o;
    END IF;
END $$;

-- The same from the machine itself, for an administrator whom nobody else can help.
CREATE FUNCTION rescue_v1(mail text, digest bytea, OUT until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whom uuid;
BEGIN
    SELECT p.id INTO whom FROM passport_person p WHERE lower(p.email) = lower(mail) AND p.is_active;
    IF whom IS NOT NULL THEN
        SELECT o.until INTO until FROM open_link_v1(
            'RESET', mail, NULL, whom, digest, false, interval '1 day', NULL) o;
    END IF;
END $$;

CREATE FUNCTION reset_password_v1(
    token text, password text, proof bytea, OUT outcome text, OUT whom uuid
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link passport_onetimelink;
BEGIN
    SELECT * INTO link FROM passport_onetimelink l
        WHERE l.token_sha256 = token_digest_v1(token) FOR UPDATE;
    outcome := link_standing_v1(link);
    IF outcome = 'OPEN' AND link.kind <> 'RESET' THEN
        outcome := 'OTHER';
    ELSIF outcome = 'OPEN' THEN
        whom := link.person_id;
        UPDATE passport_onetimelink SET used_at = now(), used_by_id = whom WHERE id = link.id;
        PERFORM set_password_v1(whom, password, proof);
        PERFORM note_act_v1('LINK_USED', whom, whom, NULL, link.id);
        outcome := 'DONE';
    END IF;
END $$;

CREATE FUNCTION sign_out_everywhere_v1() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE passport_person SET session_epoch = session_epoch + 1 WHERE id = app_person();
    UPDATE passport_sitting SET ended_at = now() WHERE person_id = app_person() AND ended_at IS NULL;
    IF FOUND OR EXISTS (SELECT 1 FROM passport_person WHERE id = app_person()) THEN
        PERFORM note_act_v1('SIGNED_OUT', app_person(), app_person());
    END IF;
END $$;

-- An administrator sits down: the database sees the proof of the password itself.
CREATE FUNCTION open_sitting_v1(proof bytea, digest bytea) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whom uuid;
    until timestamptz := now() + interval '12 hours';
BEGIN
    SELECT a.person_id INTO whom FROM passport_administrator a
        JOIN passport_person p ON p.id = a.person_id AND p.is_active
        JOIN passport_passwordproof o ON o.person_id = a.person_id
        WHERE a.person_id = app_person() AND a.ended_at IS NULL
        AND o.proof_sha256 = sha256(proof) AND octet_length(digest) = 32;
    IF whom IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO passport_sitting (id, person_id, token_sha256, opened_at, expires_at)
        VALUES (gen_random_uuid(), whom, digest, now(), until);
    PERFORM note_act_v1('SITTING_OPENED', whom);
    RETURN until;
END $$;

CREATE FUNCTION end_sitting_v1() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE public.passport_sitting SET ended_at = now() WHERE ended_at IS NULL AND token_sha256
        = public.token_digest_v1(nullif(current_setting('app.sitting', true), ''))
$$;

-- Closes an account, or opens it again; never one's own, never the last administrator's.
CREATE FUNCTION set_account_v1(wanted uuid, opened boolean, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
BEGIN
    PERFORM administrators_alone_v1();
    IF wanted = who THEN
        outcome := 'ONESELF';
        RETURN;
    END IF;
    UPDATE passport_person SET is_active = opened, session_epoch = session_epoch + 1
        WHERE id = wanted AND is_active <> opened;
    IF FOUND THEN
        UPDATE passport_sitting SET ended_at = now() WHERE person_id = wanted AND ended_at IS NULL;
        PERFORM note_act_v1(
            CASE WHEN opened THEN 'PERSON_OPENED' ELSE 'PERSON_CLOSED' END, who, wanted);
    END IF;
    outcome := CASE WHEN EXISTS (SELECT 1 FROM passport_person WHERE id = wanted)
        THEN 'DONE' ELSE 'UNKNOWN' END;
END $$;

CREATE FUNCTION end_administrator_v1(wanted uuid, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
BEGIN
    PERFORM administrators_alone_v1();
    IF wanted = who THEN
        outcome := 'ONESELF';
        RETURN;
    END IF;
    UPDATE passport_administrator SET ended_at = now() WHERE person_id = wanted AND ended_at IS NULL;
    outcome := CASE WHEN FOUND THEN 'DONE' ELSE 'UNKNOWN' END;
    IF FOUND THEN
        UPDATE passport_sitting SET ended_at = now() WHERE person_id = wanted AND ended_at IS NULL;
        PERFORM note_act_v1('ADMINISTRATOR_ENDED', who, wanted);
    END IF;
END $$;

-- Ends a membership: an administrator any, a member one of its own party but not the last.
CREATE FUNCTION end_membership_v1(wanted uuid, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := app_administrator_v1();
    gone passport_membership;
BEGIN
    -- One after the other within a party, so that two who leave at once are not both the last but one.
    SELECT * INTO gone FROM passport_membership m WHERE m.id = wanted;
    PERFORM 1 FROM passport_party p WHERE p.id = gone.party_id FOR UPDATE;
    SELECT * INTO gone FROM passport_membership m WHERE m.id = wanted;
    IF gone.id IS NULL OR (who IS NULL AND NOT (gone.party_id = app_party() AND is_member_v1())) THEN
        outcome := 'UNKNOWN';
    ELSIF who IS NULL AND NOT EXISTS (SELECT 1 FROM passport_membership m
            WHERE m.party_id = gone.party_id AND m.id <> gone.id) THEN
        outcome := 'LAST';
    ELSE
        DELETE FROM passport_membership m WHERE m.id = wanted;
        PERFORM note_act_v1(
            'MEMBER_ENDED', coalesce(who, app_person()), gone.person_id, gone.party_id);
        outcome := 'DONE';
    END IF;
END $$;

REVOKE ALL ON FUNCTION keep_proof_v1(uuid, bytea), change_password_v1(text, bytea, bytea),
    ask_reset_v1(text, boolean), issue_reset_v1(uuid, bytea), rescue_v1(text, bytea),
    reset_password_v1(text, text, bytea), sign_out_everywhere_v1(), open_sitting_v1(bytea, bytea),
    end_sitting_v1(), set_account_v1(uuid, boolean), end_administrator_v1(uuid),
    end_membership_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_proof_v1(uuid, bytea), rescue_v1(text, bytea) TO passport_system;
GRANT EXECUTE ON FUNCTION change_password_v1(text, bytea, bytea), ask_reset_v1(text, boolean),
    issue_reset_v1(uuid, bytea), reset_password_v1(text, text, bytea), sign_out_everywhere_v1(),
    open_sitting_v1(bytea, bytea), end_sitting_v1(), set_account_v1(uuid, boolean),
    end_administrator_v1(uuid), end_membership_v1(uuid) TO passport_app;
