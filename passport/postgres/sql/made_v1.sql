-- What a maker has made, counted as far as a page shows it: by lot, and by model. Both run as whoever
-- asks, under row-level security, and read so many rows at most.

-- The acting party's production lots, the last by name first, from below `before` on. One step of the
-- index a lot: a lot of a million cells costs as much as one of ten, up to `counted`.
CREATE FUNCTION lots_made_v1(before text, most integer, counted integer)
RETURNS TABLE (lot text, level text, model_name text, manufactured_on date, made bigint)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE named (lot, place) AS (
        (SELECT b.lot::text, 1 FROM public.passport_battery b
         WHERE b.maker_id = public.app_party() AND b.lot <> '' AND (before = '' OR b.lot < before)
         ORDER BY b.lot DESC LIMIT 1)
        UNION ALL
        SELECT (SELECT b.lot::text FROM public.passport_battery b
                WHERE b.maker_id = public.app_party() AND b.lot <> '' AND b.lot < named.lot
                ORDER BY b.lot DESC LIMIT 1), named.place + 1
        FROM named WHERE named.lot IS NOT NULL AND named.place < most
    )
    SELECT named.lot, one.level, one.model_name, one.manufactured_on,
        (SELECT count(*) FROM (
            SELECT 1 FROM public.passport_battery b
            WHERE b.maker_id = public.app_party() AND b.lot <> '' AND b.lot = named.lot
            LIMIT counted + 1) seen)
    FROM named CROSS JOIN LATERAL (
        SELECT b.level::text, m.name::text AS model_name, b.manufactured_on
        FROM public.passport_battery b JOIN public.passport_batterymodel m ON m.id = b.model_id
        WHERE b.maker_id = public.app_party() AND b.lot <> '' AND b.lot = named.lot
        LIMIT 1) one
    WHERE named.lot IS NOT NULL ORDER BY named.lot DESC $$;
REVOKE ALL ON FUNCTION lots_made_v1(text, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lots_made_v1(text, integer, integer) TO passport_app, passport_system;

-- How many batteries of each of these models the acting party has made, up to `counted` and one.
CREATE FUNCTION made_of_models_v1(models uuid[], counted integer)
RETURNS TABLE (model_id uuid, made bigint) LANGUAGE sql STABLE AS $$
    SELECT wanted.id, (SELECT count(*) FROM (
        SELECT 1 FROM public.passport_battery b
        WHERE b.model_id = wanted.id AND b.maker_id = public.app_party()
        LIMIT counted + 1) seen)
    FROM unnest(models) AS wanted (id) $$;
REVOKE ALL ON FUNCTION made_of_models_v1(uuid[], integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION made_of_models_v1(uuid[], integer) TO passport_app, passport_system;
