"""A file has a name, says how it is read, comes in once a key, and may mend another."""

import django.db.models.deletion
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0013_batteries_are_recalled"),
    ]

    operations = [
        Together(
            [
                migrations.AddField(
                    model_name="intake",
                    name="key",
                    field=models.CharField(blank=True, max_length=255),
                ),
                migrations.AddField(
                    model_name="intake",
                    name="mends",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mended_by",
                        to="passport.intake",
                    ),
                ),
                migrations.AddField(
                    model_name="intake",
                    name="mends_line",
                    field=models.BigIntegerField(null=True),
                ),
                migrations.AddField(
                    model_name="intake",
                    name="name",
                    field=models.CharField(blank=True, max_length=120),
                ),
                migrations.AddField(
                    model_name="intake",
                    name="read_as",
                    field=models.CharField(blank=True, max_length=120),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "RECEIVING"), models.Q(("key", ""), _negated=True)),
                fields=("party", "key"),
                name="intake_comes_in_once_a_key",
            ),
        ),
        migrations.RunSQL(body("intake_words_v1"), migrations.RunSQL.noop),
    ]
