-- Batteries born before passports. The application leaves what was found; the worker registers it.
CREATE FUNCTION legacy_battery_is_settled_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state = 'WAITING' AND NEW.state IN ('REGISTERED', 'REFUSED'))
            OR (OLD.state = 'REGISTERED' AND NEW.state = 'MERGED') THEN
        OLD.state := NEW.state;
        OLD.refusal := NEW.refusal;
        OLD.settled_at := coalesce(OLD.settled_at, NEW.settled_at);
        OLD.battery_id := coalesce(OLD.battery_id, NEW.battery_id);
        OLD.assumed := CASE WHEN NEW.state = 'MERGED' THEN OLD.assumed ELSE NEW.assumed END;
        OLD.merged_into_id := NEW.merged_into_id;
        OLD.merged_at := NEW.merged_at;
        OLD.claimant_id := NEW.claimant_id;
        OLD.claim_digest := NEW.claim_digest;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'what was found is settled once, and merged once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER legacy_battery_is_settled_once_v1 BEFORE UPDATE ON passport_legacybattery
    FOR EACH ROW EXECUTE FUNCTION legacy_battery_is_settled_once_v1();
CREATE TRIGGER legacybattery_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_legacybattery FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_legacybattery ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_legacybattery TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY finder_or_concerned_party_sees ON passport_legacybattery FOR SELECT TO passport_app
    USING (party_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY finder_asks ON passport_legacybattery FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND state = 'WAITING' AND battery_id IS NULL
        AND claimant_id IS NULL);
GRANT SELECT, INSERT ON passport_legacybattery TO passport_app, passport_system;
GRANT UPDATE (state, refusal, settled_at, battery_id, assumed, merged_into_id, merged_at,
    claimant_id, claim_digest) ON passport_legacybattery TO passport_system;

-- Nobody attests the origin of a battery that he found, however he came to be written as its maker.
CREATE FUNCTION found_batteries_have_no_origin_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NEW.kind = 'BatteryOriginAttestation' AND EXISTS (
        SELECT 1 FROM public.passport_legacybattery l
        WHERE l.battery_id = NEW.battery_id AND l.claimant_id IS NULL) THEN
        RAISE EXCEPTION 'the origin of a battery that was found is not attested'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'found_batteries_have_no_origin';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION found_batteries_have_no_origin_v1() FROM PUBLIC;
CREATE TRIGGER found_batteries_have_no_origin_v1 AFTER INSERT ON passport_attestation
    FOR EACH ROW EXECUTE FUNCTION found_batteries_have_no_origin_v1();
CREATE FUNCTION found_batteries_are_no_items_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.passport_legacybattery l WHERE l.claimant_id IS NULL)
       AND EXISTS (SELECT 1 FROM added i JOIN public.passport_legacybattery l
                   ON l.battery_id = i.battery_id WHERE l.claimant_id IS NULL) THEN
        RAISE EXCEPTION 'the origin of a battery that was found is not attested'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'found_batteries_have_no_origin';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION found_batteries_are_no_items_v1() FROM PUBLIC;
CREATE TRIGGER found_batteries_are_no_items_v1 AFTER INSERT ON passport_attestationitem
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION found_batteries_are_no_items_v1();

-- As claim_identities_v2, and tells a battery that somebody found from a clash: its maker may take it
-- over, and the same line of that maker again is a repetition.
--   legacy: found by another party, and claimed by no maker yet
CREATE FUNCTION claim_identities_v3(
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
           CASE WHEN c.owner_id = claimant AND c.digest = a.digest THEN 'same'
                WHEN l.claimant_id = claimant AND l.claim_digest = a.digest THEN 'same'
                WHEN c.owner_id <> claimant AND l.state = 'REGISTERED' THEN 'legacy'
                ELSE 'clash' END,
           CASE WHEN c.owner_id = claimant OR l.claimant_id = claimant THEN c.battery_id END
    FROM unnest(identities, digests, batteries)
        WITH ORDINALITY AS a (identity, digest, battery_id, place)
    JOIN public.passport_identityclaim c ON c.identity = a.identity
    LEFT JOIN public.passport_legacybattery l ON l.battery_id = c.battery_id
    WHERE c.battery_id <> a.battery_id;
END $$;
REVOKE ALL ON FUNCTION claim_identities_v3(text[], uuid, bytea[], uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_identities_v3(text[], uuid, bytea[], uuid[], timestamptz)
    TO passport_system;
DROP FUNCTION claim_identities_v2(text[], uuid, bytea[], uuid[], timestamptz);

-- What anybody may know of a battery that was found: what its plate says of its maker, since when it
-- is followed, what is assumed, and which battery answers for it now. Not who found it.
CREATE FUNCTION public_legacy_v1(wanted text)
RETURNS TABLE (maker_name text, model_name text, assumed jsonb, since timestamptz,
               merged_at timestamptz, merged_identity text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT l.maker_name, coalesce(l.plate ->> 'model_name', ''), l.assumed, l.settled_at,
           l.merged_at, into_.identity
    FROM public.passport_legacybattery l
    LEFT JOIN public.passport_battery into_ ON into_.id = l.merged_into_id
    WHERE l.identity = wanted AND l.state IN ('REGISTERED', 'MERGED') $$;
REVOKE ALL ON FUNCTION public_legacy_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_legacy_v1(text) TO passport_app, passport_system;
