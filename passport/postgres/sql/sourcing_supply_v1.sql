-- The sourcing desk: rows of a party that only it sees, which end once and never change otherwise.

-- Offers, agreements, planned projects: of their owner, ended once.
CREATE FUNCTION supply_ends_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
        OLD.ended_at := NEW.ended_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% ends once: change refused', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION allocation_is_released_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NULL AND NEW.released_at IS NOT NULL THEN
        OLD.released_at := NEW.released_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an allocation is released once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER supply_ends_once_v1 BEFORE UPDATE
    ON passport_supplyoffer FOR EACH ROW EXECUTE FUNCTION supply_ends_once_v1();
CREATE TRIGGER supply_ends_once_v1 BEFORE UPDATE
    ON passport_frameworkagreement FOR EACH ROW EXECUTE FUNCTION supply_ends_once_v1();
CREATE TRIGGER supply_ends_once_v1 BEFORE UPDATE
    ON passport_plannedproject FOR EACH ROW EXECUTE FUNCTION supply_ends_once_v1();
CREATE TRIGGER allocation_is_released_once_v1 BEFORE UPDATE
    ON passport_supplyallocation FOR EACH ROW EXECUTE FUNCTION allocation_is_released_once_v1();
CREATE TRIGGER supply_offer_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_supplyoffer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER agreement_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_frameworkagreement FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER planned_project_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_plannedproject FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER allocation_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_supplyallocation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER agreed_volume_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_agreedvolume FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER scenario_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_sourcingscenario FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A year of an agreement is never given away twice, however many ask at once, and what is pointed
-- at is the owner's own. Run as the owner: rows of others are hidden from whom this is to stop, and
-- the volume is locked without a right to change it.
CREATE FUNCTION supply_is_of_its_owner_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    told jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (SELECT 1 FROM public.passport_supplyoffer o
               WHERE o.id = (told->>'offer_id')::uuid AND o.owner_id <> NEW.owner_id)
       OR EXISTS (SELECT 1 FROM public.passport_frameworkagreement a
                  WHERE a.id = (told->>'agreement_id')::uuid AND a.owner_id <> NEW.owner_id)
       OR EXISTS (SELECT 1 FROM public.passport_sourcingproject p
                  WHERE p.id = (told->>'project_id')::uuid AND p.owner_id <> NEW.owner_id) THEN
        RAISE EXCEPTION 'what is joined is of one owner'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'supply_is_of_its_owner';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION allocations_fit_their_volume_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    held public.passport_agreedvolume;
    given numeric;
BEGIN
    SELECT * INTO held FROM public.passport_agreedvolume v
    WHERE v.id = NEW.volume_id AND v.owner_id = NEW.owner_id FOR UPDATE;
    IF held.id IS NULL OR NEW.released_at IS NOT NULL
       OR EXISTS (SELECT 1 FROM public.passport_frameworkagreement a
                  WHERE a.id = held.agreement_id AND a.ended_at IS NOT NULL)
       OR NOT EXISTS (SELECT 1 FROM public.passport_plannedproject p WHERE p.id = NEW.planned_id
                      AND p.owner_id = NEW.owner_id AND p.ended_at IS NULL) THEN
        RAISE EXCEPTION 'the volume or the project is of another party, or has ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_joins_what_lasts';
    END IF;
    SELECT coalesce(sum(a.quantity), 0) INTO given FROM public.passport_supplyallocation a
    WHERE a.volume_id = NEW.volume_id AND a.released_at IS NULL;
    IF given + NEW.quantity > held.deliverable THEN
        RAISE EXCEPTION 'the agreement does not hold so much for that year'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocations_fit_their_volume';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION supply_is_of_its_owner_v1() FROM PUBLIC;
REVOKE ALL ON FUNCTION allocations_fit_their_volume_v1() FROM PUBLIC;
CREATE TRIGGER supply_is_of_its_owner_v1 BEFORE INSERT ON passport_frameworkagreement
    FOR EACH ROW EXECUTE FUNCTION supply_is_of_its_owner_v1();
CREATE TRIGGER supply_is_of_its_owner_v1 BEFORE INSERT ON passport_agreedvolume
    FOR EACH ROW EXECUTE FUNCTION supply_is_of_its_owner_v1();
CREATE TRIGGER supply_is_of_its_owner_v1 BEFORE INSERT ON passport_plannedproject
    FOR EACH ROW EXECUTE FUNCTION supply_is_of_its_owner_v1();
CREATE TRIGGER allocations_fit_their_volume_v1 BEFORE INSERT ON passport_supplyallocation
    FOR EACH ROW EXECUTE FUNCTION allocations_fit_their_volume_v1();

DO $$
DECLARE each text;
BEGIN
    FOREACH each IN ARRAY ARRAY['supplyoffer', 'frameworkagreement', 'agreedvolume',
                                'plannedproject', 'supplyallocation', 'sourcingscenario'] LOOP
        EXECUTE format('ALTER TABLE passport_%s ENABLE ROW LEVEL SECURITY', each);
        EXECUTE format('CREATE POLICY system_sees_all ON passport_%s TO passport_system'
                       ' USING (true) WITH CHECK (true)', each);
        EXECUTE format('CREATE POLICY owner_sees ON passport_%s FOR SELECT TO passport_app'
                       ' USING (owner_id = app_party())', each);
        EXECUTE format('CREATE POLICY keeper_adds ON passport_%s FOR INSERT TO passport_app'
                       ' WITH CHECK (owner_id = app_party() AND app_acts_as(''KEEPER''))', each);
        EXECUTE format('GRANT SELECT, INSERT ON passport_%s TO passport_app, passport_system', each);
    END LOOP;
    FOREACH each IN ARRAY ARRAY['supplyoffer', 'frameworkagreement', 'plannedproject',
                                'supplyallocation'] LOOP
        EXECUTE format('CREATE POLICY owner_ends ON passport_%s FOR UPDATE TO passport_app'
                       ' USING (owner_id = app_party()) WITH CHECK (owner_id = app_party())', each);
    END LOOP;
END $$;
GRANT UPDATE (ended_at) ON passport_supplyoffer, passport_frameworkagreement,
    passport_plannedproject TO passport_app;
GRANT UPDATE (released_at) ON passport_supplyallocation TO passport_app;
