-- Shipments: what travels together is answered together, once, by the side that it is addressed to.

-- A shipment is answered once, and nothing else of it ever changes.
CREATE FUNCTION shipment_is_answered_once_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'OFFERED' AND NEW.state <> 'OFFERED' AND NEW.answered_at IS NOT NULL THEN
        OLD.state := NEW.state;
        OLD.answered_at := NEW.answered_at;
        OLD.reason := NEW.reason;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a shipment is answered once: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER shipment_is_answered_once_v1 BEFORE UPDATE
    ON passport_shipment FOR EACH ROW EXECUTE FUNCTION shipment_is_answered_once_v1();
CREATE TRIGGER shipment_is_never_dropped_v1 BEFORE DELETE OR TRUNCATE
    ON passport_shipment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- When the transaction ends, a shipment holds as many hand-overs as it says, between its own sides,
-- each in a state that fits its own. Runs as the owner: what must hold is not a matter of sight.
CREATE FUNCTION shipment_is_whole_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    told public.passport_shipment;
    held record;
BEGIN
    SELECT * INTO told FROM public.passport_shipment s WHERE s.id = NEW.id;
    SELECT count(*) AS pieces,
           count(*) FILTER (WHERE h.state = 'ACCEPTED') AS accepted,
           count(*) FILTER (WHERE h.state = told.state) AS alike,
           count(*) FILTER (WHERE h.state = 'REFUSED' AND h.reason <> '') AS back,
           count(*) FILTER (WHERE h.from_party_id <> told.from_party_id
                               OR h.to_party_id <> told.to_party_id) AS astray
        INTO held FROM public.passport_handover h WHERE h.shipment_id = NEW.id;
    IF held.pieces <> told.pieces OR held.astray > 0
       OR (told.state <> 'PARTLY' AND held.alike <> held.pieces)
       OR (told.state = 'PARTLY' AND (held.accepted = 0 OR held.back = 0
                                      OR held.accepted + held.back <> held.pieces)) THEN
        RAISE EXCEPTION 'a shipment and its hand-overs do not agree'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shipment_is_whole';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION shipment_is_whole_v1() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER shipment_is_whole_v1 AFTER INSERT OR UPDATE
    ON passport_shipment DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION shipment_is_whole_v1();

-- Nothing is slipped into a shipment that was offered: the other side accepts what it has seen.
CREATE FUNCTION shipment_is_closed_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added WHERE shipment_id IS NOT NULL) AND EXISTS (
        SELECT 1 FROM public.passport_shipment s
        WHERE s.id IN (SELECT DISTINCT a.shipment_id FROM added a)
          AND (s.state <> 'OFFERED' OR s.pieces < (
                SELECT count(*) FROM public.passport_handover h WHERE h.shipment_id = s.id))) THEN
        RAISE EXCEPTION 'a shipment takes nothing more'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'shipment_is_closed';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION shipment_is_closed_v1() FROM PUBLIC;
CREATE TRIGGER shipment_is_closed_v1 AFTER INSERT ON passport_handover
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION shipment_is_closed_v1();

-- As handover_is_answered_once_v1, and with a word why it was not taken. What travels in a shipment
-- is answered behind it, and as it was.
CREATE FUNCTION handover_is_answered_once_v2() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF OLD.state = 'OFFERED' AND NEW.state <> 'OFFERED' AND NEW.answered_at IS NOT NULL
       AND (NEW.shipment_id IS NULL OR EXISTS (
            SELECT 1 FROM public.passport_shipment s WHERE s.id = NEW.shipment_id
            AND (s.state = NEW.state
                 OR (s.state = 'PARTLY' AND NEW.state IN ('ACCEPTED', 'REFUSED'))))) THEN
        OLD.state := NEW.state;
        OLD.answered_at := NEW.answered_at;
        OLD.reason := NEW.reason;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a hand-over is answered once, in a shipment with it: change refused'
        USING ERRCODE = 'restrict_violation';
END $$;
REVOKE ALL ON FUNCTION handover_is_answered_once_v2() FROM PUBLIC;
DROP TRIGGER handover_is_answered_once_v1 ON passport_handover;
DROP FUNCTION handover_is_answered_once_v1();
CREATE TRIGGER handover_is_answered_once_v2 BEFORE UPDATE
    ON passport_handover FOR EACH ROW EXECUTE FUNCTION handover_is_answered_once_v2();

ALTER TABLE passport_shipment ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_shipment TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY either_side_sees ON passport_shipment FOR SELECT TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party());
CREATE POLICY giver_offers ON passport_shipment FOR INSERT TO passport_app
    WITH CHECK (from_party_id = app_party() AND state = 'OFFERED');
CREATE POLICY each_side_gives_its_own_answer ON passport_shipment FOR UPDATE TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party())
    WITH CHECK ((from_party_id = app_party() AND state = 'WITHDRAWN')
        OR (to_party_id = app_party() AND state IN ('ACCEPTED', 'PARTLY', 'REFUSED')));
GRANT SELECT, INSERT ON passport_shipment TO passport_app, passport_system;
GRANT UPDATE (state, answered_at, reason) ON passport_shipment TO passport_app, passport_system;
GRANT UPDATE (reason) ON passport_handover TO passport_app;
