-- Under which prefixes and domains a party may name batteries. A right and a name are written as
-- stems; a right covers what its stem begins (gs1:9521234, dns:example.maker.).
CREATE FUNCTION naming_stem_v1(kind text, value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind WHEN 'GS1_PREFIX' THEN 'gs1:' || value ELSE 'dns:' || (
        SELECT string_agg(label, '.' ORDER BY place DESC) FROM
        unnest(string_to_array(value, '.')) WITH ORDINALITY AS parts (label, place)) || '.' END $$;

CREATE FUNCTION naming_right_knows_its_stem_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stem := public.naming_stem_v1(NEW.kind, NEW.value);
    IF NOT (NEW.kind = 'GS1_PREFIX' AND NEW.value ~ '^[0-9]{4,12}$'
            OR NEW.kind = 'DOMAIN' AND NEW.value ~ '^[a-z0-9-]+([.][a-z0-9-]+)+$') THEN
        RAISE EXCEPTION 'neither a prefix nor a domain' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'naming_right_has_one_spelling';
    END IF;
    IF NEW.state <> 'CLAIMED' OR NEW.decided_at IS NOT NULL THEN
        RAISE EXCEPTION 'a right begins as a claim' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'naming_right_begins_as_a_claim';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER naming_right_knows_its_stem_v1 BEFORE INSERT ON passport_namingright
    FOR EACH ROW EXECUTE FUNCTION naming_right_knows_its_stem_v1();

-- Prefixes nest (a company prefix has 4 to 12 digits), and so do domains. Of two parties only one
-- has a proven right of which one covers the other: the longest does not win, it is refused.
-- No stem holds a character from ~ upwards, so [stem, stem~) is all that the stem begins.
CREATE TYPE stem_span AS RANGE (subtype = text, collation = "C");
ALTER TABLE passport_namingright ADD CONSTRAINT naming_right_is_one_partys
    EXCLUDE USING gist (party_id WITH <>, stem_span(stem::text, stem::text || '~') WITH &&)
    WHERE (state = 'PROVEN');

-- A claim is decided by a decision that is on record, and nothing but its standing ever changes.
CREATE FUNCTION naming_right_follows_its_decisions_v1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest text;
BEGIN
    IF NEW.state <> OLD.state THEN
        SELECT d.state INTO newest FROM public.passport_namingdecision d
            WHERE d.right_id = OLD.id ORDER BY d.id DESC LIMIT 1;
        IF newest IS DISTINCT FROM NEW.state OR NOT (
            (OLD.state = 'CLAIMED' AND NEW.state IN ('PROVEN', 'REFUSED'))
            OR (OLD.state = 'PROVEN' AND NEW.state = 'REVOKED')) THEN
            RAISE EXCEPTION 'a claim changes by a recorded decision only'
                USING ERRCODE = 'restrict_violation';
        END IF;
        OLD.state := NEW.state;
        OLD.decided_at := NEW.decided_at;
    END IF;
    OLD.trouble := NEW.trouble;
    OLD.asked_at := NEW.asked_at;
    IF OLD IS DISTINCT FROM NEW THEN
        RAISE EXCEPTION 'of a claim only its standing changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER naming_right_follows_its_decisions_v1 BEFORE UPDATE ON passport_namingright
    FOR EACH ROW EXECUTE FUNCTION naming_right_follows_its_decisions_v1();
CREATE TRIGGER namingright_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_namingright FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER namingdecision_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_namingdecision FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_namingright ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_namingright TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_namingright FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_claims ON passport_namingright FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND state = 'CLAIMED');
ALTER TABLE passport_namingdecision ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_namingdecision TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_namingdecision FOR SELECT TO passport_app
    USING (party_id = app_party());

GRANT SELECT, INSERT ON passport_namingright TO passport_app, passport_system;
GRANT UPDATE (state, decided_at, asked_at, trouble) ON passport_namingright TO passport_system;
GRANT SELECT ON passport_namingdecision TO passport_app, passport_system;
GRANT INSERT ON passport_namingdecision TO passport_system;

-- Which of these stems somebody has proven, and who. Runs as the owner: who holds a prefix or a
-- domain is public, what others have claimed and not proven is not.
CREATE FUNCTION proven_stems_v1(stems text[]) RETURNS TABLE (stem text, party_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT r.stem, r.party_id FROM public.passport_namingright r
    WHERE r.state = 'PROVEN' AND r.stem = ANY ($1) $$;
REVOKE ALL ON FUNCTION proven_stems_v1(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION proven_stems_v1(text[]) TO passport_app, passport_system;
