"""Who recorded an event may declare it wrong; the event stays, and what it said no longer counts."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0029_models_are_found_by_their_gtin"),
    ]

    # Not reversible: what was declared wrong would count again.
    operations = [
        migrations.CreateModel(
            name="Correction",
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
                    "reason",
                    models.CharField(
                        choices=[
                            ("INCORRECT_DATA", "INCORRECT_DATA"),
                            ("DID_NOT_OCCUR", "DID_NOT_OCCUR"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "correctives",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("declared_at", models.DateTimeField()),
                (
                    "declaration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declares",
                        to="passport.lifecycleevent",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="passport.lifecycleevent",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["correctives"], name="correction_by_corrective"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", "DID_NOT_OCCUR"), _negated=True),
                            ("correctives", []),
                            _connector="OR",
                        ),
                        name="correction_of_what_did_not_occur_replaces_nothing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("event", models.F("declaration")), _negated=True),
                        name="correction_is_declared_by_another_event",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("corrections_v1"), migrations.RunSQL.noop),
    ]
