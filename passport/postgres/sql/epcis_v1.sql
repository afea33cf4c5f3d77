-- EPCIS documents on their way, and the index by which their events are found. The application leaves
-- documents; the worker alone records what is in them.

-- A document is settled once, and what was in it goes with that: its events have it, or nobody.
CREATE FUNCTION capture_is_settled_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'WAITING' AND NEW.state IN ('KEPT', 'REFUSED') THEN
        OLD.state := NEW.state;
        OLD.body := NULL;
        OLD.events := NEW.events;
        OLD.accepted := NEW.accepted;
        OLD.duplicates := NEW.duplicates;
        OLD.rejected := NEW.rejected;
        OLD.finished_at := NEW.finished_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a document is settled once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER capture_is_settled_once_v1 BEFORE UPDATE ON passport_epciscapture
    FOR EACH ROW EXECUTE FUNCTION capture_is_settled_once_v1();
CREATE TRIGGER capture_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_epciscapture FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER epciserror_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_epciserror FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
-- Packed already.
ALTER TABLE passport_epciscapture ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE passport_epciscapture ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_epciscapture TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_epciscapture FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_sends ON passport_epciscapture FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND state = 'WAITING' AND EXISTS (
        SELECT 1 FROM passport_job j WHERE j.id = job_id AND j.party_id = app_party()));
GRANT SELECT, INSERT ON passport_epciscapture TO passport_app, passport_system;
GRANT UPDATE (state, body, events, accepted, duplicates, rejected, finished_at)
    ON passport_epciscapture TO passport_system;

ALTER TABLE passport_epciserror ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_epciserror TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_epciserror FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_epciscapture c WHERE c.id = capture_id));
GRANT SELECT ON passport_epciserror TO passport_app;
GRANT SELECT, INSERT ON passport_epciserror TO passport_system;
GRANT USAGE ON SEQUENCE passport_epciserror_id_seq TO passport_system;

-- An index row says what its event says: it is of the same party and of the same moments, is never
-- changed, and goes with the event's content alone.
CREATE FUNCTION epcis_event_points_at_its_event_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a
               LEFT JOIN public.passport_lifecycleevent e ON e.id = a.event_id
               WHERE e.id IS NULL OR e.recorder_id <> a.recorder_id
                  OR e.recorded_at <> a.record_time) THEN
        RAISE EXCEPTION 'the index names an event that is not there, or another party''s'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'epcis_event_points_at_its_event';
    END IF;
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT capture_id, recorder_id FROM added
                              WHERE capture_id IS NOT NULL) a
               WHERE NOT EXISTS (SELECT 1 FROM public.passport_epciscapture c
                                 WHERE c.id = a.capture_id AND c.party_id = a.recorder_id)) THEN
        RAISE EXCEPTION 'the index names a document that is not there, or another party''s'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'epcis_event_points_at_its_event';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION epcis_event_points_at_its_event_v1() FROM PUBLIC;
CREATE TRIGGER epcis_event_points_at_its_event_v1 AFTER INSERT ON passport_epcisevent
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION epcis_event_points_at_its_event_v1();

CREATE FUNCTION epcis_event_goes_with_its_event_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF erased_now_v1((SELECT e.body_sha256 FROM passport_lifecycleevent e
                      WHERE e.id = OLD.event_id)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: DELETE refused', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'What is asked for goes by the erasure of its event alone.';
END $$;
CREATE TRIGGER epcisevent_is_append_only_v1 BEFORE UPDATE OR TRUNCATE
    ON passport_epcisevent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER epcis_event_goes_with_its_event_v1 BEFORE DELETE
    ON passport_epcisevent FOR EACH ROW EXECUTE FUNCTION epcis_event_goes_with_its_event_v1();

-- The index says the names of all batteries of an event, so it is read by whom all of them concern.
-- Runs as the owner: of a battery that the reader does not see there is no row for it to miss.
CREATE FUNCTION app_sees_all_v1(wanted uuid[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$ SELECT cardinality(wanted) > 0
        AND NOT EXISTS (SELECT 1 FROM unnest(wanted) AS w (id) WHERE NOT public.app_sees_v1(w.id)) $$;
REVOKE ALL ON FUNCTION app_sees_all_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_sees_all_v1(uuid[]) TO passport_app, passport_system;

ALTER TABLE passport_epcisevent ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_epcisevent TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY recorder_or_whom_all_of_it_concerns_sees ON passport_epcisevent FOR SELECT
    TO passport_app
    USING (recorder_id = app_party() OR EXISTS (
        SELECT 1 FROM passport_lifecycleevent e WHERE e.id = event_id
        AND (e.members IS NULL OR app_sees_all_v1(e.members))));
GRANT SELECT ON passport_epcisevent TO passport_app;
GRANT SELECT, INSERT, DELETE ON passport_epcisevent TO passport_system;

-- Of which batteries these are names: identities and public aliases. A part of the function below.
CREATE FUNCTION named_v1(names text[]) RETURNS TABLE (name text, id uuid) LANGUAGE sql STABLE
AS $$ SELECT n.name, b.id FROM unnest(names) AS n (name)
    JOIN public.passport_battery b ON b.identity = n.name
    UNION ALL
    SELECT n.name, a.battery_id FROM unnest(names) AS n (name)
    JOIN public.passport_batteryalias a ON a.value = n.name AND a.scheme <> 'MAKER_SERIAL' $$;

-- Whether a party may record what happens inside a unit. A part of the functions below.
CREATE FUNCTION records_v1(unit uuid, holder uuid, party uuid, repairs boolean) RETURNS boolean
LANGUAGE sql STABLE
AS $$ SELECT coalesce(holder = party, false) OR (repairs AND EXISTS (
        SELECT 1 FROM public.passport_concern c WHERE c.battery_id = unit
        AND c.party_id = party AND c.reason = 'GRANT' AND c.until IS NULL)) $$;

-- Which batteries these names are of, as identity or as public alias, whoever's they are: that one is
-- registered is public. What the acting party may record of, as its holder or as a workshop that the
-- holder let in, is locked until the transaction ends, and its salt told. Runs as the owner, since
-- row-level security hides what others hold, and an event about that is refused.
CREATE FUNCTION batteries_named_v1(names text[])
RETURNS TABLE (name text, id uuid, identity text, state text, manufactured_on date, may boolean,
               salt bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
#variable_conflict use_column
DECLARE
    me uuid := public.app_party();
    repairs boolean := public.app_acts_as('WORKSHOP');
BEGIN
    -- In the order in which all acts on several batteries lock them.
    PERFORM 1 FROM public.passport_battery b
    WHERE b.id IN (
        SELECT n.id FROM public.named_v1(names) AS n
        JOIN public.passport_battery b ON b.id = n.id
        JOIN public.passport_battery u ON u.id = b.unit_id
        WHERE public.records_v1(u.id, u.holder_id, me, repairs))
    ORDER BY b.id FOR NO KEY UPDATE;
    -- As they stand now that nobody changes them.
    RETURN QUERY
    SELECT n.name, b.id, b.identity::text, b.state::text, b.manufactured_on, w.may,
           CASE WHEN w.may THEN b.salt END
    FROM public.named_v1(names) AS n
    JOIN public.passport_battery b ON b.id = n.id
    JOIN public.passport_battery u ON u.id = b.unit_id
    CROSS JOIN LATERAL (SELECT public.records_v1(u.id, u.holder_id, me, repairs) AS may) w;
END $$;
REVOKE ALL ON FUNCTION batteries_named_v1(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION batteries_named_v1(text[]) TO passport_app, passport_system;

-- Of several batteries there is each, and the acting party may record what happens to all of them.
CREATE FUNCTION app_records_all_v1(wanted uuid[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$ SELECT cardinality(wanted) > 1 AND cardinality(wanted) = (
        SELECT count(*) FROM public.passport_battery b
        JOIN public.passport_battery u ON u.id = b.unit_id
        WHERE b.id = ANY (wanted) AND public.records_v1(
            u.id, u.holder_id, public.app_party(), public.app_acts_as('WORKSHOP'))) $$;
REVOKE ALL ON FUNCTION app_records_all_v1(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_records_all_v1(uuid[]) TO passport_app, passport_system;

-- One event by itself is recorded within its request: about several batteries, or about none that is
-- registered here, which concerns its recorder alone.
CREATE POLICY who_may_record_of_all_records ON passport_lifecycleevent FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND members IS NOT NULL AND app_records_all_v1(members)
        AND kind IN ('OBSERVED', 'INCIDENT', 'REPAIRED'));
CREATE POLICY anybody_records_of_what_is_not_here ON passport_lifecycleevent FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND members = '{}' AND kind = 'OBSERVED');
CREATE POLICY recorder_finds ON passport_epcisevent FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND capture_id IS NULL);
GRANT INSERT ON passport_epcisevent TO passport_app;
