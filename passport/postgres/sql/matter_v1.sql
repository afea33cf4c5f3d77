-- Matter: steps in which batteries are treated, lots of what was recovered, and claims on them. Every
-- kilogram is drawn once, whoever asks the database.

-- What is history.
CREATE TRIGGER treatmentbatch_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_treatmentbatch FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER materiallot_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_materiallot FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER massuse_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_massuse FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER materialclaim_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_materialclaim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER treatmentpaper_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_treatmentpaper FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER masstally_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_masstally FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER lothandover_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_lothandover FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Batteries treated in one act before steps were known have been drawn as well.
INSERT INTO recycling_massuse (id, party_id, battery_id, treatment_id, mass_kg)
    SELECT gen_random_uuid(), t.recycler_id, t.battery_id, t.id, t.mass_in_kg
    FROM recycling_treatment t;
INSERT INTO recycling_masstally (source, mass_kg, used_kg)
    SELECT f.id, f.mass_kg, 0 FROM recycling_fraction f;
SET CONSTRAINTS ALL IMMEDIATE;

-- A tally is opened with its source, at nothing. Runs as the owner: no role writes tallies.
CREATE FUNCTION tally_is_opened_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO public.recycling_masstally (source, mass_kg, used_kg)
        VALUES (NEW.id, NEW.mass_kg, 0);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tally_is_opened_v1() FROM PUBLIC;
CREATE TRIGGER fraction_opens_a_tally_v1 AFTER INSERT ON recycling_fraction
    FOR EACH ROW EXECUTE FUNCTION tally_is_opened_v1();
CREATE TRIGGER materiallot_opens_a_tally_v1 AFTER INSERT ON recycling_materiallot
    FOR EACH ROW EXECUTE FUNCTION tally_is_opened_v1();

-- What is drawn or claimed is added to the tally of its source, whose constraint says that a kilogram
-- is used once. Two at the same moment come one after the other here, at any isolation: the second
-- waits for the row, and then finds what the first has left. Runs as the owner, since a party sees
-- no draws of others.
CREATE FUNCTION kilograms_are_tallied_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    wanted uuid;
    told numeric;
    fate text;
BEGIN
    IF TG_TABLE_NAME = 'recycling_materialclaim' THEN
        wanted := NEW.lot_id;
        SELECT l.fate INTO fate FROM public.recycling_materiallot l WHERE l.id = NEW.lot_id;
        IF fate <> 'RECYCLED' THEN
            RAISE EXCEPTION 'a lot that goes on backs no claim' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'claim_is_of_recycled_material', TABLE = TG_TABLE_NAME;
        END IF;
    ELSE
        IF NEW.battery_id IS NOT NULL THEN
            RETURN NULL;
        END IF;
        wanted := coalesce(NEW.fraction_id, NEW.lot_id);
        SELECT f.fate INTO fate FROM public.recycling_fraction f WHERE f.id = NEW.fraction_id;
        IF NEW.lot_id IS NOT NULL THEN
            SELECT l.fate INTO fate FROM public.recycling_materiallot l WHERE l.id = NEW.lot_id;
        END IF;
        IF (NEW.treatment_id IS NOT NULL AND fate <> 'ONWARD')
           OR (NEW.into_lot_id IS NOT NULL AND fate <> (
                SELECT l.fate FROM public.recycling_materiallot l WHERE l.id = NEW.into_lot_id)) THEN
            RAISE EXCEPTION 'a fraction booked as % does not go there', fate
                USING ERRCODE = 'check_violation', CONSTRAINT = 'mass_goes_where_it_was_booked',
                      TABLE = TG_TABLE_NAME;
        END IF;
    END IF;
    BEGIN
        UPDATE public.recycling_masstally m SET used_kg = m.used_kg + NEW.mass_kg
            WHERE m.source = wanted;
    EXCEPTION WHEN check_violation THEN
        SELECT m.mass_kg - m.used_kg INTO told FROM public.recycling_masstally m
            WHERE m.source = wanted;
        RAISE EXCEPTION '% kg are drawn from %, % kg are left of it', NEW.mass_kg, wanted, told
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_kilogram_is_used_once',
                  TABLE = TG_TABLE_NAME;
    END;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION kilograms_are_tallied_v1() FROM PUBLIC;
CREATE TRIGGER massuse_is_tallied_v1 AFTER INSERT ON recycling_massuse
    FOR EACH ROW EXECUTE FUNCTION kilograms_are_tallied_v1();
CREATE TRIGGER materialclaim_is_tallied_v1 AFTER INSERT ON recycling_materialclaim
    FOR EACH ROW EXECUTE FUNCTION kilograms_are_tallied_v1();

-- What a step or a lot says went in is what was drawn for it, looked at when the booking is complete.
CREATE FUNCTION draws_are_the_input_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    the_step uuid;
    the_lot uuid;
    booked numeric;
    found numeric;
BEGIN
    IF TG_TABLE_NAME = 'recycling_massuse' THEN
        the_step := NEW.treatment_id;
        the_lot := NEW.into_lot_id;
    ELSIF TG_TABLE_NAME = 'recycling_treatment' THEN
        the_step := NEW.id;
    ELSE
        the_lot := NEW.id;
    END IF;
    IF the_step IS NOT NULL THEN
        SELECT t.mass_in_kg INTO booked FROM public.recycling_treatment t WHERE t.id = the_step;
        SELECT coalesce(sum(u.mass_kg), 0) INTO found FROM public.recycling_massuse u
            WHERE u.treatment_id = the_step;
    ELSE
        SELECT l.mass_kg INTO booked FROM public.recycling_materiallot l WHERE l.id = the_lot;
        SELECT coalesce(sum(u.mass_kg), 0) INTO found FROM public.recycling_massuse u
            WHERE u.into_lot_id = the_lot;
    END IF;
    IF booked IS DISTINCT FROM found THEN
        RAISE EXCEPTION '% kg were drawn for an input of % kg', found, booked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'draws_are_the_input';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION draws_are_the_input_v1() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER massuse_is_of_an_input_v1 AFTER INSERT ON recycling_massuse
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION draws_are_the_input_v1();
CREATE CONSTRAINT TRIGGER treatment_has_its_inputs_v1 AFTER INSERT ON recycling_treatment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION draws_are_the_input_v1();
CREATE CONSTRAINT TRIGGER materiallot_has_its_parts_v1 AFTER INSERT ON recycling_materiallot
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION draws_are_the_input_v1();

-- A batch that was certified takes no further step: the certificate says what went in. The lock on
-- the batch lets a step and a certificate come one after the other.
CREATE FUNCTION certified_batch_is_closed_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NEW.batch_id IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM public.recycling_treatmentbatch b WHERE b.id = NEW.batch_id FOR UPDATE;
    IF TG_TABLE_NAME = 'recycling_treatment' AND EXISTS (
        SELECT 1 FROM public.recycling_treatmentpaper p WHERE p.batch_id = NEW.batch_id) THEN
        RAISE EXCEPTION 'the batch was certified; it takes no further step'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'certified_batch_is_closed',
                  TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION certified_batch_is_closed_v1() FROM PUBLIC;
CREATE TRIGGER certified_batch_is_closed_v1 BEFORE INSERT ON recycling_treatment
    FOR EACH ROW EXECUTE FUNCTION certified_batch_is_closed_v1();
CREATE TRIGGER certificate_waits_for_steps_v1 BEFORE INSERT ON recycling_treatmentpaper
    FOR EACH ROW EXECUTE FUNCTION certified_batch_is_closed_v1();

-- Who holds a lot: whoever accepted it last, else who filled it.
CREATE FUNCTION lot_holder_v1(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT coalesce(
        (SELECT h.to_party_id FROM public.recycling_lothandover h
         WHERE h.lot_id = wanted AND h.state = 'ACCEPTED' ORDER BY h.place DESC LIMIT 1),
        (SELECT l.recycler_id FROM public.recycling_materiallot l WHERE l.id = wanted)) $$;
REVOKE ALL ON FUNCTION lot_holder_v1(uuid) FROM PUBLIC;

-- Whether the acting party may draw on a lot: it holds it, and offers it to nobody just now.
CREATE FUNCTION app_holds_lot_v1(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT public.lot_holder_v1(wanted) = public.app_party() AND NOT EXISTS (
        SELECT 1 FROM public.recycling_lothandover h
        WHERE h.lot_id = wanted AND h.state = 'OFFERED') $$;
REVOKE ALL ON FUNCTION app_holds_lot_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_holds_lot_v1(uuid) TO passport_app, passport_system;

-- A hand-over is offered by who holds the lot, in the order of a lot's hand-overs, and answered once.
CREATE FUNCTION lot_is_passed_on_in_order_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.from_party_id = public.lot_holder_v1(NEW.lot_id) AND NEW.state = 'OFFERED' THEN
            NEW.place := 1 + coalesce((SELECT max(h.place) FROM public.recycling_lothandover h
                                       WHERE h.lot_id = NEW.lot_id), 0);
            RETURN NEW;
        END IF;
    ELSIF OLD.state = 'OFFERED' AND NEW.state <> 'OFFERED' AND NEW.answered_at IS NOT NULL THEN
        OLD.state := NEW.state;
        OLD.answered_at := NEW.answered_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a lot is offered by who holds it and answered once: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
REVOKE ALL ON FUNCTION lot_is_passed_on_in_order_v1() FROM PUBLIC;
CREATE TRIGGER lot_is_passed_on_in_order_v1 BEFORE INSERT OR UPDATE ON recycling_lothandover
    FOR EACH ROW EXECUTE FUNCTION lot_is_passed_on_in_order_v1();

-- Second wall. A batch is its recycler's; a lot its recycler's and whose hands it came to.
ALTER TABLE recycling_treatmentbatch ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_treatmentbatch TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY recycler_sees ON recycling_treatmentbatch FOR SELECT TO passport_app
    USING (recycler_id = app_party() OR app_acts_as('AUTHORITY'));
CREATE POLICY recycler_opens ON recycling_treatmentbatch FOR INSERT TO passport_app
    WITH CHECK (recycler_id = app_party() AND app_acts_as('RECYCLER'));

DROP POLICY recycler_or_concerned_party_sees ON recycling_treatment;
CREATE POLICY recycler_or_concerned_party_sees ON recycling_treatment FOR SELECT TO passport_app
    USING (recycler_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id)
        OR (batch_id IS NOT NULL AND app_acts_as('AUTHORITY')));
DROP POLICY holder_books ON recycling_treatment;
CREATE POLICY holder_books ON recycling_treatment FOR INSERT TO passport_app
    WITH CHECK (recycler_id = app_party() AND (body IS NULL OR body_sha256 = sha256(body)) AND CASE WHEN battery_id IS NULL
        THEN EXISTS (SELECT 1 FROM recycling_treatmentbatch b
                     WHERE b.id = batch_id AND b.recycler_id = app_party())
        ELSE app_holds_v1(battery_id) END);

ALTER TABLE recycling_lothandover ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_lothandover TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY either_side_sees ON recycling_lothandover FOR SELECT TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party());
CREATE POLICY holder_offers ON recycling_lothandover FOR INSERT TO passport_app
    WITH CHECK (from_party_id = app_party() AND state = 'OFFERED');
CREATE POLICY each_side_gives_its_own_answer ON recycling_lothandover FOR UPDATE TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party())
    WITH CHECK ((from_party_id = app_party() AND state = 'WITHDRAWN')
        OR (to_party_id = app_party() AND state IN ('ACCEPTED', 'REFUSED')));

ALTER TABLE recycling_materiallot ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_materiallot TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY whose_hands_it_came_to_sees ON recycling_materiallot FOR SELECT TO passport_app
    USING (recycler_id = app_party() OR app_acts_as('AUTHORITY')
        OR EXISTS (SELECT 1 FROM recycling_lothandover h WHERE h.lot_id = recycling_materiallot.id));
CREATE POLICY recycler_fills ON recycling_materiallot FOR INSERT TO passport_app
    WITH CHECK (recycler_id = app_party() AND app_acts_as('RECYCLER'));

ALTER TABLE recycling_massuse ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_massuse TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_drew_sees ON recycling_massuse FOR SELECT TO passport_app
    USING (party_id = app_party() OR app_acts_as('AUTHORITY'));
CREATE POLICY holder_draws ON recycling_massuse FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party()
        AND (battery_id IS NULL OR app_holds_v1(battery_id))
        AND (fraction_id IS NULL OR EXISTS (SELECT 1 FROM recycling_fraction f
            JOIN recycling_treatment t ON t.id = f.treatment_id
            WHERE f.id = fraction_id AND t.recycler_id = app_party()))
        AND (lot_id IS NULL OR app_holds_lot_v1(lot_id))
        AND (treatment_id IS NULL OR EXISTS (SELECT 1 FROM recycling_treatment t
            WHERE t.id = treatment_id AND t.recycler_id = app_party()))
        AND (into_lot_id IS NULL OR EXISTS (SELECT 1 FROM recycling_materiallot l
            WHERE l.id = into_lot_id AND l.recycler_id = app_party())));

-- Of what one sees one sees also how much is left.
ALTER TABLE recycling_masstally ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_masstally TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_sees_the_source_sees ON recycling_masstally FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_fraction f WHERE f.id = source)
        OR EXISTS (SELECT 1 FROM recycling_materiallot l WHERE l.id = source));

ALTER TABLE recycling_materialclaim ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_materialclaim TO passport_system USING (true) WITH CHECK (true);
-- Who filled a lot sees every claim on it: the sum is its own to hold against its mass.
CREATE POLICY maker_and_recycler_see ON recycling_materialclaim FOR SELECT TO passport_app
    USING (maker_id = app_party() OR app_acts_as('AUTHORITY')
        OR EXISTS (SELECT 1 FROM recycling_materiallot l
                   WHERE l.id = lot_id AND l.recycler_id = app_party()));
CREATE POLICY holder_claims ON recycling_materialclaim FOR INSERT TO passport_app
    WITH CHECK (maker_id = app_party() AND app_holds_lot_v1(lot_id) AND body_sha256 = sha256(body)
        AND EXISTS (SELECT 1 FROM passport_attestation a
                    WHERE a.id = attestation_id AND a.issuer_id = app_party()));

ALTER TABLE recycling_treatmentpaper ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_treatmentpaper TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_sees_the_subject_sees ON recycling_treatmentpaper FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_treatmentbatch b WHERE b.id = batch_id)
        OR EXISTS (SELECT 1 FROM recycling_materiallot l WHERE l.id = lot_id));
CREATE POLICY recycler_files ON recycling_treatmentpaper FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_attestation a
                        WHERE a.id = attestation_id AND a.issuer_id = app_party())
        AND (batch_id IS NULL OR EXISTS (SELECT 1 FROM recycling_treatmentbatch b
            WHERE b.id = batch_id AND b.recycler_id = app_party()))
        AND (lot_id IS NULL OR EXISTS (SELECT 1 FROM recycling_materiallot l
            WHERE l.id = lot_id AND l.recycler_id = app_party())));

GRANT SELECT, INSERT ON recycling_treatmentbatch, recycling_materiallot, recycling_lothandover,
    recycling_massuse, recycling_materialclaim, recycling_treatmentpaper
    TO passport_app, passport_system;
GRANT SELECT ON recycling_masstally TO passport_app, passport_system;
GRANT UPDATE (state, answered_at) ON recycling_lothandover TO passport_app, passport_system;

-- Every step that draws, through however many hands, on what the acting party's batteries became, and
-- its own steps: what the first recycler needs to answer for the whole way (Annex XII). It tells of
-- others' steps what went in and came out, and who did it; not their batteries. Lots are told as the
-- filling of one.
CREATE FUNCTION rolled_up_v1()
RETURNS TABLE (at timestamptz, id uuid, recycler_id uuid, step text, treated_at timestamptz,
               inputs jsonb, outputs jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE reached (kind, id) AS (
        SELECT 'step', t.id FROM public.recycling_treatment t
        WHERE t.recycler_id = public.app_party()
        UNION
        SELECT CASE WHEN u.treatment_id IS NULL THEN 'lot' ELSE 'step' END,
               coalesce(u.treatment_id, u.into_lot_id)
        FROM reached r
        LEFT JOIN public.recycling_fraction f ON r.kind = 'step' AND f.treatment_id = r.id
        JOIN public.recycling_massuse u ON u.fraction_id = f.id
            OR (r.kind = 'lot' AND u.lot_id = r.id)
    )
    SELECT t.booked_at, t.id, t.recycler_id, t.step::text, t.treated_at,
        (SELECT jsonb_agg(jsonb_build_object(
            'source', coalesce(u.fraction_id, u.lot_id,
                CASE WHEN t.recycler_id = public.app_party() THEN u.battery_id END),
            'mass_kg', u.mass_kg::text, 'battery', u.battery_id IS NOT NULL,
            'chemistry', m.chemistry, 'rated_kwh', m.rated_energy_kwh::text,
            'material', coalesce(f.material, l.material), 'assay', coalesce(f.assay, l.assay))
            ORDER BY u.id)
         FROM public.recycling_massuse u
         LEFT JOIN public.passport_battery b ON b.id = u.battery_id
         LEFT JOIN public.passport_batterymodel m ON m.id = b.model_id
         LEFT JOIN public.recycling_fraction f ON f.id = u.fraction_id
         LEFT JOIN public.recycling_materiallot l ON l.id = u.lot_id
         WHERE u.treatment_id = t.id),
        (SELECT jsonb_agg(jsonb_build_object('id', f.id, 'material', f.material,
            'mass_kg', f.mass_kg::text, 'fate', f.fate, 'assay', f.assay) ORDER BY f.id)
         FROM public.recycling_fraction f WHERE f.treatment_id = t.id)
    FROM reached r JOIN public.recycling_treatment t ON t.id = r.id WHERE r.kind = 'step'
    UNION ALL
    SELECT l.filled_at, l.id, l.recycler_id, 'LOT', l.filled_at,
        (SELECT jsonb_agg(jsonb_build_object(
            'source', u.fraction_id, 'mass_kg', u.mass_kg::text, 'battery', false,
            'material', f.material, 'assay', f.assay) ORDER BY u.id)
         FROM public.recycling_massuse u JOIN public.recycling_fraction f ON f.id = u.fraction_id
         WHERE u.into_lot_id = l.id),
        jsonb_build_array(jsonb_build_object('id', l.id, 'material', l.material,
            'mass_kg', l.mass_kg::text, 'fate', l.fate, 'assay', l.assay))
    FROM reached r JOIN public.recycling_materiallot l ON l.id = r.id
    WHERE r.kind = 'lot' AND l.fate = 'ONWARD'
    ORDER BY 1, 2 $$;
REVOKE ALL ON FUNCTION rolled_up_v1() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rolled_up_v1() TO passport_app, passport_system;

-- As in v3; and a step is a document of the recycler that booked it, a claim of its maker.
CREATE FUNCTION own_document_v4(wished text, sought bytea, about bytea) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    RETURN public.own_document_v3(wished, sought, about) OR (wished = 'event' AND (EXISTS (
        SELECT 1 FROM public.recycling_treatment t
        WHERE t.body_sha256 = sought AND t.recycler_id = public.app_party()) OR EXISTS (
        SELECT 1 FROM public.recycling_materialclaim c
        WHERE c.body_sha256 = sought AND c.maker_id = public.app_party())));
END $$;
REVOKE ALL ON FUNCTION own_document_v4(text, bytea, bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_document_v4(text, bytea, bytea) TO passport_app;

CREATE FUNCTION wishes_are_of_own_documents_v6() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'passport_app' THEN
        IF EXISTS (SELECT 1 FROM added o
                   WHERE NOT own_document_v4(o.kind, o.digest, o.subject)) THEN
            RAISE EXCEPTION 'the log takes documents of the acting party only'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER wishes_are_of_own_documents_v5 ON passport_outbox;
DROP FUNCTION wishes_are_of_own_documents_v5();
CREATE TRIGGER wishes_are_of_own_documents_v6 AFTER INSERT ON passport_outbox
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION wishes_are_of_own_documents_v6();
