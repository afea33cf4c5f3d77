-- Whoever goes leaves no door open: the links that somebody made or was sent end with the role or the
-- membership under which they were made. Triggers, so that no function that ends one can forget it.
--
-- What people_v1 says of members holds for administrators alone: app.party and app.person are
-- believed, so whoever runs SQL as the application and names a member invites as that member. The
-- link and the act that this leaves are told to the party and to every administrator.
CREATE FUNCTION end_links_v1(ended uuid[], whom uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    link passport_onetimelink;
BEGIN
    FOR link IN UPDATE passport_onetimelink l SET revoked_at = now()
        WHERE l.id = ANY (ended) AND l.used_at IS NULL AND l.revoked_at IS NULL RETURNING l.*
    LOOP
        PERFORM note_act_v1('LINK_REVOKED', coalesce(app_administrator_v1(), app_person()), whom,
            link.party_id, link.id);
    END LOOP;
END $$;

CREATE FUNCTION links_of_an_administrator_end_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM end_links_v1(ARRAY(
        SELECT l.id FROM passport_onetimelink l WHERE l.issued_by_id = NEW.person_id
        OR (l.kind = 'ADMINISTRATOR' AND l.email = (
            SELECT lower(p.email) FROM passport_person p WHERE p.id = NEW.person_id))
    ), NEW.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER links_of_an_administrator_end_v1 AFTER UPDATE OF ended_at ON passport_administrator
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL)
    EXECUTE FUNCTION links_of_an_administrator_end_v1();

CREATE FUNCTION links_of_a_closed_account_end_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM end_links_v1(ARRAY(
        SELECT l.id FROM passport_onetimelink l WHERE l.issued_by_id = NEW.id
        OR l.person_id = NEW.id OR (l.email = lower(NEW.email) AND l.email <> '')
    ), NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER links_of_a_closed_account_end_v1 AFTER UPDATE OF is_active ON passport_person
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION links_of_a_closed_account_end_v1();

CREATE FUNCTION links_of_a_member_end_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM end_links_v1(ARRAY(
        SELECT l.id FROM passport_onetimelink l WHERE l.party_id = OLD.party_id
        AND (l.issued_by_id = OLD.person_id OR l.email = (
            SELECT lower(p.email) FROM passport_person p WHERE p.id = OLD.person_id))
    ), OLD.person_id);
    RETURN NULL;
END $$;
CREATE TRIGGER links_of_a_member_end_v1 AFTER DELETE ON passport_membership
    FOR EACH ROW EXECUTE FUNCTION links_of_a_member_end_v1();

REVOKE ALL ON FUNCTION end_links_v1(uuid[], uuid), links_of_an_administrator_end_v1(),
    links_of_a_closed_account_end_v1(), links_of_a_member_end_v1() FROM PUBLIC;
