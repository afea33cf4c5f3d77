-- Which models anybody may read under a GTIN: those of which a battery is registered, since the page
-- of that battery tells the model already; what a maker has only announced is nobody's business yet.
-- Runs as the owner: the reader has no party.
CREATE FUNCTION public_models_v1(wanted text) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT m.id FROM public.passport_batterymodel m
    WHERE m.gtin = wanted AND m.gtin <> ''
      AND EXISTS (SELECT 1 FROM public.passport_battery b WHERE b.model_id = m.id)
    ORDER BY m.registered_at, m.id LIMIT 200 $$;
REVOKE ALL ON FUNCTION public_models_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_models_v1(text) TO passport_app, passport_system;
