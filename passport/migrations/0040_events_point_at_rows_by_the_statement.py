"""What an event points to is looked at once a statement, and indexed once."""

import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body


def _pointer(to, **said):
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        to=to,
        **said,
    )


class Migration(migrations.Migration):
    dependencies = [("passport", "0039_names_are_looked_up_once")]

    # Not reversible: what stands in the place of the keys cannot be put back while rows come.
    operations = [
        migrations.AlterField(
            model_name="lifecycleevent",
            name="recorder",
            field=_pointer("passport.party", related_name="recorded"),
        ),
        migrations.AlterField(
            model_name="lifecycleevent",
            name="battery",
            field=_pointer("passport.battery", null=True, related_name="lifecycle_events"),
        ),
        migrations.AlterField(
            model_name="lifecycleevent",
            name="intake",
            field=_pointer("passport.intake", null=True),
        ),
        migrations.RunSQL(body("event_references_v1"), migrations.RunSQL.noop),
    ]
