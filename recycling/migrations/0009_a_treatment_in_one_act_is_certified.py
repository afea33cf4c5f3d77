"""A battery treated in one act has its certificate of recycling, and its parties read it."""

import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0048_tiles_are_found_by_their_place"),
        ("recycling", "0008_plans_are_made_in_parts"),
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
                        ("treatment__isnull", True),
                        ("lot__isnull", True),
                    ),
                    models.Q(
                        ("batch__isnull", True),
                        ("treatment__isnull", False),
                        ("lot__isnull", True),
                    ),
                    models.Q(
                        ("batch__isnull", True),
                        ("treatment__isnull", True),
                        ("lot__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="treatment_paper_is_of_one_thing",
            ),
        ),
        migrations.RunSQL(body("certificates_v1")),
    ]
