"""Addresses of parties are called when something happens to what concerns them."""

import django.contrib.postgres.fields
import django.db.models.deletion
import passport.models.ids
import passport.rules.webhook
from django.db import migrations, models

from passport.postgres.script import body
from passport.postgres.together import Together


class Migration(migrations.Migration):
    dependencies = [
        ("passport", "0031_events_come_in_as_epcis"),
    ]

    # Not reversible: who was told what would be lost.
    operations = [
        Together(
            [
                migrations.CreateModel(
                    name="WebhookEndpoint",
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
                        ("url", models.CharField(max_length=500)),
                        ("description", models.CharField(blank=True, max_length=120)),
                        (
                            "kinds",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=40),
                                blank=True,
                                default=list,
                                size=None,
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("ACTIVE", "ACTIVE"),
                                    ("PAUSED", "PAUSED"),
                                    ("DISABLED", "DISABLED"),
                                    ("ENDED", "ENDED"),
                                ],
                                default=passport.rules.webhook.EndpointState["ACTIVE"],
                                max_length=8,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300)),
                        ("next_index", models.BigIntegerField()),
                        ("held_until", models.DateTimeField(null=True)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("created_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="webhooks",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="WebhookDelivery",
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
                        ("message_id", models.CharField(max_length=40)),
                        ("kind", models.CharField(max_length=40)),
                        ("log_index", models.BigIntegerField(null=True)),
                        ("body", models.BinaryField(max_length=20480)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("WAITING", "WAITING"),
                                    ("DELIVERED", "DELIVERED"),
                                    ("FAILED", "FAILED"),
                                ],
                                default=passport.rules.webhook.DeliveryState["WAITING"],
                                max_length=9,
                            ),
                        ),
                        ("attempts", models.IntegerField(default=0)),
                        ("round_start", models.IntegerField(default=0)),
                        ("next_at", models.DateTimeField()),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("last_status", models.SmallIntegerField(null=True)),
                        ("last_error", models.CharField(blank=True, max_length=300)),
                        ("created_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                        (
                            "hand_over",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.handover",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deliveries",
                                to="passport.webhookendpoint",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="WebhookSecret",
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
                        ("kek_id", models.CharField(max_length=64)),
                        ("wrapped_key", models.BinaryField(max_length=128)),
                        ("sealed_seed", models.BinaryField(max_length=128)),
                        ("created_at", models.DateTimeField()),
                        ("ends_at", models.DateTimeField(null=True)),
                        (
                            "endpoint",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="secrets",
                                to="passport.webhookendpoint",
                            ),
                        ),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="WebhookAttempt",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("number", models.IntegerField()),
                        ("at", models.DateTimeField()),
                        ("took_ms", models.IntegerField()),
                        ("status", models.SmallIntegerField(null=True)),
                        ("error", models.CharField(blank=True, max_length=300)),
                        (
                            "party",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="passport.party",
                            ),
                        ),
                        (
                            "delivery",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="tries",
                                to="passport.webhookdelivery",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("delivery", "number"), name="webhook_try_has_a_number"
                            )
                        ],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="webhookendpoint",
                    index=models.Index(
                        condition=models.Q(("state", "ACTIVE")),
                        fields=["next_index"],
                        name="webhook_to_feed",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="webhookendpoint",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state", "ENDED")),
                            models.Q(
                                models.Q(("state", "ENDED"), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="webhook_is_ended_at_a_moment",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="webhookendpoint",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("reason", ""), ("state", "DISABLED"), _negated=True),
                        name="webhook_is_disabled_for_a_reason",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="webhookendpoint",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("next_index__gte", 0)),
                        name="webhook_begins_within_the_log",
                    ),
                ),
                migrations.AddIndex(
                    model_name="webhookdelivery",
                    index=models.Index(
                        condition=models.Q(("state", "WAITING")),
                        fields=["next_at"],
                        name="webhook_due",
                    ),
                ),
                migrations.AddIndex(
                    model_name="webhookdelivery",
                    index=models.Index(fields=["endpoint", "id"], name="webhook_delivery_of"),
                ),
                migrations.AddIndex(
                    model_name="webhookdelivery",
                    index=models.Index(fields=["settled_at"], name="webhook_settled"),
                ),
                migrations.AddIndex(
                    model_name="webhookdelivery",
                    index=models.Index(
                        condition=models.Q(("hand_over__isnull", False)),
                        fields=["hand_over", "endpoint"],
                        name="webhook_of_hand_over",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="webhookdelivery",
                    constraint=models.UniqueConstraint(
                        fields=("endpoint", "message_id"), name="webhook_tells_a_message_once"
                    ),
                ),
                migrations.AddConstraint(
                    model_name="webhookdelivery",
                    constraint=models.CheckConstraint(
                        condition=models.Q(
                            ("attempts__gte", models.F("round_start")), ("round_start__gte", 0)
                        ),
                        name="webhook_message_has_a_round_of_tries",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="webhooksecret",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("ends_at__isnull", True)),
                        fields=("endpoint",),
                        name="webhook_has_one_secret_without_an_end",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(body("webhooks_v1"), migrations.RunSQL.noop),
    ]
