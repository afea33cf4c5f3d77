"""A battery treated in one act has its certificate of recycling, and its parties read it."""

import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0050_projects_hold_what_they_bought"),
        ("recycling", "0009_no_index_begins_another_of_its_table"),
    ]

    operations = [
        migrations.AddField(
            model_name="treatmentpaper",
            name="treatment",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificate",
                to="recycling.treatment",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="treatmentpaper", name="treatment_paper_is_of_a_batch_or_a_lot"
        ),
        migrations.AddConstraint(
            model_name="treatmentpaper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("batch__isnull", False),
                        ("lot__isnull", True),
                        ("treatment__isnull", True),
                    ),
                    models.Q(
                        ("batch__isnull", True),
                        ("lot__isnull", True),
                        ("treatment__isnull", False),
                    ),
                    models.Q(
                        ("batch__isnull", True),
                        ("lot__isnull", False),
                        ("treatment__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="treatment_paper_is_of_one_thing",
            ),
        ),
        migrations.RunSQL(body("certificates_v1")),
    ]
