"""EPCIS events are captured and found, and attempts at batteries of others are kept."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0030_events_are_declared_wrong"),
    ]

    # Not reversible: recorded events would lose the words in which they are found.
    operations = [
        migrations.AlterField(
            model_name="lifecycleevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("REGISTERED", "REGISTERED"),
                    ("ASSEMBLED", "ASSEMBLED"),
                    ("DISASSEMBLED", "DISASSEMBLED"),
                    ("REPLACED", "REPLACED"),
                    ("COMMISSIONED", "COMMISSIONED"),
                    ("HANDED_OVER", "HANDED_OVER"),
                    ("HEALTH_READ", "HEALTH_READ"),
                    ("INCIDENT", "INCIDENT"),
                    ("REPAIRED", "REPAIRED"),
                    ("RETIRED", "RETIRED"),
                    ("ROUTED", "ROUTED"),
                    ("RECEIVED", "RECEIVED"),
                    ("REGRADED", "REGRADED"),
                    ("TREATED", "TREATED"),
                    ("CORRECTED", "CORRECTED"),
                    ("MERGED", "MERGED"),
                    ("OBSERVED", "OBSERVED"),
                ],
                max_length=16,
            ),
        ),
        Together(
            [
                migrations.CreateModel(
                    name="EpcisCapture",
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
                            "error_behaviour",
                            models.CharField(
                                choices=[
                                    ("ROLLBACK", "nothing is kept"),
                                    ("PROCEED", "the others are kept"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("received_at", models.DateTimeField()),
                        ("sha256", models.BinaryField(max_length=32)),
                        ("size_bytes", models.BigIntegerField()),
                        ("events", models.IntegerField()),
                        ("body", models.BinaryField(null=True)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("WAITING", "waits for its turn"),
                                    ("KEPT", "its events are recorded"),
                                    ("REFUSED", "nothing of it is recorded"),
                                ],
                                default="WAITING",
                                max_length=7,
                            ),
                        ),
                        ("accepted", models.IntegerField(default=0)),
                        ("duplicates", models.IntegerField(default=0)),
                        ("rejected", models.IntegerField(default=0)),
                        ("finished_at", models.DateTimeField(null=True)),
                        (
                            "job",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="capture",
                                to="passport.job",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="captures",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EpcisError",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("position", models.IntegerField(null=True)),
                        ("pointer", models.TextField(blank=True)),
                        ("code", models.CharField(max_length=60)),
                        ("detail", models.TextField()),
                        ("remedy", models.TextField(blank=True)),
                        (
                            "capture",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="errors",
                                to="passport.epciscapture",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="EpcisEvent",
                    fields=[
                        (
                            "event",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                primary_key=True,
                                related_name="epcis",
                                serialize=False,
                                to="passport.lifecycleevent",
                            ),
                        ),
                        ("event_uri", models.TextField()),
                        ("declaration", models.BooleanField()),
                        ("event_hash", models.BinaryField(max_length=32)),
                        ("event_type", models.TextField()),
                        ("event_time", models.DateTimeField()),
                        ("record_time", models.DateTimeField()),
                        (
                            "terms",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.TextField(), size=None
                            ),
                        ),
                        ("measured", models.JSONField(null=True)),
                        ("apart", models.BinaryField(null=True)),
                        (
                            "capture",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="taken",
                                to="passport.epciscapture",
                            ),
                        ),
                        (
                            "recorder",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Attempt",
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
                        ("at", models.DateTimeField()),
                        ("event_id", models.UUIDField()),
                        ("code", models.CharField(max_length=60)),
                        ("detail", models.TextField()),
                        ("body", models.BinaryField()),
                        ("digest", models.BinaryField(max_length=32)),
                        (
                            "battery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="passport.battery",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attempts",
                                to="passport.party",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["party", "id"], name="attempt_of_party"),
                            models.Index(fields=["digest"], name="attempt_digest"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("party", "battery", "event_id", "code"),
                                name="attempt_is_kept_once",
                            )
                        ],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="epciscapture",
                    index=models.Index(fields=["party", "id"], name="capture_of_party"),
                ),
                migrations.AddConstraint(
                    model_name="epciscapture",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("body__isnull", False),
                                ("finished_at__isnull", True),
                                ("state", "WAITING"),
                            ),
                            models.Q(
                                ("body__isnull", True),
                                ("finished_at__isnull", False),
                                ("state__in", ("KEPT", "REFUSED")),
                            ),
                            _connector="OR",
                        ),
                        name="capture_keeps_its_document_until_it_is_settled",
                    ),
                ),
                migrations.AddIndex(
                    model_name="epcisevent",
                    index=django.contrib.postgres.indexes.GinIndex(
                        fields=["terms"], name="epcis_event_terms"
                    ),
                ),
                migrations.AddIndex(
                    model_name="epcisevent",
                    index=models.Index(fields=["event_time"], name="epcis_event_time"),
                ),
                migrations.AddConstraint(
                    model_name="epcisevent",
                    constraint=models.UniqueConstraint(
                        fields=("recorder", "event_uri", "declaration"),
                        name="epcis_event_is_captured_once_by_its_recorder",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("attempts_v1"), migrations.RunSQL.noop),
        migrations.RunSQL(body("epcis_v1"), migrations.RunSQL.noop),
    ]
