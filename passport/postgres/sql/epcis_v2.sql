-- As in epcis_v1, and the event of the row is meant, not one of the same id of a recorder's own.
DROP POLICY recorder_or_whom_all_of_it_concerns_sees ON passport_epcisevent;
CREATE POLICY recorder_or_whom_all_of_it_concerns_sees ON passport_epcisevent FOR SELECT
    TO passport_app
    USING (recorder_id = app_party() OR EXISTS (
        SELECT 1 FROM passport_lifecycleevent e WHERE e.id = passport_epcisevent.event_id
        AND (e.members IS NULL OR app_sees_all_v1(e.members))));
