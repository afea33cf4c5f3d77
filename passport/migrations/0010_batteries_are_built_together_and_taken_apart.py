"""Holders put batteries into others and take them out: events about several, guarded places."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

from passport.postgres.script import body

KINDS = (
    *("REGISTERED", "ASSEMBLED", "DISASSEMBLED", "REPLACED", "COMMISSIONED", "HANDED_OVER"),
    *("HEALTH_READ", "INCIDENT", "REPAIRED", "RETIRED", "ROUTED", "RECEIVED", "REGRADED"),
    *("TREATED", "CORRECTED"),
)


class Migration(migrations.Migration):
    dependencies = [("passport", "0009_files_come_in_as_blocks")]

    # Not reversible: events about several batteries would be about nothing.
    operations = [
        migrations.AddField(
            model_name="lifecycleevent",
            name="members",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), null=True, size=None
            ),
        ),
        migrations.AlterField(
            model_name="lifecycleevent",
            name="kind",
            field=models.CharField(max_length=16, choices=[(kind, kind) for kind in KINDS]),
        ),
        migrations.RemoveConstraint(
            model_name="lifecycleevent", name="event_is_about_a_battery_or_an_intake"
        ),
        migrations.AddConstraint(
            model_name="lifecycleevent",
            constraint=models.CheckConstraint(
                name="event_is_about_a_battery_an_intake_or_its_members",
                condition=Q(battery__isnull=False, intake__isnull=True, members__isnull=True)
                | Q(battery__isnull=True, intake__isnull=False, members__isnull=True)
                | Q(battery__isnull=True, intake__isnull=True, members__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="lifecycleevent",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["members"],
                name="event_of_members",
                condition=Q(members__isnull=False),
            ),
        ),
        migrations.RunSQL(body("assembly_v1"), migrations.RunSQL.noop),
    ]
