"""A party publishes the figures that it plans with: its own alone, a version for ever."""

import django.db.models.deletion
from django.db import migrations, models

import passport.models.ids
from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("recycling", "0004_programmes_take_lots_over_lanes")]

    # Not reversible: to lift the guards from rows that exist is what they are there to prevent.
    operations = [
        migrations.CreateModel(
            name="PartyPrices",
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
                ("version", models.CharField(max_length=40)),
                ("base", models.CharField(max_length=60)),
                ("in_force_on", models.DateField()),
                ("figures", models.JSONField()),
                ("published_at", models.DateTimeField()),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_sets",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["party", "-in_force_on"], name="prices_in_force")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("party", "version"), name="prices_have_each_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version", ""), _negated=True),
                        name="prices_have_a_version",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("party_prices_v1"), migrations.RunSQL.noop),
    ]
