"""Native events are found as EPCIS, and queries use the index of terms."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0034_the_yard_keeps_what_was_noted")]

    # Not reversible: without its policy nobody but the recorder would see what is found.
    operations = [migrations.RunSQL(body("epcis_found_v1"), migrations.RunSQL.noop)]
