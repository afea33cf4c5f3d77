"""What was wrong in a document may be a warning: how something was read that has two readings."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passport", "0041_declarations_are_found_among_themselves")]

    operations = [
        migrations.AddField(
            model_name="epciserror",
            name="warning",
            field=models.BooleanField(default=False),
        ),
    ]
