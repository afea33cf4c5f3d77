-- What an event points to is looked at once a statement, as in references_v1: whoever recorded, the
-- battery, the intake. None of these is ever dropped, and an event that stands points where it did.
-- Runs as the owner, since row-level security hides rows that are there.
CREATE FUNCTION event_points_at_rows_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT recorder_id, intake_id FROM added) a
        WHERE NOT EXISTS (SELECT 1 FROM public.passport_party p WHERE p.id = a.recorder_id)
           OR (a.intake_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM public.passport_intake i WHERE i.id = a.intake_id))
    ) OR EXISTS (
        SELECT 1 FROM added a LEFT JOIN public.passport_battery b ON b.id = a.battery_id
        WHERE a.battery_id IS NOT NULL AND b.id IS NULL
    ) THEN
        RAISE EXCEPTION 'the event names a row that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'event_points_at_rows';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION event_points_at_rows_v1() FROM PUBLIC;
CREATE TRIGGER event_points_at_rows_v1 AFTER INSERT ON passport_lifecycleevent
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION event_points_at_rows_v1();
