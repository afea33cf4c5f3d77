"""An offer that has ended opens no hand-over, whoever asks the database."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("recycling", "0002_rows_are_guarded")]

    # Not reversible: what came after the end of an offer would stand as if it had come in time.
    operations = [migrations.RunSQL(body("recycling_policies_v2"), migrations.RunSQL.noop)]
