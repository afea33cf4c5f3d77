-- As in v1, and in time: whoever accepts an offer opens the hand-over before the offer ends. An offer
-- that has lapsed opens nothing, also while no sweep has closed it yet.
DROP POLICY receiver_of_an_offer_opens ON passport_handover;
CREATE POLICY receiver_of_an_offer_opens ON passport_handover FOR INSERT TO passport_app
    WITH CHECK (to_party_id = app_party() AND state = 'OFFERED' AND EXISTS (
        SELECT 1 FROM recycling_offer o
        JOIN recycling_retirement r ON r.id = o.retirement_id
        JOIN passport_battery b ON b.id = r.battery_id
        WHERE o.to_party_id = app_party() AND o.state = 'PROPOSED'
          AND passport_handover.offered_at >= o.proposed_at
          AND passport_handover.offered_at < o.expires_at
          AND o.from_party_id = passport_handover.from_party_id
          AND r.battery_id = passport_handover.battery_id
          AND b.holder_id = passport_handover.from_party_id));
