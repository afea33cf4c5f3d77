-- Certificates of recycling: of a battery treated in one act as of a batch, and for whom they are.

DROP POLICY who_sees_the_subject_sees ON recycling_treatmentpaper;
CREATE POLICY who_sees_the_subject_sees ON recycling_treatmentpaper FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_treatmentbatch b WHERE b.id = batch_id)
        OR EXISTS (SELECT 1 FROM recycling_materiallot l WHERE l.id = lot_id)
        OR EXISTS (SELECT 1 FROM recycling_treatment t
                   WHERE t.id = recycling_treatmentpaper.treatment_id));
DROP POLICY recycler_files ON recycling_treatmentpaper;
CREATE POLICY recycler_files ON recycling_treatmentpaper FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM passport_attestation a
                        WHERE a.id = attestation_id AND a.issuer_id = app_party())
        AND (batch_id IS NULL OR EXISTS (SELECT 1 FROM recycling_treatmentbatch b
            WHERE b.id = batch_id AND b.recycler_id = app_party()))
        AND (lot_id IS NULL OR EXISTS (SELECT 1 FROM recycling_materiallot l
            WHERE l.id = lot_id AND l.recycler_id = app_party()))
        AND (treatment_id IS NULL OR EXISTS (SELECT 1 FROM recycling_treatment t
            WHERE t.id = recycling_treatmentpaper.treatment_id AND t.step = 'WHOLE'
            AND t.recycler_id = app_party())));

-- The certificate that covers a battery, or that of a batch. A battery's is for whoever sees the
-- battery, for the keeper that retired it and for the recycler; a batch's for its recycler and for
-- authorities. What was signed is told whole where nothing of others stands in it: of a batch that
-- took in what the reader does not see, only the reader's own batteries are told, not what came out.
CREATE FUNCTION certificates_v1(about uuid)
RETURNS TABLE (sha256 bytea, method text, recycler text, batch_number text, filed_at timestamptz,
               withdrawn_at timestamptz, others bigint, told jsonb, body bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH found AS (
        SELECT DISTINCT t.batch_id, t.recycler_id,
            CASE WHEN t.batch_id IS NULL THEN t.id END AS treatment_id,
            t.recycler_id = public.app_party() OR public.app_acts_as('AUTHORITY') AS all_of_it
        FROM public.recycling_massuse u
        JOIN public.recycling_treatment t ON t.id = u.treatment_id
        WHERE (u.battery_id = about OR t.batch_id = about)
          AND (t.recycler_id = public.app_party() OR public.app_acts_as('AUTHORITY')
               OR (u.battery_id = about AND (public.app_sees_v1(about) OR EXISTS (
                   SELECT 1 FROM public.recycling_retirement r
                   WHERE r.battery_id = about AND r.keeper_id = public.app_party()))))
    ), papers AS (
        SELECT f.*, p.filed_at, a.id AS attestation_id, a.sha256, a.method, a.body,
            -- What was erased on lawful demand tells nothing.
            CASE WHEN length(a.body) > 0
                THEN convert_from(a.body, 'UTF8')::jsonb -> 'credentialSubject' END AS subject
        FROM found f
        JOIN public.recycling_treatmentpaper p
            ON p.batch_id = f.batch_id OR p.treatment_id = f.treatment_id
        JOIN public.passport_attestation a ON a.id = p.attestation_id
    ), inputs AS (
        SELECT p.attestation_id, b.identity, b.id IS NOT NULL AND (p.all_of_it
            OR public.app_sees_v1(b.id) OR EXISTS (
                SELECT 1 FROM public.recycling_retirement r
                WHERE r.battery_id = b.id AND r.keeper_id = public.app_party())) AS seen
        FROM papers p
        JOIN public.recycling_treatment t ON t.batch_id = p.batch_id OR t.id = p.treatment_id
        JOIN public.recycling_massuse u ON u.treatment_id = t.id
        LEFT JOIN public.passport_battery b ON b.id = u.battery_id
        WHERE NOT EXISTS (SELECT 1 FROM public.recycling_fraction f
            JOIN public.recycling_treatment o ON o.id = f.treatment_id
            WHERE f.id = u.fraction_id AND o.batch_id = p.batch_id)
    ), counted AS (
        SELECT p.*, CASE WHEN p.all_of_it THEN 0 ELSE (
            SELECT count(*) FROM inputs i
            WHERE i.attestation_id = p.attestation_id AND NOT i.seen) END AS others
        FROM papers p
    )
    SELECT c.sha256, c.method::text, r.name::text, b.number::text, c.filed_at,
        (SELECT min(w.recorded_at) FROM public.passport_withdrawal w
         WHERE w.attestation_id = c.attestation_id AND w.items IS NULL),
        c.others,
        CASE WHEN c.others = 0 THEN c.subject - 'salt'
            ELSE (c.subject - ARRAY['salt', 'upstream', 'fractions', 'mass', 'inputs'])
            || jsonb_build_object('inputs', (
                SELECT jsonb_agg(e.piece)
                FROM jsonb_array_elements(c.subject -> 'inputs') AS e (piece)
                WHERE e.piece ->> 'id' IN (SELECT i.identity FROM inputs i
                    WHERE i.attestation_id = c.attestation_id AND i.seen))) END,
        CASE WHEN c.others = 0 THEN nullif(c.body, ''::bytea) END
    FROM counted c JOIN public.passport_party r ON r.id = c.recycler_id
    LEFT JOIN public.recycling_treatmentbatch b ON b.id = c.batch_id
    ORDER BY c.filed_at $$;
REVOKE ALL ON FUNCTION certificates_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION certificates_v1(uuid) TO passport_app, passport_system;
