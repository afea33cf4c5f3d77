"""Prefixes and domains are claimed, proven to one party, and the history of that is kept."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0010_batteries_are_built_together_and_taken_apart"),
    ]

    # Not reversible: who held a prefix when could not be told any more.
    operations = [
        migrations.CreateModel(
            name="NamingRight",
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
                        choices=[("GS1_PREFIX", "GS1 company prefix"), ("DOMAIN", "domain")],
                        max_length=10,
                    ),
                ),
                ("value", models.CharField(max_length=253)),
                ("stem", models.CharField(max_length=260)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("CLAIMED", "claimed"),
                            ("PROVEN", "proven"),
                            ("REFUSED", "refused"),
                            ("REVOKED", "revoked"),
                        ],
                        default="CLAIMED",
                        max_length=7,
                    ),
                ),
                ("challenge", models.CharField(max_length=44)),
                ("document_sha256", models.BinaryField(max_length=32, null=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                ("claimed_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="naming_rights",
                        to="passport.party",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NamingDecision",
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
                    "state",
                    models.CharField(
                        choices=[
                            ("CLAIMED", "claimed"),
                            ("PROVEN", "proven"),
                            ("REFUSED", "refused"),
                            ("REVOKED", "revoked"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("DOMAIN", "the domain answered with a signed challenge"),
                            ("DOCUMENT", "a document that an operator looked at"),
                            ("OPERATOR", "an operator decided"),
                        ],
                        max_length=8,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=255)),
                ("document_sha256", models.BinaryField(max_length=32, null=True)),
                ("body", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("decided_at", models.DateTimeField()),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="passport.party"
                    ),
                ),
                (
                    "right",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="passport.namingright",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="namingright",
            index=models.Index(
                condition=models.Q(("state", "PROVEN")), fields=["stem"], name="naming_right_proven"
            ),
        ),
        migrations.AddConstraint(
            model_name="namingright",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("CLAIMED", "PROVEN"))),
                fields=("party", "kind", "value"),
                name="naming_right_is_claimed_once_by_a_party",
            ),
        ),
        migrations.AddIndex(
            model_name="namingdecision",
            index=models.Index(fields=["right", "id"], name="naming_decision_of_right"),
        ),
        migrations.RunSQL(body("naming_rights_v1"), migrations.RunSQL.noop),
    ]
