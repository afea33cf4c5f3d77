-- Who may read how people came in. Nobody but the functions of links_v1, accounts_v1 and
-- applications_v1 writes these tables, and passport_person, passport_membership and passport_party
-- beside them: whoever runs SQL as the application makes neither an administrator nor a member.
--
-- app.person says who asks, and is believed as far as app.party is. An administrator is believed
-- only with app.sitting: the token that its browser alone has, given for a password that the
-- database has checked itself.
CREATE FUNCTION token_digest_v1(token text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT sha256(convert_to(token, 'UTF8')) $$;

CREATE FUNCTION app_administrator_v1() RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT s.person_id FROM public.passport_sitting s
    JOIN public.passport_administrator a ON a.person_id = s.person_id AND a.ended_at IS NULL
    JOIN public.passport_person p ON p.id = s.person_id AND p.is_active
    WHERE s.token_sha256 = public.token_digest_v1(nullif(current_setting('app.sitting', true), ''))
        AND s.person_id = public.app_person() AND s.ended_at IS NULL AND s.expires_at > now()
$$;
REVOKE ALL ON FUNCTION app_administrator_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_administrator_v1() TO passport_app, passport_system;

CREATE FUNCTION demand_administrator_v1() RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    who uuid := app_administrator_v1();
BEGIN
    IF who IS NULL THEN
        RAISE EXCEPTION 'only an administrator who has given the password does this'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN who;
END $$;

CREATE FUNCTION administrators_v1() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(*) FROM passport_administrator a
    JOIN passport_person p ON p.id = a.person_id AND p.is_active WHERE a.ended_at IS NULL
$$;

-- Whoever changes who is an administrator does so alone, so that one always remains.
CREATE FUNCTION administrators_alone_v1() RETURNS void LANGUAGE sql
AS $$ LOCK TABLE passport_administrator IN SHARE ROW EXCLUSIVE MODE $$;

CREATE FUNCTION is_member_v1() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM passport_membership m
                   JOIN passport_person p ON p.id = m.person_id AND p.is_active
                   WHERE m.person_id = app_person() AND m.party_id = app_party())
$$;

CREATE FUNCTION note_act_v1(
    what text, who uuid, whom uuid DEFAULT NULL, of_party uuid DEFAULT NULL,
    by_link uuid DEFAULT NULL, about uuid DEFAULT NULL, told text DEFAULT ''
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO passport_administrativeact
        (id, at, deed, actor_id, person_id, party_id, link_id, application_id, detail)
    VALUES (gen_random_uuid(), clock_timestamp(), what, who, whom, of_party, by_link, about, told)
$$;

CREATE TRIGGER administrativeact_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_administrativeact FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Evidence is known by its digest, whoever stored it.
ALTER TABLE passport_evidence ADD CONSTRAINT evidence_is_what_its_digest_says
    CHECK (sha256 = sha256(content) AND size_bytes = octet_length(content));

ALTER TABLE passport_onetimelink ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_onetimelink TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_or_administrator_sees ON passport_onetimelink FOR SELECT TO passport_app
    USING (party_id = app_party() OR (SELECT app_administrator_v1()) IS NOT NULL);

ALTER TABLE passport_application ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_application TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_or_administrator_sees ON passport_application FOR SELECT TO passport_app
    USING (party_id = app_party() OR (SELECT app_administrator_v1()) IS NOT NULL);

ALTER TABLE passport_evidence ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_evidence TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_or_administrator_sees ON passport_evidence FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_application a WHERE a.id = application_id));

ALTER TABLE passport_administrator ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_administrator TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY oneself_or_administrator_sees ON passport_administrator FOR SELECT TO passport_app
    USING (person_id = app_person() OR (SELECT app_administrator_v1()) IS NOT NULL);

ALTER TABLE passport_administrativeact ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_administrativeact TO passport_system
    USING (true) WITH CHECK (true);
CREATE POLICY party_or_administrator_sees ON passport_administrativeact FOR SELECT TO passport_app
    USING (party_id = app_party() OR (SELECT app_administrator_v1()) IS NOT NULL);

CREATE POLICY administrator_sees ON passport_membership FOR SELECT TO passport_app
    USING ((SELECT app_administrator_v1()) IS NOT NULL);

-- The digests of tokens and of passwords' proofs are read by no role but the owner.
GRANT SELECT (id, kind, email, party_id, person_id, issued_by_id, issued_at, expires_at, by_mail,
    attempts, last_error, sent_at, used_at, used_by_id, revoked_at) ON passport_onetimelink
    TO passport_app;
GRANT SELECT (id, name, country, roles, did, gs1_prefix, domain, contact_name, contact_email,
    person_id, state, reason, received_at, decided_at, decided_by_id, party_id)
    ON passport_application TO passport_app;
GRANT SELECT ON passport_evidence, passport_administrator, passport_administrativeact
    TO passport_app;
GRANT SELECT ON passport_onetimelink, passport_application, passport_evidence,
    passport_administrator, passport_administrativeact TO passport_system;
-- The worker makes the token of a link that it mails.
GRANT UPDATE (token_sha256, sent_at, attempts, last_error) ON passport_onetimelink
    TO passport_system;
