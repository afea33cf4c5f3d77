"""Native events are found as EPCIS, and queries use the index of terms."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0036_captured_events_are_found_by_their_id")]

    # Not reversible: functions that views call would be gone.
    operations = [migrations.RunSQL(body("epcis_found_v1"), migrations.RunSQL.noop)]
