-- A page of genealogy_seen_v1, by the id of the places: who may see what is asked of the rows of the
-- page alone, one after the other until it is full.
CREATE FUNCTION genealogy_page_v1(wanted uuid, moment timestamptz, after uuid, most bigint)
RETURNS TABLE (id uuid, battery_id uuid, identity text, serial text, level text, parent_id uuid,
               "position" text, depth integer, around boolean, since timestamptz,
               until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE below AS (
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, 1 AS depth
        FROM public.passport_assembly a
        WHERE a.parent_id = wanted AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
        UNION ALL
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, b.depth + 1
        FROM below b JOIN public.passport_assembly a ON a.parent_id = b.child_id
        WHERE b.depth < 4 AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
    ), above AS (
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, 1 AS depth
        FROM public.passport_assembly a
        WHERE a.child_id = wanted AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
        UNION ALL
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, b.depth + 1
        FROM above b JOIN public.passport_assembly a ON a.child_id = b.parent_id
        WHERE b.depth < 4 AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
    ), places AS (
        SELECT *, child_id AS other, false AS around FROM below
        UNION ALL
        SELECT *, parent_id, true FROM above
    ), page AS MATERIALIZED (
        -- In order before anybody is asked: OFFSET keeps the question out of the inner read.
        SELECT * FROM (SELECT * FROM places p WHERE p.id > after ORDER BY p.id OFFSET 0) p
        WHERE public.app_sees_v1(p.child_id) OR public.app_sees_v1(p.parent_id)
        ORDER BY p.id LIMIT most
    )
    SELECT p.id, p.other, o.identity, o.serial, o.level, p.parent_id, p."position", p.depth,
           p.around, p.since, p.until
    FROM page p
    LEFT JOIN LATERAL (SELECT b.identity, b.serial, b.level FROM public.passport_battery b
                       WHERE b.id = p.other AND public.app_sees_v1(p.other)) o ON true
    WHERE (SELECT public.app_sees_v1(wanted)) ORDER BY p.id $$;
REVOKE ALL ON FUNCTION genealogy_page_v1(uuid, timestamptz, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION genealogy_page_v1(uuid, timestamptz, uuid, bigint)
    TO passport_app, passport_system;
