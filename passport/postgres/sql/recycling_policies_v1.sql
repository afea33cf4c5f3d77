-- Second wall around the end of life: a retirement is its keeper's and of whom the battery concerns,
-- a plan its keeper's alone, an offer of its two sides; programmes are published to every party.

ALTER TABLE recycling_programme ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_programme TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY anybody_sees ON recycling_programme FOR SELECT TO passport_app
    USING (app_party() IS NOT NULL);
CREATE POLICY party_publishes ON recycling_programme FOR INSERT TO passport_app
    WITH CHECK (party_id = app_party());
CREATE POLICY party_changes ON recycling_programme FOR UPDATE TO passport_app
    USING (party_id = app_party())
    WITH CHECK (party_id = app_party());

ALTER TABLE recycling_retirement ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_retirement TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY keeper_or_concerned_party_sees ON recycling_retirement FOR SELECT TO passport_app
    USING (keeper_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_retires ON recycling_retirement FOR INSERT TO passport_app
    WITH CHECK (keeper_id = app_party() AND app_holds_v1(battery_id));
CREATE POLICY keeper_or_concerned_party_moves_on ON recycling_retirement FOR UPDATE TO passport_app
    USING (keeper_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id))
    WITH CHECK (keeper_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));

ALTER TABLE recycling_plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_plan TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY keeper_sees ON recycling_plan FOR SELECT TO passport_app
    USING (keeper_id = app_party());

ALTER TABLE recycling_planline ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_planline TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY keeper_sees ON recycling_planline FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_plan p WHERE p.id = plan_id));

ALTER TABLE recycling_offer ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_offer TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY either_side_sees ON recycling_offer FOR SELECT TO passport_app
    USING (from_party_id = app_party() OR to_party_id = app_party());
CREATE POLICY receiver_answers ON recycling_offer FOR UPDATE TO passport_app
    USING (to_party_id = app_party())
    WITH CHECK (to_party_id = app_party());

-- The keeper agreed to its offers when it asked for the plan, so the party that accepts one opens
-- the hand-over in the keeper's name: of that battery, from that keeper, to itself, and no other.
CREATE POLICY receiver_of_an_offer_opens ON passport_handover FOR INSERT TO passport_app
    WITH CHECK (to_party_id = app_party() AND state = 'OFFERED' AND EXISTS (
        SELECT 1 FROM recycling_offer o
        JOIN recycling_retirement r ON r.id = o.retirement_id
        JOIN passport_battery b ON b.id = r.battery_id
        WHERE o.to_party_id = app_party() AND o.state = 'PROPOSED'
          AND o.from_party_id = passport_handover.from_party_id
          AND r.battery_id = passport_handover.battery_id
          AND b.holder_id = passport_handover.from_party_id));

ALTER TABLE recycling_treatment ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_treatment TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY recycler_or_concerned_party_sees ON recycling_treatment FOR SELECT TO passport_app
    USING (recycler_id = app_party()
        OR EXISTS (SELECT 1 FROM passport_battery b WHERE b.id = battery_id));
CREATE POLICY holder_books ON recycling_treatment FOR INSERT TO passport_app
    WITH CHECK (recycler_id = app_party() AND app_holds_v1(battery_id));

ALTER TABLE recycling_fraction ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_fraction TO passport_system USING (true) WITH CHECK (true);
CREATE POLICY who_sees_the_treatment_sees ON recycling_fraction FOR SELECT TO passport_app
    USING (EXISTS (SELECT 1 FROM recycling_treatment t WHERE t.id = treatment_id));
CREATE POLICY recycler_books ON recycling_fraction FOR INSERT TO passport_app
    WITH CHECK (EXISTS (SELECT 1 FROM recycling_treatment t
                        WHERE t.id = treatment_id AND t.recycler_id = app_party()));

GRANT SELECT, INSERT ON recycling_programme, recycling_retirement, recycling_plan,
    recycling_planline, recycling_offer, recycling_treatment, recycling_fraction
    TO passport_system;
GRANT SELECT ON recycling_programme, recycling_retirement, recycling_plan, recycling_planline,
    recycling_offer, recycling_treatment, recycling_fraction
    TO passport_app;
GRANT INSERT ON recycling_programme, recycling_retirement, recycling_treatment, recycling_fraction
    TO passport_app;
GRANT UPDATE (capacity_packs, closes_on) ON recycling_programme TO passport_app;
GRANT UPDATE (state) ON recycling_retirement TO passport_app, passport_system;
GRANT UPDATE (state, answered_at, hand_over_id) ON recycling_offer TO passport_app, passport_system;
