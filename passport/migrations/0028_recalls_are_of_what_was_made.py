"""A recall is of what its maker has made, and a page looks into one as far as a page shows."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0027_links_end_with_whoever_made_them")]

    # Not reversed: the functions that it takes the place of are dropped.
    operations = [migrations.RunSQL(body("recall_v4"))]
