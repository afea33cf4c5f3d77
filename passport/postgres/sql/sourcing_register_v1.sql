-- A register of entities is its owner's own: who owns, lends, appoints, is on which list. It is read
-- by those to whom the owner shows a project, since no ratio can be followed without it. Nothing in
-- it is changed: an entity, a fact and a contract get a next version.

-- Whose registers the acting party reads. Runs as the owner: shares are asked once a statement.
CREATE FUNCTION app_registers_v1() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT public.app_party()
    UNION
    SELECT p.owner_id FROM public.passport_sourcingproject p
    JOIN public.passport_projectshare s ON s.project_id = p.id
    WHERE s.party_id = public.app_party() AND s.until IS NULL $$;
REVOKE ALL ON FUNCTION app_registers_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_registers_v1() TO passport_app, passport_system;

DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['sourcingentity', 'sourcingfact', 'sourcingcontract',
        'sourcingreview', 'standingfound', 'standingseen', 'listsnapshot', 'listmatch',
        'matchdecision'] LOOP
        EXECUTE format('ALTER TABLE passport_%s ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY system_sees_all ON passport_%s TO passport_system'
            ' USING (true) WITH CHECK (true)', kept);
        EXECUTE format('CREATE POLICY owner_or_reader_sees ON passport_%s FOR SELECT'
            ' TO passport_app USING (owner_id IN (SELECT app_registers_v1()))', kept);
        EXECUTE format('CREATE POLICY keeper_adds ON passport_%s FOR INSERT TO passport_app'
            ' WITH CHECK (owner_id = app_party() AND app_acts_as(''KEEPER''))', kept);
        EXECUTE format('GRANT SELECT, INSERT ON passport_%s TO passport_app, passport_system', kept);
        EXECUTE format('CREATE TRIGGER %s_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE'
            ' ON passport_%s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1()', kept, kept);
    END LOOP;
END $$;

-- A version of a fact stays a fact of the same two: what changes sides is another fact. And a match
-- is of a snapshot of the same register, a change of standing is seen by its own party.
-- Runs as the owner: what must hold is not a matter of sight.
CREATE FUNCTION register_holds_together_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    told jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (SELECT 1 FROM public.passport_sourcingfact f
               WHERE f.owner_id = NEW.owner_id AND f.fact = (told->>'fact')::uuid
                 AND (f.kind, f.holder, f.of)
                     <> (told->>'kind', told->>'holder', told->>'of'))
       OR EXISTS (SELECT 1 FROM public.passport_listsnapshot s
                  WHERE s.id = (told->>'snapshot_id')::uuid AND s.owner_id <> NEW.owner_id)
       OR EXISTS (SELECT 1 FROM public.passport_standingfound s
                  WHERE s.id = (told->>'found_id')::uuid AND s.owner_id <> NEW.owner_id) THEN
        RAISE EXCEPTION 'what is joined is of one register, and a fact stays between the same two'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'register_holds_together';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION register_holds_together_v1() FROM PUBLIC;
CREATE TRIGGER sourcingfact_holds_together_v1 AFTER INSERT ON passport_sourcingfact
    FOR EACH ROW EXECUTE FUNCTION register_holds_together_v1();
CREATE TRIGGER listmatch_holds_together_v1 AFTER INSERT ON passport_listmatch
    FOR EACH ROW EXECUTE FUNCTION register_holds_together_v1();
CREATE TRIGGER standingseen_holds_together_v1 AFTER INSERT ON passport_standingseen
    FOR EACH ROW EXECUTE FUNCTION register_holds_together_v1();
