"""Blocks of salted subjects, from which it is proven whom an entry about many is about."""

from django.db import migrations, models

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0006_bundles_are_asked_for")]

    # Not reversible: whom older entries are about could not be proven any more.
    operations = [
        migrations.CreateModel(
            name="SubjectBlock",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("of", models.BinaryField(max_length=32)),
                ("place", models.IntegerField()),
                ("first", models.BinaryField(max_length=32)),
                ("subjects", models.BinaryField(max_length=8192)),
                ("root", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [models.Index(fields=["of", "first"], name="subject_block_of")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("of", "place"), name="subject_block_has_one_place"
                    )
                ],
            },
        ),
        migrations.RunSQL(body("subject_blocks_v1"), migrations.RunSQL.noop),
    ]
