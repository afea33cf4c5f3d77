"""The index of EPCIS follows the log, and keeps how far it came."""

from django.db import migrations, models
from django.db.models import Q

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0051_what_has_no_entry_is_told_too")]

    # Not reversible: the index that it drops is not made again.
    operations = [
        migrations.CreateModel(
            name="EpcisMark",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("next_index", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(id=1, next_index__gte=0), name="epcis_index_has_one_mark"
                    )
                ],
            },
        ),
        migrations.RunSQL(body("epcis_mark_v1")),
    ]
