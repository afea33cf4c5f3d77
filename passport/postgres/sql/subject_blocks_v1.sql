-- Whom entries about many are about, as blocks of salted subjects: kept with the entry's wish by the
-- system's role, read by the two functions below. The subjects tell nothing but how many there are.
CREATE TRIGGER subjectblock_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_subjectblock FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
ALTER TABLE passport_subjectblock ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_subjectblock TO passport_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON passport_subjectblock TO passport_system;

-- The roots of all blocks under a root, in order and end to end.
CREATE FUNCTION subject_roots_v1(wanted bytea) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT string_agg(b.root, ''::bytea ORDER BY b.place)
    FROM public.passport_subjectblock b WHERE b.of = wanted $$;
REVOKE ALL ON FUNCTION subject_roots_v1(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subject_roots_v1(bytea) TO passport_app, passport_system;

-- The blocks under a root in which these subjects would stand, and the last block.
CREATE FUNCTION subject_blocks_v1(wanted bytea, subjects bytea[])
RETURNS TABLE (place integer, subjects bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT found.place, found.subjects
    FROM unnest($2 || decode(repeat('ff', 32), 'hex')) AS each (subject)
    CROSS JOIN LATERAL (
        SELECT b.place, b.subjects FROM public.passport_subjectblock b
        WHERE b.of = wanted AND (b.first <= each.subject OR b.place = 0)
        ORDER BY b.first DESC LIMIT 1) AS found $$;
REVOKE ALL ON FUNCTION subject_blocks_v1(bytea, bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION subject_blocks_v1(bytea, bytea[]) TO passport_app, passport_system;
