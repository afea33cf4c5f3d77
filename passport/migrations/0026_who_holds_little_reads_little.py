"""Who holds few batteries learns which are recalled without reading whole recalls."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0025_a_genealogy_is_read_in_pages")]

    # Not reversed: the function that it takes the place of is dropped.
    operations = [migrations.RunSQL(body("recall_v3"))]
