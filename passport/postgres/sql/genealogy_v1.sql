-- Everything inside one battery now, parents before children. A SYSTEM holds at most three levels
-- below it, so the depth is bounded whatever the rows say.
WITH RECURSIVE inside (id, parent_id, position, depth) AS (
    SELECT child_id, parent_id, position, 1 FROM passport_assembly
    WHERE parent_id = %(battery)s AND until IS NULL
    UNION ALL
    SELECT a.child_id, a.parent_id, a.position, i.depth + 1
    FROM inside i JOIN passport_assembly a ON a.parent_id = i.id AND a.until IS NULL
    WHERE i.depth < 4
)
SELECT b.id, b.identity, b.level, i.parent_id, i.position, i.depth
FROM inside i JOIN passport_battery b ON b.id = i.id
ORDER BY i.depth, b.identity
