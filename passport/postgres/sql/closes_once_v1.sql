-- A span of time is opened, and closed once; nothing else of it ever changes.
CREATE FUNCTION closes_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.until IS NULL AND NEW.until IS NOT NULL THEN
        OLD.until := NEW.until;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% only ever closes an open span: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER assembly_closes_once_v1 BEFORE UPDATE OR DELETE
    ON passport_assembly FOR EACH ROW EXECUTE FUNCTION closes_once_v1();
CREATE TRIGGER custody_closes_once_v1 BEFORE UPDATE OR DELETE
    ON passport_custody FOR EACH ROW EXECUTE FUNCTION closes_once_v1();
CREATE TRIGGER concern_closes_once_v1 BEFORE UPDATE OR DELETE
    ON passport_concern FOR EACH ROW EXECUTE FUNCTION closes_once_v1();
CREATE TRIGGER assembly_is_never_truncated_v1 BEFORE TRUNCATE
    ON passport_assembly FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER custody_is_never_truncated_v1 BEFORE TRUNCATE
    ON passport_custody FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER concern_is_never_truncated_v1 BEFORE TRUNCATE
    ON passport_concern FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
