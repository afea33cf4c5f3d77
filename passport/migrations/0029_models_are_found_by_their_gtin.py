"""Anybody finds by its GTIN a model of which there is a battery."""

from django.db import migrations, models
from django.db.models import Q

from passport.postgres.script import body


class Migration(migrations.Migration):
    dependencies = [("passport", "0028_recalls_are_of_what_was_made")]

    operations = [
        migrations.AddIndex(
            model_name="batterymodel",
            index=models.Index(fields=["gtin"], name="model_gtin", condition=~Q(gtin="")),
        ),
        migrations.RunSQL(body("public_models_v1"), "DROP FUNCTION public_models_v1(text);"),
    ]
