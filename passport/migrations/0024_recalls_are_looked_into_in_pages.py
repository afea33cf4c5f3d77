"""Recalls are looked into in pages, and a question about one unit reads what is in it."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0023_what_was_made_is_counted_in_bounds")]

    # Not reversed: the functions that it takes the place of are dropped.
    operations = [migrations.RunSQL(body("recall_v2"))]
