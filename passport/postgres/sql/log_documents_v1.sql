-- What the service itself has logged, and under which names the log went on: written by the system's
-- role alone, read by everybody (it holds hashes and checkpoints, nothing of anybody's).
CREATE TRIGGER logera_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_logera FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER logdocument_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_logdocument FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER checkpointtimestamp_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_checkpointtimestamp FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
GRANT SELECT ON passport_logera, passport_logdocument, passport_checkpointtimestamp TO passport_app;
GRANT SELECT, INSERT ON passport_logera, passport_logdocument, passport_checkpointtimestamp
    TO passport_system;
