"""Which labels were printed is remembered; files whose labels wait are found at once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import passport.models.ids
from passport.postgres.script import body

LEVELS = [("CELL", "cell"), ("MODULE", "module"), ("PACK", "pack"), ("SYSTEM", "system")]


class Migration(migrations.Migration):
    dependencies = [("passport", "0018_labels_are_read_and_alarms_raised")]

    # Not reversible: to drop the policies would lay open whose labels these are.
    operations = [
        migrations.AddIndex(
            model_name="battery",
            index=models.Index(
                condition=models.Q(("level", "CELL"), _negated=True),
                fields=["intake"],
                name="battery_labelled",
            ),
        ),
        migrations.CreateModel(
            name="LabelPrint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=passport.models.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("level", models.CharField(choices=LEVELS, max_length=6)),
                ("label", models.CharField(max_length=40)),
                ("count", models.IntegerField()),
                ("printed_at", models.DateTimeField()),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label_prints",
                        to="passport.intake",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="label_prints",
                        to="passport.party",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gt", 0)), name="label_print_has_labels"
                    )
                ],
            },
        ),
        migrations.RunSQL(body("label_prints_v1"), migrations.RunSQL.noop),
    ]
