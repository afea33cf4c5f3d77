-- Everything inside some batteries now, each with what it is in; once each, though one of the
-- batteries asked about stands inside another. A SYSTEM holds at most three levels below it, and
-- UNION ends a circle, whatever the rows say.
WITH RECURSIVE inside (id, parent_id) AS (
    SELECT child_id, parent_id FROM passport_assembly
    WHERE parent_id = ANY (%(batteries)s) AND until IS NULL
    UNION
    SELECT a.child_id, a.parent_id
    FROM inside i JOIN passport_assembly a ON a.parent_id = i.id AND a.until IS NULL
)
SELECT b.id, b.identity, b.salt, i.parent_id
FROM inside i JOIN passport_battery b ON b.id = i.id
LIMIT %(most)s
