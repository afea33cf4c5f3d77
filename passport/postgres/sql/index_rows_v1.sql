-- The rows of an index snapshot, as bytes and in order: for every salted subject the last entry about
-- it alone, and the last one about it and others (passport/proof/snapshot.py has the layout).
-- Entries about one subject keep the end of its chain. Those about many hold a root only, so who is
-- under it is looked up: the items of a batch, and what an intake registered without an event of its
-- own. Whatever else has the same root is about the same many: what takes a batch back, even for some
-- of its items, and what erases. A verifier counts in the same way, since it sees roots as well.
WITH anchors AS (
    SELECT e.subject, a.id AS attestation_id, NULL::uuid AS intake_id FROM passport_logentry e
    JOIN passport_attestation a ON a.sha256 = e.digest WHERE e.kind = 'batch'
    UNION
    SELECT e.subject, NULL, v.intake_id FROM passport_logentry e
    JOIN passport_lifecycleevent v ON v.body_sha256 = e.digest AND v.battery_id IS NULL
    WHERE e.kind = 'event'
), newest AS (
    SELECT e.subject, max(e."index") AS "index" FROM passport_logentry e
    WHERE e.subject IN (SELECT subject FROM anchors) GROUP BY e.subject
), members AS (
    SELECT i.battery_id, max(n."index") AS "index" FROM anchors JOIN newest n USING (subject)
    JOIN passport_attestationitem i ON i.attestation_id = anchors.attestation_id
    GROUP BY i.battery_id
    UNION ALL
    SELECT b.id, max(n."index") FROM anchors JOIN newest n USING (subject)
    JOIN passport_battery b ON b.intake_id = anchors.intake_id
    WHERE NOT EXISTS (SELECT 1 FROM passport_lifecycleevent own
                      WHERE own.battery_id = b.id AND own.kind = 'REGISTERED')
    GROUP BY b.id
), many AS (
    SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject, m."index"
    FROM (SELECT battery_id, max("index") AS "index" FROM members GROUP BY battery_id) m
    JOIN passport_battery b ON b.id = m.battery_id
), last AS (
    SELECT coalesce(s.subject, many.subject) AS subject, s."index" AS alone, s.leaf_hash,
        many."index" AS shared
    FROM passport_logsubject s FULL JOIN many ON many.subject = s.subject
)
SELECT l.subject || int8send(coalesce(l.alone, -1))
    || coalesce(l.leaf_hash, decode(repeat('00', 32), 'hex'))
    || int8send(coalesce(l.shared, -1))
    || coalesce(e.leaf_hash, decode(repeat('00', 32), 'hex'))
FROM last l LEFT JOIN passport_logentry e ON e."index" = l.shared
ORDER BY l.subject
