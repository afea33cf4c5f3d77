-- Bundles that wait to be fetched: each is its party's. The application asks; the system makes the
-- file, and lets it go when it expires.
ALTER TABLE passport_bundleorder ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON passport_bundleorder TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY party_sees ON passport_bundleorder FOR SELECT TO passport_app
    USING (party_id = app_party());
CREATE POLICY party_asks ON passport_bundleorder FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party() AND content IS NULL
        AND EXISTS (SELECT 1 FROM passport_job j WHERE j.id = job_id AND j.kind = 'bundle'));
GRANT SELECT, INSERT ON passport_bundleorder TO passport_app, passport_system;
GRANT UPDATE (content, sha256, size_bytes, tree_size, issuers, made_at, expires_at)
    ON passport_bundleorder TO passport_system;
