"""Functions that ask and write what one signed claim needs, with plans that are kept."""

from django.db import migrations

from passport.postgres.script import body

BODIES = ("submissions_v1", "wishes_v3")


class Migration(migrations.Migration):
    dependencies = [("passport", "0011_names_are_held_by_rights")]

    # Not reversible: a guard is not taken down, and what asks through these would stand without them.
    operations = [migrations.RunSQL(body(name), migrations.RunSQL.noop) for name in BODIES]
