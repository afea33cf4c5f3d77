"""Guards and row-level security of the end of life: in force before the first row is written."""

from django.db import migrations

from passport.postgres.script import body

BODIES = ("recycling_guards_v1", "recycling_policies_v1")


class Migration(migrations.Migration):
    dependencies = [
        ("recycling", "0001_every_table_exists"),
        ("passport", "0002_rows_are_guarded"),
    ]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [migrations.RunSQL(body(name), migrations.RunSQL.noop) for name in BODIES]
