-- What the address that takes one signed claim asks and writes, in as few questions as it can be:
-- composing and planning a dozen small ones costs more than all that they do. None of these functions
-- sees or may more than who calls it.

-- How a signing key stands: its owner, what ended it, and its neighbours in time.
CREATE FUNCTION key_standing_v1(named text)
RETURNS TABLE (id uuid, party_id uuid, did text, method text, public_key bytea, custody text,
               enrolled_at timestamptz, reason text, suspect_from bigint, replaces text,
               replaced_by text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT k.id, k.party_id, k.did::text, k.method::text, k.public_key, k.custody::text,
           k.enrolled_at,
           (SELECT r.reason::text FROM passport_keyrevocation r WHERE r.key_id = k.id
            ORDER BY r.id DESC LIMIT 1),
           (SELECT min(r.suspect_from) FROM passport_keyrevocation r WHERE r.key_id = k.id),
           earlier.method::text, later.method::text
    FROM passport_signingkey k
    LEFT JOIN passport_signingkey earlier ON earlier.id = k.replaces_id
    LEFT JOIN passport_signingkey later ON later.replaces_id = k.id
    WHERE k.method = named;
END $$;

-- Whose an API key is. From here on the transaction sees what concerns its party; a wrong secret finds
-- nothing and opens nothing.
CREATE FUNCTION enter_by_key_v1(named text, secret bytea, now_is timestamptz)
RETURNS TABLE (key_id uuid, key_name text, scopes text[], party_id uuid, party_name text,
               slug text, did text, country text, roles text[])
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM set_config('app.key', named, true);
    SELECT k.id, k.name, k.scopes, p.id, p.name, p.slug, p.did, p.country, p.roles
    INTO key_id, key_name, scopes, party_id, party_name, slug, did, country, roles
    FROM passport_apikey k JOIN passport_party p ON p.id = k.party_id
    WHERE k.key_id = named AND k.secret_sha256 = secret AND k.revoked_at IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > now_is);
    IF FOUND THEN
        PERFORM set_config('app.party', party_id::text, true);
        RETURN NEXT;
    END IF;
END $$;

-- What a signed claim is held against: whether its bytes are kept already, how the key stands that signed
-- it, and how a party stands to the battery that it is about. No key event of the issuer comes in between
-- this answer and the end of the transaction.
CREATE FUNCTION submission_v1(digest bytea, signed_by text, about text, sender uuid)
RETURNS TABLE (known uuid, key_id uuid, key_party uuid, key_did text, key_method text,
               key_public bytea, key_custody text, key_enrolled timestamptz, key_reason text,
               key_suspect bigint, key_replaces text, key_replaced_by text, battery uuid,
               identity text, maker uuid, salt bytea, unit uuid, holder uuid, concerned text[])
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT a.id INTO known FROM passport_attestation a WHERE a.sha256 = digest;
    IF known IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(5470, hashtext(split_part(signed_by, '#', 1)));
    SELECT * INTO key_id, key_party, key_did, key_method, key_public, key_custody, key_enrolled,
                  key_reason, key_suspect, key_replaces, key_replaced_by
    FROM key_standing_v1(signed_by);
    SELECT b.id, b.identity, b.maker_id, b.salt, b.unit_id,
           CASE WHEN b.unit_id = b.id THEN b.holder_id
                ELSE (SELECT u.holder_id FROM passport_battery u WHERE u.id = b.unit_id) END,
           ARRAY(SELECT c.reason::text FROM passport_concern c
                 WHERE c.battery_id = b.unit_id AND c.party_id = sender AND c.until IS NULL)
    INTO battery, identity, maker, salt, unit, holder, concerned
    FROM passport_battery b WHERE b.identity = about;
    RETURN NEXT;
END $$;

-- Keeps a claim about one battery and asks for its log entry, both or neither. `kept` is false when the
-- same bytes were kept meanwhile; `origin` is the name under which the log goes on.
CREATE FUNCTION keep_submission_v1(
    new_id uuid, sender uuid, its_kind text, signed_by text, words bytea, digest bytea,
    about uuid, access_set text, subject bytea, now_is timestamptz)
RETURNS TABLE (kept boolean, origin text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO passport_attestation
        (id, issuer_id, kind, method, body, sha256, battery_id, access, recorded_at)
    VALUES (new_id, sender, its_kind, signed_by, words, digest, about, access_set, now_is)
    ON CONFLICT DO NOTHING;  -- named, it would ask the policies of reading too
    kept := FOUND;
    IF kept THEN
        INSERT INTO passport_outbox (kind, digest, method, subjects, subject, at)
        VALUES ('attestation', digest, signed_by, 1, subject, now_is);
    END IF;
    origin := (SELECT h.origin FROM passport_loghead h ORDER BY h.id LIMIT 1);
    RETURN NEXT;
END $$;
