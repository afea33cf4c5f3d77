-- Who may do what to which table at all. The application cannot write the registry's truth directly
-- (batteries, models, log): the system's role does, from rows that the application left for it.
GRANT USAGE ON SCHEMA public TO passport_app, passport_system;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO passport_system;
GRANT INSERT ON ALL TABLES IN SCHEMA public TO passport_system;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO passport_system, passport_app;
GRANT UPDATE ON passport_battery, passport_assembly, passport_custody, passport_concern,
    passport_handover, passport_job, passport_intake, passport_loghead, passport_logsubject,
    passport_keychallenge, passport_idempotencykey, passport_apikey, passport_person
    TO passport_system;
GRANT DELETE ON passport_outbox, passport_intakeline TO passport_system;

GRANT SELECT ON passport_party, passport_person, passport_facility, passport_membership,
    passport_apikey, passport_batterymodel, passport_battery, passport_assembly, passport_concern,
    passport_lifecycleevent, passport_healthreading, passport_custody, passport_handover,
    passport_signingkey, passport_keychallenge, passport_attestation, passport_attestationitem,
    passport_document, passport_logentry, passport_loghead, passport_logsubject,
    passport_checkpoint, passport_cosignature, passport_job, passport_idempotencykey,
    passport_intake, passport_intakeerror, django_migrations, django_content_type
    TO passport_app;
GRANT INSERT ON passport_facility, passport_apikey, passport_concern, passport_lifecycleevent,
    passport_healthreading, passport_custody, passport_handover, passport_signingkey,
    passport_keychallenge, passport_attestation, passport_attestationitem, passport_document,
    passport_outbox, passport_job, passport_idempotencykey, passport_intake, passport_intakeline
    TO passport_app;
GRANT UPDATE (holder_id, state, status) ON passport_battery TO passport_app;
GRANT UPDATE (until) ON passport_custody, passport_concern TO passport_app;
GRANT UPDATE (state, answered_at) ON passport_handover TO passport_app;
GRANT UPDATE (used_at) ON passport_keychallenge TO passport_app;
GRANT UPDATE (revoked_at) ON passport_apikey TO passport_app;
GRANT UPDATE (status, body, location) ON passport_idempotencykey TO passport_app;
GRANT UPDATE (state, run_after, attempts, last_error, lease_until) ON passport_job TO passport_app;
GRANT UPDATE (job_id, size_bytes, sha256, lines_read) ON passport_intake TO passport_app;
GRANT UPDATE (last_login) ON passport_person TO passport_app;
GRANT SELECT (id, at) ON passport_outbox TO passport_app;
GRANT SELECT (id) ON passport_intakeline TO passport_app;
REVOKE ALL ON passport_identityclaim FROM passport_app, passport_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO passport_app, passport_system;
