-- As recalled_in_hand_v1; and who holds little reads what is in that little, however many batteries
-- the open recalls are of.
CREATE FUNCTION recalled_in_hand_v2(most integer)
RETURNS TABLE (id uuid, serial text, model_name text, total bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    open uuid[] := public.recalls_open_v1();
    few CONSTANT integer := 1000;
    held uuid[];
    found uuid[];
BEGIN
    IF cardinality(open) = 0 THEN
        RETURN;
    END IF;
    held := ARRAY(SELECT u.id FROM public.passport_battery u
                  WHERE u.holder_id = public.app_party() AND u.unit_id = u.id LIMIT few + 1);
    IF cardinality(held) <= few THEN
        found := ARRAY(SELECT DISTINCT s.unit_id FROM public.recall_scope_v1(open) s
                       WHERE s.unit_id = ANY (held));
    ELSE
        found := ARRAY(SELECT DISTINCT s.unit_id FROM public.recall_scope_v1(open) s
                       JOIN public.passport_battery u ON u.id = s.unit_id
                       WHERE u.holder_id = public.app_party());
    END IF;
    RETURN QUERY
    SELECT u.id, u.serial::text, m.name::text, count(*) OVER ()
    FROM public.passport_battery u JOIN public.passport_batterymodel m ON m.id = u.model_id
    WHERE u.id = ANY (found) ORDER BY u.serial, u.id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION recalled_in_hand_v2(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_in_hand_v2(integer) TO passport_app, passport_system;
DROP FUNCTION recalled_in_hand_v1(integer);
