-- Who registered which identity first. Runs as the owner, because row-level security would hide
-- another party's battery; answers only about the identities asked for, never with whose they are.
--   new: claimed now · same: claimed before by this owner with this digest · clash: anything else
CREATE FUNCTION claim_identities_v1(
    identities text[], claimant uuid, digests bytea[], batteries uuid[], claimed timestamptz)
RETURNS TABLE (identity text, outcome text, battery_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
BEGIN
    -- In one order for all, so that two claimants of one file wait for each other, not in a circle.
    INSERT INTO public.passport_identityclaim (identity, owner_id, digest, battery_id, claimed_at)
    SELECT a.identity, claimant, a.digest, a.battery_id, claimed
    FROM unnest(identities, digests, batteries) AS a (identity, digest, battery_id)
    ORDER BY a.identity
    ON CONFLICT (identity) DO NOTHING;
    -- A statement of its own: it sees what another claimant has committed while the first one waited.
    RETURN QUERY
    SELECT a.identity,
           CASE WHEN c.battery_id = a.battery_id THEN 'new'
                WHEN c.owner_id = claimant AND c.digest = a.digest THEN 'same'
                ELSE 'clash' END,
           CASE WHEN c.owner_id = claimant THEN c.battery_id END
    FROM unnest(identities, digests, batteries) AS a (identity, digest, battery_id)
    JOIN public.passport_identityclaim c ON c.identity = a.identity;
END $$;
REVOKE ALL ON FUNCTION claim_identities_v1(text[], uuid, bytea[], uuid[], timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION claim_identities_v1(text[], uuid, bytea[], uuid[], timestamptz)
    TO passport_system;

-- What anybody may know of a battery (Annex XIII point 1). Runs as the owner: the reader has no party.
CREATE FUNCTION public_record_v1(wanted text)
RETURNS TABLE (battery_id uuid, identity text, level text, serial text, manufactured_on date,
               model_id uuid, maker_id uuid, facility_id uuid, recycled boolean,
               recycled_at timestamptz, components bigint, registered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT b.id, b.identity, b.level, b.serial, b.manufactured_on, b.model_id, b.maker_id,
           b.facility_id, unit.state = 'RECYCLED',
           (SELECT max(e.recorded_at) FROM public.passport_lifecycleevent e
            WHERE e.battery_id = unit.id AND e.kind = 'TREATED'),
           (SELECT count(*) FROM public.passport_battery inside
            WHERE inside.unit_id = b.id AND inside.id <> b.id),
           b.registered_at
    FROM public.passport_battery b JOIN public.passport_battery unit ON unit.id = b.unit_id
    WHERE b.identity = wanted $$;
REVOKE ALL ON FUNCTION public_record_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_record_v1(text) TO passport_app, passport_system;

-- Which public attestations speak of a battery: by whom, with which key, and their digest in the log.
CREATE FUNCTION public_attestations_v1(wanted uuid)
RETURNS TABLE (kind text, issuer_id uuid, method text, sha256 bytea, recorded_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT a.kind, a.issuer_id, a.method, a.sha256, a.recorded_at
    FROM public.passport_attestation a
    WHERE a.access = 'public' AND (a.battery_id = wanted OR EXISTS (
        SELECT 1 FROM public.passport_attestationitem i
        WHERE i.attestation_id = a.id AND i.battery_id = wanted))
    ORDER BY a.recorded_at $$;
REVOKE ALL ON FUNCTION public_attestations_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_attestations_v1(uuid) TO passport_app, passport_system;

-- All leaf hashes of a batch, in order, for an inclusion path. Runs as the owner: a keeper sees only
-- its own items. The hashes are salted, so they tell nothing but how many there are.
CREATE FUNCTION batch_leaf_hashes_v1(wanted uuid) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT leaf_hash FROM public.passport_attestationitem
    WHERE attestation_id = wanted ORDER BY index $$;
REVOKE ALL ON FUNCTION batch_leaf_hashes_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batch_leaf_hashes_v1(uuid) TO passport_app, passport_system;
