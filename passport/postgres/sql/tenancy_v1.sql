-- For whom this transaction acts: set LOCAL by the edge, never for longer than the transaction.
CREATE FUNCTION app_party() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.party', true), '')::uuid $$;

CREATE FUNCTION app_person() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.person', true), '')::uuid $$;

CREATE FUNCTION app_key() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('app.key', true), '') $$;

-- Whether the acting party has a role.
CREATE FUNCTION app_acts_as(wanted text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, public
AS $$ SELECT EXISTS (SELECT 1 FROM public.passport_party
                     WHERE id = public.app_party() AND wanted = ANY (roles)) $$;

-- Whether the acting party has a battery in hand. Runs as the owner: the policy of passport_battery
-- reads passport_concern, so the policy of passport_concern must not read passport_battery.
CREATE FUNCTION app_holds_v1(wanted uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$ SELECT EXISTS (SELECT 1 FROM public.passport_battery
                     WHERE id = wanted AND holder_id = public.app_party()) $$;
REVOKE ALL ON FUNCTION app_holds_v1(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app_holds_v1(uuid) TO passport_app, passport_system;
