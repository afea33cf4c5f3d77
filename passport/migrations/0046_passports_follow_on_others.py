"""A passport that follows on others names them, for whoever reads either."""

import django.db.models.deletion
from django.db import migrations, models

import passport.models.ids
from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0045_queries_have_names"),
    ]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [
        migrations.CreateModel(
            name="PassportLink",
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
                    "original",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="passport.battery",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="originals",
                        to="passport.battery",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("original", "successor"), name="passport_follows_on_another_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("original", models.F("successor")), _negated=True),
                        name="passport_never_follows_on_itself",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("passport_links_v1"), migrations.RunSQL.noop),
    ]
