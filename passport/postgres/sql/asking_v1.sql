-- What anybody may ask for without an account, held to what people can read and a disk can hold.

-- As in ask_reset_v1; and a link that was handed over in person is not taken back by whoever asks,
-- nor do those of administrators count among what was asked for in a day.
CREATE FUNCTION ask_reset_v2(mail text, mailed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whom uuid;
BEGIN
    SELECT p.id INTO whom FROM passport_person p WHERE lower(p.email) = lower(mail) AND p.is_active;
    IF whom IS NULL OR EXISTS (SELECT 1 FROM passport_onetimelink l WHERE l.person_id = whom
            AND l.kind = 'RESET' AND l.used_at IS NULL AND l.revoked_at IS NULL
            AND (l.issued_at > now() - interval '10 minutes'
                 OR l.expires_at > now() AND (l.issued_by_id IS NOT NULL
                    OR l.token_sha256 IS NOT NULL AND NOT l.by_mail)))
        OR (SELECT count(*) FROM passport_onetimelink l WHERE l.person_id = whom
            AND l.kind = 'RESET' AND l.issued_at > now() - interval '1 day'
            AND l.issued_by_id IS NULL AND (l.by_mail OR l.token_sha256 IS NULL)) >= 10 THEN
        RETURN;
    END IF;
    PERFORM open_link_v1('RESET', mail, NULL, whom, NULL, mailed,
        CASE WHEN mailed THEN interval '2 hours' ELSE interval '7 days' END, NULL);
END $$;

-- As apply_v1, while fewer than so many wait to be read: 500 of whoever has no account, with 2 GiB
-- of evidence, and 5 of any one person. NULL when there is no room.
CREATE FUNCTION apply_v2(
    about jsonb, names text[], media text[], contents bytea[], digest bytea
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    whom uuid;
    waiting bigint;
    bytes numeric;
BEGIN
    SELECT p.id INTO whom FROM passport_person p WHERE p.id = app_person() AND p.is_active;
    -- Two who ask at once are counted one after the other.
    PERFORM pg_advisory_xact_lock(hashtext('passport applications waiting'));
    SELECT count(DISTINCT a.id), coalesce(sum(e.size_bytes), 0) INTO waiting, bytes
        FROM passport_application a LEFT JOIN passport_evidence e ON e.application_id = a.id
        WHERE a.state = 'RECEIVED' AND a.person_id IS NOT DISTINCT FROM whom;
    IF waiting >= (CASE WHEN whom IS NULL THEN 500 ELSE 5 END)
        OR whom IS NULL AND bytes >= 2147483648 THEN
        RETURN NULL;
    END IF;
    RETURN apply_v1(about, names, media, contents, digest);
END $$;

REVOKE ALL ON FUNCTION ask_reset_v2(text, boolean),
    apply_v2(jsonb, text[], text[], bytea[], bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ask_reset_v2(text, boolean),
    apply_v2(jsonb, text[], text[], bytea[], bytea) TO passport_app;
