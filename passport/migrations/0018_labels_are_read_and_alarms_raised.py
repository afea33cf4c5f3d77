"""Readings of labels are noted, and what looks wrong is told to whom it concerns."""

import django.db.models.deletion
import passport.models.ids
import passport.rules.alarm
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0017_people_come_in_by_links"),
    ]

    # Not reversible: what was told as an alarm, and what was answered, would be lost.
    operations = [
        migrations.CreateModel(
            name="Scan",
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
                ("identity", models.CharField(max_length=255)),
                ("battery_id", models.UUIDField(null=True)),
                (
                    "kind",
                    models.CharField(choices=[("PAGE", "page"), ("DATA", "data")], max_length=4),
                ),
                ("at", models.DateTimeField()),
                ("country", models.CharField(blank=True, max_length=2)),
                ("latitude", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("longitude", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at"], name="scan_newest"),
                    models.Index(fields=["identity", "at"], name="scan_of_identity"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScanMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("looked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="scan_has_one_mark")
                ],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CLASH", "CLASH"),
                            ("UNREGISTERED", "UNREGISTERED"),
                            ("TOO_FAST", "TOO_FAST"),
                        ],
                        max_length=12,
                    ),
                ),
                ("identity", models.CharField(max_length=260)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("count", models.BigIntegerField(default=1)),
                ("details", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "OPEN"), ("DISMISSED", "DISMISSED")],
                        default=passport.rules.alarm.AlarmState["OPEN"],
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=255)),
                ("dismissed_by", models.CharField(blank=True, max_length=120)),
                ("dismissed_at", models.DateTimeField(null=True)),
                (
                    "battery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="passport.battery",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["party", "id"], name="alarm_of_party")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "OPEN")),
                        fields=("party", "kind", "identity"),
                        name="alarm_is_open_once_for_a_party",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dismissed_at__isnull", True), ("state", "OPEN")),
                            models.Q(
                                ("dismissed_at__isnull", False),
                                ("state", "DISMISSED"),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("dismissed_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="alarm_is_dismissed_by_somebody_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("alarms_v1"), migrations.RunSQL.noop),
    ]
