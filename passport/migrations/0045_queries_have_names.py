"""A query of EPCIS is given a name, and asked by it."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import passport.models.ids
from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0044_sites_are_of_the_present_custody")]

    operations = [
        migrations.CreateModel(
            name="EpcisQuery",
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
                ("name", models.CharField(max_length=100)),
                ("asked", models.JSONField()),
                ("prefixes", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="epcis_queries",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True),
                        fields=("party", "name"),
                        name="epcis_query_has_its_name_alone",
                    )
                ],
            },
        ),
        migrations.RunSQL(body("epcis_queries_v1"), migrations.RunSQL.noop),
    ]
