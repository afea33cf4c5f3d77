"""Functions with which a bundle reads thousands of rows, and what proves rows of others."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0004_the_new_rows_are_guarded")]

    # Not reversible: a wall is not taken down piece by piece.
    operations = [migrations.RunSQL(body("provenance_v1"), migrations.RunSQL.noop)]
