-- What administrators decide about prefixes and domains: ordered here by one who has sat down, carried
-- out and logged by the worker, since the web decides nothing of this kind.
ALTER TABLE passport_namingorder ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_namingorder TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_or_administrator_sees ON passport_namingorder FOR SELECT TO passport_app
    USING (party_id = app_party() OR (SELECT app_administrator_v1()) IS NOT NULL);
CREATE POLICY administrator_sees ON passport_namingright FOR SELECT TO passport_app
    USING ((SELECT app_administrator_v1()) IS NOT NULL);
CREATE POLICY administrator_sees ON passport_namingdecision FOR SELECT TO passport_app
    USING ((SELECT app_administrator_v1()) IS NOT NULL);
-- Of a party's documents an administrator reads those that it shows for a name.
CREATE POLICY administrator_sees_proofs ON passport_document FOR SELECT TO passport_app
    USING ((SELECT app_administrator_v1()) IS NOT NULL AND EXISTS (
        SELECT 1 FROM passport_namingright r WHERE r.document_sha256 = sha256));
GRANT SELECT ON passport_namingorder TO passport_app, passport_system;
GRANT UPDATE (done_at, trouble) ON passport_namingorder TO passport_system;
-- The day on which a key was used is written by whoever uses it.
GRANT UPDATE (used_on) ON passport_apikey TO passport_app;

CREATE FUNCTION order_naming_v1(wanted uuid, verdict text, because text, paper bytea)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
    claimed passport_namingright;
    made uuid := gen_random_uuid();
BEGIN
    SELECT * INTO claimed FROM passport_namingright r WHERE r.id = wanted;
    IF claimed.id IS NULL OR EXISTS (SELECT 1 FROM passport_namingorder o
            WHERE o.right_id = wanted AND o.done_at IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO passport_namingorder (id, party_id, right_id, kind, value, verdict, reason,
        document_sha256, ordered_by_id, ordered_at, trouble)
    VALUES (made, claimed.party_id, wanted, claimed.kind, claimed.value, order_naming_v1.verdict,
        because, paper, who, now(), '');
    PERFORM note_act_v1('NAME_DECIDED', who, NULL, claimed.party_id, NULL, NULL,
        lower(order_naming_v1.verdict) || ' ' || claimed.value);
    RETURN made;
END $$;

-- The same for a name that an approved application gave: with the application's own evidence.
CREATE FUNCTION order_applied_name_v1(wanted uuid, sort text, paper bytea)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who uuid := demand_administrator_v1();
    asked passport_application;
    named text;
    made uuid := gen_random_uuid();
BEGIN
    SELECT * INTO asked FROM passport_application a WHERE a.id = wanted AND a.state = 'APPROVED';
    named := CASE sort WHEN 'GS1_PREFIX' THEN asked.gs1_prefix WHEN 'DOMAIN' THEN asked.domain END;
    IF coalesce(named, '') = '' OR NOT EXISTS (SELECT 1 FROM passport_evidence e
            WHERE e.application_id = wanted AND e.sha256 = paper) THEN
        RETURN NULL;
    END IF;
    INSERT INTO passport_namingorder (id, party_id, kind, value, verdict, reason, document_sha256,
        ordered_by_id, ordered_at, trouble)
    VALUES (made, asked.party_id, sort, named, 'ACCEPT', 'evidence of the application', paper, who,
        now(), '');
    PERFORM note_act_v1('NAME_DECIDED', who, NULL, asked.party_id, NULL, wanted, 'accept ' || named);
    RETURN made;
END $$;

REVOKE ALL ON FUNCTION order_naming_v1(uuid, text, text, bytea),
    order_applied_name_v1(uuid, text, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION order_naming_v1(uuid, text, text, bytea),
    order_applied_name_v1(uuid, text, bytea) TO passport_app;
