"""Append-only triggers, row-level security and grants: in force before the first row is written."""

from django.db import migrations

from passport.postgres.script import body

BODIES = (
    "tenancy_v1",
    "append_only_v1",
    "closes_once_v1",
    "holder_v1",
    "ownership_v1",
    "identity_claims_v1",
    "policies_v1",
    "grants_v1",
)


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0001_every_table_exists"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [migrations.RunSQL(body(name), migrations.RunSQL.noop) for name in BODIES]
