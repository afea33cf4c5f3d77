-- Applications: anybody hands one in, an administrator decides it once; nobody changes what it says.
CREATE FUNCTION apply_v1(
    about jsonb, names text[], media text[], contents bytea[], digest bytea
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    made uuid := gen_random_uuid();
    whom uuid;
BEGIN
    IF coalesce(cardinality(contents), 0) > 5 OR octet_length(digest) IS DISTINCT FROM 32
        OR EXISTS (SELECT 1 FROM unnest(contents) AS one (content)
                   WHERE octet_length(content) NOT BETWEEN 1 AND 5242880)
        OR EXISTS (SELECT 1 FROM unnest(media) AS one (kind)
                   WHERE kind NOT IN ('application/pdf', 'image/png', 'image/jpeg')) THEN
        RAISE EXCEPTION 'evidence is at most five PDF, PNG or JPEG files of 5 MiB'
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT p.id INTO whom FROM passport_person p WHERE p.id = app_person() AND p.is_active;
    INSERT INTO passport_application (id, name, country, roles, did, gs1_prefix, domain,
        contact_name, contact_email, person_id, receipt_sha256, state, reason, received_at)
    VALUES (made, about ->> 'name', about ->> 'country',
        ARRAY(SELECT jsonb_array_elements_text(about -> 'roles')), about ->> 'did',
        about ->> 'gs1_prefix', about ->> 'domain', about ->> 'contact_name',
        lower(about ->> 'contact_email'), whom, digest, 'RECEIVED', '', now());
    INSERT INTO passport_evidence
        (id, application_id, sha256, file_name, media_type, size_bytes, content, stored_at)
    SELECT gen_random_uuid(), made, sha256(content), left(called, 120), kind,
        octet_length(content), content, now()
    FROM unnest(names, media, contents) AS each (called, kind, content)
    ON CONFLICT DO NOTHING;
    PERFORM note_act_v1('APPLIED', whom, NULL, NULL, NULL, made);
    RETURN made;
END $$;

-- Who keeps the receipt follows what became of the application.
CREATE FUNCTION application_seen_v1(
    token text, OUT company text, OUT standing text, OUT because text, OUT came_at timestamptz,
    OUT answered_at timestamptz, OUT files bigint
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.name, a.state, a.reason, a.received_at, a.decided_at,
        (SELECT count(*) FROM public.passport_evidence e WHERE e.application_id = a.id)
    FROM public.passport_application a WHERE a.receipt_sha256 = public.token_digest_v1(token)
$$;

-- Makes the party, and its first member or the link for one.
CREATE FUNCTION approve_application_v1(
    wanted uuid, short text, digest bytea, mailed boolean,
    OUT outcome text, OUT made uuid, OUT until timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
    asked passport_application;
    member uuid;
BEGIN
    SELECT * INTO asked FROM passport_application a WHERE a.id = wanted FOR UPDATE;
    outcome := CASE WHEN asked.id IS NULL THEN 'UNKNOWN'
        WHEN asked.state <> 'RECEIVED' THEN 'DECIDED'
        WHEN EXISTS (SELECT 1 FROM passport_party p WHERE p.slug = short
                     OR p.did = nullif(asked.did, '')) THEN 'TAKEN' ELSE 'DONE' END;
    IF outcome <> 'DONE' THEN
        RETURN;
    END IF;
    made := gen_random_uuid();
    INSERT INTO passport_party (id, name, slug, did, country, roles, registered_at)
        VALUES (made, asked.name, short, nullif(asked.did, ''), asked.country, asked.roles, now());
    UPDATE passport_application SET state = 'APPROVED', decided_at = now(), decided_by_id = who,
        party_id = made WHERE id = wanted;
    PERFORM note_act_v1('APPROVED', who, asked.person_id, made, NULL, wanted);
    SELECT p.id INTO member FROM passport_person p WHERE p.id = asked.person_id AND p.is_active;
    IF member IS NOT NULL THEN
        INSERT INTO passport_membership (id, person_id, party_id, since)
            VALUES (gen_random_uuid(), member, made, now());
    ELSE
        SELECT o.until INTO until FROM open_link_v1('MEMBER', asked.contact_email, made, NULL,
            CASE WHEN mailed THEN NULL ELSE digest END, mailed, interval '7 days', who) o;
    END IF;
END $$;

CREATE FUNCTION refuse_application_v1(wanted uuid, because text, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
    asked passport_application;
BEGIN
    SELECT * INTO asked FROM passport_application a WHERE a.id = wanted FOR UPDATE;
    IF asked.id IS NULL OR asked.state <> 'RECEIVED' THEN
        outcome := CASE WHEN asked.id IS NULL THEN 'UNKNOWN' ELSE 'DECIDED' END;
        RETURN;
    END IF;
    UPDATE passport_application SET state = 'REFUSED', reason = because, decided_at = now(),
        decided_by_id = who WHERE id = wanted;
    PERFORM note_act_v1('REFUSED', who, asked.person_id, NULL, NULL, wanted, because);
    outcome := 'DONE';
END $$;

REVOKE ALL ON FUNCTION apply_v1(jsonb, text[], text[], bytea[], bytea), application_seen_v1(text),
    approve_application_v1(uuid, text, bytea, boolean), refuse_application_v1(uuid, text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION apply_v1(jsonb, text[], text[], bytea[], bytea),
    application_seen_v1(text), approve_application_v1(uuid, text, bytea, boolean),
    refuse_application_v1(uuid, text) TO passport_app;
