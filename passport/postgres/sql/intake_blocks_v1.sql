-- Files come in block by block. Whose a block is, its intake says; only one that is still coming in
-- takes any.
ALTER TABLE passport_intakeblock ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE passport_intakeblock ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_intakeblock TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_intakeblock FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_intake i WHERE i.id = intake_id));
CREATE POLICY party_sends ON passport_intakeblock FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_intake i
                        WHERE i.id = intake_id AND i.state = 'RECEIVING'));
GRANT SELECT, INSERT ON passport_intakeblock TO passport_app;
GRANT SELECT, INSERT, DELETE ON passport_intakeblock TO passport_system;
GRANT USAGE ON SEQUENCE passport_intakeblock_id_seq TO passport_app, passport_system;

-- The application brings a file in and may ask that it be stopped; all else is the worker's to say.
REVOKE UPDATE (lines_read) ON passport_intake FROM passport_app;
GRANT UPDATE (state, finished_at, cancel_asked_at) ON passport_intake TO passport_app;
CREATE FUNCTION intake_is_moved_by_the_worker_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'passport_app' OR (OLD.state = 'RECEIVING'
            AND NEW.state IN ('RECEIVING', 'RECEIVED', 'CANCELLED')) THEN
        RETURN NEW;
    END IF;
    OLD.cancel_asked_at := NEW.cancel_asked_at;
    IF OLD IS NOT DISTINCT FROM NEW THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a file that is whole is the worker''s: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER intake_is_moved_by_the_worker_v1 BEFORE UPDATE
    ON passport_intake FOR EACH ROW EXECUTE FUNCTION intake_is_moved_by_the_worker_v1();

-- A file whose job rests has failed, and is waiting again when the job is retried. Runs as the owner:
-- it is the job that says so, whoever moved it.
CREATE FUNCTION intake_goes_with_its_job_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    UPDATE public.passport_intake SET state = CASE NEW.state WHEN 'RESTING' THEN 'FAILED'
        ELSE 'RECEIVED' END
    WHERE job_id = NEW.id AND state IN ('RECEIVED', 'RUNNING', 'FAILED');
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION intake_goes_with_its_job_v1() FROM PUBLIC;
CREATE TRIGGER intake_goes_with_its_job_v1 AFTER UPDATE OF state ON passport_job FOR EACH ROW
    WHEN (NEW.kind = 'intake' AND (NEW.state = 'RESTING' OR OLD.state = 'RESTING'))
    EXECUTE FUNCTION intake_goes_with_its_job_v1();
