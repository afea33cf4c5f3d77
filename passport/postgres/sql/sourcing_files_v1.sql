-- Evidence files belong to their project: its owner asks for one, its readers read it. The system
-- makes it, step by step; what a step has written is never written again, and nothing is let go.
ALTER TABLE passport_evidencefile ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_evidencefile TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_project_sees ON passport_evidencefile FOR SELECT TO passport_app
    USING (project_id IN (SELECT app_projects_v1()));
CREATE POLICY owner_of_the_project_asks ON passport_evidencefile FOR INSERT TO passport_app
    WITH CHECK (number IS NULL AND sealed_at IS NULL
        AND project_id IN (SELECT p.id FROM passport_sourcingproject p WHERE p.owner_id = app_party())
        AND EXISTS (SELECT 1 FROM passport_job j WHERE j.id = job_id AND j.kind = 'evidence'));
GRANT SELECT, INSERT ON passport_evidencefile TO passport_app, passport_system;
GRANT UPDATE (number, subject_salt, manifest, manifest_sha256, checksums, rule_set, verdict,
    supported, filed_at, log_index, tree_size, sha256, size_bytes, sealed_at)
    ON passport_evidencefile TO passport_system;

ALTER TABLE passport_evidencepiece ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_evidencepiece TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY reader_of_the_project_sees ON passport_evidencepiece FOR SELECT TO passport_app
    USING (project_id IN (SELECT app_projects_v1()));
GRANT SELECT ON passport_evidencepiece TO passport_app;
GRANT SELECT, INSERT ON passport_evidencepiece TO passport_system;
CREATE TRIGGER evidencepiece_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_evidencepiece FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A file is filed once and sealed once: what has a value keeps it.
CREATE FUNCTION evidence_is_written_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    name text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        FOR name IN SELECT jsonb_object_keys(before) LOOP
            IF before->name IS DISTINCT FROM after->name
                AND before->name NOT IN ('null'::jsonb, '""'::jsonb) THEN
                RAISE EXCEPTION 'an evidence file keeps its %: UPDATE refused', name
                    USING ERRCODE = 'restrict_violation',
                          HINT = 'Ask for another file; this one stays as it is.';
            END IF;
        END LOOP;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'evidence files are kept: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER evidencefile_is_written_once_v1 BEFORE UPDATE OR DELETE
    ON passport_evidencefile FOR EACH ROW EXECUTE FUNCTION evidence_is_written_once_v1();
CREATE TRIGGER evidencefile_is_never_truncated_v1 BEFORE TRUNCATE
    ON passport_evidencefile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Nobody adds a piece to a file that is sealed, or to one of another project.
CREATE FUNCTION pieces_are_of_their_file_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.passport_evidencefile f WHERE f.id = NEW.file_id
                   AND f.project_id = NEW.project_id AND f.sealed_at IS NULL) THEN
        RAISE EXCEPTION 'an evidence file that is sealed takes no more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pieces_are_of_their_file';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION pieces_are_of_their_file_v1() FROM PUBLIC;
CREATE TRIGGER pieces_are_of_their_file_v1 BEFORE INSERT ON passport_evidencepiece
    FOR EACH ROW EXECUTE FUNCTION pieces_are_of_their_file_v1();
