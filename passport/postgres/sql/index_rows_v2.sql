-- The rows of an index snapshot, as bytes and in order: for every salted subject the last entry about
-- it alone, the last one about it and others, and how many of the latter there are
-- (passport/proof/snapshot.py has the layout).
-- Entries about one subject keep the end of its chain. Those about many hold a root only, so who is
-- under it is looked up: the items of a batch, what an intake registered without an event of its own,
-- and the members of what was built. Whatever else has the same root is about the same many: what
-- takes a batch back, even for some of its items, and what erases. A verifier counts in the same way,
-- since it sees roots as well.
WITH anchors AS (
    SELECT e.subject, a.id AS attestation_id, NULL::uuid AS intake_id, NULL::uuid AS event_id
    FROM passport_logentry e
    JOIN passport_attestation a ON a.sha256 = e.digest WHERE e.kind = 'batch'
    UNION
    SELECT e.subject, NULL, v.intake_id, CASE WHEN v.intake_id IS NULL THEN v.id END
    FROM passport_logentry e
    JOIN passport_lifecycleevent v ON v.body_sha256 = e.digest AND v.battery_id IS NULL
    WHERE e.kind = 'event'
), roots AS (
    -- One root is one set of batteries, however it is known; of one battery alone it is no root.
    SELECT DISTINCT ON (subject) * FROM anchors
    WHERE NOT EXISTS (SELECT 1 FROM passport_logsubject one WHERE one.subject = anchors.subject)
    ORDER BY subject, attestation_id, intake_id, event_id
), newest AS (
    SELECT e.subject, max(e."index") AS "index", count(*) AS entries FROM passport_logentry e
    WHERE e.subject IN (SELECT subject FROM roots) GROUP BY e.subject
), members AS (
    SELECT i.battery_id, max(n."index") AS "index", sum(n.entries) AS entries
    FROM roots JOIN newest n USING (subject)
    JOIN passport_attestationitem i ON i.attestation_id = roots.attestation_id
    GROUP BY i.battery_id
    UNION ALL
    SELECT b.id, max(n."index"), sum(n.entries) FROM roots JOIN newest n USING (subject)
    JOIN passport_battery b ON b.intake_id = roots.intake_id
    WHERE NOT EXISTS (SELECT 1 FROM passport_lifecycleevent own
                      WHERE own.battery_id = b.id AND own.kind = 'REGISTERED')
    GROUP BY b.id
    UNION ALL
    SELECT part.id, max(n."index"), sum(n.entries) FROM roots JOIN newest n USING (subject)
    JOIN passport_lifecycleevent v ON v.id = roots.event_id
    CROSS JOIN LATERAL unnest(v.members) AS part (id)
    GROUP BY part.id
), many AS (
    SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject, m."index", m.entries
    FROM (
        SELECT battery_id, max("index") AS "index", sum(entries)::bigint AS entries
        FROM members GROUP BY battery_id
    ) m
    JOIN passport_battery b ON b.id = m.battery_id
), last AS (
    SELECT coalesce(s.subject, many.subject) AS subject, s."index" AS alone, s.leaf_hash,
        many."index" AS shared, coalesce(many.entries, 0) AS shares
    FROM passport_logsubject s FULL JOIN many ON many.subject = s.subject
)
SELECT l.subject || int8send(coalesce(l.alone, -1))
    || coalesce(l.leaf_hash, decode(repeat('00', 32), 'hex'))
    || int8send(coalesce(l.shared, -1))
    || coalesce(e.leaf_hash, decode(repeat('00', 32), 'hex'))
    || int8send(l.shares)
FROM last l LEFT JOIN passport_logentry e ON e."index" = l.shared
ORDER BY l.subject
