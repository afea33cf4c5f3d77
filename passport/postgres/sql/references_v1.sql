-- What rows that come by the million point to: looked at once a statement. These stand in the place
-- of foreign keys, which look once a row, and take as long as the writing itself. What is pointed to
-- is never dropped, so nothing has to be locked.
CREATE TRIGGER battery_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_battery FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER batterymodel_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_batterymodel FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER intake_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_intake FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER facility_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_facility FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER party_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_party FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Runs as the owner, since row-level security hides rows that are there.
CREATE FUNCTION battery_points_at_rows_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (
            SELECT DISTINCT maker_id, holder_id, model_id, facility_id, intake_id FROM added) a
        WHERE NOT EXISTS (SELECT 1 FROM public.passport_party p WHERE p.id = a.maker_id)
           OR NOT EXISTS (SELECT 1 FROM public.passport_party p WHERE p.id = a.holder_id)
           OR NOT EXISTS (SELECT 1 FROM public.passport_batterymodel m WHERE m.id = a.model_id)
           OR (a.facility_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM public.passport_facility f WHERE f.id = a.facility_id))
           OR (a.intake_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM public.passport_intake i WHERE i.id = a.intake_id))
    ) OR EXISTS (
        SELECT 1 FROM (SELECT DISTINCT unit_id FROM added WHERE unit_id <> id) a
        WHERE NOT EXISTS (SELECT 1 FROM public.passport_battery b WHERE b.id = a.unit_id)
    ) THEN
        RAISE EXCEPTION 'the battery names a row that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'battery_points_at_rows';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION battery_points_at_rows_v1() FROM PUBLIC;
CREATE TRIGGER battery_points_at_rows_v1 AFTER INSERT ON passport_battery
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION battery_points_at_rows_v1();
CREATE TRIGGER battery_points_at_rows_still_v1 AFTER UPDATE ON passport_battery
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION battery_points_at_rows_v1();

-- As in assembly_v1, and both batteries are there: parent and child of a row are looked up once.
CREATE FUNCTION assembly_is_put_in_v2() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    lost boolean;
    upwards boolean;
    moves boolean;
BEGIN
    SELECT bool_or(p.id IS NULL OR c.id IS NULL),
           bool_or(public.level_rank_v1(p.level) <= public.level_rank_v1(c.level)),
           bool_or(a.until IS NULL AND c.unit_id <> p.unit_id)
    INTO lost, upwards, moves
    FROM added a
    LEFT JOIN public.passport_battery p ON p.id = a.parent_id
    LEFT JOIN public.passport_battery c ON c.id = a.child_id;
    IF lost THEN
        RAISE EXCEPTION 'the assembly names a battery that is not there'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'assembly_points_at_rows';
    END IF;
    IF upwards THEN
        RAISE EXCEPTION 'a battery contains only batteries of a lower level'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assembly_goes_down';
    END IF;
    IF moves THEN
        WITH RECURSIVE moved (child_id, above, height) AS (
            SELECT a.child_id, a.parent_id, 1 FROM added a
            JOIN public.passport_battery p ON p.id = a.parent_id
            JOIN public.passport_battery c ON c.id = a.child_id
            WHERE a.until IS NULL AND c.unit_id <> p.unit_id
            UNION ALL
            SELECT m.child_id, a.parent_id, m.height + 1 FROM moved m
            JOIN public.passport_assembly a ON a.child_id = m.above AND a.until IS NULL
            WHERE m.height < 4
        ), tops AS (
            SELECT DISTINCT ON (child_id) child_id, above FROM moved
            ORDER BY child_id, height DESC
        )
        UPDATE public.passport_battery b SET unit_id = t.above
        FROM tops t WHERE b.unit_id = t.child_id;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION assembly_is_put_in_v2() FROM PUBLIC;
DROP TRIGGER assembly_is_put_in_v1 ON passport_assembly;
DROP FUNCTION assembly_is_put_in_v1();
CREATE TRIGGER assembly_is_put_in_v2 AFTER INSERT ON passport_assembly
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION assembly_is_put_in_v2();

-- As in ownership_v1, and batch and battery are there.
CREATE FUNCTION items_are_of_their_issuer_v2() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added i
               LEFT JOIN public.passport_attestation a ON a.id = i.attestation_id
               LEFT JOIN public.passport_battery b ON b.id = i.battery_id
               WHERE a.id IS NULL OR b.id IS NULL OR a.issuer_id <> b.maker_id
                  OR a.batch_size IS NULL OR i.index < 0 OR i.index >= a.batch_size) THEN
        RAISE EXCEPTION 'the item belongs to the batch of another party, or lies outside it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'items_are_of_their_issuer';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION items_are_of_their_issuer_v2() FROM PUBLIC;
DROP TRIGGER items_are_of_their_issuer_v1 ON passport_attestationitem;
DROP FUNCTION items_are_of_their_issuer_v1();
CREATE TRIGGER items_are_of_their_issuer_v2 AFTER INSERT ON passport_attestationitem
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION items_are_of_their_issuer_v2();

-- Which of these names are taken already, by place from 0; all others are claimed now. Otherwise as
-- claim_identities_v1: "same" is of this owner in these words, "clash" is anything else.
CREATE FUNCTION claim_identities_v2(
    identities text[], claimant uuid, digests bytea[], batteries uuid[], claimed timestamptz)
RETURNS TABLE (place bigint, outcome text, battery_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.passport_party p WHERE p.id = claimant) THEN
        RAISE EXCEPTION 'there is no such party' USING ERRCODE = 'foreign_key_violation';
    END IF;
    -- In one order for all, so that two claimants of one file wait for each other, not in a circle.
    BEGIN
        INSERT INTO public.passport_identityclaim
            (identity, owner_id, digest, battery_id, claimed_at)
        SELECT a.identity, claimant, a.digest, a.battery_id, claimed
        FROM unnest(identities, digests, batteries) AS a (identity, digest, battery_id)
        ORDER BY a.identity;
        RETURN;
    EXCEPTION WHEN unique_violation THEN
        NULL;
    END;
    -- Some are taken: look at each before it is written.
    INSERT INTO public.passport_identityclaim (identity, owner_id, digest, battery_id, claimed_at)
    SELECT a.identity, claimant, a.digest, a.battery_id, claimed
    FROM unnest(identities, digests, batteries)
        WITH ORDINALITY AS a (identity, digest, battery_id, place)
    ORDER BY a.identity, a.place
    ON CONFLICT (identity) DO NOTHING;
    RETURN QUERY
    SELECT a.place - 1,
           CASE WHEN c.owner_id = claimant AND c.digest = a.digest THEN 'same' ELSE 'clash' END,
           CASE WHEN c.owner_id = claimant THEN c.battery_id END
    FROM unnest(identities, digests, batteries)
        WITH ORDINALITY AS a (identity, digest, battery_id, place)
    JOIN public.passport_identityclaim c ON c.identity = a.identity
    WHERE c.battery_id <> a.battery_id;
END $$;
REVOKE ALL ON FUNCTION claim_identities_v2(text[], uuid, bytea[], uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_identities_v2(text[], uuid, bytea[], uuid[], timestamptz)
    TO passport_system;
DROP FUNCTION claim_identities_v1(text[], uuid, bytea[], uuid[], timestamptz);

-- No query asks for names by how they begin, and in this order of letters the other index serves it.
DROP INDEX IF EXISTS passport_battery_identity_49391125_like;
DROP INDEX IF EXISTS passport_identityclaim_identity_d855338c_like;

-- How far the worker is with a file, and the lines of it that wait for others: the worker's own.
ALTER TABLE passport_intakeprogress ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_intakeprogress TO passport_system USING (true) WITH CHECK (true);
ALTER TABLE passport_intakewaiting ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_intakewaiting TO passport_system USING (true) WITH CHECK (true);
ALTER TABLE passport_intakewaiting ALTER COLUMN lines SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, UPDATE ON passport_intakeprogress TO passport_system;
GRANT SELECT, INSERT, DELETE ON passport_intakewaiting TO passport_system;
GRANT USAGE ON SEQUENCE passport_intakewaiting_id_seq TO passport_system;
