"""A line says under which contract it was bought, and whether it is assigned among properties."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0054_evidence_files_are_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="projectline",
            name="assigned",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="projectline",
            name="contracted_on",
            field=models.DateField(null=True),
        ),
    ]
