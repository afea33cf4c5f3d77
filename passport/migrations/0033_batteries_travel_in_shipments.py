"""Batteries travel in shipments, which are answered as one."""

import django.db.models.deletion
import passport.models.ids
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0032_addresses_are_called_when_something_happens"),
    ]

    # Not reversed: what was answered together would come apart.
    operations = [
        migrations.AddField(
            model_name="handover",
            name="identity",
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AddField(
            model_name="handover",
            name="reason",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.CreateModel(
            name="Shipment",
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
                ("sscc", models.CharField(blank=True, max_length=18)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("carrier", models.CharField(blank=True, max_length=120)),
                ("vehicle", models.CharField(blank=True, max_length=60)),
                ("dangerous_goods", models.JSONField(null=True)),
                ("papers", models.JSONField()),
                ("pieces", models.IntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OFFERED", "offered"),
                            ("ACCEPTED", "accepted"),
                            ("PARTLY", "accepted in part"),
                            ("REFUSED", "refused"),
                            ("WITHDRAWN", "withdrawn"),
                        ],
                        default="OFFERED",
                        max_length=9,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("offered_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "from_party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ships",
                        to="passport.party",
                    ),
                ),
                (
                    "to_party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="is_shipped",
                        to="passport.party",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="handover",
            name="shipment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hand_overs",
                to="passport.shipment",
            ),
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="shipment",
                    index=models.Index(fields=["to_party", "state"], name="shipment_inbox"),
                ),
                migrations.AddIndex(
                    model_name="shipment",
                    index=models.Index(fields=["from_party"], name="shipment_of_giver"),
                ),
                migrations.AddIndex(
                    model_name="shipment",
                    index=models.Index(
                        condition=models.Q(("sscc", ""), _negated=True),
                        fields=["sscc"],
                        name="shipment_sscc",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shipment",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(
                            ("state", "OFFERED"), models.Q(("sscc", ""), _negated=True)
                        ),
                        fields=("from_party", "sscc"),
                        name="shipment_sscc_is_under_way_once",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shipment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("from_party", models.F("to_party")), _negated=True),
                        name="shipment_goes_to_somebody_else",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shipment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("sscc", ""), ("sscc__regex", "^[0-9]{18}$"), _connector="OR"
                        ),
                        name="shipment_sscc_has_eighteen_digits",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shipment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("pieces__gte", 1), ("pieces__lte", 10000)),
                        name="shipment_holds_something",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="shipment",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("state", "OFFERED")),
                            models.Q(
                                models.Q(("state", "OFFERED"), _negated=True),
                                ("answered_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="shipment_is_answered_at_a_moment",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("shipments_v1")),
    ]
