-- Projects that claim a credit are their owner's own, and read by whom it shows them to. What is
-- recorded of them is never changed: terms and lines get a next version, a flag an end.

-- The projects that the acting party reads. Runs as the owner: the policy of a project reads its
-- shares, and the policy of a share must not read projects.
CREATE FUNCTION app_projects_v1() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT p.id FROM public.passport_sourcingproject p WHERE p.owner_id = public.app_party()
    UNION
    SELECT s.project_id FROM public.passport_projectshare s
    WHERE s.party_id = public.app_party() AND s.until IS NULL $$;
REVOKE ALL ON FUNCTION app_projects_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_projects_v1() TO passport_app, passport_system;

ALTER TABLE passport_sourcingproject ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_sourcingproject TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY owner_or_reader_sees ON passport_sourcingproject FOR SELECT TO passport_app
    USING (owner_id = app_party() OR id IN (SELECT app_projects_v1()));
CREATE POLICY keeper_opens ON passport_sourcingproject FOR INSERT TO passport_app
    WITH CHECK (owner_id = app_party() AND app_acts_as('KEEPER'));
GRANT SELECT, INSERT ON passport_sourcingproject TO passport_app, passport_system;
CREATE TRIGGER sourcingproject_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_sourcingproject FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_projectshare ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_projectshare TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY owner_or_reader_sees ON passport_projectshare FOR SELECT TO passport_app
    USING (project_id IN (SELECT app_projects_v1()));
CREATE POLICY owner_shares ON passport_projectshare FOR INSERT TO passport_app
    WITH CHECK (until IS NULL AND project_id IN (
        SELECT p.id FROM passport_sourcingproject p WHERE p.owner_id = app_party()));
CREATE POLICY owner_ends ON passport_projectshare FOR UPDATE TO passport_app
    USING (project_id IN (
        SELECT p.id FROM passport_sourcingproject p WHERE p.owner_id = app_party()));
GRANT SELECT, INSERT ON passport_projectshare TO passport_app, passport_system;
GRANT UPDATE (until) ON passport_projectshare TO passport_app;
CREATE TRIGGER projectshare_closes_once_v1 BEFORE UPDATE OR DELETE
    ON passport_projectshare FOR EACH ROW EXECUTE FUNCTION closes_once_v1();
CREATE TRIGGER projectshare_is_never_truncated_v1 BEFORE TRUNCATE
    ON passport_projectshare FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- All that is recorded of a project: seen by its readers, added by its owner, changed by nobody.
DO $$
DECLARE
    kept text;
BEGIN
    FOREACH kept IN ARRAY ARRAY['projectterms', 'projectline', 'linecost', 'sourcingflag',
        'flagresolution', 'suppliercertificate', 'certificateline', 'certificateend', 'seriallist',
        'serialblock', 'serialorigin', 'serialchange'] LOOP
        EXECUTE format('ALTER TABLE passport_%s ENABLE ROW LEVEL SECURITY', kept);
        EXECUTE format('CREATE POLICY system_sees_all ON passport_%s TO passport_system'
            ' USING (true) WITH CHECK (true)', kept);
        EXECUTE format('CREATE POLICY reader_of_the_project_sees ON passport_%s FOR SELECT'
            ' TO passport_app USING (project_id IN (SELECT app_projects_v1()))', kept);
        EXECUTE format('CREATE POLICY owner_of_the_project_adds ON passport_%s FOR INSERT'
            ' TO passport_app WITH CHECK (project_id IN (SELECT p.id FROM passport_sourcingproject p'
            ' WHERE p.owner_id = app_party()))', kept);
        EXECUTE format('GRANT SELECT, INSERT ON passport_%s TO passport_app, passport_system', kept);
        EXECUTE format('CREATE TRIGGER %s_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE'
            ' ON passport_%s FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1()', kept, kept);
    END LOOP;
END $$;

-- A version of a line has the costs that it said it has, and they are of the same project: no cost
-- is slipped into a line that was recorded. Runs as the owner: what must hold is not a matter of sight.
CREATE FUNCTION costs_are_of_their_line_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT a.line_id FROM added a) t
        JOIN public.passport_projectline l ON l.id = t.line_id
        JOIN public.passport_linecost c ON c.line_id = l.id
        GROUP BY l.id, l.costs_count, l.project_id
        HAVING count(*) > l.costs_count OR bool_or(c.project_id <> l.project_id)) THEN
        RAISE EXCEPTION 'a line takes no other costs than it was recorded with'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'costs_are_of_their_line';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION costs_are_of_their_line_v1() FROM PUBLIC;
CREATE TRIGGER costs_are_of_their_line_v1 AFTER INSERT ON passport_linecost
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION costs_are_of_their_line_v1();

-- As many serials lie in the blocks of a list as it says, all of its own project.
CREATE FUNCTION blocks_are_of_their_list_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT a.serial_list_id FROM added a) t
        JOIN public.passport_seriallist l ON l.id = t.serial_list_id
        JOIN public.passport_serialblock b ON b.serial_list_id = l.id
        GROUP BY l.id, l.count, l.project_id
        HAVING sum(b.count) > l.count OR bool_or(b.project_id <> l.project_id)) THEN
        RAISE EXCEPTION 'a list takes no other serials than it was recorded with'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'blocks_are_of_their_list';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION blocks_are_of_their_list_v1() FROM PUBLIC;
CREATE TRIGGER blocks_are_of_their_list_v1 AFTER INSERT ON passport_serialblock
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION blocks_are_of_their_list_v1();

-- Certificates, ends, flags and lists are joined within one project.
CREATE FUNCTION project_holds_together_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    told jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (SELECT 1 FROM public.passport_suppliercertificate c
               WHERE c.id IN ((told->>'certificate_id')::uuid, (told->>'by_id')::uuid)
                 AND c.project_id <> NEW.project_id)
       OR EXISTS (SELECT 1 FROM public.passport_sourcingflag f
                  WHERE f.id = (told->>'flag_id')::uuid AND f.project_id <> NEW.project_id)
       OR EXISTS (SELECT 1 FROM public.passport_seriallist l
                  WHERE l.id = (told->>'serial_list_id')::uuid
                    AND l.project_id <> NEW.project_id) THEN
        RAISE EXCEPTION 'what is joined is of one project'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'project_holds_together';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION project_holds_together_v1() FROM PUBLIC;
CREATE TRIGGER certificateline_holds_together_v1 AFTER INSERT ON passport_certificateline
    FOR EACH ROW EXECUTE FUNCTION project_holds_together_v1();
CREATE TRIGGER certificateend_holds_together_v1 AFTER INSERT ON passport_certificateend
    FOR EACH ROW EXECUTE FUNCTION project_holds_together_v1();
CREATE TRIGGER flagresolution_holds_together_v1 AFTER INSERT ON passport_flagresolution
    FOR EACH ROW EXECUTE FUNCTION project_holds_together_v1();
CREATE TRIGGER seriallist_holds_together_v1 AFTER INSERT ON passport_seriallist
    FOR EACH ROW EXECUTE FUNCTION project_holds_together_v1();
CREATE TRIGGER serialchange_holds_together_v1 AFTER INSERT ON passport_serialchange
    FOR EACH ROW EXECUTE FUNCTION project_holds_together_v1();
CREATE TRIGGER serialorigin_holds_together_v1 AFTER INSERT ON passport_serialorigin
    FOR EACH ROW EXECUTE FUNCTION project_holds_together_v1();
