"""Captured events are found by their eventID, by all for whom they are."""

from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0035_batteries_stand_at_sites"),
    ]

    # Not reversible: the policy of before hid events from those for whom they are.
    operations = [
        migrations.RemoveConstraint(
            model_name="epcisevent",
            name="epcis_event_is_captured_once_by_its_recorder",
        ),
        migrations.AddConstraint(
            model_name="epcisevent",
            constraint=models.UniqueConstraint(
                fields=("event_uri", "recorder", "declaration"),
                name="epcis_event_is_captured_once_by_its_recorder",
            ),
        ),
        migrations.RunSQL(body("epcis_v2"), migrations.RunSQL.noop),
    ]
