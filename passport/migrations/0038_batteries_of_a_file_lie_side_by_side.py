"""The batteries of a file are found by the pages that they lie on."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0037_events_are_found_as_epcis"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="battery",
            index=BrinIndex(fields=["intake"], name="battery_of_intake", autosummarize=True),
        ),
    ]
