"""The names in a document are looked up once."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0037_events_are_found_as_epcis")]

    # Not reversible: it takes the place of a function of a released script.
    operations = [migrations.RunSQL(body("epcis_v3"), migrations.RunSQL.noop)]
