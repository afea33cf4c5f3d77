-- Safety recalls. That there is one, why, and of which lots and models, is for everybody; which single
-- batteries it names, and where they are, is for their parties.

CREATE TRIGGER recallsubject_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_recallsubject FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER recall_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_recall FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A recall is closed once; nothing else of it ever changes.
CREATE FUNCTION recall_closes_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL AND NEW.closed_at >= OLD.opened_at THEN
        OLD.closed_at := NEW.closed_at;
        OLD.closed_by_id := NEW.closed_by_id;
        OLD.closed_because := NEW.closed_because;
        OLD.closing_body := NEW.closing_body;
        OLD.closing_sha256 := NEW.closing_sha256;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a recall is closed once, and nothing else of it changes'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER recall_closes_once_v1 BEFORE UPDATE
    ON passport_recall FOR EACH ROW EXECUTE FUNCTION recall_closes_once_v1();

ALTER TABLE passport_recall ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_recall TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON passport_recall FOR SELECT TO passport_app USING (true);
CREATE POLICY maker_or_authority_opens ON passport_recall FOR INSERT TO passport_app
    WITH CHECK (opened_by_id = app_party() AND closed_at IS NULL
        AND ((maker_id = app_party() AND app_acts_as('MAKER')) OR app_acts_as('AUTHORITY')));
CREATE POLICY who_opened_or_authority_closes ON passport_recall FOR UPDATE TO passport_app
    USING (opened_by_id = app_party() OR app_acts_as('AUTHORITY'))
    WITH CHECK (closed_by_id = app_party());

-- Only batteries of the maker whose recall it is, and only by whom opened it.
CREATE FUNCTION recall_names_own_v1(wanted uuid, witness uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM public.passport_recall r
                   JOIN public.passport_battery b ON b.id = witness AND b.maker_id = r.maker_id
                   WHERE r.id = wanted AND r.closed_at IS NULL
                     AND r.opened_by_id = public.app_party()) $$;
REVOKE ALL ON FUNCTION recall_names_own_v1(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recall_names_own_v1(uuid, uuid) TO passport_app, passport_system;

ALTER TABLE passport_recallsubject ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_recallsubject TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_recallsubject FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY who_opened_names ON passport_recallsubject FOR INSERT TO passport_app
    WITH CHECK (recall_names_own_v1(recall_id, battery_id));

GRANT SELECT, INSERT ON passport_recall, passport_recallsubject TO passport_app, passport_system;
GRANT UPDATE (closed_at, closed_by_id, closed_because, closing_body, closing_sha256)
    ON passport_recall TO passport_app, passport_system;
GRANT USAGE ON SEQUENCE passport_recallsubject_id_seq TO passport_app, passport_system;

-- Every battery in the scope of some recalls; for the functions below alone. Written as three reads,
-- each with an index of its own: by lot, by model, by name.
CREATE FUNCTION recall_scope_v1(recalls uuid[])
RETURNS TABLE (recall_id uuid, battery_id uuid, unit_id uuid) LANGUAGE sql STABLE AS $$
    SELECT r.id, b.id, b.unit_id FROM public.passport_recall r
    JOIN public.passport_battery b ON b.maker_id = r.maker_id AND b.lot = ANY (r.lots)
    WHERE r.id = ANY (recalls) AND b.lot <> ''
      AND (cardinality(r.model_ids) = 0 OR b.model_id = ANY (r.model_ids))
    UNION
    SELECT r.id, b.id, b.unit_id FROM public.passport_recall r
    JOIN public.passport_battery b ON b.model_id = ANY (r.model_ids) AND b.maker_id = r.maker_id
    WHERE r.id = ANY (recalls) AND cardinality(r.lots) = 0
    UNION
    SELECT s.recall_id, b.id, b.unit_id FROM public.passport_recallsubject s
    JOIN public.passport_battery b ON b.id = s.battery_id
    WHERE s.recall_id = ANY (recalls) $$;
REVOKE ALL ON FUNCTION recall_scope_v1(uuid[]) FROM PUBLIC;

-- Which of these units hold something, or are something, that is under an open recall. It tells what
-- a look at the label of each would tell.
CREATE FUNCTION recalled_units_v1(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT DISTINCT s.unit_id FROM public.recall_scope_v1(
        ARRAY(SELECT r.id FROM public.passport_recall r WHERE r.closed_at IS NULL)) s
    WHERE s.unit_id = ANY (wanted) $$;
REVOKE ALL ON FUNCTION recalled_units_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_units_v1(uuid[]) TO passport_app, passport_system;

-- Which of these batteries are under an open recall themselves, or hold at any depth what is.
CREATE FUNCTION recalled_batteries_v1(wanted uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE up (id, height) AS (
        SELECT s.battery_id, 0 FROM public.recall_scope_v1(
            ARRAY(SELECT r.id FROM public.passport_recall r WHERE r.closed_at IS NULL)) s
        WHERE s.unit_id IN (SELECT b.unit_id FROM public.passport_battery b WHERE b.id = ANY (wanted))
        UNION
        SELECT a.parent_id, up.height + 1 FROM up
        JOIN public.passport_assembly a ON a.child_id = up.id AND a.until IS NULL
        WHERE up.height < 4
    )
    SELECT DISTINCT up.id FROM up WHERE up.id = ANY (wanted) $$;
REVOKE ALL ON FUNCTION recalled_batteries_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalled_batteries_v1(uuid[]) TO passport_app, passport_system;

-- The open recalls that a battery is under: for what it is itself, and for how many batteries inside
-- it. Looks at the batteries of its unit, not at the recalls' whole scope: a public page asks this.
CREATE FUNCTION recalls_of_v1(wanted uuid)
RETURNS TABLE (recall_id uuid, itself boolean, inside bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.passport_recall r WHERE r.closed_at IS NULL) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH RECURSIVE hits AS MATERIALIZED (
        SELECT r.id AS recall, b.id AS battery FROM public.passport_battery w
        JOIN public.passport_battery b ON b.unit_id = w.unit_id
        JOIN public.passport_recall r ON r.maker_id = b.maker_id AND r.closed_at IS NULL
        WHERE w.id = wanted AND (
            ((cardinality(r.lots) > 0 OR cardinality(r.model_ids) > 0)
             AND (cardinality(r.lots) = 0 OR (b.lot <> '' AND b.lot = ANY (r.lots)))
             AND (cardinality(r.model_ids) = 0 OR b.model_id = ANY (r.model_ids)))
            OR (r.named > 0 AND EXISTS (SELECT 1 FROM public.passport_recallsubject s
                                        WHERE s.recall_id = r.id AND s.battery_id = b.id)))
    ), up AS (
        SELECT h.recall, h.battery, h.battery AS at, 0 AS height FROM hits h
        UNION ALL
        SELECT u.recall, u.battery, a.parent_id, u.height + 1 FROM up u
        JOIN public.passport_assembly a ON a.child_id = u.at AND a.until IS NULL
        WHERE u.height < 4 AND u.at <> wanted
    )
    SELECT u.recall, bool_or(u.battery = wanted), count(*) FILTER (WHERE u.battery <> wanted)
    FROM up u WHERE u.at = wanted GROUP BY u.recall ORDER BY u.recall;
END $$;
REVOKE ALL ON FUNCTION recalls_of_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recalls_of_v1(uuid) TO passport_app, passport_system;

-- Where batteries are now. Of one that stands in a unit which the acting party does not see, no more
-- is told than its own state, unless `open` says that an open recall asks for it: then the outermost
-- unit, the places from there down to the battery, and the name, country and roles of the holder.
CREATE FUNCTION whereabouts_v1(batteries uuid[], open boolean)
RETURNS TABLE (id uuid, identity text, serial text, level text, lot text, state text,
               unit_id uuid, unit_level text, path text, holder text, country text, roles text[])
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT a.child_id AS battery, a.parent_id AS at, ARRAY[a."position"]::text[] AS places
        FROM public.passport_assembly a WHERE a.child_id = ANY (batteries) AND a.until IS NULL
        UNION ALL
        SELECT u.battery, a.parent_id, a."position"::text || u.places FROM up u
        JOIN public.passport_assembly a ON a.child_id = u.at AND a.until IS NULL
        WHERE cardinality(u.places) < 4
    ), whole AS (
        SELECT DISTINCT ON (u.battery) u.battery, array_to_string(u.places, ' / ') AS path
        FROM up u ORDER BY u.battery, cardinality(u.places) DESC
    ), seen AS MATERIALIZED (
        SELECT s.id FROM public.batteries_seen_v1(ARRAY(
            SELECT DISTINCT b.unit_id FROM public.passport_battery b WHERE b.id = ANY (batteries)
        )) AS s (id)
    )
    SELECT b.id, b.identity::text, b.serial::text, b.level::text, b.lot::text,
           CASE WHEN u.state IN ('RETIRED', 'RECYCLED') THEN u.state ELSE b.state END::text,
           CASE WHEN shown THEN u.id END, CASE WHEN shown THEN u.level END::text,
           CASE WHEN shown THEN coalesce(w.path, '') END,
           CASE WHEN shown THEN h.name END::text, CASE WHEN shown THEN h.country END::text,
           CASE WHEN shown THEN h.roles END::text[]
    FROM public.passport_battery b JOIN public.passport_battery u ON u.id = b.unit_id
    JOIN public.passport_party h ON h.id = u.holder_id
    LEFT JOIN whole w ON w.battery = b.id
    CROSS JOIN LATERAL (SELECT open OR u.id IN (SELECT s.id FROM seen s)) AS told (shown)
    WHERE b.id = ANY (batteries) $$;
REVOKE ALL ON FUNCTION whereabouts_v1(uuid[], boolean) FROM PUBLIC;

-- Where the batteries of a recall are, for its maker, for whom opened it, and for authorities. When it
-- is closed, as far as the acting party sees them otherwise.
CREATE FUNCTION recall_whereabouts_v1(wanted uuid)
RETURNS TABLE (id uuid, identity text, serial text, level text, lot text, state text,
               unit_id uuid, unit_level text, path text, holder text, country text, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT w.* FROM public.passport_recall r
    CROSS JOIN LATERAL public.whereabouts_v1(
        ARRAY(SELECT s.battery_id FROM public.recall_scope_v1(ARRAY[r.id]) s),
        r.closed_at IS NULL) w
    WHERE r.id = wanted AND (r.maker_id = public.app_party() OR r.opened_by_id = public.app_party()
        OR public.app_acts_as('AUTHORITY')) $$;
REVOKE ALL ON FUNCTION recall_whereabouts_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION recall_whereabouts_v1(uuid) TO passport_app, passport_system;

-- Where the acting party's own batteries of a lot are, as far as it may know: those under an open
-- recall of its own with their unit and holder, the others as it sees them every day.
CREATE FUNCTION lot_whereabouts_v1(wanted text)
RETURNS TABLE (id uuid, identity text, serial text, level text, lot text, state text,
               unit_id uuid, unit_level text, path text, holder text, country text, roles text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH mine AS MATERIALIZED (
        SELECT b.id FROM public.passport_battery b
        WHERE b.maker_id = public.app_party() AND b.lot = wanted AND b.lot <> ''
    ), open AS MATERIALIZED (
        SELECT s.battery_id AS id FROM public.recall_scope_v1(ARRAY(
            SELECT r.id FROM public.passport_recall r
            WHERE r.maker_id = public.app_party() AND r.closed_at IS NULL)) s
        WHERE s.battery_id IN (SELECT m.id FROM mine m)
    )
    SELECT * FROM public.whereabouts_v1(ARRAY(SELECT o.id FROM open o), true)
    UNION ALL
    SELECT * FROM public.whereabouts_v1(
        ARRAY(SELECT m.id FROM mine m WHERE m.id NOT IN (SELECT o.id FROM open o)), false) $$;
REVOKE ALL ON FUNCTION lot_whereabouts_v1(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lot_whereabouts_v1(text) TO passport_app, passport_system;
