-- What a bundle reads for the acting party where row-level security would ask again for each of
-- thousands of rows, or hide what proves another row. All of these run as the owner, look at the
-- batteries first, once, and give nothing of those that the acting party does not see.

-- Those of some batteries that the acting party sees: what the policy of passport_battery says, for
-- the functions below alone.
CREATE FUNCTION batteries_seen_v1(wanted uuid[]) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT b.id FROM public.passport_battery b
    WHERE b.id = ANY (wanted) AND (b.maker_id = public.app_party()
        OR b.unit_id IN (SELECT c.battery_id FROM public.passport_concern c
                         WHERE c.party_id = public.app_party() AND c.until IS NULL)
        OR public.app_acts_as('AUTHORITY')) $$;
REVOKE ALL ON FUNCTION batteries_seen_v1(uuid[]) FROM PUBLIC;

-- What their items of batches say.
CREATE FUNCTION items_seen_v1(wanted uuid[])
RETURNS TABLE (attestation_id uuid, index integer, battery_id uuid, body bytea, leaf_hash bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT i.attestation_id, i.index, i.battery_id, i.body, i.leaf_hash
    FROM public.passport_attestationitem i
    WHERE i.battery_id = ANY (ARRAY(SELECT public.batteries_seen_v1(wanted))) $$;
REVOKE ALL ON FUNCTION items_seen_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION items_seen_v1(uuid[]) TO passport_app, passport_system;

-- What was attested of them, alone or as items of a batch.
CREATE FUNCTION attestations_seen_v1(wanted uuid[]) RETURNS SETOF passport_attestation
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH seen AS (SELECT ARRAY(SELECT public.batteries_seen_v1(wanted)) AS ids)
    SELECT a.* FROM public.passport_attestation a WHERE a.id IN (
        SELECT i.attestation_id FROM public.passport_attestationitem i
        WHERE i.battery_id = ANY ((SELECT ids FROM seen)::uuid[])
        UNION
        SELECT s.id FROM public.passport_attestation s
        WHERE s.battery_id = ANY ((SELECT ids FROM seen)::uuid[])) $$;
REVOKE ALL ON FUNCTION attestations_seen_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION attestations_seen_v1(uuid[]) TO passport_app, passport_system;

-- What their issuers took back of these.
CREATE FUNCTION withdrawals_seen_v1(wanted uuid[]) RETURNS SETOF passport_withdrawal
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT w.* FROM public.passport_withdrawal w
    WHERE w.attestation_id IN (SELECT a.id FROM public.attestations_seen_v1(wanted) a) $$;
REVOKE ALL ON FUNCTION withdrawals_seen_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION withdrawals_seen_v1(uuid[]) TO passport_app, passport_system;

-- Under which event of a whole file each of them was registered that has no such event of its own;
-- and what says that the event was erased.
CREATE FUNCTION registrations_seen_v1(wanted uuid[])
RETURNS TABLE (battery_id uuid, body bytea, body_sha256 bytea, erasure bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT b.id, e.body, e.body_sha256,
           (SELECT x.body FROM public.passport_erasure x WHERE x.digest = e.body_sha256)
    FROM public.batteries_seen_v1(wanted) AS seen (id)
    JOIN public.passport_battery b ON b.id = seen.id
    JOIN public.passport_lifecycleevent e ON e.intake_id = b.intake_id AND e.kind = 'REGISTERED'
    WHERE NOT EXISTS (SELECT 1 FROM public.passport_lifecycleevent own
                      WHERE own.battery_id = b.id AND own.kind = 'REGISTERED') $$;
REVOKE ALL ON FUNCTION registrations_seen_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registrations_seen_v1(uuid[]) TO passport_app, passport_system;

-- The salted subjects of all batteries in a batch that holds one which the acting party sees, sorted
-- and end to end: they show that a batch is about a battery to whom the batch itself is not for. They
-- tell nothing but how many there are.
CREATE FUNCTION attested_together_v1(batch uuid, witness uuid) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET work_mem = '128MB' AS $$
    SELECT string_agg(hashed.subject, ''::bytea ORDER BY hashed.subject) FROM (
        SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject
        FROM public.passport_attestationitem i JOIN public.passport_battery b ON b.id = i.battery_id
        WHERE i.attestation_id = batch AND EXISTS (
            SELECT 1 FROM public.passport_attestationitem w
            WHERE w.attestation_id = batch
            AND w.battery_id IN (SELECT public.batteries_seen_v1(ARRAY[witness])))) AS hashed $$;
REVOKE ALL ON FUNCTION attested_together_v1(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION attested_together_v1(uuid, uuid) TO passport_app, passport_system;

-- Which of these documents wait for their entry: published later, so a bundle leaves them out. The
-- application reads no other column of what waits.
CREATE FUNCTION awaited_v1(digests bytea[]) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT o.digest FROM public.passport_outbox o WHERE o.digest = ANY (digests) $$;
REVOKE ALL ON FUNCTION awaited_v1(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION awaited_v1(bytea[]) TO passport_app, passport_system;
