-- The file of Article 73 holds no test that has not seen what happened since, whoever writes it: what
-- was recorded behind the test counts, whenever it is said to have happened.
CREATE FUNCTION evidence_holds_a_test_that_stands_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.recycling_testorder t
        JOIN public.passport_lifecycleevent done ON done.id = t.event_id
        JOIN public.passport_lifecycleevent e ON e.kind = 'INCIDENT'
            AND (e.battery_id = t.battery_id OR e.members @> ARRAY[t.battery_id])
        WHERE t.id = NEW.test_id
          AND (e.happened_at > done.happened_at
               OR (e.recorded_at, e.id) > (t.settled_at, done.id))
          AND NOT EXISTS (SELECT 1 FROM public.passport_correction c WHERE c.event_id = e.id)) THEN
        RAISE EXCEPTION 'something happened to the battery that the test has not seen'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_holds_a_test_that_stands';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION evidence_holds_a_test_that_stands_v1() FROM PUBLIC;
CREATE TRIGGER evidence_holds_a_test_that_stands_v1 AFTER INSERT ON recycling_evidencefile
    FOR EACH ROW EXECUTE FUNCTION evidence_holds_a_test_that_stands_v1();
