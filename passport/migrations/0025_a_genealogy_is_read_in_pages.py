"""A page of a genealogy asks who may see what of its own rows alone."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0024_recalls_are_looked_into_in_pages")]

    # The function may stay where nobody calls it.
    operations = [migrations.RunSQL(body("genealogy_v2"), migrations.RunSQL.noop)]
