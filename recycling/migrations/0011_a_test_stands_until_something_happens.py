"""The file of Article 73 holds a test to which nothing has happened since."""

from django.db import migrations

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0050_projects_hold_what_they_bought"),
        ("recycling", "0010_a_treatment_in_one_act_is_certified"),
    ]

    operations = [migrations.RunSQL(body("tests_undone_v1"))]
