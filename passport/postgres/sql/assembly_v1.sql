-- Batteries go into others and come out again, by their holder's own hand. What must never be false
-- of it holds whoever writes: a battery contains only batteries of a lower level, so no circle can
-- close, whatever two transactions do at once; and each row names the outermost battery it is in.

-- The unit around a battery is in the acting party's hands. Runs as the owner, see app_holds_v1.
CREATE FUNCTION app_holds_whole_v1(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$ SELECT EXISTS (SELECT 1 FROM public.passport_battery b
                     JOIN public.passport_battery u ON u.id = b.unit_id
                     WHERE b.id = wanted AND u.holder_id = public.app_party()) $$;
REVOKE ALL ON FUNCTION app_holds_whole_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_holds_whole_v1(uuid) TO passport_app, passport_system;

-- Of several batteries there is each, and the acting party holds the units around all of them.
CREATE FUNCTION app_holds_all_v1(wanted uuid[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$ SELECT cardinality(wanted) > 1 AND cardinality(wanted) = (
        SELECT count(*) FROM public.passport_battery b
        JOIN public.passport_battery u ON u.id = b.unit_id
        WHERE b.id = ANY (wanted) AND u.holder_id = public.app_party()) $$;
REVOKE ALL ON FUNCTION app_holds_all_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_holds_all_v1(uuid[]) TO passport_app, passport_system;

CREATE FUNCTION level_rank_v1(level text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT array_position(ARRAY['CELL', 'MODULE', 'PACK', 'SYSTEM'], level) $$;

CREATE FUNCTION battery_level_is_for_life_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a battery keeps its level for life' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER battery_level_is_for_life_v1 BEFORE UPDATE OF level ON passport_battery
    FOR EACH ROW WHEN (OLD.level IS DISTINCT FROM NEW.level)
    EXECUTE FUNCTION battery_level_is_for_life_v1();

-- What was put in: level by level downwards, and nothing that has ended its life. Looked at once a
-- statement, since a file puts in a million cells at once. Then each takes its new outermost battery,
-- with all inside it, where that is not said already.
CREATE FUNCTION assembly_is_put_in_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a
               JOIN public.passport_battery p ON p.id = a.parent_id
               JOIN public.passport_battery c ON c.id = a.child_id
               WHERE public.level_rank_v1(p.level) <= public.level_rank_v1(c.level)) THEN
        RAISE EXCEPTION 'a battery contains only batteries of a lower level'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'assembly_goes_down';
    END IF;
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
        SELECT DISTINCT ON (child_id) child_id, above FROM moved ORDER BY child_id, height DESC
    )
    UPDATE public.passport_battery b SET unit_id = t.above FROM tops t WHERE b.unit_id = t.child_id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION assembly_is_put_in_v1() FROM PUBLIC;
CREATE TRIGGER assembly_is_put_in_v1 AFTER INSERT ON passport_assembly
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION assembly_is_put_in_v1();

-- What was taken out is a unit of its own from now on, with all inside it, in the hands of whoever
-- held the whole.
CREATE FUNCTION assembly_is_taken_out_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    WITH RECURSIVE loose (id, top, depth) AS (
        SELECT a.child_id, a.child_id, 0 FROM ended a
        WHERE a.until IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM public.passport_assembly o
            WHERE o.child_id = a.child_id AND o.until IS NULL)
        UNION ALL
        SELECT a.child_id, l.top, l.depth + 1 FROM loose l
        JOIN public.passport_assembly a ON a.parent_id = l.id AND a.until IS NULL
        WHERE l.depth < 4
    ), tops AS (
        SELECT DISTINCT ON (id) id, top FROM loose ORDER BY id, depth DESC
    )
    UPDATE public.passport_battery b SET unit_id = t.top, holder_id = u.holder_id
    FROM tops t JOIN public.passport_battery c ON c.id = t.id
    JOIN public.passport_battery u ON u.id = c.unit_id
    WHERE b.id = t.id AND b.unit_id <> t.top;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION assembly_is_taken_out_v1() FROM PUBLIC;
CREATE TRIGGER assembly_is_taken_out_v1 AFTER UPDATE ON passport_assembly
    REFERENCING NEW TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION assembly_is_taken_out_v1();

-- As in v1; and what leaves a unit stays with the holder of that unit. Nobody but the triggers above
-- and an intake writes which unit a battery is in.
CREATE FUNCTION holder_changes_by_handover_v2() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    newest record;
BEGIN
    IF NEW.unit_id <> OLD.unit_id AND OLD.unit_id <> OLD.id AND NEW.holder_id = (
        SELECT u.holder_id FROM public.passport_battery u WHERE u.id = OLD.unit_id) THEN
        RETURN NEW;
    END IF;
    SELECT from_party_id, to_party_id INTO newest FROM public.passport_handover
    WHERE battery_id = NEW.id AND state = 'ACCEPTED' ORDER BY answered_at DESC, id DESC LIMIT 1;
    IF newest.from_party_id IS NOT DISTINCT FROM OLD.holder_id
       AND newest.to_party_id IS NOT DISTINCT FROM NEW.holder_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a battery changes hands only by an accepted hand-over'
        USING ERRCODE = 'restrict_violation', HINT = 'Offer it to the party, which then accepts.';
END $$;
REVOKE ALL ON FUNCTION holder_changes_by_handover_v2() FROM PUBLIC;
DROP TRIGGER battery_holder_changes_by_handover_v1 ON passport_battery;
CREATE TRIGGER battery_holder_changes_by_handover_v2 BEFORE UPDATE OF holder_id
    ON passport_battery FOR EACH ROW WHEN (OLD.holder_id IS DISTINCT FROM NEW.holder_id)
    EXECUTE FUNCTION holder_changes_by_handover_v2();

-- The holder of both puts in; the holder of the whole takes out.
CREATE POLICY holder_puts_in ON passport_assembly FOR INSERT TO passport_app
    WITH CHECK (until IS NULL AND app_holds_whole_v1(parent_id) AND app_holds_whole_v1(child_id));
CREATE POLICY holder_takes_out ON passport_assembly FOR UPDATE TO passport_app
    USING (app_holds_whole_v1(parent_id))
    WITH CHECK (app_holds_whole_v1(parent_id));
GRANT INSERT ON passport_assembly TO passport_app;
GRANT UPDATE (until) ON passport_assembly TO passport_app;

-- The custody of a unit that goes into another ends: the other carries it from now on.
CREATE POLICY holder_closes_what_is_built_in ON passport_custody FOR UPDATE TO passport_app
    USING (holder_id = app_party())
    WITH CHECK (holder_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_battery b WHERE b.id = battery_id AND b.unit_id <> b.id));

-- An event about several batteries: read by whom one of them concerns (its words name none of the
-- others), recorded by who holds them all.
DROP POLICY recorder_or_concerned_party_sees ON passport_lifecycleevent;
CREATE POLICY recorder_or_concerned_party_sees ON passport_lifecycleevent FOR SELECT TO passport_app
    USING (recorder_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id)
        OR (members IS NOT NULL
            AND EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = ANY (members))));
CREATE POLICY holder_of_all_records ON passport_lifecycleevent FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND members IS NOT NULL AND app_holds_all_v1(members)
        AND kind IN ('ASSEMBLED', 'DISASSEMBLED', 'REPLACED'));

-- Under which events about many each of them stands: that of the file in which it was registered,
-- where it has none of its own, and those of what was built of it; and what says that one was erased.
CREATE FUNCTION registrations_seen_v2(wanted uuid[])
RETURNS TABLE (battery_id uuid, body bytea, body_sha256 bytea, erasure bytea, event_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH seen AS MATERIALIZED (SELECT b.id, b.intake_id FROM public.batteries_seen_v1(wanted) AS s (id)
                               JOIN public.passport_battery b ON b.id = s.id),
    found AS (
        SELECT s.id AS battery_id, e.body, e.body_sha256, NULL::uuid AS event_id
        FROM seen s JOIN public.passport_lifecycleevent e
            ON e.intake_id = s.intake_id AND e.kind = 'REGISTERED'
        WHERE NOT EXISTS (SELECT 1 FROM public.passport_lifecycleevent own
                          WHERE own.battery_id = s.id AND own.kind = 'REGISTERED')
        UNION ALL
        SELECT s.id, e.body, e.body_sha256, e.id
        FROM seen s JOIN public.passport_lifecycleevent e
            ON e.members IS NOT NULL AND e.members @> ARRAY[s.id]
    )
    SELECT f.battery_id, f.body, f.body_sha256,
           (SELECT x.body FROM public.passport_erasure x WHERE x.digest = f.body_sha256), f.event_id
    FROM found f $$;
REVOKE ALL ON FUNCTION registrations_seen_v2(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION registrations_seen_v2(uuid[]) TO passport_app, passport_system;

-- The salted subjects of an event about several batteries one of which the acting party sees, sorted
-- and end to end. They tell nothing but how many there are.
CREATE FUNCTION built_together_v1(wanted uuid, witness uuid) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT string_agg(hashed.subject, ''::bytea ORDER BY hashed.subject) FROM (
        SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject
        FROM public.passport_lifecycleevent e
        JOIN public.passport_battery b ON b.id = ANY (e.members)
        WHERE e.id = wanted AND witness = ANY (e.members)
          AND EXISTS (SELECT 1 FROM public.batteries_seen_v1(ARRAY[witness]))) AS hashed $$;
REVOKE ALL ON FUNCTION built_together_v1(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION built_together_v1(uuid, uuid) TO passport_app, passport_system;

-- Everything inside a battery and everything around it at a moment (now when none is given), in one
-- read, for whom the battery concerns. A place is told to whoever sees one of its two ends; of a
-- battery that he does not see, nothing but that it is there.
CREATE FUNCTION genealogy_seen_v1(wanted uuid, moment timestamptz)
RETURNS TABLE (id uuid, battery_id uuid, identity text, serial text, level text, parent_id uuid,
               "position" text, depth integer, around boolean, since timestamptz,
               until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH RECURSIVE below AS (
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, 1 AS depth
        FROM public.passport_assembly a
        WHERE a.parent_id = wanted AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
        UNION ALL
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, b.depth + 1
        FROM below b JOIN public.passport_assembly a ON a.parent_id = b.child_id
        WHERE b.depth < 4 AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
    ), above AS (
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, 1 AS depth
        FROM public.passport_assembly a
        WHERE a.child_id = wanted AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
        UNION ALL
        SELECT a.id, a.child_id, a.parent_id, a."position", a.since, a.until, b.depth + 1
        FROM above b JOIN public.passport_assembly a ON a.child_id = b.parent_id
        WHERE b.depth < 4 AND (moment IS NULL OR a.since <= moment)
          AND (a.until IS NULL OR a.until > moment)
    ), places AS (
        SELECT *, child_id AS other, false AS around FROM below
        UNION ALL
        SELECT *, parent_id, true FROM above
    ), seen AS MATERIALIZED (
        SELECT b.id, b.identity, b.serial, b.level FROM public.passport_battery b
        WHERE b.id = ANY (ARRAY(SELECT p.child_id FROM places p UNION SELECT p.parent_id FROM places p))
          AND (public.acts_as_system_v1() OR b.id IN (SELECT public.batteries_seen_v1(
                ARRAY(SELECT p.child_id FROM places p UNION SELECT p.parent_id FROM places p))))
    )
    SELECT p.id, p.other, o.identity, o.serial, o.level, p.parent_id, p."position", p.depth,
           p.around, p.since, p.until
    FROM places p LEFT JOIN seen o ON o.id = p.other
    WHERE (o.id IS NOT NULL OR EXISTS (SELECT 1 FROM seen s WHERE s.id IN (p.child_id, p.parent_id)))
      AND EXISTS (SELECT 1 FROM seen s WHERE s.id = wanted)
    ORDER BY p.around DESC, p.depth, p."position", o.serial, p.id $$;
REVOKE ALL ON FUNCTION genealogy_seen_v1(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION genealogy_seen_v1(uuid, timestamptz) TO passport_app, passport_system;
