"""Batteries born before passports are registered by who finds them, and merged with their maker's."""

import django.db.models.deletion
import passport.models.ids
import passport.rules.legacy
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0021_rows_are_looked_at_once_a_statement"),
    ]

    # Not reversible: what was found, and merged, would be of nobody.
    operations = [
        migrations.AlterField(
            model_name="battery",
            name="state",
            field=models.CharField(
                choices=[
                    ("REGISTERED", "registered"),
                    ("IN_SERVICE", "in service"),
                    ("RETIRED", "retired"),
                    ("RECYCLED", "recycled"),
                    ("MERGED", "goes on under another name"),
                ],
                default="REGISTERED",
                max_length=10,
            ),
        ),
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
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="LegacyBattery",
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
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("CELL", "cell"),
                            ("MODULE", "module"),
                            ("PACK", "pack"),
                            ("SYSTEM", "system"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("EV", "electric vehicle battery"),
                            ("LMT", "light means of transport battery"),
                            ("INDUSTRIAL", "industrial battery"),
                            ("STATIONARY", "stationary battery energy storage"),
                        ],
                        max_length=10,
                    ),
                ),
                ("maker_name", models.CharField(blank=True, max_length=120)),
                ("plate", models.JSONField(default=dict)),
                ("assumed", models.JSONField(default=list)),
                ("photo_sha256", models.BinaryField(max_length=32, null=True)),
                ("digest", models.BinaryField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "WAITING"),
                            ("REGISTERED", "REGISTERED"),
                            ("REFUSED", "REFUSED"),
                            ("MERGED", "MERGED"),
                        ],
                        default=passport.rules.legacy.LegacyState["WAITING"],
                        max_length=10,
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=400)),
                ("claim_digest", models.BinaryField(max_length=32, null=True)),
                ("asked_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("merged_at", models.DateTimeField(null=True)),
                (
                    "battery",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legacy",
                        to="passport.battery",
                    ),
                ),
                (
                    "claimant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claimed_legacies",
                        to="passport.party",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="passport.battery",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["identity"], name="legacy_battery_identity")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "REFUSED"), _negated=True),
                        fields=("party", "identity"),
                        name="legacy_battery_is_asked_for_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("battery__isnull", True), ("state__in", ("WAITING", "REFUSED"))
                            ),
                            models.Q(
                                ("battery__isnull", False),
                                ("merged_into__isnull", True),
                                ("state", "REGISTERED"),
                            ),
                            models.Q(
                                ("battery__isnull", False),
                                ("merged_into__isnull", False),
                                ("state", "MERGED"),
                            ),
                            _connector="OR",
                        ),
                        name="legacy_battery_has_what_its_state_says",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("legacy_v1"), migrations.RunSQL.noop),
    ]
