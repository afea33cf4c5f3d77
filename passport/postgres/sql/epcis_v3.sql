-- As batteries_named_v1, with each name looked up once: what a name is of never changes, so after the
-- locks only the batteries and their holders are read again.
CREATE FUNCTION batteries_named_v2(names text[])
RETURNS TABLE (name text, id uuid, identity text, state text, manufactured_on date, may boolean,
               salt bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    me uuid := public.app_party();
    repairs boolean := public.app_acts_as('WORKSHOP');
    said text[];
    ids uuid[];
BEGIN
    SELECT array_agg(n.name), array_agg(n.id) INTO said, ids FROM public.named_v1(names) AS n;
    -- In the order in which all acts on several batteries lock them.
    PERFORM 1 FROM public.passport_battery b JOIN public.passport_battery u ON u.id = b.unit_id
    WHERE b.id = ANY (ids) AND public.records_v1(u.id, u.holder_id, me, repairs)
    ORDER BY b.id FOR NO KEY UPDATE OF b;
    -- As they stand now that nobody changes them.
    RETURN QUERY
    SELECT n.name, b.id, b.identity::text, b.state::text, b.manufactured_on, w.may,
           CASE WHEN w.may THEN b.salt END
    FROM unnest(said, ids) AS n (name, id)
    JOIN public.passport_battery b ON b.id = n.id
    JOIN public.passport_battery u ON u.id = b.unit_id
    CROSS JOIN LATERAL (SELECT public.records_v1(u.id, u.holder_id, me, repairs) AS may) w;
END $$;
REVOKE ALL ON FUNCTION batteries_named_v2(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batteries_named_v2(text[]) TO passport_app, passport_system;
DROP FUNCTION batteries_named_v1(text[]);
