-- How far the index of EPCIS has followed the log: one row, which the worker alone moves.
INSERT INTO passport_epcismark (id, next_index) VALUES (1, 0);

-- What is passed over has no row for ever, so the mark never stands where no entry is yet.
CREATE FUNCTION epcis_mark_stays_within_the_log_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.next_index > coalesce((SELECT size FROM passport_loghead), 0) THEN
        RAISE EXCEPTION 'the mark stays within the log: change refused'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER epcis_mark_stays_within_the_log_v1 BEFORE INSERT OR UPDATE ON passport_epcismark
    FOR EACH ROW EXECUTE FUNCTION epcis_mark_stays_within_the_log_v1();
CREATE TRIGGER epcis_mark_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_epcismark FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
GRANT SELECT, UPDATE (next_index) ON passport_epcismark TO passport_system;

-- Which events were written by the worker is asked by nobody any more.
DROP INDEX epcis_event_native;
