"""An offer that was answered with another day goes by that day, in a week that has room."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("recycling", "0013_outlooks_are_kept")]

    operations = [migrations.RunSQL(body("offer_weeks_v1"), migrations.RunSQL.noop)]
