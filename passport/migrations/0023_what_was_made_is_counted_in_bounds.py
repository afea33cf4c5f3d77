"""What a maker has made is counted in bounds, by lot and by model."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0022_found_batteries_are_registered")]

    # The functions may stay where nobody calls them.
    operations = [migrations.RunSQL(body("made_v1"), migrations.RunSQL.noop)]
