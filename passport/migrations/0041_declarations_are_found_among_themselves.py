"""Error declarations are found among themselves, not among all events."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passport", "0040_events_point_at_rows_by_the_statement")]

    operations = [
        migrations.AddIndex(
            model_name="epcisevent",
            index=models.Index(
                condition=models.Q(("declaration", True)),
                fields=["recorder", "event_uri"],
                name="epcis_event_declared",
            ),
        )
    ]
