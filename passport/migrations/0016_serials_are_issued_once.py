"""Serials that this service issues are issued once in all time."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0015_batteries_have_other_names")]

    # Not reversible: to drop the policies would lay open whose rows these are.
    operations = [
        migrations.CreateModel(
            name="SerialIssue",
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
                ("count", models.IntegerField()),
                ("issued_at", models.DateTimeField()),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serial_issues",
                        to="passport.party",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serial_issues",
                        to="passport.batterymodel",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IssuedSerial",
            fields=[
                ("serial", models.CharField(max_length=20, primary_key=True, serialize=False)),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serials",
                        to="passport.serialissue",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="serialissue",
            index=models.Index(fields=["maker", "id"], name="serial_issue_of_maker"),
        ),
        migrations.AddConstraint(
            model_name="serialissue",
            constraint=models.CheckConstraint(
                condition=models.Q(("count__gt", 0)), name="serial_issue_is_of_some"
            ),
        ),
        migrations.RunSQL(body("serials_v1"), migrations.RunSQL.noop),
    ]
