-- A battery changes hands only by the hand-over that its new holder has just accepted: whoever asks,
-- the newest accepted hand-over of the battery must lead from the old holder to the new one. Runs as
-- the owner, since neither side need see the other's rows.
CREATE FUNCTION holder_changes_by_handover_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    newest record;
BEGIN
    SELECT from_party_id, to_party_id INTO newest FROM public.passport_handover
    WHERE battery_id = NEW.id AND state = 'ACCEPTED' ORDER BY answered_at DESC, id DESC LIMIT 1;
    IF newest.from_party_id IS NOT DISTINCT FROM OLD.holder_id
       AND newest.to_party_id IS NOT DISTINCT FROM NEW.holder_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a battery changes hands only by an accepted hand-over'
        USING ERRCODE = 'restrict_violation', HINT = 'Offer it to the party, which then accepts.';
END $$;
REVOKE ALL ON FUNCTION holder_changes_by_handover_v1() FROM PUBLIC;

CREATE TRIGGER battery_holder_changes_by_handover_v1 BEFORE UPDATE OF holder_id
    ON passport_battery FOR EACH ROW WHEN (OLD.holder_id IS DISTINCT FROM NEW.holder_id)
    EXECUTE FUNCTION holder_changes_by_handover_v1();

-- An offer is answered once, and nothing else of it ever changes.
CREATE FUNCTION handover_is_answered_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'OFFERED' AND NEW.state <> 'OFFERED' AND NEW.answered_at IS NOT NULL THEN
        OLD.state := NEW.state;
        OLD.answered_at := NEW.answered_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a hand-over is answered once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER handover_is_answered_once_v1 BEFORE UPDATE
    ON passport_handover FOR EACH ROW EXECUTE FUNCTION handover_is_answered_once_v1();
CREATE TRIGGER handover_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_handover FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A recycled battery has ceased to exist (Art. 77(8)): no state follows.
CREATE FUNCTION recycled_is_the_end_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a recycled battery takes no other state' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER battery_recycled_is_the_end_v1 BEFORE UPDATE OF state ON passport_battery
    FOR EACH ROW WHEN (OLD.state = 'RECYCLED' AND NEW.state <> 'RECYCLED')
    EXECUTE FUNCTION recycled_is_the_end_v1();
