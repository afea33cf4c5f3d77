-- What builds upon what, across parties; all of these run as the owner, since row-level security
-- hides the rows of others, and each tells no more than its purpose.

-- Whether this transaction is the worker's or the sequencer's, whichever way it entered.
CREATE FUNCTION acts_as_system_v1() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public
AS $$ SELECT 'passport_system' = CASE current_setting('role')
    WHEN 'none' THEN session_user ELSE current_setting('role') END $$;

-- Keep the subtrees of a batch's tree. Only the issuer of a batch writes them, places that its tree
-- does not have are refused, and what is there already stays as it is.
CREATE FUNCTION keep_batch_tiles_v1(batch uuid, levels smallint[], places integer[], hashes bytea[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    leaves integer;
BEGIN
    SELECT a.batch_size INTO leaves FROM public.passport_attestation a
    WHERE a.id = batch AND (a.issuer_id = public.app_party() OR public.acts_as_system_v1());
    IF leaves IS NULL THEN
        RAISE EXCEPTION 'only the issuer of a batch keeps its tree'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(levels, places, hashes) AS t (level, place, body)
               WHERE t.level NOT IN (0, 4, 8, 12, 16, 20) OR t.place < 0
                  OR t.place::bigint << (t.level + 4) >= leaves
                  OR octet_length(t.body) NOT BETWEEN 32 AND 960
                  OR octet_length(t.body) % 32 <> 0) THEN
        RAISE EXCEPTION 'the tree of this batch has no such place'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tiles_lie_inside_their_batch';
    END IF;
    INSERT INTO public.passport_batchtile (attestation_id, level, place, hashes)
    SELECT batch, t.level, t.place, t.body
    FROM unnest(levels, places, hashes) AS t (level, place, body);
END $$;
REVOKE ALL ON FUNCTION keep_batch_tiles_v1(uuid, smallint[], integer[], bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION keep_batch_tiles_v1(uuid, smallint[], integer[], bytea[])
    TO passport_app, passport_system;

-- Subtrees of a batch's tree, for inclusion paths. The hashes are salted, so they tell nothing but
-- how many items there are.
CREATE FUNCTION batch_tiles_v1(batch uuid, levels smallint[], places integer[])
RETURNS TABLE (level smallint, place integer, hashes bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    -- Place by place through the index, whatever the planner thinks of the table: OFFSET keeps it from
    -- joining the whole tree of the batch to a few places.
    SELECT wanted.level, wanted.place, t.hashes
    FROM unnest(levels, places) AS wanted (level, place)
    CROSS JOIN LATERAL (
        SELECT kept.hashes FROM public.passport_batchtile kept
        WHERE kept.attestation_id = batch AND kept.level = wanted.level
          AND kept.place = wanted.place OFFSET 0) t $$;
REVOKE ALL ON FUNCTION batch_tiles_v1(uuid, smallint[], integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batch_tiles_v1(uuid, smallint[], integer[])
    TO passport_app, passport_system;

-- Which of these digests are of attestations that are held here. Who asks has the digest, so he has
-- the document, or was told of it by somebody who has.
CREATE FUNCTION held_attestations_v1(digests bytea[]) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT a.sha256 FROM public.passport_attestation a WHERE a.sha256 = ANY (digests) $$;
REVOKE ALL ON FUNCTION held_attestations_v1(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION held_attestations_v1(bytea[]) TO passport_app, passport_system;

-- Whether the acting party sees a battery: what the policy of passport_battery says.
CREATE FUNCTION app_sees_v1(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM public.passport_battery b WHERE b.id = wanted
        AND (b.maker_id = public.app_party() OR public.acts_as_system_v1()
            OR EXISTS (SELECT 1 FROM public.passport_concern c WHERE c.battery_id = b.unit_id
                       AND c.party_id = public.app_party() AND c.until IS NULL)
            OR public.app_acts_as('AUTHORITY'))) $$;
REVOKE ALL ON FUNCTION app_sees_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_sees_v1(uuid) TO passport_app, passport_system;

-- Whether credentials of an access set are for a reader with these roles: what audiences_of and
-- READERS say in passport/rules/disclosure.py.
CREATE FUNCTION reads_set_v1(access text, roles text[], concerned boolean, responsible boolean)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT access = 'public' OR CASE access
        WHEN 'legitimateInterestAndAuthority' THEN responsible OR 'AUTHORITY' = ANY (roles)
            OR (concerned AND roles && ARRAY['KEEPER', 'WORKSHOP', 'RECYCLER'])
        WHEN 'authority' THEN responsible OR 'AUTHORITY' = ANY (roles)
        WHEN 'legitimateInterest' THEN responsible
            OR (concerned AND roles && ARRAY['KEEPER', 'WORKSHOP', 'RECYCLER'])
        WHEN 'parties' THEN responsible OR concerned
        ELSE false END $$;

-- All that the attestations of some batteries build upon, at any depth, with what was taken back of
-- it; and the name and salt of what each is about alone. Begins at batteries that the acting party
-- sees and walks through nothing but credentials that are for it: at each battery in the quality in
-- which it reads the battery of `tops` at the same place, which holds it now or is itself; upstream
-- without the qualities that it has by the battery alone; its own always. Who acts, and in which
-- qualities, is found here and never told.
CREATE FUNCTION upstream_v1(batteries uuid[], tops uuid[])
RETURNS TABLE (id uuid, withdraws uuid, issuer_id uuid, kind text, method text, access text,
               body bytea, sha256 bytea, batch_size integer, recorded_at timestamptz,
               identity text, salt bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE me AS MATERIALIZED (
        SELECT p.id, p.roles::text[] AS roles FROM public.passport_party p
        WHERE p.id = public.app_party()
    ), mine AS MATERIALIZED (
        SELECT c.battery_id FROM public.passport_concern c
        WHERE c.party_id = public.app_party() AND c.until IS NULL
    ), climbed (battery, top, here) AS (
        SELECT given.battery, given.top, given.battery
        FROM unnest(batteries, tops) AS given (battery, top)
        UNION
        SELECT c.battery, c.top, a.parent_id FROM climbed c
        JOIN public.passport_assembly a ON a.child_id = c.here AND a.until IS NULL
        WHERE c.here <> c.top
    ), asked AS (
        -- Sight as app_sees_v1 says it, but for thousands at once.
        SELECT b.id, top.unit_id IN (SELECT battery_id FROM mine) AS concerned,
               top.maker_id = me.id AS responsible
        FROM me CROSS JOIN climbed c
        JOIN public.passport_battery b ON b.id = c.battery
        JOIN public.passport_battery top ON top.id = c.top
        WHERE c.here = c.top AND (b.maker_id = me.id OR 'AUTHORITY' = ANY (me.roles)
            OR b.unit_id IN (SELECT battery_id FROM mine))
    ), spoken AS (
        SELECT s.id, asked.concerned, asked.responsible
        FROM asked JOIN public.passport_attestation s ON s.battery_id = asked.id
        UNION
        SELECT i.attestation_id, asked.concerned, asked.responsible
        FROM asked JOIN public.passport_attestationitem i ON i.battery_id = asked.id
    ), seeds AS (
        SELECT DISTINCT a.id, s.concerned
        FROM me CROSS JOIN spoken s JOIN public.passport_attestation a ON a.id = s.id
        WHERE a.issuer_id = me.id
           OR public.reads_set_v1(a.access, me.roles, s.concerned, s.responsible)
    ), reached (id, concerned) AS (
        SELECT seeds.id, seeds.concerned FROM seeds
        UNION
        SELECT a.id, r.concerned FROM me CROSS JOIN reached r
        JOIN public.passport_attestationupstream u ON u.attestation_id = r.id
        JOIN public.passport_attestation a ON a.sha256 = u.sha256
        WHERE (a.issuer_id = me.id OR (a.access <> 'parties'
                AND public.reads_set_v1(a.access, me.roles, r.concerned, false)))
          AND (a.battery_id IS NULL OR public.app_sees_v1(a.battery_id))
    ), found AS (
        SELECT a.*, coalesce(b.identity, l.identity) AS identity, coalesce(b.salt, l.salt) AS salt
        FROM (SELECT reached.id FROM reached EXCEPT SELECT seeds.id FROM seeds) r
        JOIN public.passport_attestation a ON a.id = r.id
        LEFT JOIN public.passport_battery b ON b.id = a.battery_id
        LEFT JOIN public.passport_lot l ON l.id = a.lot_id
    )
    SELECT f.id, NULL::uuid, f.issuer_id, f.kind, f.method, f.access, f.body, f.sha256,
           f.batch_size, f.recorded_at, f.identity, f.salt FROM found f
    UNION ALL
    SELECT w.id, f.id, w.issuer_id, 'AttestationWithdrawal', w.method, f.access, w.body, w.sha256,
           f.batch_size, w.recorded_at, f.identity, f.salt
    FROM found f JOIN public.passport_withdrawal w ON w.attestation_id = f.id
    ORDER BY 10, 1 $$;
REVOKE ALL ON FUNCTION upstream_v1(uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION upstream_v1(uuid[], uuid[]) TO passport_app, passport_system;

-- At which places of the log, from first to last, stand attestations that were wholly taken back:
-- what a status list is made of, which anybody may read.
CREATE FUNCTION withdrawn_entries_v1(first bigint, last bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT e.index FROM public.passport_withdrawal w
    JOIN public.passport_attestation a ON a.id = w.attestation_id
    JOIN public.passport_logentry e ON e.digest = a.sha256
    WHERE w.items IS NULL AND e.index BETWEEN first AND last ORDER BY 1 $$;
REVOKE ALL ON FUNCTION withdrawn_entries_v1(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION withdrawn_entries_v1(bigint, bigint) TO passport_app, passport_system;

-- Which public attestations speak of a battery: by whom, with which key, their digest in the log,
-- whether of its origin (an erased batch is taken for one), and whether they were taken back, wholly
-- or for this battery.
CREATE FUNCTION public_attestations_v2(wanted uuid)
RETURNS TABLE (kind text, issuer_id uuid, method text, sha256 bytea, recorded_at timestamptz,
               of_origin boolean, withdrawn_at timestamptz, withdrawn_because text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT a.kind, a.issuer_id, a.method, a.sha256, a.recorded_at,
           a.kind = 'BatteryOriginAttestation' OR (a.kind = 'AttestationBatch' AND (a.body = ''
               OR position('"itemType":"BatteryOriginAttestation"'::bytea IN a.body) > 0)),
           w.recorded_at, w.reason
    FROM public.passport_attestation a
    LEFT JOIN LATERAL (
        SELECT t.recorded_at, t.reason FROM public.passport_withdrawal t
        WHERE t.attestation_id = a.id AND (t.items IS NULL OR EXISTS (
            SELECT 1 FROM public.passport_battery b
            WHERE b.id = wanted AND b.identity = ANY (t.items)))
        ORDER BY t.recorded_at LIMIT 1) w ON true
    WHERE a.access = 'public' AND (a.battery_id = wanted OR EXISTS (
        SELECT 1 FROM public.passport_attestationitem i
        WHERE i.attestation_id = a.id AND i.battery_id = wanted))
    ORDER BY a.recorded_at, a.id $$;
REVOKE ALL ON FUNCTION public_attestations_v2(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_attestations_v2(uuid) TO passport_app, passport_system;

-- How the log knows what an attestation of the acting party is about, and its name when it is one
-- battery or lot: its withdrawal is about the same, though the battery may have moved out of sight.
CREATE FUNCTION own_attestation_in_log_v1(wanted uuid)
RETURNS TABLE (subjects integer, subject bytea, identity text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT coalesce(a.batch_size, 1),
           coalesce((SELECT e.subject FROM public.passport_logentry e
                     WHERE e.digest = a.sha256 ORDER BY e.index LIMIT 1),
                    (SELECT o.subject FROM public.passport_outbox o
                     WHERE o.digest = a.sha256 ORDER BY o.id LIMIT 1)),
           coalesce(b.identity, l.identity)
    FROM public.passport_attestation a
    LEFT JOIN public.passport_battery b ON b.id = a.battery_id
    LEFT JOIN public.passport_lot l ON l.id = a.lot_id
    WHERE a.id = wanted AND (a.issuer_id = public.app_party() OR public.acts_as_system_v1()) $$;
REVOKE ALL ON FUNCTION own_attestation_in_log_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION own_attestation_in_log_v1(uuid) TO passport_app, passport_system;
