"""Whoever gave something is told how it was answered, and a shipment is told of as one."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("passport", "0042_captures_say_how_they_read")]

    operations = [
        migrations.AddField(
            model_name="webhookdelivery",
            name="shipment",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="passport.shipment",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=Q(shipment__isnull=False),
                fields=["shipment", "endpoint"],
                name="webhook_of_shipment",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=Q(shipment__isnull=True, answered_at__isnull=False),
                fields=["from_party", "answered_at"],
                name="handover_answered",
            ),
        ),
    ]
