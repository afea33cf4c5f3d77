-- One-time links: made, looked at, used once, taken back. The clock is the database's: no process
-- whose clock is wrong, and nobody who brings an old moment, revives an expired one.
CREATE FUNCTION link_standing_v1(link passport_onetimelink) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN (link).id IS NULL THEN 'UNKNOWN'
        WHEN (link).used_at IS NOT NULL THEN 'USED'
        WHEN (link).revoked_at IS NOT NULL THEN 'REVOKED'
        WHEN (link).kind = 'FIRST' AND administrators_v1() > 0 THEN 'SETTLED'
        WHEN (link).expires_at <= now() THEN 'EXPIRED'
        WHEN (link).kind = 'RESET' AND NOT EXISTS (
            SELECT 1 FROM passport_person p WHERE p.id = (link).person_id AND p.is_active)
            THEN 'REVOKED'
        ELSE 'OPEN' END
$$;

-- Opens a link; others of the same purpose that are open are taken back.
CREATE FUNCTION open_link_v1(
    sort text, mail text, of_party uuid, whom uuid, digest bytea, mailed boolean, lasts interval,
    who uuid, OUT made uuid, OUT until timestamptz
) LANGUAGE plpgsql AS $$
BEGIN
    IF digest IS NOT NULL AND octet_length(digest) <> 32 THEN
        RAISE EXCEPTION 'a token is kept as its SHA-256' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE passport_onetimelink l SET revoked_at = now()
        WHERE l.kind = sort AND l.email = lower(mail) AND l.party_id IS NOT DISTINCT FROM of_party
        AND l.person_id IS NOT DISTINCT FROM whom AND l.used_at IS NULL AND l.revoked_at IS NULL;
    made := gen_random_uuid();
    until := now() + lasts;
    INSERT INTO passport_onetimelink (id, kind, email, party_id, person_id, token_sha256,
        issued_by_id, issued_at, expires_at, by_mail, attempts, last_error, sent_at)
    VALUES (made, sort, lower(mail), of_party, whom, digest, who, now(), until, mailed, 0, '',
        CASE WHEN digest IS NOT NULL THEN now() END);
    PERFORM note_act_v1(CASE WHEN sort = 'RESET' AND who IS NULL AND digest IS NULL
        THEN 'RESET_ASKED' ELSE 'LINK_MADE' END, who, whom, of_party, made);
END $$;

CREATE FUNCTION first_link_v1(digest bytea, OUT outcome text, OUT until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM administrators_alone_v1();
    IF administrators_v1() > 0 THEN
        outcome := 'SETTLED';
        RETURN;
    END IF;
    SELECT o.until INTO until
        FROM open_link_v1('FIRST', '', NULL, NULL, digest, false, interval '3 days', NULL) o;
    outcome := 'DONE';
END $$;

-- Who reads a token learns what it opens; who has none learns nothing.
CREATE FUNCTION link_seen_v1(
    token text, OUT standing text, OUT sort text, OUT mail text, OUT party_name text,
    OUT party_roles text[], OUT until timestamptz, OUT has_account boolean
) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link passport_onetimelink;
BEGIN
    SELECT * INTO link FROM passport_onetimelink l WHERE l.token_sha256 = token_digest_v1(token);
    standing := link_standing_v1(link);
    IF standing <> 'UNKNOWN' THEN
        sort := link.kind;
        until := link.expires_at;
    END IF;
    IF standing = 'OPEN' THEN
        mail := link.email;
        has_account := EXISTS (SELECT 1 FROM passport_person p
                               WHERE lower(p.email) = link.email AND link.email <> '');
        SELECT p.name, p.roles INTO party_name, party_roles
            FROM passport_party p WHERE p.id = link.party_id;
    END IF;
END $$;

CREATE FUNCTION let_in_v1(link passport_onetimelink, whom uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF link.kind IN ('FIRST', 'ADMINISTRATOR') THEN
        INSERT INTO passport_administrator (person_id, since) VALUES (whom, now())
            ON CONFLICT (person_id) DO UPDATE SET since = now(), ended_at = NULL;
    ELSIF link.kind = 'MEMBER' THEN
        INSERT INTO passport_membership (id, person_id, party_id, since)
            VALUES (gen_random_uuid(), whom, link.party_id, now())
            ON CONFLICT (person_id, party_id) DO NOTHING;
    END IF;
    UPDATE passport_onetimelink SET used_at = now(), used_by_id = whom WHERE id = link.id;
    PERFORM note_act_v1('LINK_USED', whom, whom, link.party_id, link.id);
END $$;

-- Takes the link for somebody who has no account yet.
CREATE FUNCTION redeem_link_v1(
    token text, mail text, called text, password text, proof bytea,
    OUT outcome text, OUT whom uuid
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link passport_onetimelink;
    address text;
BEGIN
    PERFORM administrators_alone_v1();
    SELECT * INTO link FROM passport_onetimelink l
        WHERE l.token_sha256 = token_digest_v1(token) FOR UPDATE;
    outcome := link_standing_v1(link);
    IF outcome <> 'OPEN' THEN
        RETURN;
    END IF;
    -- A first administrator says its address; everybody else was invited at one.
    address := lower(CASE WHEN link.kind = 'FIRST' THEN mail ELSE link.email END);
    IF link.kind = 'RESET' THEN
        outcome := 'OTHER';
    ELSIF EXISTS (SELECT 1 FROM passport_person p WHERE lower(p.email) = address) THEN
        outcome := 'KNOWN';
    ELSIF password NOT LIKE 'argon2$%' OR octet_length(proof) IS DISTINCT FROM 32 THEN
        RAISE EXCEPTION 'a password is kept as Argon2' USING ERRCODE = 'check_violation';
    ELSE
        whom := gen_random_uuid();
        INSERT INTO passport_person (id, email, name, password, is_active, session_epoch)
            VALUES (whom, address, called, password, true, 0);
        INSERT INTO passport_passwordproof (person_id, proof_sha256, set_at)
            VALUES (whom, sha256(proof), now());
        PERFORM let_in_v1(link, whom);
        outcome := 'DONE';
    END IF;
END $$;

-- Takes the link for whoever is signed in: the account must be the one that was invited.
CREATE FUNCTION join_by_link_v1(token text, proof bytea, OUT outcome text, OUT whom uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    link passport_onetimelink;
    address text;
BEGIN
    PERFORM administrators_alone_v1();
    SELECT * INTO link FROM passport_onetimelink l
        WHERE l.token_sha256 = token_digest_v1(token) FOR UPDATE;
    outcome := link_standing_v1(link);
    IF outcome <> 'OPEN' THEN
        RETURN;
    END IF;
    SELECT p.id, lower(p.email) INTO whom, address FROM passport_person p
        WHERE p.id = app_person() AND p.is_active;
    IF link.kind NOT IN ('ADMINISTRATOR', 'MEMBER', 'PERSON') THEN
        outcome := 'OTHER';
    ELSIF address IS DISTINCT FROM link.email THEN
        outcome := 'STRANGER';
    ELSIF link.kind = 'ADMINISTRATOR' AND NOT EXISTS (SELECT 1 FROM passport_passwordproof o
            WHERE o.person_id = whom AND o.proof_sha256 = sha256(proof)) THEN
        outcome := 'UNPROVEN';
    ELSE
        PERFORM let_in_v1(link, whom);
        outcome := 'DONE';
    END IF;
END $$;

-- Invites: an administrator whomever it will, a member into its own party and no other.
CREATE FUNCTION invite_v1(
    sort text, mail text, wanted uuid, digest bytea, OUT made uuid, OUT until timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := app_administrator_v1();
BEGIN
    IF who IS NULL AND sort = 'MEMBER' AND wanted = app_party() AND is_member_v1() THEN
        who := app_person();
    END IF;
    IF who IS NULL OR sort NOT IN ('ADMINISTRATOR', 'PERSON', 'MEMBER') OR mail NOT LIKE '_%@_%' THEN
        RAISE EXCEPTION 'an administrator invites, or a member into its own party'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT o.made, o.until INTO made, until FROM open_link_v1(
        sort, mail, wanted, NULL, digest, digest IS NULL, interval '7 days', who) o;
END $$;

CREATE FUNCTION revoke_link_v1(wanted uuid, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := app_administrator_v1();
    link passport_onetimelink;
BEGIN
    SELECT * INTO link FROM passport_onetimelink l WHERE l.id = wanted FOR UPDATE;
    IF who IS NULL AND link.party_id = app_party() AND is_member_v1() THEN
        who := app_person();
    END IF;
    IF link.id IS NULL OR who IS NULL THEN
        outcome := 'UNKNOWN';
    ELSIF link.used_at IS NOT NULL THEN
        outcome := 'USED';
    ELSIF link.revoked_at IS NULL THEN
        UPDATE passport_onetimelink SET revoked_at = now() WHERE id = wanted;
        PERFORM note_act_v1('LINK_REVOKED', who, link.person_id, link.party_id, link.id);
        outcome := 'DONE';
    ELSE
        outcome := 'DONE';
    END IF;
END $$;

REVOKE ALL ON FUNCTION first_link_v1(bytea), link_seen_v1(text),
    redeem_link_v1(text, text, text, text, bytea), join_by_link_v1(text, bytea),
    invite_v1(text, text, uuid, bytea), revoke_link_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION first_link_v1(bytea) TO passport_system;
GRANT EXECUTE ON FUNCTION link_seen_v1(text), redeem_link_v1(text, text, text, text, bytea),
    join_by_link_v1(text, bytea), invite_v1(text, text, uuid, bytea), revoke_link_v1(uuid)
    TO passport_app;
