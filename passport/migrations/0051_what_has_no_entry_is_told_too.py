"""What has no entry in the log, of offers and plans, is told to whom it concerns."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models
from django.db.models import Q

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0050_projects_hold_what_they_bought")]

    operations = [
        migrations.CreateModel(
            name="News",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=passport.models.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("said", models.JSONField()),
                ("links", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "party",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="news",
                        to="passport.party",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="passport.party",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["party", "at"], name="news_of_party")],
            },
        ),
        migrations.RunSQL(body("news_v1"), migrations.RunSQL.noop),
        migrations.AddField(
            model_name="webhookdelivery",
            name="news",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="passport.news",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=Q(news__isnull=False),
                fields=["news", "endpoint"],
                name="webhook_of_news",
            ),
        ),
    ]
