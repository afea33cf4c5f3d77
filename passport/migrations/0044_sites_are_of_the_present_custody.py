"""A battery that was handed away and came back stands at no former site."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0043_answers_are_told_to_givers")]

    # Not reversible: functions that queries call would be gone.
    operations = [migrations.RunSQL(body("fleet_v2"), migrations.RunSQL.noop)]
