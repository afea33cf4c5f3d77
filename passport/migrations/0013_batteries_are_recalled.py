"""Makers and authorities call batteries back; everybody reads that they do."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    # Not reversible: who was warned by a recall could not look it up any more.
    dependencies = [
        ("passport", "0012_claims_are_taken_in_few_questions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recall",
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
                ("reason", models.CharField(max_length=600)),
                ("advice", models.CharField(blank=True, max_length=600)),
                ("notice_url", models.CharField(blank=True, max_length=600)),
                ("document_sha256", models.BinaryField(max_length=32, null=True)),
                (
                    "lots",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "model_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("named", models.IntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_because", models.CharField(blank=True, max_length=600)),
                ("salt", models.BinaryField(default=passport.models.ids.new_salt, max_length=16)),
                ("body", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("closing_body", models.BinaryField(default=b"")),
                ("closing_sha256", models.BinaryField(max_length=32, null=True, unique=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed_recalls",
                        to="passport.party",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalls",
                        to="passport.party",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="opened_recalls",
                        to="passport.party",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecallSubject",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "battery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recalled_by",
                        to="passport.battery",
                    ),
                ),
                (
                    "recall",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subjects",
                        to="passport.recall",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="recall",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["maker"], name="recall_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lots__len__gt", 0),
                    ("model_ids__len__gt", 0),
                    ("named__gt", 0),
                    _connector="OR",
                ),
                name="recall_is_of_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="recall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at__isnull", True),
                        ("closed_by__isnull", True),
                        ("closing_sha256", None),
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        ("closing_sha256__isnull", False),
                        models.Q(("closed_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="recall_is_closed_by_somebody_with_a_word",
            ),
        ),
        migrations.AddConstraint(
            model_name="recallsubject",
            constraint=models.UniqueConstraint(
                fields=("recall", "battery"), name="recall_names_a_battery_once"
            ),
        ),
        migrations.RunSQL(body("recall_v1"), migrations.RunSQL.noop),
        migrations.RunSQL(body("wishes_v4"), migrations.RunSQL.noop),
    ]
