"""An index that begins another one of its table costs every write and misleads the planner.

Django gives each foreign key an index; where another index or a unique constraint begins with the
same column, `db_index=False` says that it is not wanted.
"""

from __future__ import annotations

from django.db import transaction

from tests.passport.acting import run

# Constraints are no twins: they say what must be. Nor is what covers some rows only: it is small.
TWINS = """
SELECT short.relname::text, string_agg(long.relname::text, ', ' ORDER BY long.relname)
FROM pg_index one
JOIN pg_class short ON short.oid = one.indexrelid
    AND short.relnamespace = 'public'::regnamespace
JOIN pg_index two ON two.indrelid = one.indrelid AND two.indexrelid <> one.indexrelid
JOIN pg_class long ON long.oid = two.indexrelid AND long.relam = short.relam
CROSS JOIN LATERAL (SELECT one.indnkeyatts - 1 AS last) k
WHERE NOT one.indisunique AND NOT one.indisexclusion AND NOT 0 = ANY (one.indkey::int2[])
    AND one.indpred IS NULL AND two.indpred IS NULL
    AND (one.indkey::int2[])[0:k.last] = (two.indkey::int2[])[0:k.last]
    AND (one.indclass::oid[])[0:k.last] = (two.indclass::oid[])[0:k.last]
GROUP BY 1 ORDER BY 1
"""
# Tables that Django's own migrations make; nothing of ours writes a row there while it serves.
DJANGOS = {
    "auth_group_permissions_group_id_b120cbf9",
    "auth_permission_content_type_id_2f476e4b",
}


def test_no_index_begins_another_of_its_table(furniture, enter):
    with enter("owner"):
        found = dict(run(TWINS))
    assert found.keys() == DJANGOS, {name: found[name] for name in found.keys() - DJANGOS}


def test_a_twin_would_be_seen(furniture, enter):
    with enter("owner"), transaction.atomic():
        run("CREATE INDEX twin ON passport_alarm (party_id)")
        assert dict(run(TWINS))["twin"] == "alarm_of_party"
        transaction.set_rollback(True)
