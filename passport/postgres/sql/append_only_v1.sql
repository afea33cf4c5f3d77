-- A row of these tables is never changed and never dropped, whoever asks.
CREATE FUNCTION refuse_change_v1() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a correction as a new row instead.';
END $$;

CREATE TRIGGER lifecycleevent_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_lifecycleevent FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER healthreading_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_healthreading FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER attestation_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_attestation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER attestationitem_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_attestationitem FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER signingkey_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_signingkey FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER logentry_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_logentry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER checkpoint_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER cosignature_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_cosignature FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
CREATE TRIGGER identityclaim_is_append_only_v1 BEFORE UPDATE OR DELETE OR TRUNCATE
    ON passport_identityclaim FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_v1();
