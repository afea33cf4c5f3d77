-- Plans made in parts by many workers, offers that are answered with other terms, and plans that bind
-- nobody.

-- A run ends once; what it is made from never changes.
CREATE FUNCTION plan_run_ends_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'SOLVING' AND NEW.state <> 'SOLVING' THEN
        OLD.state := NEW.state;
        OLD.ended_at := NEW.ended_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a run of the planner ends once, and nothing else of it changes'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_run_ends_once_v1 BEFORE UPDATE
    ON recycling_planrun FOR EACH ROW EXECUTE FUNCTION plan_run_ends_once_v1();
CREATE TRIGGER plan_run_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_planrun FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A part gets its result once.
CREATE FUNCTION plan_part_is_solved_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.result IS NULL AND NEW.result IS NOT NULL
            AND (NEW.id, NEW.run_id, NEW.number, NEW.job_id, NEW.label, NEW.packs, NEW.programmes,
                 NEW.content)
              = (OLD.id, OLD.run_id, OLD.number, OLD.job_id, OLD.label, OLD.packs, OLD.programmes,
                 OLD.content) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a part of a plan is solved once, and nothing else of it changes'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER plan_part_is_solved_once_v1 BEFORE UPDATE
    ON recycling_planpart FOR EACH ROW EXECUTE FUNCTION plan_part_is_solved_once_v1();
CREATE TRIGGER plan_part_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_planpart FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A plan that binds nobody puts nothing to anybody.
CREATE FUNCTION offer_is_of_a_plan_that_binds_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM changed c
               JOIN public.recycling_planline l ON l.id = c.plan_line_id
               JOIN public.recycling_plan p ON p.id = l.plan_id
               WHERE p.state = 'WHATIF' OR l.retirement_id <> c.retirement_id
                  OR l.programme_id IS DISTINCT FROM c.programme_id
                  OR l.indicative <> c.indicative) THEN
        RAISE EXCEPTION 'an offer is what a plan that binds says of that pack'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'offer_is_of_a_plan_that_binds',
                  TABLE = 'recycling_offer';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION offer_is_of_a_plan_that_binds_v1() FROM PUBLIC;
CREATE TRIGGER offer_is_of_a_plan_that_binds_v1 AFTER INSERT ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION offer_is_of_a_plan_that_binds_v1();

-- As in v1, and other terms may be asked for in between: from then on the keeper answers. Whoever asked
-- for them does not take them itself.
CREATE FUNCTION offer_is_answered_once_v2() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER offer_is_answered_once_v1 ON recycling_offer;
CREATE TRIGGER offer_is_answered_once_v2 BEFORE UPDATE
    ON recycling_offer FOR EACH ROW EXECUTE FUNCTION offer_is_answered_once_v2();

-- As in v1; an offer that was answered with other terms holds its place as well.
CREATE FUNCTION programme_is_never_oversold_v2() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    programme record;
    taken bigint;
BEGIN
    FOR programme IN
        SELECT p.id, p.capacity_packs FROM public.recycling_programme p
        WHERE p.id IN (SELECT programme_id FROM changed
                       WHERE state IN ('PROPOSED', 'COUNTER', 'ACCEPTED'))
        ORDER BY p.id FOR UPDATE
    LOOP
        SELECT count(*) INTO taken FROM public.recycling_offer o
        WHERE o.programme_id = programme.id
          AND o.state = ANY (CASE TG_OP WHEN 'INSERT' THEN ARRAY['PROPOSED', 'COUNTER', 'ACCEPTED']
                                        ELSE ARRAY['ACCEPTED'] END);
        IF taken > programme.capacity_packs THEN
            RAISE EXCEPTION 'programme % has % places, % are taken',
                programme.id, programme.capacity_packs, taken
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'programme_is_never_oversold',
                      TABLE = 'recycling_offer';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION programme_is_never_oversold_v2() FROM PUBLIC;
DROP TRIGGER programme_is_never_oversold_by_a_new_offer_v1 ON recycling_offer;
DROP TRIGGER programme_is_never_oversold_by_an_answer_v1 ON recycling_offer;
CREATE TRIGGER programme_is_never_oversold_by_a_new_offer_v2 AFTER INSERT ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v2();
CREATE TRIGGER programme_is_never_oversold_by_an_answer_v2 AFTER UPDATE ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v2();

-- Other terms are asked for by the receiver, and answered once by the keeper (or by time).
CREATE FUNCTION counter_is_answered_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.answered_at IS NULL AND NEW.answered_at IS NOT NULL
       AND (NOT NEW.taken OR app_party() IS NULL OR EXISTS (
            SELECT 1 FROM recycling_offer o
            WHERE o.id = OLD.offer_id AND o.from_party_id = app_party())) THEN
        OLD.answered_at := NEW.answered_at;
        OLD.taken := NEW.taken;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'other terms are answered once, and taken by the keeper alone'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER counter_is_answered_once_v1 BEFORE UPDATE
    ON recycling_counteroffer FOR EACH ROW EXECUTE FUNCTION counter_is_answered_once_v1();
CREATE TRIGGER counter_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_counteroffer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE recycling_planrun ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_planrun TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY keeper_sees ON recycling_planrun FOR SELECT TO passport_app
    USING (keeper_id = app_party());

ALTER TABLE recycling_planpart ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_planpart TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY keeper_sees ON recycling_planpart FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_planrun r WHERE r.id = run_id));

ALTER TABLE recycling_counteroffer ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_counteroffer TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY either_side_sees ON recycling_counteroffer FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_offer o WHERE o.id = offer_id));
CREATE POLICY receiver_asks ON recycling_counteroffer FOR INSERT TO passport_app
    WITH CHECK (answered_at IS NULL AND EXISTS (
        SELECT 1 FROM recycling_offer o WHERE o.id = offer_id AND o.to_party_id = app_party()
          AND o.state = 'PROPOSED' AND made_at < o.expires_at));
CREATE POLICY either_side_answers ON recycling_counteroffer FOR UPDATE TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_offer o WHERE o.id = offer_id))
    WITH CHECK (EXISTS (SELECT 1 FROM recycling_offer o WHERE o.id = offer_id));

CREATE POLICY keeper_answers_other_terms ON recycling_offer FOR UPDATE TO passport_app
    USING (from_party_id = app_party() AND state = 'COUNTER')
    WITH CHECK (from_party_id = app_party());

GRANT SELECT, INSERT ON recycling_planrun, recycling_planpart TO passport_system;
GRANT SELECT ON recycling_planrun, recycling_planpart TO passport_app;
GRANT UPDATE (state, ended_at) ON recycling_planrun TO passport_system;
GRANT UPDATE (result, method, solver, objective_cents, bound_cents, best_edge_first_cents, seconds,
              cut_off, solved_at) ON recycling_planpart TO passport_system;
GRANT SELECT ON recycling_counteroffer TO passport_system, passport_app;
GRANT INSERT ON recycling_counteroffer TO passport_app, passport_system;
GRANT UPDATE (answered_at, taken) ON recycling_counteroffer TO passport_app, passport_system;
GRANT UPDATE (firm_at) ON recycling_offer TO passport_app;
