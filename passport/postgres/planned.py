"""The rows of a plan in few statements: lines, offers, who sees what, what moves."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from passport.postgres.arrays import Packed, binding

_SETTINGS = """
SET LOCAL statement_timeout = '5min'; SET LOCAL lock_timeout = '60s'; SET LOCAL work_mem = '64MB';
SET LOCAL jit = off
"""
# What many lines share comes once, and each names its place in that, from 1; at 0 there is nothing.
_LINES = """
INSERT INTO recycling_planline (id, plan_id, retirement_id, gate_route, programme_id, route, reason,
    value_cents, regret_cents, price_cents, "row", indicative, goes_by)
SELECT a.id, %s, a.retirement, s.gates[a.gate], s.programmes[a.programme], s.routes[a.programme],
    s.reasons[a.reason], a.value, a.regret, a.price, a.place - 1, a.indicative = 1,
    CASE WHEN a.days >= 0 THEN %s::date + a.days END
FROM unnest(%s::uuid[], %s::uuid[], %s::integer[], %s::integer[], %s::integer[], %s::bigint[],
    %s::bigint[], %s::bigint[], %s::integer[], %s::integer[]) WITH ORDINALITY
    AS a (id, retirement, gate, programme, reason, value, regret, price, indicative, days, place)
CROSS JOIN (SELECT %s::text[], %s::uuid[], %s::text[], %s::text[])
    AS s (gates, programmes, routes, reasons)
"""
# In the order in which all acts on several retirements lock them.
_RETIREMENTS = """
UPDATE recycling_retirement r SET state = 'PLANNED' FROM (
    SELECT id FROM recycling_retirement WHERE id = ANY (%s::uuid[]) AND state = 'OPEN'
    ORDER BY id FOR UPDATE) AS o
WHERE r.id = o.id
"""
_OFFERS = """
INSERT INTO recycling_offer (id, plan_line_id, retirement_id, programme_id, from_party_id,
    to_party_id, value_cents, price_cents, indicative, state, proposed_at, expires_at, goes_by)
SELECT a.id, a.line, l.retirement_id, l.programme_id, %s, p.party_id, l.value_cents, a.price,
    l.indicative, 'PROPOSED', %s, a.ends::timestamptz, l.goes_by
FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[], %s::text[]) AS a (id, line, price, ends)
JOIN recycling_planline l ON l.id = a.line
JOIN recycling_programme p ON p.id = l.programme_id
"""
_CONCERNS = """
INSERT INTO passport_concern (id, battery_id, party_id, reason, since)
SELECT a.id, r.battery_id, p.party_id, 'OFFER', %s
FROM unnest(%s::uuid[], %s::uuid[]) AS a (id, line)
JOIN recycling_planline l ON l.id = a.line
JOIN recycling_retirement r ON r.id = l.retirement_id
JOIN recycling_programme p ON p.id = l.programme_id
ON CONFLICT DO NOTHING
"""


def look_once() -> None:
    """Let all that the transaction reads be of one moment; said before its first question."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = '5min'")


def begin() -> None:
    """Settle the running transaction for the rows of a whole plan."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)


def lines(
    *, plan: uuid.UUID, since: date, each: Sequence[Packed], shared: Sequence[Packed]
) -> None:
    """Write the lines of a plan in the order of its snapshot: id, retirement, gate, programme,
    reason, worth, regret, price of the place, indicative, days after `since`; and gates,
    programmes, routes, reasons.
    """
    with binding() as cursor:
        cursor.execute(_LINES, [plan, since, *each, *shared])


def offers(*, each: Sequence[Packed], keeper: uuid.UUID, at: datetime) -> None:
    """Put lines to the parties of their programmes: id, line, price, when it ends."""
    with binding() as cursor:
        cursor.execute(_OFFERS, [keeper, at, *each])


def concerns(*, each: Sequence[Packed], at: datetime) -> None:
    """Let those parties see the packs: id, line."""
    with binding() as cursor:
        cursor.execute(_CONCERNS, [at, *each])


def put_out(*, retirements: Packed) -> int:
    """Move these retirements on; how many of them were still waiting."""
    with binding() as cursor:
        cursor.execute(_RETIREMENTS, [retirements])
        return cursor.rowcount
