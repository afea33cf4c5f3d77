-- Readings of labels, and alarms. The application adds readings and reads none of them: nobody can
-- ask it where a battery was seen. Old ones are dropped by the system's role, none is changed.
-- No row-level security: whoever reads a label is nobody, and its reader writes one row.
CREATE TRIGGER scan_is_never_changed_v1 BEFORE UPDATE OR TRUNCATE
    ON passport_scan FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE FUNCTION scans_are_dropped_by_age_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '1 day' THEN
        RAISE EXCEPTION 'a reading is kept for a day at least' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER scans_are_dropped_by_age_v1 BEFORE DELETE ON passport_scan
    FOR EACH ROW EXECUTE FUNCTION scans_are_dropped_by_age_v1();
GRANT INSERT ON passport_scan TO passport_app;
GRANT SELECT, INSERT, DELETE ON passport_scan TO passport_system;
GRANT SELECT, INSERT, UPDATE ON passport_scanmark TO passport_system;

-- An alarm goes on while it is open, and is dismissed once; nothing else of it changes.
CREATE FUNCTION alarm_is_dismissed_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'OPEN' THEN
        IF NEW.state = 'DISMISSED' THEN
            OLD.state := NEW.state;
            OLD.reason := NEW.reason;
            OLD.dismissed_by := NEW.dismissed_by;
            OLD.dismissed_at := NEW.dismissed_at;
        ELSIF NEW.count >= OLD.count AND NEW.last_seen_at >= OLD.last_seen_at THEN
            OLD.count := NEW.count;
            OLD.last_seen_at := NEW.last_seen_at;
            OLD.details := NEW.details;
        END IF;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an alarm goes on, or is dismissed once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER alarm_is_dismissed_once_v1 BEFORE UPDATE ON passport_alarm
    FOR EACH ROW EXECUTE FUNCTION alarm_is_dismissed_once_v1();
CREATE TRIGGER alarm_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_alarm FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
ALTER TABLE passport_alarm ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_alarm TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_alarm FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_dismisses ON passport_alarm FOR UPDATE TO passport_app
    USING (party_id = app_party()) WITH CHECK (party_id = app_party() AND state = 'DISMISSED');
GRANT SELECT ON passport_alarm TO passport_app, passport_system;
GRANT UPDATE (state, reason, dismissed_by, dismissed_at) ON passport_alarm TO passport_app;
GRANT INSERT, UPDATE (count, last_seen_at, details) ON passport_alarm TO passport_system;

-- Raises alarms, or goes on with those that are open: with `sums`, counts are added, else they are
-- the whole count. What a party has dismissed is not raised again by what happened before that.
CREATE FUNCTION raise_alarms_v1(
    ids uuid[], kinds text[], parties uuid[], identities text[], batteries uuid[],
    counts bigint[], told text[], happened timestamptz[], sums boolean)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO passport_alarm (id, kind, party_id, identity, battery_id, count, details,
        first_seen_at, last_seen_at, state, reason, dismissed_by)
    SELECT id, kind, party, identity, battery, seen, said::jsonb, moment, moment, 'OPEN', '', ''
    FROM unnest(ids, kinds, parties, identities, batteries, counts, told, happened)
        AS each (id, kind, party, identity, battery, seen, said, moment)
    WHERE NOT EXISTS (SELECT 1 FROM passport_alarm before WHERE before.party_id = each.party
        AND before.kind = each.kind AND before.identity = each.identity
        AND before.dismissed_at >= each.moment)
    ORDER BY party, kind, identity
    ON CONFLICT (party_id, kind, identity) WHERE state = 'OPEN' DO UPDATE SET
        count = CASE WHEN sums THEN passport_alarm.count + excluded.count
                ELSE greatest(passport_alarm.count, excluded.count) END,
        last_seen_at = greatest(passport_alarm.last_seen_at, excluded.last_seen_at),
        details = excluded.details $$;
REVOKE ALL ON FUNCTION raise_alarms_v1(
    uuid[], text[], uuid[], text[], uuid[], bigint[], text[], timestamptz[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION raise_alarms_v1(
    uuid[], text[], uuid[], text[], uuid[], bigint[], text[], timestamptz[], boolean)
    TO passport_system;

-- Whose the identities are that another party has just wanted to register. Runs as the owner, since
-- no role reads claims; the worker alone asks, and tells either side no more than that there is one.
CREATE FUNCTION clashing_owners_v1(identities text[], claimant uuid)
RETURNS TABLE (identity text, owner_id uuid, battery_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT c.identity, c.owner_id, c.battery_id FROM public.passport_identityclaim c
    WHERE c.identity = ANY ($1) AND c.owner_id <> claimant $$;
REVOKE ALL ON FUNCTION clashing_owners_v1(text[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION clashing_owners_v1(text[], uuid) TO passport_system;
