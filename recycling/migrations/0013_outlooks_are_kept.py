"""How long packs last that wait for a plan is kept, and worked out only after a reading."""

import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0056_registers_say_who_stands_behind"),
        ("recycling", "0012_packs_go_in_weeks"),
    ]

    operations = [
        migrations.CreateModel(
            name="KeptOutlook",
            fields=[
                (
                    "battery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="kept_outlook",
                        serialize=False,
                        to="passport.battery",
                    ),
                ),
                ("readings", models.IntegerField()),
                ("looked_until", models.DateTimeField()),
                ("years_low", models.DecimalField(decimal_places=2, max_digits=7, null=True)),
                ("knee", models.BooleanField(null=True)),
                ("kept_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("years_low__isnull", True), ("years_low__gte", 0), _connector="OR"
                        ),
                        name="outlook_leaves_no_less_than_nothing",
                    )
                ],
            },
        ),
        migrations.RunSQL(body("kept_outlooks_v1"), migrations.RunSQL.noop),
    ]
