-- Which passport follows on which is history, written by the worker alone, and seen by whoever sees
-- either of the two.
CREATE TRIGGER passportlink_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_passportlink FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_passportlink ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_passportlink TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_sees_either_sees ON passport_passportlink FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id IN (original_id, successor_id)));
GRANT SELECT ON passport_passportlink TO passport_app;
GRANT SELECT, INSERT ON passport_passportlink TO passport_system;

-- No circle: what follows on a battery is younger than it, so neither comes before itself.
CREATE FUNCTION passport_follows_no_circle_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE before (id) AS (
            SELECT NEW.original_id
            UNION
            SELECT l.original_id FROM public.passport_passportlink l JOIN before ON l.successor_id = before.id)
        SELECT 1 FROM before WHERE id = NEW.successor_id) THEN
        RAISE EXCEPTION 'a passport would follow on itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'passport_follows_no_circle';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION passport_follows_no_circle_v1() FROM PUBLIC;
CREATE TRIGGER passport_follows_no_circle_v1 AFTER INSERT ON passport_passportlink
    FOR EACH ROW EXECUTE FUNCTION passport_follows_no_circle_v1();

-- What anybody may know: under which names a passport goes on, and from which it came. Not the
-- status of either, nor in whose hands they are.
CREATE FUNCTION public_passport_links_v1(wanted text)
RETURNS TABLE (direction text, identity text, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT 'successor', s.identity, l.since
    FROM public.passport_battery b
    JOIN public.passport_passportlink l ON l.original_id = b.id
    JOIN public.passport_battery s ON s.id = l.successor_id
    WHERE b.identity = wanted
    UNION ALL
    SELECT 'original', o.identity, l.since
    FROM public.passport_battery b
    JOIN public.passport_passportlink l ON l.successor_id = b.id
    JOIN public.passport_battery o ON o.id = l.original_id
    WHERE b.identity = wanted
    ORDER BY 1, 2
    LIMIT 500 $$;
REVOKE ALL ON FUNCTION public_passport_links_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_passport_links_v1(text) TO passport_app, passport_system;
