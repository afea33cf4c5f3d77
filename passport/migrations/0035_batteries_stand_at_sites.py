"""Whoever holds batteries says where they stand, and reads its fleet counted."""

import django.db.models.deletion
import passport.models.ids
from django.conf import settings
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0034_the_yard_keeps_what_was_noted"),
    ]

    # Not reversible: where batteries stand would be lost.
    operations = [
        migrations.CreateModel(
            name="Siting",
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
                ("since", models.DateTimeField()),
                (
                    "battery",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sitings",
                        to="passport.battery",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="passport.facility",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sitings",
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
                "indexes": [models.Index(fields=["battery", "party", "-id"], name="siting_newest")],
            },
        ),
        migrations.RunSQL(body("fleet_v1"), migrations.RunSQL.noop),
    ]
