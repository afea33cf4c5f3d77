"""Files are kept as the bytes that came, in blocks; batteries name their production lot."""

import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together

STATES = [
    ("RECEIVING", "coming in"),
    ("RECEIVED", "received"),
    ("RUNNING", "running"),
    ("DONE", "done"),
    ("FAILED", "stopped after repeated failures"),
    ("CANCELLED", "cancelled"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0008_wishes_can_be_leaves"),
    ]

    # Not reversible: the bytes of a file are not lines again.
    operations = [
        migrations.AddField(
            model_name="battery",
            name="lot",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddIndex(
            model_name="battery",
            index=models.Index(
                condition=models.Q(("lot", ""), _negated=True),
                fields=["maker", "lot"],
                name="battery_lot",
            ),
        ),
        Together(
            [
                migrations.AddField(
                    model_name="intake", name="bytes_read", field=models.BigIntegerField(default=0)
                ),
                migrations.AddField(
                    model_name="intake",
                    name="cancel_asked_at",
                    field=models.DateTimeField(null=True),
                ),
                migrations.AddField(
                    model_name="intake",
                    name="encoding",
                    field=models.CharField(blank=True, max_length=20),
                ),
                migrations.AddField(
                    model_name="intake", name="started_at", field=models.DateTimeField(null=True)
                ),
                migrations.AlterField(
                    model_name="intake",
                    name="sha256",
                    field=models.BinaryField(max_length=32, null=True),
                ),
                migrations.AlterField(
                    model_name="intake",
                    name="state",
                    field=models.CharField(choices=STATES, default="RECEIVED", max_length=9),
                ),
            ]
        ),
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(
                condition=models.Q(("state", "RECEIVING")),
                fields=["received_at"],
                name="intake_open",
            ),
        ),
        migrations.CreateModel(
            name="IntakeBlock",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("offset", models.BigIntegerField()),
                ("size", models.IntegerField()),
                ("packed", models.BooleanField()),
                ("data", models.BinaryField()),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to="passport.intake",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("intake", "offset"), name="intake_block_has_one_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("offset__gte", 0), ("size__gt", 0)),
                        name="intake_block_holds_bytes",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("intake_lines_become_blocks_v1"), migrations.RunSQL.noop),
        migrations.RunSQL(body("intake_blocks_v1"), migrations.RunSQL.noop),
        migrations.DeleteModel(name="IntakeLine"),
        migrations.RunSQL("DROP FUNCTION lines_are_of_own_intakes_v1()", migrations.RunSQL.noop),
    ]
