-- The rows of an index snapshot, as bytes and in order: for every salted subject the last entry about
-- it alone, and the last one of any kind that concerns it (passport/proof/snapshot.py has the layout).
-- Entries about one subject keep the end of its chain. Those about many hold a root only, so who is
-- under it is looked up: the items of a batch, what an intake registered without an event of its own,
-- and again the same for whatever was withdrawn or erased of these.
WITH documents AS (
    SELECT e."index", e.digest FROM passport_logentry e WHERE e.kind IN ('batch', 'event')
    UNION ALL
    SELECT e."index", x.digest FROM passport_logentry e
    JOIN passport_erasure x ON x.sha256 = e.digest WHERE e.kind = 'erasure'
), withdrawn AS (
    SELECT e."index", w.attestation_id,
        convert_from(w.body, 'UTF8')::jsonb #> '{credentialSubject,items}' AS items
    FROM passport_logentry e JOIN passport_withdrawal w ON w.sha256 = e.digest
    JOIN passport_attestation a ON a.id = w.attestation_id
    WHERE e.kind = 'correction' AND a.batch_size IS NOT NULL AND length(w.body) > 0
), members AS (
    SELECT i.battery_id, max(d."index") AS "index" FROM documents d
    JOIN passport_attestation a ON a.sha256 = d.digest
    JOIN passport_attestationitem i ON i.attestation_id = a.id
    GROUP BY i.battery_id
    UNION ALL
    SELECT i.battery_id, max(w."index") FROM withdrawn w
    JOIN passport_attestationitem i ON i.attestation_id = w.attestation_id
    JOIN passport_battery b ON b.id = i.battery_id
    WHERE w.items IS NULL OR w.items ? b.identity
    GROUP BY i.battery_id
    UNION ALL
    SELECT b.id, max(d."index") FROM documents d
    JOIN passport_lifecycleevent v ON v.body_sha256 = d.digest AND v.battery_id IS NULL
    JOIN passport_battery b ON b.intake_id = v.intake_id
    WHERE NOT EXISTS (SELECT 1 FROM passport_lifecycleevent own
                      WHERE own.battery_id = b.id AND own.kind = 'REGISTERED')
    GROUP BY b.id
), many AS (
    SELECT sha256(b.salt || convert_to(b.identity, 'UTF8')) AS subject, m."index"
    FROM (SELECT battery_id, max("index") AS "index" FROM members GROUP BY battery_id) m
    JOIN passport_battery b ON b.id = m.battery_id
), latest AS (
    SELECT coalesce(s.subject, many.subject) AS subject, s."index" AS alone, s.leaf_hash,
        greatest(s."index", many."index") AS "index"
    FROM passport_logsubject s FULL JOIN many ON many.subject = s.subject
)
SELECT l.subject || int8send(coalesce(l.alone, -1))
    || coalesce(l.leaf_hash, decode(repeat('00', 32), 'hex'))
    || int8send(l."index") || e.leaf_hash
FROM latest l JOIN passport_logentry e ON e."index" = l."index"
ORDER BY l.subject
