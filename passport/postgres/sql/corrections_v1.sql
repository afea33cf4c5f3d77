-- Events declared wrong. Whoever sees the event sees that it was; only who recorded it declares it.
ALTER TABLE passport_correction ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_correction TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_sees_the_event_sees ON passport_correction FOR SELECT TO passport_app
    USING (party_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_lifecycleevent e
                   WHERE e.id = passport_correction.event_id));
CREATE POLICY recorder_declares ON passport_correction FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
GRANT SELECT, INSERT ON passport_correction TO passport_app, passport_system;
CREATE TRIGGER correction_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_correction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- Whether the acting party recorded an event about exactly these. Runs as the owner: the policy of a
-- table asks it about the table itself.
CREATE FUNCTION app_recorded_about_v1(one uuid, several uuid[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT EXISTS (SELECT 1 FROM public.passport_lifecycleevent e
                   WHERE e.battery_id = one AND e.recorder_id = public.app_party())
        OR EXISTS (SELECT 1 FROM public.passport_lifecycleevent e
                   WHERE e.members = several AND e.recorder_id = public.app_party()) $$;
REVOKE ALL ON FUNCTION app_recorded_about_v1(uuid, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_recorded_about_v1(uuid, uuid[]) TO passport_app, passport_system;

-- What one recorded oneself is taken back also when the battery is in other hands by now.
CREATE POLICY recorder_takes_back ON passport_lifecycleevent FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND kind = 'CORRECTED'
        AND app_recorded_about_v1(battery_id, members));

-- A declaration is of an event of the same recorder about the same subjects; so are its correctives,
-- which stand, and none of which is a declaration. Runs as the owner, whatever the declarer sees.
CREATE FUNCTION correction_is_of_own_event_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    wrong public.passport_lifecycleevent;
    said public.passport_lifecycleevent;
BEGIN
    SELECT * INTO wrong FROM public.passport_lifecycleevent WHERE id = NEW.event_id;
    SELECT * INTO said FROM public.passport_lifecycleevent WHERE id = NEW.declaration_id;
    IF wrong.kind = 'CORRECTED' OR said.kind <> 'CORRECTED'
       OR wrong.recorder_id <> NEW.party_id OR said.recorder_id <> NEW.party_id
       OR (wrong.battery_id, wrong.intake_id, wrong.members)
          IS DISTINCT FROM (said.battery_id, said.intake_id, said.members)
       OR (SELECT count(*) FROM public.passport_lifecycleevent e
           WHERE e.id = ANY (NEW.correctives) AND e.id <> wrong.id AND e.kind <> 'CORRECTED'
             AND e.recorder_id = NEW.party_id
             AND (e.battery_id, e.intake_id, e.members)
                 IS NOT DISTINCT FROM (wrong.battery_id, wrong.intake_id, wrong.members)
             AND NOT EXISTS (SELECT 1 FROM public.passport_correction c WHERE c.event_id = e.id))
          <> cardinality(NEW.correctives) THEN
        RAISE EXCEPTION 'an event is declared wrong by its recorder, about the same subjects'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_is_of_own_event';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION correction_is_of_own_event_v1() FROM PUBLIC;
CREATE TRIGGER correction_is_of_own_event_v1 AFTER INSERT ON passport_correction
    FOR EACH ROW EXECUTE FUNCTION correction_is_of_own_event_v1();

-- An event that says that another is wrong does not stand without saying which.
CREATE FUNCTION declaration_says_of_what_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.passport_correction c WHERE c.declaration_id = NEW.id) THEN
        RAISE EXCEPTION 'a declaration says which event is wrong'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'declaration_says_of_what';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION declaration_says_of_what_v1() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER declaration_says_of_what_v1 AFTER INSERT ON passport_lifecycleevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'CORRECTED')
    EXECUTE FUNCTION declaration_says_of_what_v1();
