"""A reading says of what its health is a fraction, how far its modules stand apart, how hot it got."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("passport", "0046_passports_follow_on_others")]

    operations = [
        migrations.AddField(
            "healthreading",
            "kind",
            models.CharField(
                choices=[
                    ("CAPACITY", "CAPACITY"),
                    ("ENERGY", "ENERGY"),
                    ("CERTIFIED_ENERGY", "CERTIFIED_ENERGY"),
                ],
                default="CAPACITY",
                max_length=16,
            ),
        ),
        migrations.AddField(
            "healthreading",
            "module_spread",
            models.DecimalField(decimal_places=5, max_digits=6, null=True),
        ),
        migrations.AddField(
            "healthreading",
            "highest_temperature_c",
            models.DecimalField(decimal_places=1, max_digits=5, null=True),
        ),
    ]
