-- How long batteries last that wait for a plan: worked out, kept and read by the worker alone.
ALTER TABLE recycling_keptoutlook ENABLE ROW LEVEL SECURITY;
CREATE POLICY system_sees_all ON recycling_keptoutlook TO passport_system USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON recycling_keptoutlook TO passport_system;
GRANT UPDATE (readings, looked_until, years_low, knee, kept_at) ON recycling_keptoutlook TO passport_system;
