-- What was noted in a yard is its party's own. It is kept as it came; once, somebody settles it.
CREATE FUNCTION yard_record_is_settled_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.settled_at IS NULL AND NEW.settled_at IS NOT NULL THEN
        OLD.settled_at := NEW.settled_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a record of the yard is append-only: UPDATE refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER yardrecord_is_settled_once_v1 BEFORE UPDATE
    ON passport_yardrecord FOR EACH ROW EXECUTE FUNCTION yard_record_is_settled_once_v1();
CREATE TRIGGER yardrecord_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_yardrecord FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

ALTER TABLE passport_yardrecord ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_yardrecord TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_yardrecord FOR SELECT TO passport_app
    USING (party_id = app_party());
-- Not of an event that somebody else recorded, nor in the name of somebody who is no member.
CREATE POLICY party_notes ON passport_yardrecord FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND settled_at IS NULL
        AND (event_id IS NULL OR EXISTS (SELECT 1 FROM passport_lifecycleevent e
            WHERE e.id = passport_yardrecord.event_id AND e.recorder_id = app_party()))
        AND (person_id IS NULL OR EXISTS (SELECT 1 FROM passport_membership m
            WHERE m.person_id = passport_yardrecord.person_id AND m.party_id = app_party())));
CREATE POLICY party_settles ON passport_yardrecord FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());
GRANT SELECT, INSERT ON passport_yardrecord TO passport_app, passport_system;
GRANT UPDATE (settled_at) ON passport_yardrecord TO passport_app;

-- Batteries larger than cells, that the acting party has made or that concern it, by a part of their
-- serial: what can still be read of a damaged label. Runs as the owner, since under row-level
-- security every row would be held against the policy before its serial is looked at; it tells what
-- the policy concerned_party_sees of passport_battery lets the party see, up to `most`.
CREATE FUNCTION partial_serials_v1(part text, most integer) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    WITH wanted (pattern) AS (
        SELECT '%' || replace(replace(replace(upper(part), '\', '\\'), '%', '\%'), '_', '\_') || '%')
    (SELECT b.id FROM public.passport_concern c
     JOIN public.passport_battery b ON b.unit_id = c.battery_id, wanted
     WHERE c.party_id = public.app_party() AND c.until IS NULL AND b.level <> 'CELL'
       AND upper(b.serial) LIKE pattern
     LIMIT most)
    UNION
    (SELECT b.id FROM public.passport_battery b, wanted
     WHERE b.maker_id = public.app_party() AND b.level <> 'CELL' AND upper(b.serial) LIKE pattern
     LIMIT most)
    LIMIT most $$;
REVOKE ALL ON FUNCTION partial_serials_v1(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION partial_serials_v1(text, integer) TO passport_app, passport_system;
