-- Packs go in weeks: an offer says by which day, and a programme takes no more a week than it said.

-- As in v2, and in no calendar week more than the programme takes a week.
CREATE FUNCTION programme_is_never_oversold_v3() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    programme record;
    counted text[] := CASE TG_OP WHEN 'INSERT' THEN ARRAY['PROPOSED', 'COUNTER', 'ACCEPTED']
                                 ELSE ARRAY['ACCEPTED'] END;
    taken bigint;
BEGIN
    FOR programme IN
        SELECT p.id, p.capacity_packs, p.weekly_capacity_packs FROM public.recycling_programme p
        WHERE p.id IN (SELECT programme_id FROM changed
                       WHERE state IN ('PROPOSED', 'COUNTER', 'ACCEPTED'))
        ORDER BY p.id FOR UPDATE
    LOOP
        SELECT count(*) INTO taken FROM public.recycling_offer o
        WHERE o.programme_id = programme.id AND o.state = ANY (counted);
        IF taken > programme.capacity_packs THEN
            RAISE EXCEPTION 'programme % has % places, % are taken',
                programme.id, programme.capacity_packs, taken
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'programme_is_never_oversold',
                      TABLE = 'recycling_offer';
        END IF;
        CONTINUE WHEN programme.weekly_capacity_packs IS NULL;
        SELECT max(packs) INTO taken FROM (
            SELECT count(*) AS packs FROM public.recycling_offer o
            WHERE o.programme_id = programme.id AND o.state = ANY (counted) AND o.goes_by IS NOT NULL
            GROUP BY date_trunc('week', o.goes_by::timestamp)) AS weeks;
        IF taken > programme.weekly_capacity_packs THEN
            RAISE EXCEPTION 'programme % has % places a week, % are taken in one',
                programme.id, programme.weekly_capacity_packs, taken
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'programme_week_is_never_oversold',
                      TABLE = 'recycling_offer';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION programme_is_never_oversold_v3() FROM PUBLIC;
DROP TRIGGER programme_is_never_oversold_by_a_new_offer_v2 ON recycling_offer;
DROP TRIGGER programme_is_never_oversold_by_an_answer_v2 ON recycling_offer;
CREATE TRIGGER programme_is_never_oversold_by_a_new_offer_v3 AFTER INSERT ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v3();
CREATE TRIGGER programme_is_never_oversold_by_an_answer_v3 AFTER UPDATE ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v3();

-- As in v1, and in the week that the plan says.
CREATE FUNCTION offer_is_of_a_plan_that_binds_v2() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM changed c
               JOIN public.recycling_planline l ON l.id = c.plan_line_id
               JOIN public.recycling_plan p ON p.id = l.plan_id
               WHERE p.state = 'WHATIF' OR l.retirement_id <> c.retirement_id
                  OR l.programme_id IS DISTINCT FROM c.programme_id
                  OR l.goes_by IS DISTINCT FROM c.goes_by
                  OR l.indicative <> c.indicative) THEN
        RAISE EXCEPTION 'an offer is what a plan that binds says of that pack'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_is_of_a_plan_that_binds',
                  TABLE = 'recycling_offer';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION offer_is_of_a_plan_that_binds_v2() FROM PUBLIC;
DROP TRIGGER offer_is_of_a_plan_that_binds_v1 ON recycling_offer;
CREATE TRIGGER offer_is_of_a_plan_that_binds_v2 AFTER INSERT ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION offer_is_of_a_plan_that_binds_v2();
