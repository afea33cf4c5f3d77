-- As in fleet_v1, and a site is one of the present custody.
-- The whole units in the acting party's hands, each with its site, its newest reading that counts and
-- what it needs. Runs as the owner, since row-level security would be asked a row at a time; it tells
-- of what the acting party holds, and of nothing else.
CREATE FUNCTION fleet_now_v2(today timestamptz)
RETURNS TABLE (battery_id uuid, serial text, model_id uuid, state text, site_id uuid, soh numeric,
               soh_low numeric, soh_high numeric, method text, source text, measured_at timestamptz,
               needs text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH held AS (
        SELECT b.id, b.serial, b.model_id, b.state FROM public.passport_battery b
        WHERE b.holder_id = public.app_party() AND b.unit_id = b.id AND b.state <> 'MERGED'
    ), sited AS (
        SELECT DISTINCT ON (s.battery_id) s.battery_id, s.facility_id
        FROM public.passport_siting s
        -- A battery that came back stands where it was put since, and not where it was before.
        JOIN public.passport_custody c ON c.battery_id = s.battery_id AND c.until IS NULL
             AND c.holder_id = public.app_party() AND s.since >= c.since
        WHERE s.party_id = public.app_party()
        ORDER BY s.battery_id, s.id DESC
    ), newest AS MATERIALIZED (
        SELECT h.*, r.soh, r.soh_low, r.soh_high, r.method, r.source, r.measured_at,
               r.resistance_ratio, r.isolation_ohm_per_v, p.soh AS soh_before
        FROM held h
        LEFT JOIN LATERAL (
            SELECT x.* FROM public.passport_healthreading x
            WHERE x.battery_id = h.id AND NOT EXISTS (
                SELECT 1 FROM public.passport_correction c WHERE c.event_id = x.event_id)
            ORDER BY x.measured_at DESC LIMIT 1) r ON true
        LEFT JOIN LATERAL (
            SELECT x.soh FROM public.passport_healthreading x
            WHERE x.battery_id = h.id AND x.measured_at < r.measured_at AND x.method = r.method
              AND x.measured_at > r.measured_at - interval '6 months' AND NOT EXISTS (
                SELECT 1 FROM public.passport_correction c WHERE c.event_id = x.event_id)
            ORDER BY x.measured_at DESC LIMIT 1) p ON true
    ), usual AS (
        SELECT n.model_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY n.resistance_ratio) AS middle
        FROM newest n WHERE n.resistance_ratio IS NOT NULL
        GROUP BY n.model_id HAVING count(*) >= 5
    )
    SELECT n.id, n.serial, n.model_id, n.state, s.facility_id, n.soh, n.soh_low, n.soh_high,
           n.method, n.source, n.measured_at,
           CASE WHEN n.state NOT IN ('REGISTERED', 'IN_SERVICE') THEN '{}'::text[]
           ELSE array_remove(ARRAY[
               CASE WHEN n.isolation_ohm_per_v < 500 THEN 'ISOLATION' END,
               CASE WHEN n.soh_before - n.soh > 0.03 THEN 'DROPPED' END,
               CASE WHEN n.resistance_ratio > 1.3 * u.middle THEN 'RESISTANCE' END,
               CASE WHEN n.measured_at < today - interval '90 days' THEN 'OVERDUE' END,
               CASE WHEN n.measured_at IS NULL THEN 'UNREAD' END], NULL) END
    FROM newest n LEFT JOIN sited s ON s.battery_id = n.id
    LEFT JOIN usual u ON u.model_id = n.model_id $$;
REVOKE ALL ON FUNCTION fleet_now_v2(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fleet_now_v2(timestamptz) TO passport_app, passport_system;

-- The fleet counted, in one look: by site, state, band of five points and method, with what it needs;
-- and of each site the middle reading with the middle ends of the intervals.
CREATE FUNCTION fleet_counted_v2(today timestamptz) RETURNS jsonb LANGUAGE sql STABLE AS $$
    WITH fleet AS MATERIALIZED (SELECT * FROM fleet_now_v2(today)),
    cells AS (
        SELECT site_id, state, method, needs, count(*) AS n,
               CASE WHEN soh IS NOT NULL
                    THEN least(greatest(floor(soh * 20)::int, 9), 21) END AS band
        FROM fleet GROUP BY site_id, state, method, needs, 6
    ), middles AS (
        SELECT site_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY soh) AS soh,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY soh_low) AS low,
               percentile_disc(0.5) WITHIN GROUP (ORDER BY soh_high) AS high
        FROM fleet WHERE soh IS NOT NULL GROUP BY site_id
    )
    SELECT jsonb_build_object(
        'cells', coalesce((SELECT jsonb_agg(to_jsonb(c)) FROM cells c), '[]'),
        'middles', coalesce((SELECT jsonb_agg(jsonb_build_object('site_id', m.site_id,
            'soh', m.soh::text, 'low', m.low::text, 'high', m.high::text)) FROM middles m), '[]')) $$;

-- A page of the fleet by filter and order, with how many there are in all. `site` '' is any, 'none'
-- is no site; the other filters are empty where they filter nothing.
CREATE FUNCTION fleet_page_v2(
    today timestamptz, site text, wanted_state text, need text, begins text, sorted text,
    skip integer, most integer)
RETURNS TABLE (battery_id uuid, serial text, model text, state text, site_name text, soh numeric,
               soh_low numeric, soh_high numeric, method text, source text, measured_at timestamptz,
               needs text[], total bigint)
LANGUAGE sql STABLE AS $$
    SELECT f.battery_id, f.serial, m.name, f.state, p.name, f.soh, f.soh_low, f.soh_high, f.method,
           f.source, f.measured_at, f.needs, count(*) OVER ()
    FROM fleet_now_v2(today) f
    JOIN passport_batterymodel m ON m.id = f.model_id
    LEFT JOIN passport_facility p ON p.id = f.site_id
    WHERE (site = '' OR (site = 'none' AND f.site_id IS NULL) OR f.site_id::text = site)
      AND (wanted_state = '' OR f.state = wanted_state)
      AND (need = '' OR need = ANY (f.needs) OR (need = 'ANY' AND cardinality(f.needs) > 0))
      AND (begins = '' OR starts_with(f.serial, begins)
           OR strpos(lower(m.name || ' ' || m.code), lower(begins)) > 0)
    ORDER BY CASE WHEN sorted = 'soh' THEN f.soh END ASC NULLS LAST,
             CASE WHEN sorted = 'soh-high' THEN f.soh END DESC NULLS LAST,
             CASE WHEN sorted = 'measured' THEN f.measured_at END ASC NULLS FIRST,
             CASE WHEN sorted = 'site' THEN p.name END ASC NULLS LAST,
             f.serial, f.battery_id
    LIMIT most OFFSET skip $$;
DROP FUNCTION fleet_page_v1(timestamptz, text, text, text, text, text, integer, integer);
DROP FUNCTION fleet_counted_v1(timestamptz);
DROP FUNCTION fleet_now_v1(timestamptz);
