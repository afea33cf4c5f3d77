"""What people note in a yard is kept, once; a battery is found by a part of its serial."""

import django.db.models.deletion
import passport.models.ids
from django.conf import settings
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0033_batteries_travel_in_shipments"),
    ]

    # Not reversible: what people noted would be lost.
    operations = [
        migrations.CreateModel(
            name="YardRecord",
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
                ("record_id", models.UUIDField()),
                ("device", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("SCAN", "SCAN"),
                            ("TAKE", "TAKE"),
                            ("REFUSE", "REFUSE"),
                            ("QUARANTINE", "QUARANTINE"),
                            ("RELABEL", "RELABEL"),
                            ("UNDO", "UNDO"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=2000)),
                ("of", models.UUIDField(null=True)),
                ("because", models.CharField(blank=True, max_length=40)),
                ("happened_at", models.DateTimeField()),
                ("offset_minutes", models.SmallIntegerField()),
                ("skew_s", models.IntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("digest", models.BinaryField(max_length=32)),
                ("identity", models.CharField(blank=True, max_length=255)),
                ("code", models.CharField(blank=True, max_length=60)),
                ("detail", models.CharField(blank=True, max_length=600)),
                ("remedy", models.CharField(blank=True, max_length=600)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="battery",
            index=models.Index(
                condition=models.Q(("level", "CELL"), _negated=True),
                fields=["unit", "serial"],
                name="battery_serial_in_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="battery",
            index=models.Index(
                condition=models.Q(("level", "CELL"), _negated=True),
                fields=["maker", "serial"],
                name="battery_serial_made",
            ),
        ),
        Together(
            [
                migrations.AddField(
                    model_name="yardrecord",
                    name="battery",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="passport.battery",
                    ),
                ),
                migrations.AddField(
                    model_name="yardrecord",
                    name="event",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="passport.lifecycleevent",
                    ),
                ),
                migrations.AddField(
                    model_name="yardrecord",
                    name="party",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="yard_records",
                        to="passport.party",
                    ),
                ),
                migrations.AddField(
                    model_name="yardrecord",
                    name="person",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="yardrecord",
                    index=models.Index(fields=["party", "-id"], name="yard_record_newest"),
                ),
                migrations.AddIndex(
                    model_name="yardrecord",
                    index=models.Index(
                        condition=models.Q(
                            models.Q(("code", ""), _negated=True), ("settled_at__isnull", True)
                        ),
                        fields=["party", "-id"],
                        name="yard_record_open",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="yardrecord",
                    constraint=models.UniqueConstraint(
                        fields=("party", "record_id"), name="yard_record_is_kept_once_by_its_party"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="yardrecord",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", ""), ("detail", ""), ("remedy", "")),
                            models.Q(
                                models.Q(("code", ""), _negated=True),
                                models.Q(("detail", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="yard_record_says_why_nothing_came_of_it",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("yard_v1")),
    ]
