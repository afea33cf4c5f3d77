-- An offer that was answered with another day goes by that day, and holds its place in that week.

-- As in v2; terms that were taken stand in place of the offer's own, the day as well.
CREATE FUNCTION offer_is_answered_once_v3() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    in_time boolean := NEW.answered_at IS NOT NULL
        AND (NEW.state <> 'ACCEPTED' OR NEW.answered_at < OLD.expires_at);
    countered boolean := EXISTS (SELECT 1 FROM recycling_counteroffer c
                                 WHERE c.offer_id = OLD.id AND c.answered_at IS NULL);
    mine boolean := app_party() IS NULL OR app_party() = OLD.from_party_id;
    moves boolean;
BEGIN
    moves := CASE
        WHEN (OLD.state, NEW.state) = ('PROPOSED', 'COUNTER')
            THEN NEW.answered_at IS NULL AND countered
        WHEN (OLD.state, NEW.state) = ('COUNTER', 'PROPOSED')
            THEN NEW.answered_at IS NULL AND NOT countered
        WHEN (OLD.state, NEW.state) = ('COUNTER', 'ACCEPTED')
            THEN in_time AND mine AND EXISTS (SELECT 1 FROM recycling_counteroffer c
                                              WHERE c.offer_id = OLD.id AND c.taken)
        WHEN OLD.state IN ('PROPOSED', 'COUNTER')
            THEN NEW.state NOT IN ('PROPOSED', 'COUNTER') AND in_time
        WHEN (OLD.state, NEW.state) = ('ACCEPTED', 'DECLINED')
            THEN NEW.answered_at IS NOT NULL AND EXISTS (
                SELECT 1 FROM passport_handover h
                WHERE h.id = OLD.hand_over_id AND h.state IN ('REFUSED', 'WITHDRAWN'))
        ELSE false END;
    IF moves THEN
        IF (OLD.state, NEW.state) = ('COUNTER', 'ACCEPTED') THEN
            OLD.goes_by := coalesce((SELECT c.pick_up_on FROM recycling_counteroffer c
                                     WHERE c.offer_id = OLD.id AND c.taken), OLD.goes_by);
        END IF;
        OLD.state := NEW.state;
        OLD.answered_at := NEW.answered_at;
        OLD.hand_over_id := NEW.hand_over_id;
        IF OLD.firm_at IS NULL AND OLD.indicative AND NEW.state = 'ACCEPTED' THEN
            OLD.firm_at := NEW.firm_at;
        END IF;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an offer is answered once, before it expires: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER offer_is_answered_once_v2 ON recycling_offer;
CREATE TRIGGER offer_is_answered_once_v3 BEFORE UPDATE
    ON recycling_offer FOR EACH ROW EXECUTE FUNCTION offer_is_answered_once_v3();
GRANT UPDATE (goes_by) ON recycling_offer TO passport_app;

-- As in v3; an answer is held against the places only where it takes one, whatever its programme has
-- become since. One that moves to another week takes nothing there that others were promised.
CREATE FUNCTION programme_is_never_oversold_v4() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    programme record;
    counted text[] := ARRAY['ACCEPTED'];
    promised text[] := ARRAY['PROPOSED', 'COUNTER', 'ACCEPTED'];
    moved date[];
    taken bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        counted := promised;
    ELSE
        SELECT array_agg(c.goes_by) INTO moved FROM changed c JOIN before b ON b.id = c.id
        WHERE c.goes_by IS DISTINCT FROM b.goes_by;
    END IF;
    FOR programme IN
        SELECT p.id, p.capacity_packs, p.weekly_capacity_packs FROM public.recycling_programme p
        WHERE p.id IN (SELECT programme_id FROM changed WHERE state = ANY (counted))
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
            SELECT count(*) FILTER (WHERE o.state = ANY (counted) OR EXISTS (
                SELECT 1 FROM unnest(moved) AS m (day)
                WHERE date_trunc('week', m.day::timestamp)
                    = date_trunc('week', o.goes_by::timestamp))) AS packs
            FROM public.recycling_offer o
            WHERE o.programme_id = programme.id AND o.state = ANY (promised)
              AND o.goes_by IS NOT NULL
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
REVOKE ALL ON FUNCTION programme_is_never_oversold_v4() FROM PUBLIC;
DROP TRIGGER programme_is_never_oversold_by_a_new_offer_v3 ON recycling_offer;
DROP TRIGGER programme_is_never_oversold_by_an_answer_v3 ON recycling_offer;
CREATE TRIGGER programme_is_never_oversold_by_a_new_offer_v4 AFTER INSERT ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v4();
CREATE TRIGGER programme_is_never_oversold_by_an_answer_v4 AFTER UPDATE ON recycling_offer
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v4();
