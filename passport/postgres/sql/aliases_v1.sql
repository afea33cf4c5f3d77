-- Other names of batteries: seen by whoever sees the battery, given by its maker, or by who holds it.
ALTER TABLE passport_batteryalias ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_batteryalias TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY concerned_party_sees ON passport_batteryalias FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY maker_or_holder_names ON passport_batteryalias FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND EXISTS (
        SELECT 1 FROM passport_battery b WHERE b.id = battery_id
        AND (b.maker_id = app_party()
             OR (scheme <> 'MAKER_SERIAL' AND app_holds_v1(b.unit_id)))));
GRANT SELECT, INSERT ON passport_batteryalias TO passport_app, passport_system;
CREATE TRIGGER batteryalias_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_batteryalias FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();

-- A maker's serial is the maker's, whoever writes it. A name that could be the identity of a battery
-- is claimed where identities are, so that nobody is registered under it later, nor was before.
-- Runs as the owner: no role reads the claims.
CREATE FUNCTION aliases_are_claimed_v1() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM added a JOIN public.passport_battery b ON b.id = a.battery_id
               WHERE a.scheme = 'MAKER_SERIAL' AND a.party_id <> b.maker_id) THEN
        RAISE EXCEPTION 'a maker''s serial is given by the maker'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'alias_serial_is_of_the_maker';
    END IF;
    INSERT INTO public.passport_identityclaim (identity, owner_id, digest, battery_id, claimed_at)
    SELECT a.value, a.party_id, sha256(convert_to('alias', 'UTF8')), a.battery_id, a.named_at
    FROM added a WHERE a.scheme IN ('GS1', 'LINK') ORDER BY a.value;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION aliases_are_claimed_v1() FROM PUBLIC;
CREATE TRIGGER aliases_are_claimed_v1 AFTER INSERT ON passport_batteryalias
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION aliases_are_claimed_v1();

-- Which of these names are taken as identities. Runs as the owner; that an identity is registered is
-- public (public_record_v1 answers to anybody), and no more than that is told.
CREATE FUNCTION identities_taken_v1(wanted text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT identity FROM public.passport_identityclaim WHERE identity = ANY (wanted) $$;
REVOKE ALL ON FUNCTION identities_taken_v1(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identities_taken_v1(text[]) TO passport_app, passport_system;

-- The identity of the battery that has this other name, where the name is public: what is printed on
-- a battery and names it the world over. A maker's own serial does not. Runs as the owner: the
-- reader has no party.
CREATE FUNCTION public_alias_v1(wanted_scheme text, wanted text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT b.identity FROM public.passport_batteryalias a
    JOIN public.passport_battery b ON b.id = a.battery_id
    WHERE a.scheme = wanted_scheme AND a.value = wanted AND a.scheme <> 'MAKER_SERIAL' $$;
REVOKE ALL ON FUNCTION public_alias_v1(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_alias_v1(text, text) TO passport_app, passport_system;
