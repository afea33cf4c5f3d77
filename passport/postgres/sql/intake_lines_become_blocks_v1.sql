-- Files that no worker has read yet go from lines to blocks, each line under its number: blank lines
-- were not kept, so they are put in again.
WITH counted AS (
    SELECT intake_id, max(number) AS numbers FROM passport_intakeline GROUP BY intake_id
), numbered AS (
    SELECT c.intake_id, n.number, coalesce(l.raw, ''::bytea) || '\x0a'::bytea AS line
    FROM counted c CROSS JOIN LATERAL generate_series(1, c.numbers) AS n (number)
    LEFT JOIN passport_intakeline l ON l.intake_id = c.intake_id AND l.number = n.number
), grouped AS (
    SELECT intake_id, (number - 1) / 1000 AS part, string_agg(line, ''::bytea ORDER BY number) AS data
    FROM numbered GROUP BY intake_id, part
)
INSERT INTO passport_intakeblock (intake_id, "offset", size, packed, data)
SELECT intake_id, coalesce(sum(octet_length(data)) OVER before, 0), octet_length(data), false, data
FROM grouped WINDOW before AS (
    PARTITION BY intake_id ORDER BY part ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
