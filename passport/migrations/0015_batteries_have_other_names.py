"""Batteries have other names, each of which names one battery for ever."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0014_a_file_has_a_name_and_may_mend_another")]

    # Not reversible: to drop the policies would lay open whose rows these are.
    operations = [
        migrations.CreateModel(
            name="BatteryAlias",
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
                    "scheme",
                    models.CharField(
                        choices=[
                            ("MAKER_SERIAL", "serial of its maker"),
                            ("GS1", "GS1 key"),
                            ("LINK", "identification link"),
                            ("DID", "decentralized identifier"),
                            ("GB_T_34014", "code by GB/T 34014"),
                        ],
                        max_length=12,
                    ),
                ),
                ("value", models.CharField(max_length=255)),
                ("named_at", models.DateTimeField()),
                (
                    "battery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aliases",
                        to="passport.battery",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="aliases_given",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["value"], name="alias_value")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("scheme", "MAKER_SERIAL"), _negated=True),
                        fields=("scheme", "value"),
                        name="alias_names_one_battery",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scheme", "MAKER_SERIAL")),
                        fields=("party", "value"),
                        name="alias_serial_names_one_battery_of_its_maker",
                    ),
                ],
            },
        ),
        migrations.RunSQL(body("aliases_v1"), migrations.RunSQL.noop),
    ]
