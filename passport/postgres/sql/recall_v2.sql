-- Recalls of a million batteries are looked into a page at a time, and a question about one unit reads
-- what is in that unit. The first three functions ask first which recalls are open: given as values,
-- the scope is planned from whichever end is the shorter, and without an open recall nothing is read.

CREATE FUNCTION recalls_open_v1() RETURNS uuid[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT r.id FROM public.passport_recall r WHERE r.closed_at IS NULL) $$;
REVOKE ALL ON FUNCTION recalls_open_v1() FROM PUBLIC;

CREATE FUNCTION recalled_units_v2(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    open uuid[] := public.recalls_open_v1();
BEGIN
    IF cardinality(open) > 0 THEN
        RETURN QUERY SELECT DISTINCT s.unit_id FROM public.recall_scope_v1(open) s
        WHERE s.unit_id = ANY (wanted);
    END IF;
END $$;
REVOKE ALL ON FUNCTION recalled_units_v2(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_units_v2(uuid[]) TO passport_app, passport_system;
DROP FUNCTION recalled_units_v1(uuid[]);

CREATE FUNCTION recalled_batteries_v2(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    open uuid[] := public.recalls_open_v1();
    units uuid[];
BEGIN
    IF cardinality(open) = 0 THEN
        RETURN;
    END IF;
    units := ARRAY(SELECT DISTINCT b.unit_id FROM public.passport_battery b WHERE b.id = ANY (wanted));
    RETURN QUERY
    WITH RECURSIVE up (id, height) AS (
        SELECT s.battery_id, 0 FROM public.recall_scope_v1(open) s WHERE s.unit_id = ANY (units)
        UNION
        SELECT a.parent_id, up.height + 1 FROM up
        JOIN public.passport_assembly a ON a.child_id = up.id AND a.until IS NULL
        WHERE up.height < 4
    )
    SELECT DISTINCT up.id FROM up WHERE up.id = ANY (wanted);
END $$;
REVOKE ALL ON FUNCTION recalled_batteries_v2(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_batteries_v2(uuid[]) TO passport_app, passport_system;
DROP FUNCTION recalled_batteries_v1(uuid[]);

-- All units in the acting party's hands that are, or hold, something under an open recall: the first
-- `most` by serial, each with how many there are.
CREATE FUNCTION recalled_in_hand_v1(most integer)
RETURNS TABLE (id uuid, serial text, model_name text, total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    open uuid[] := public.recalls_open_v1();
BEGIN
    IF cardinality(open) > 0 THEN
        RETURN QUERY
        SELECT u.id, u.serial::text, m.name::text, count(*) OVER ()
        FROM (SELECT DISTINCT s.unit_id FROM public.recall_scope_v1(open) s) found
        JOIN public.passport_battery u ON u.id = found.unit_id
        JOIN public.passport_batterymodel m ON m.id = u.model_id
        WHERE u.holder_id = public.app_party()
        ORDER BY u.serial, u.id LIMIT most;
    END IF;
END $$;
REVOKE ALL ON FUNCTION recalled_in_hand_v1(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_in_hand_v1(integer) TO passport_app, passport_system;

-- Of these batteries those that an open recall of their maker's reaches themselves.
CREATE FUNCTION recalled_themselves_v1(batteries uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT b.id FROM public.passport_battery b WHERE b.id = ANY (batteries) AND EXISTS (
        SELECT 1 FROM public.passport_recall r
        WHERE r.maker_id = b.maker_id AND r.closed_at IS NULL AND (
            ((cardinality(r.lots) > 0 OR cardinality(r.model_ids) > 0)
             AND (cardinality(r.lots) = 0 OR (b.lot <> '' AND b.lot = ANY (r.lots)))
             AND (cardinality(r.model_ids) = 0 OR b.model_id = ANY (r.model_ids)))
            OR (r.named > 0 AND EXISTS (SELECT 1 FROM public.passport_recallsubject s
                                        WHERE s.recall_id = r.id AND s.battery_id = b.id)))) $$;
REVOKE ALL ON FUNCTION recalled_themselves_v1(uuid[]) FROM PUBLIC;

-- The next batteries in the scope of a recall, by id; all of them without `most`.
CREATE FUNCTION recall_page_v1(wanted uuid, after uuid, most bigint) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE AS $$
DECLARE
    r public.passport_recall%ROWTYPE;
BEGIN
    SELECT * INTO r FROM public.passport_recall WHERE id = wanted;
    RETURN QUERY SELECT DISTINCT s.id FROM (
        (SELECT b.id FROM public.passport_battery b
         WHERE b.maker_id = r.maker_id AND b.lot <> '' AND b.lot = ANY (r.lots) AND b.id > after
           AND (cardinality(r.model_ids) = 0 OR b.model_id = ANY (r.model_ids))
         ORDER BY b.id LIMIT most)
        UNION ALL
        (SELECT b.id FROM public.passport_battery b
         WHERE b.model_id = ANY (r.model_ids) AND b.maker_id = r.maker_id AND b.id > after
           AND cardinality(r.lots) = 0
         ORDER BY b.id LIMIT most)
        UNION ALL
        (SELECT n.battery_id FROM public.passport_recallsubject n
         WHERE n.recall_id = wanted AND n.battery_id > after
         ORDER BY n.battery_id LIMIT most)
    ) s ORDER BY s.id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION recall_page_v1(uuid, uuid, bigint) FROM PUBLIC;

-- Who is told where the batteries of a recall are.
CREATE FUNCTION recall_tells_v1(wanted uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM public.passport_recall r WHERE r.id = wanted
        AND (r.maker_id = public.app_party() OR r.opened_by_id = public.app_party()
             OR public.app_acts_as('AUTHORITY'))) $$;
REVOKE ALL ON FUNCTION recall_tells_v1(uuid) FROM PUBLIC;

-- As recall_whereabouts_v1, the next `most` by id.
CREATE FUNCTION recall_whereabouts_v2(wanted uuid, after uuid, most bigint)
RETURNS TABLE (id uuid, identity text, serial text, level text, lot text, state text,
               unit_id uuid, unit_level text, path text, holder text, country text, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT w.* FROM public.passport_recall r
    CROSS JOIN LATERAL public.whereabouts_v1(
        ARRAY(SELECT p.id FROM public.recall_page_v1(r.id, after, most) AS p (id)),
        r.closed_at IS NULL) w
    WHERE r.id = wanted AND public.recall_tells_v1(wanted) ORDER BY w.id $$;
REVOKE ALL ON FUNCTION recall_whereabouts_v2(uuid, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recall_whereabouts_v2(uuid, uuid, bigint) TO passport_app, passport_system;
DROP FUNCTION recall_whereabouts_v1(uuid);

-- As lot_whereabouts_v1, the next `most` by id.
CREATE FUNCTION lot_whereabouts_v2(wanted text, after uuid, most bigint)
RETURNS TABLE (id uuid, identity text, serial text, level text, lot text, state text,
               unit_id uuid, unit_level text, path text, holder text, country text, roles text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    mine uuid[] := ARRAY(
        SELECT b.id FROM public.passport_battery b
        WHERE b.maker_id = public.app_party() AND b.lot = wanted AND b.lot <> '' AND b.id > after
        ORDER BY b.id LIMIT most);
    called uuid[] := ARRAY(SELECT public.recalled_themselves_v1(mine));
BEGIN
    RETURN QUERY
    SELECT * FROM (
        SELECT * FROM public.whereabouts_v1(called, true)
        UNION ALL
        SELECT * FROM public.whereabouts_v1(
            ARRAY(SELECT m.id FROM unnest(mine) AS m (id) WHERE m.id <> ALL (called)), false)
    ) w ORDER BY w.id;
END $$;
REVOKE ALL ON FUNCTION lot_whereabouts_v2(text, uuid, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lot_whereabouts_v2(text, uuid, bigint) TO passport_app, passport_system;
DROP FUNCTION lot_whereabouts_v1(text);

-- Batteries counted by what whereabouts_v1 would tell of each: `what` is TOTAL, UNITS, HIDDEN, HOLDER,
-- ROLE, COUNTRY or STATE, `name` of which. Those in `open` are asked for by an open recall.
CREATE FUNCTION whereabouts_counted_v1(batteries uuid[], open uuid[])
RETURNS TABLE (what text, name text, n bigint) LANGUAGE sql STABLE AS $$
    WITH asked AS MATERIALIZED (
        SELECT b.id, b.unit_id, b.state FROM public.passport_battery b WHERE b.id = ANY (batteries)
    ), seen AS MATERIALIZED (
        SELECT s.id FROM public.batteries_seen_v1(
            ARRAY(SELECT DISTINCT a.unit_id FROM asked a)) AS s (id)
    ), told AS MATERIALIZED (
        SELECT a.unit_id, a.id IN (SELECT unnest(open)) OR a.unit_id IN (SELECT s.id FROM seen s) AS shown,
               CASE WHEN u.state IN ('RETIRED', 'RECYCLED') THEN u.state ELSE a.state END::text AS state,
               h.name::text AS holder, h.country::text AS country, coalesce(h.roles[1], '')::text AS role
        FROM asked a JOIN public.passport_battery u ON u.id = a.unit_id
        JOIN public.passport_party h ON h.id = u.holder_id
    )
    SELECT 'TOTAL', '', count(*) FROM told
    UNION ALL SELECT 'UNITS', '', count(DISTINCT t.unit_id) FROM told t WHERE t.shown
    UNION ALL SELECT 'HIDDEN', '', count(*) FROM told t WHERE NOT t.shown
    UNION ALL SELECT 'HOLDER', t.holder, count(*) FROM told t WHERE t.shown GROUP BY t.holder
    UNION ALL SELECT 'ROLE', t.role, count(*) FROM told t WHERE t.shown AND t.role <> '' GROUP BY t.role
    UNION ALL SELECT 'COUNTRY', t.country, count(*) FROM told t WHERE t.shown GROUP BY t.country
    UNION ALL SELECT 'STATE', t.state, count(*) FROM told t GROUP BY t.state $$;
REVOKE ALL ON FUNCTION whereabouts_counted_v1(uuid[], uuid[]) FROM PUBLIC;

CREATE FUNCTION recall_counted_v1(wanted uuid) RETURNS TABLE (what text, name text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    found uuid[] := CASE WHEN public.recall_tells_v1(wanted) THEN
        ARRAY(SELECT public.recall_page_v1(wanted, '00000000-0000-0000-0000-000000000000', NULL)) END;
BEGIN
    RETURN QUERY SELECT * FROM public.whereabouts_counted_v1(found, CASE WHEN wanted = ANY
        (public.recalls_open_v1()) THEN found END);
END $$;
REVOKE ALL ON FUNCTION recall_counted_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recall_counted_v1(uuid) TO passport_app, passport_system;

CREATE FUNCTION lot_counted_v1(wanted text) RETURNS TABLE (what text, name text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    mine uuid[] := ARRAY(SELECT b.id FROM public.passport_battery b
        WHERE b.maker_id = public.app_party() AND b.lot = wanted AND b.lot <> '');
BEGIN
    RETURN QUERY SELECT * FROM public.whereabouts_counted_v1(
        mine, ARRAY(SELECT public.recalled_themselves_v1(mine)));
END $$;
REVOKE ALL ON FUNCTION lot_counted_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lot_counted_v1(text) TO passport_app, passport_system;

-- Those of these lots of which the maker has made something that the acting party sees: one step of the
-- index a lot.
CREATE FUNCTION lots_known_v1(maker uuid, lots text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT l.name FROM unnest(lots) AS l (name) WHERE l.name <> '' AND EXISTS (
        SELECT 1 FROM public.passport_battery b
        WHERE b.maker_id = maker AND b.lot <> '' AND b.lot = l.name) $$;
REVOKE ALL ON FUNCTION lots_known_v1(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lots_known_v1(uuid, text[]) TO passport_app, passport_system;
