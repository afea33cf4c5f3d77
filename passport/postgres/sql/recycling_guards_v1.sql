-- What of the end of life is history: plans, their lines, treatments and their fractions.
CREATE TRIGGER plan_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_plan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER planline_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_planline FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER treatment_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_treatment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER fraction_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_fraction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER offer_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_offer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER retirement_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_retirement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- An offer is answered once, in time, and nothing else of it ever changes. One exception: whoever
-- accepted and then refused the hand-over has declined after all.
CREATE FUNCTION offer_is_answered_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state = 'PROPOSED' AND NEW.state <> 'PROPOSED' AND NEW.answered_at IS NOT NULL
            AND (NEW.state <> 'ACCEPTED' OR NEW.answered_at < OLD.expires_at))
       OR (OLD.state = 'ACCEPTED' AND NEW.state = 'DECLINED' AND NEW.answered_at IS NOT NULL
            AND EXISTS (SELECT 1 FROM passport_handover h WHERE h.id = OLD.hand_over_id
                        AND h.state IN ('REFUSED', 'WITHDRAWN'))) THEN
        OLD.state := NEW.state;
        OLD.answered_at := NEW.answered_at;
        OLD.hand_over_id := NEW.hand_over_id;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an offer is answered once, before it expires: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER offer_is_answered_once_v1 BEFORE UPDATE
    ON recycling_offer FOR EACH ROW EXECUTE FUNCTION offer_is_answered_once_v1();

-- No place is sold twice: live offers never outnumber the places of a programme when they are made,
-- nor accepted ones when they are accepted. Runs as the owner, since a party sees only its own
-- offers; the lock on the programme makes two sessions count one after the other.
CREATE FUNCTION programme_is_never_oversold_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    programme record;
    taken bigint;
BEGIN
    FOR programme IN
        SELECT p.id, p.capacity_packs FROM public.recycling_programme p
        WHERE p.id IN (SELECT programme_id FROM changed WHERE state IN ('PROPOSED', 'ACCEPTED'))
        ORDER BY p.id FOR UPDATE
    LOOP
        SELECT count(*) INTO taken FROM public.recycling_offer o
        WHERE o.programme_id = programme.id
          AND o.state = ANY (CASE TG_OP WHEN 'INSERT' THEN ARRAY['PROPOSED', 'ACCEPTED']
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
REVOKE ALL ON FUNCTION programme_is_never_oversold_v1() FROM PUBLIC;
CREATE TRIGGER programme_is_never_oversold_by_a_new_offer_v1 AFTER INSERT ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v1();
CREATE TRIGGER programme_is_never_oversold_by_an_answer_v1 AFTER UPDATE ON recycling_offer
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION programme_is_never_oversold_v1();

-- A retirement moves on by its known steps; what was declared stays as it was declared.
CREATE FUNCTION retirement_moves_on_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) IN (('OPEN', 'PLANNED'), ('PLANNED', 'OPEN'), ('PLANNED', 'ROUTED'),
                                  ('ROUTED', 'OPEN'),
                                  ('OPEN', 'CLOSED'), ('PLANNED', 'CLOSED'), ('ROUTED', 'CLOSED')) THEN
        OLD.state := NEW.state;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a retirement does not go from % to %, and nothing else of it changes',
        OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER retirement_moves_on_v1 BEFORE UPDATE
    ON recycling_retirement FOR EACH ROW EXECUTE FUNCTION retirement_moves_on_v1();

-- The fractions of a treatment are its whole output, looked at when the booking is complete.
CREATE FUNCTION fractions_are_the_output_v1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    treatment uuid;
    booked numeric;
    found numeric;
BEGIN
    IF TG_TABLE_NAME = 'recycling_fraction' THEN
        treatment := NEW.treatment_id;
    ELSE
        treatment := NEW.id;
    END IF;
    SELECT t.mass_out_kg INTO booked FROM recycling_treatment t WHERE t.id = treatment;
    SELECT coalesce(sum(f.mass_kg), 0) INTO found FROM recycling_fraction f
    WHERE f.treatment_id = treatment;
    IF booked IS DISTINCT FROM found THEN
        RAISE EXCEPTION 'fractions of % kg stand against an output of % kg', found, booked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'fractions_are_the_output';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fractions_are_the_output_v1 AFTER INSERT ON recycling_fraction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fractions_are_the_output_v1();
CREATE CONSTRAINT TRIGGER treatment_has_its_fractions_v1 AFTER INSERT ON recycling_treatment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fractions_are_the_output_v1();
