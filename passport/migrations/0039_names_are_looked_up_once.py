"""The names in a document are looked up once."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0038_batteries_of_a_file_lie_side_by_side")]

    # Not reversible: it takes the place of a function of a released script.
    operations = [migrations.RunSQL(body("epcis_v3"), migrations.RunSQL.noop)]
