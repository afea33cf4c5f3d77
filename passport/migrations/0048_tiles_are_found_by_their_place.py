"""A tile of a batch is found by its place: whatever statistics say, no other index is there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0047_a_reading_says_of_what_it_is"),
    ]

    operations = [
        migrations.AlterField(
            model_name="batchtile",
            name="attestation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tiles",
                to="passport.attestation",
            ),
        ),
    ]
