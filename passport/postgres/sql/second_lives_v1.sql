-- Gates, tests, quarantine and second lives: what was said stays, orders move on by their steps, and
-- no battery leaves waste without the file that Article 73 asks for.
CREATE TRIGGER gatecheck_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_gatecheck FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER quarantine_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_quarantine FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER evidencefile_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON recycling_evidencefile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER testorder_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_testorder FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER secondlife_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON recycling_secondlife FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A test is booked, then recorded or cancelled; what was recorded never changes.
CREATE FUNCTION test_moves_on_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.state, NEW.state) IN (('ORDERED', 'BOOKED'), ('BOOKED', 'BOOKED'),
                                  ('ORDERED', 'RECORDED'), ('BOOKED', 'RECORDED'),
                                  ('ORDERED', 'CANCELLED'), ('BOOKED', 'CANCELLED'))
       AND (OLD.id, OLD.battery_id, OLD.ordered_by_id, OLD.tester_id, OLD.ordered_at)
           = (NEW.id, NEW.battery_id, NEW.ordered_by_id, NEW.tester_id, NEW.ordered_at)
       AND OLD.retirement_id IS NOT DISTINCT FROM NEW.retirement_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a test does not go from % to %, and what was ordered stays', OLD.state, NEW.state
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER test_moves_on_v1 BEFORE UPDATE
    ON recycling_testorder FOR EACH ROW EXECUTE FUNCTION test_moves_on_v1();

CREATE FUNCTION second_life_is_settled_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'WAITING' AND NEW.state IN ('REGISTERED', 'REFUSED') THEN
        OLD.state := NEW.state;
        OLD.refusal := NEW.refusal;
        OLD.made := NEW.made;
        OLD.settled_at := NEW.settled_at;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a second life is settled once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER second_life_is_settled_once_v1 BEFORE UPDATE
    ON recycling_secondlife FOR EACH ROW EXECUTE FUNCTION second_life_is_settled_once_v1();

-- The file is whole: a test of this very battery that it passed, in a Member State. The contract and
-- the evidence of transport are documents that are stored, by their foreign keys.
CREATE FUNCTION evidence_is_whole_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM public.recycling_testorder t
        WHERE t.id = NEW.test_id AND t.battery_id = NEW.battery_id AND t.state = 'RECORDED'
          AND t.verdict = 'PASSED' AND t.country = ANY (ARRAY[
              'AT','BE','BG','CY','CZ','DE','DK','EE','ES','FI','FR','GR','HR','HU','IE','IT','LT',
              'LU','LV','MT','NL','PL','PT','RO','SE','SI','SK'])) THEN
        RAISE EXCEPTION 'the file of Article 73 holds a test of this battery, passed in a Member State'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_is_whole';
    END IF;
    IF NEW.contract_id = NEW.transport_id THEN
        RAISE EXCEPTION 'the contract and the evidence of transport are two documents'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_is_whole';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION evidence_is_whole_v1() FROM PUBLIC;
CREATE TRIGGER evidence_is_whole_v1 AFTER INSERT ON recycling_evidencefile
    FOR EACH ROW EXECUTE FUNCTION evidence_is_whole_v1();

-- No battery leaves waste without that file, whoever writes; what is waste goes on as no passport.
CREATE FUNCTION waste_needs_evidence_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.recycling_evidencefile f WHERE f.battery_id = NEW.id) THEN
        RAISE EXCEPTION 'a battery does not leave waste without the file of Article 73'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'waste_needs_evidence';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION waste_needs_evidence_v1() FROM PUBLIC;
CREATE TRIGGER waste_needs_evidence_v1 BEFORE UPDATE OF status ON passport_battery
    FOR EACH ROW WHEN (OLD.status = 'waste' AND NEW.status <> 'waste')
    EXECUTE FUNCTION waste_needs_evidence_v1();
CREATE FUNCTION waste_goes_on_as_no_passport_v1() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.passport_battery b
               WHERE b.id = NEW.original_id AND b.status = 'waste') THEN
        RAISE EXCEPTION 'a battery that is waste goes on as no other passport'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'waste_goes_on_as_no_passport';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION waste_goes_on_as_no_passport_v1() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER waste_goes_on_as_no_passport_v1 AFTER INSERT ON passport_passportlink
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION waste_goes_on_as_no_passport_v1();

ALTER TABLE recycling_gatecheck ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_gatecheck TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_asked_or_is_concerned_sees ON recycling_gatecheck FOR SELECT TO passport_app
    USING (asked_by_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id AND b.holder_id = app_party()));
CREATE POLICY who_is_concerned_asks ON recycling_gatecheck FOR INSERT TO passport_app
    WITH CHECK (asked_by_id = app_party()
        AND EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));

ALTER TABLE recycling_testorder ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_testorder TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY sides_or_concerned_party_sees ON recycling_testorder FOR SELECT TO passport_app
    USING (ordered_by_id = app_party() OR tester_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_orders ON recycling_testorder FOR INSERT TO passport_app
    WITH CHECK (ordered_by_id = app_party() AND state = 'ORDERED' AND app_holds_v1(battery_id));
CREATE POLICY sides_move_on ON recycling_testorder FOR UPDATE TO passport_app
    USING (ordered_by_id = app_party() OR tester_id = app_party())
    WITH CHECK (state IN ('BOOKED', 'RECORDED') AND tester_id = app_party()
        OR state = 'CANCELLED' AND (ordered_by_id = app_party() OR tester_id = app_party()));

ALTER TABLE recycling_quarantine ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_quarantine TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY recorder_or_concerned_party_sees ON recycling_quarantine FOR SELECT TO passport_app
    USING (recorder_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_sets_apart ON recycling_quarantine FOR INSERT TO passport_app
    WITH CHECK (recorder_id = app_party() AND app_holds_v1(battery_id));

ALTER TABLE recycling_evidencefile ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_evidencefile TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_or_concerned_party_sees ON recycling_evidencefile FOR SELECT TO passport_app
    USING (party_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_assembles ON recycling_evidencefile FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND app_holds_v1(battery_id));

ALTER TABLE recycling_secondlife ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_secondlife TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON recycling_secondlife FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_asks ON recycling_secondlife FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND state = 'WAITING');

GRANT SELECT, INSERT ON recycling_gatecheck, recycling_testorder, recycling_quarantine,
    recycling_evidencefile, recycling_secondlife TO passport_app, passport_system;
GRANT UPDATE (state, booked_on, facility, country, certificate, items, answers, verdict, reading_id,
    event_id, settled_at) ON recycling_testorder TO passport_app, passport_system;
GRANT UPDATE (state, refusal, made, settled_at) ON recycling_secondlife TO passport_system;
