-- Who found a battery stands as its maker, and has not made it: its recalls are of what it made. And
-- a page looks into a recall, a lot and what is in hand up to a bound, and says where there is more.

CREATE FUNCTION recall_names_what_was_made_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a JOIN public.passport_legacybattery l
               ON l.battery_id = a.battery_id WHERE l.claimant_id IS NULL) THEN
        RAISE EXCEPTION 'a battery that was found is not recalled as made by its finder'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recall_is_of_what_was_made';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION recall_names_what_was_made_v1() FROM PUBLIC;
CREATE TRIGGER recall_names_what_was_made_v1 AFTER INSERT ON passport_recallsubject
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION recall_names_what_was_made_v1();

CREATE FUNCTION recall_is_of_what_was_made_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.passport_legacybattery l
               JOIN public.passport_battery b ON b.id = l.battery_id
               WHERE l.party_id = NEW.maker_id AND l.claimant_id IS NULL
                 AND b.model_id = ANY (NEW.model_ids)) THEN
        RAISE EXCEPTION 'the plate of a battery that was found is no model of its finder'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recall_is_of_what_was_made';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION recall_is_of_what_was_made_v1() FROM PUBLIC;
CREATE TRIGGER recall_is_of_what_was_made_v1 AFTER INSERT ON passport_recall
    FOR EACH ROW EXECUTE FUNCTION recall_is_of_what_was_made_v1();

-- As whereabouts_counted_v1; a holder of several roles counts in each.
CREATE FUNCTION whereabouts_counted_v2(batteries uuid[], open uuid[])
RETURNS TABLE (what text, name text, n bigint) LANGUAGE sql STABLE AS $$
    WITH asked AS MATERIALIZED (
        SELECT b.id, b.unit_id, b.state FROM public.passport_battery b WHERE b.id = ANY (batteries)
    ), seen AS MATERIALIZED (
        SELECT s.id FROM public.batteries_seen_v1(
            ARRAY(SELECT DISTINCT a.unit_id FROM asked a)) AS s (id)
    ), told AS MATERIALIZED (
        SELECT a.unit_id, a.id IN (SELECT unnest(open)) OR a.unit_id IN (SELECT s.id FROM seen s) AS shown,
               CASE WHEN u.state IN ('RETIRED', 'RECYCLED') THEN u.state ELSE a.state END::text AS state,
               h.name::text AS holder, h.country::text AS country, h.roles
        FROM asked a JOIN public.passport_battery u ON u.id = a.unit_id
        JOIN public.passport_party h ON h.id = u.holder_id
    )
    SELECT 'TOTAL', '', count(*) FROM told
    UNION ALL SELECT 'UNITS', '', count(DISTINCT t.unit_id) FROM told t WHERE t.shown
    UNION ALL SELECT 'HIDDEN', '', count(*) FROM told t WHERE NOT t.shown
    UNION ALL SELECT 'HOLDER', t.holder, count(*) FROM told t WHERE t.shown GROUP BY t.holder
    UNION ALL SELECT 'ROLE', role::text, count(*) FROM told t CROSS JOIN unnest(t.roles) AS role
              WHERE t.shown GROUP BY role
    UNION ALL SELECT 'COUNTRY', t.country, count(*) FROM told t WHERE t.shown GROUP BY t.country
    UNION ALL SELECT 'STATE', t.state, count(*) FROM told t GROUP BY t.state $$;
REVOKE ALL ON FUNCTION whereabouts_counted_v2(uuid[], uuid[]) FROM PUBLIC;

-- As recall_counted_v1, of the first `most` by id; a row MORE where there are others.
CREATE FUNCTION recall_counted_v2(wanted uuid, most integer)
RETURNS TABLE (what text, name text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    found uuid[] := CASE WHEN public.recall_tells_v1(wanted) THEN ARRAY(
        SELECT public.recall_page_v1(wanted, '00000000-0000-0000-0000-000000000000', most + 1)) END;
BEGIN
    RETURN QUERY SELECT * FROM public.whereabouts_counted_v2(found[:most], CASE WHEN wanted = ANY
        (public.recalls_open_v1()) THEN found END);
    IF cardinality(found) > most THEN
        RETURN QUERY SELECT 'MORE', '', 1::bigint;
    END IF;
END $$;
REVOKE ALL ON FUNCTION recall_counted_v2(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recall_counted_v2(uuid, integer) TO passport_app, passport_system;
DROP FUNCTION recall_counted_v1(uuid);

CREATE FUNCTION lot_counted_v2(wanted text, most integer)
RETURNS TABLE (what text, name text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    mine uuid[] := ARRAY(SELECT b.id FROM public.passport_battery b
        WHERE b.maker_id = public.app_party() AND b.lot = wanted AND b.lot <> '' LIMIT most + 1);
BEGIN
    RETURN QUERY SELECT * FROM public.whereabouts_counted_v2(
        mine[:most], ARRAY(SELECT public.recalled_themselves_v1(mine[:most])));
    IF cardinality(mine) > most THEN
        RETURN QUERY SELECT 'MORE', '', 1::bigint;
    END IF;
END $$;
REVOKE ALL ON FUNCTION lot_counted_v2(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lot_counted_v2(text, integer) TO passport_app, passport_system;
DROP FUNCTION lot_counted_v1(text);
DROP FUNCTION whereabouts_counted_v1(uuid[], uuid[]);

-- As recalled_in_hand_v2. Who holds much is answered from the recalls' end where they are of little;
-- else the units are walked by id, so far. `cut` says that more may be recalled than was seen: with
-- nothing found, in a row without an id.
CREATE FUNCTION recalled_in_hand_v3(most integer, few integer, rounds integer)
RETURNS TABLE (id uuid, serial text, model_name text, total bigint, cut boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    open uuid[] := public.recalls_open_v1();
    zero CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
    bound CONSTANT integer := few * rounds;
    past uuid := zero;
    one uuid;
    held uuid[];
    called uuid[] := '{}';
    found uuid[] := '{}';
    more boolean := cardinality(open) > 0;
BEGIN
    FOR round IN 1 .. CASE WHEN more THEN rounds ELSE 0 END LOOP
        held := ARRAY(SELECT u.id FROM public.passport_battery u
                      WHERE u.holder_id = public.app_party() AND u.unit_id = u.id AND u.id > past
                      ORDER BY u.id LIMIT few);
        found := found || ARRAY(SELECT DISTINCT s.unit_id FROM public.recall_scope_v1(open) s
                                WHERE s.unit_id = ANY (held));
        more := cardinality(held) = few;
        EXIT WHEN NOT more;
        past := held[few];
        IF round = 1 THEN
            FOREACH one IN ARRAY open LOOP
                called := called || ARRAY(
                    SELECT public.recall_page_v1(one, zero, bound + 1 - cardinality(called)));
                EXIT WHEN cardinality(called) > bound;
            END LOOP;
            IF cardinality(called) <= bound THEN
                found := ARRAY(SELECT DISTINCT u.id FROM public.passport_battery b
                               JOIN public.passport_battery u ON u.id = b.unit_id
                               WHERE b.id = ANY (called) AND u.holder_id = public.app_party());
                more := false;
                EXIT;
            END IF;
        END IF;
        EXIT WHEN cardinality(found) > most;
    END LOOP;
    RETURN QUERY
    SELECT u.id, u.serial::text, m.name::text, count(*) OVER (), more
    FROM public.passport_battery u JOIN public.passport_batterymodel m ON m.id = u.model_id
    WHERE u.id = ANY (found) ORDER BY u.serial, u.id LIMIT most;
    IF more AND cardinality(found) = 0 THEN
        RETURN QUERY SELECT NULL::uuid, ''::text, ''::text, 0::bigint, true;
    END IF;
END $$;
REVOKE ALL ON FUNCTION recalled_in_hand_v3(integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_in_hand_v3(integer, integer, integer) TO passport_app, passport_system;
DROP FUNCTION recalled_in_hand_v2(integer);
